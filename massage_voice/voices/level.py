"""Every text at one loudness, no peak of it near full scale."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.loudness import lufs, peaks

Wave = npt.NDArray[np.float64]

TARGET_LUFS: Final = -19.0
"""Of one channel: -16 LUFS by two loudspeakers, as EBU R 128 counts."""
CEILING_DBTP: Final = -2.0
"""The highest true peak: with music under it and a tone above it, still below -1 dBTP. A limiter takes down the few
peaks that speech at the target has above it."""
LOOK_S: Final = 0.008
"""The limiter goes down before a peak, and up after it, within this: a period of the deepest voices."""
ROUNDS: Final = 6
"""What is limited is softer: so often, at most, it is made up for …"""
CLOSE_LU: Final = 0.05
"""… until it is as near as this."""


def levelled(samples: Wave) -> Wave:
    """The samples at `TARGET_LUFS`, no true peak above `CEILING_DBTP`; silence stays silence."""
    loudness, highest = lufs(samples), peaks(samples)
    if loudness == float("-inf"):
        return samples
    gain = 10 ** ((TARGET_LUFS - loudness) / 20)
    if highest.max() * gain <= 10 ** (CEILING_DBTP / 20):
        return samples * gain
    out = samples
    for _ in range(ROUNDS):
        out = samples * gain * limits(highest * gain)
        missing = TARGET_LUFS - lufs(out)
        if abs(missing) < CLOSE_LU:
            break
        gain *= 10 ** (missing / 20)
    return out


def limits(highest: Wave) -> Wave:
    """Gains that keep peaks of these heights below the ceiling: softly down around each, 1 elsewhere."""
    ceiling = 10 ** (CEILING_DBTP / 20)
    wanted = ceiling / np.maximum(highest, ceiling)
    reach = round(LOOK_S * RATE)
    lowest = _lowest(np.pad(wanted, 2 * reach, constant_values=1.0), 2 * reach + 1)
    window = np.hanning(2 * reach + 3)[1:-1]
    return _convolved(lowest, window / window.sum())


def _lowest(values: Wave, width: int) -> Wave:
    """The least of each `width` values in a row, shape (len - width + 1,)."""
    done, out = 1, values
    while done < width:
        step = min(done, width - done)
        out = np.minimum(out[:-step], out[step:])
        done += step
    return out


def _convolved(values: Wave, kernel: Wave) -> Wave:
    """The part in which the kernel lies inside the values whole."""
    size = 1 << (len(values) + len(kernel) - 1).bit_length()
    product = np.fft.rfft(values, size) * np.fft.rfft(kernel, size)
    return np.fft.irfft(product, size)[len(kernel) - 1 : len(values)]
