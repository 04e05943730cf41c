"""Slower than an engine can speak: WSOLA, for the few sentences of short words that need it.

Verhelst and Roelands, 1993: blocks are laid further apart, each one shifted a little to where it fits best.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from massage_voice.clip import Take

MOST = 1.4
"""Times as long; beyond it speech begins to ring."""
BLOCK_S = 0.03
SEARCH_S = 0.008


def stretched(take: Take, factor: float) -> Take:
    """The take, `factor` times as long (1 to `MOST`), at the same pitch."""
    half, reach = int(take.rate * BLOCK_S) // 2, int(take.rate * SEARCH_S)
    window = np.hanning(2 * half + 1)[:-1]
    padded = np.pad(take.samples.astype(np.float64), (half, 3 * half + 2 * reach))
    out = np.zeros(int(len(take.samples) * factor) + 3 * half)
    at = 0
    for start in range(0, len(out) - 2 * half, half):
        out[start : start + 2 * half] += window * padded[at : at + 2 * half]
        ideal = min(int((start + half) / factor), len(padded) - 2 * half - 2 * reach)
        at = _best(padded, at + half, max(ideal - reach, 0), half, reach)
    return Take(out[half : half + int(len(take.samples) * factor)].astype(np.float32), take.rate)


def _best(samples: npt.NDArray[np.float64], natural: int, lowest: int, half: int, reach: int) -> int:
    """Where, from `lowest` on, the sound is most like what would have followed."""
    wanted = samples[natural : natural + half]
    offered = samples[lowest : lowest + half + 2 * reach]
    likeness = np.correlate(offered, wanted[: max(len(offered) - 2 * reach, 0)], "valid")
    return lowest + int(np.argmax(likeness)) if len(likeness) else lowest
