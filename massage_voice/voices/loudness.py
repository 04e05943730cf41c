"""How loud a text sounds: ITU-R BS.1770-4, mono, in numpy; and the gain that makes all texts alike."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE

TARGET_LUFS = -18.0
PEAK_DBFS = -3.0
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""The two filters of the standard as it prints them, (b, a), for 48000 frames a second alone."""


def lufs(samples: npt.NDArray[np.float64]) -> float:
    """Integrated loudness of mono samples at `RATE`, gated as in BS.1770-4; -inf for silence.

    A text shorter than one block of 0.4 s is measured over its own length.
    """
    squares = np.concatenate([[0.0], np.cumsum(np.square(_weighted(samples)))])
    block = min(int(0.4 * RATE), len(samples))
    starts = np.arange(0, len(samples) - block + 1, int(0.1 * RATE))
    power = (squares[starts + block] - squares[starts]) / max(block, 1)
    return _db(_above(_above(power, -70.0), _db(_above(power, -70.0)) - 10.0))


def levelled(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The samples at `TARGET_LUFS`, softer where a peak would rise above `PEAK_DBFS`."""
    gain = 10 ** ((TARGET_LUFS - lufs(samples)) / 20)
    return samples * min(gain, 10 ** (PEAK_DBFS / 20) / float(np.abs(samples).max()))


def _weighted(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = _fast_size(len(samples) + RATE // 2)  # half a second for the filters to ring out
    spectrum = np.fft.rfft(samples, size)
    return np.fft.irfft(spectrum * _response(size), size)[: len(samples)]


def _fast_size(least: int) -> int:
    """A size that transforms fast; there are few of them, so that `_response` is made seldom."""
    power = 1 << (least - 1).bit_length()
    return next(size for size in (power * 5 // 8, power * 3 // 4, power) if size >= least)


@cache
def _response(size: int) -> npt.NDArray[np.complex128]:
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    parts = [np.polyval(b[::-1], delay) / np.polyval(a[::-1], delay) for b, a in (_SHELF, _HIGH_PASS)]
    return np.asarray(parts[0] * parts[1])


def _above(power: npt.NDArray[np.float64], gate: float) -> npt.NDArray[np.float64]:
    return power[power > 10 ** ((gate + 0.691) / 10)]


def _db(power: npt.NDArray[np.float64]) -> float:
    return float(-0.691 + 10 * np.log10(power.mean())) if len(power) else float("-inf")
