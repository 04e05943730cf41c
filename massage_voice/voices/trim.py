"""Where a take begins and ends to sound: engines put 0.1 to 0.4 s of silence around every sentence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from massage_voice.clip import Take

QUIET = 10 ** (-45 / 20)
"""Share of the loudest 5 ms below which a block counts as silence; a soft final "s" lies near -30 dB."""
BLOCK_S = 0.005
RAMP_S = 0.005


def sounding(take: Take) -> Take:
    """The take without its outer silence: a block of 5 ms stays on each side, ramped against clicks."""
    size = max(int(take.rate * BLOCK_S), 1)
    count = len(take.samples) // size
    power = np.square(take.samples[: count * size].reshape(count, size)).mean(axis=1)
    loud = np.flatnonzero(power > power.max(initial=0.0) * QUIET**2)
    if not len(loud):
        return Take(take.samples[:0], take.rate)
    start, end = max(loud[0] - 1, 0), min(loud[-1] + 2, count)
    return Take(_ramped(take.samples[start * size : end * size], take.rate), take.rate)


def _ramped(samples: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    size = min(int(rate * RAMP_S), len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, size, dtype=np.float32)
    shaped = samples.copy()
    shaped[:size] *= ramp
    shaped[len(shaped) - size :] *= ramp[::-1]
    return shaped
