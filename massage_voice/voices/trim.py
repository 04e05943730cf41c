"""Where a take begins and ends to sound: engines put 0.1 to 0.4 s of silence around every sentence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from massage_voice.clip import Take

QUIET = 10 ** (-40 / 20)
"""Share of the loudest 5 ms below which a block counts as silence; a soft final "s" lies near -30 dB."""
HEARD = 10 ** (-32 / 20)
"""The same for what is clearly audible: about -40 dBFS in a finished clip."""
BLOCK_S = 0.005
RAMP_S = 0.005


def sounding(take: Take) -> Take:
    """The take without its outer silence: a block of 5 ms stays on each side, ramped against clicks."""
    size = max(int(take.rate * BLOCK_S), 1)
    start, end = _span(take, size, QUIET)
    return Take(_ramped(take.samples[max(start - size, 0) : end + size], take.rate), take.rate)


def heard_s(take: Take) -> float:
    """Seconds from the first to the last clearly audible block: what a listener takes for the sentence."""
    start, end = _span(take, max(int(take.rate * BLOCK_S), 1), HEARD)
    return (end - start) / take.rate


def _span(take: Take, size: int, share: float) -> tuple[int, int]:
    count = len(take.samples) // size
    power = np.square(take.samples[: count * size].reshape(count, size)).mean(axis=1)
    loud = np.flatnonzero(power > power.max(initial=0.0) * share**2)
    return (int(loud[0]) * size, int(loud[-1] + 1) * size) if len(loud) else (0, 0)


def _ramped(samples: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    size = min(int(rate * RAMP_S), len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, size, dtype=np.float32)
    shaped = samples.copy()
    shaped[:size] *= ramp
    shaped[len(shaped) - size :] *= ramp[::-1]
    return shaped
