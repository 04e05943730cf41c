"""How loud something sounds: ITU-R BS.1770-4, mono, in numpy.

One channel counts once. Played by two loudspeakers the same samples are 3 LU louder.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE

_MOMENT = int(0.4 * RATE)
_HOP = int(0.1 * RATE)
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""The two filters of the standard as it prints them, (b, a), for 48000 frames a second alone."""


def lufs(samples: npt.NDArray[np.float64]) -> float:
    """Integrated loudness of mono samples at `RATE`, gated as in BS.1770-4; -inf for silence.

    A text shorter than one block of 0.4 s is measured over its own length.
    """
    squares = np.concatenate([[0.0], np.cumsum(np.square(_weighted(samples)))])
    block = min(_MOMENT, len(samples))
    starts = np.arange(0, len(samples) - block + 1, _HOP)
    return _gated((squares[starts + block] - squares[starts]) / max(block, 1))


class Loudness:
    """The same of a sound that comes piece by piece and is never held whole."""

    def __init__(self) -> None:
        self._held = np.zeros(0)
        self._start = 0  # frame at which what is held begins
        self._next = 0  # frame at which the next moment begins
        self._moments: list[npt.NDArray[np.float64]] = []
        self._highest = 0.0

    def add(self, samples: npt.NDArray[np.float64]) -> None:
        """The next samples, mono at `RATE`."""
        self._highest = max(self._highest, float(np.abs(samples).max(initial=0.0)))
        self._held = np.concatenate([self._held, samples])
        starts = np.arange(self._next, self._start + len(self._held) - _MOMENT + 1, _HOP)
        if len(starts):
            squares = np.concatenate([[0.0], np.cumsum(np.square(_weighted(self._held)))])
            self._moments.append((squares[starts - self._start + _MOMENT] - squares[starts - self._start]) / _MOMENT)
            self._next = int(starts[-1]) + _HOP
            kept = max(self._start, self._next - RATE // 2)  # what the filters remember
            self._held, self._start = self._held[kept - self._start :], kept

    def integrated(self) -> float:
        """LUFS, gated; -inf for silence."""
        return _gated(self._power())

    def loudest(self) -> float:
        """The highest momentary loudness, in LUFS; -inf for silence."""
        return _db(self._power().max(initial=0.0, keepdims=True))

    def peak(self) -> float:
        """The highest sample, in dBFS; -inf for silence."""
        return 20 * float(np.log10(self._highest)) if self._highest else float("-inf")

    def _power(self) -> npt.NDArray[np.float64]:
        return np.concatenate([np.zeros(0), *self._moments])


def true_peak(samples: npt.NDArray[np.float64]) -> float:
    """The highest peak of the sound itself, between the samples too, in dBTP; -inf for silence."""
    highest = float(peaks(samples).max(initial=0.0))
    return 20 * float(np.log10(highest)) if highest else float("-inf")


def peaks(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far the sound goes at each sample and until the next, looked at four times a frame; shape (frames,)."""
    import soxr

    above = np.abs(soxr.resample(samples, RATE, 4 * RATE, quality="HQ"))
    above = np.pad(above, (0, max(0, 4 * len(samples) - len(above))))[: 4 * len(samples)]
    highest: npt.NDArray[np.float64] = above.reshape(-1, 4).max(axis=1, initial=0.0)
    return np.maximum(highest, np.abs(samples))


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


def _gated(power: npt.NDArray[np.float64]) -> float:
    """Of all moments those above -70 LUFS, and of these those not more than 10 LU below their mean."""
    heard = _above(power, -70.0)
    return _db(_above(heard, _db(heard) - 10.0))


def _above(power: npt.NDArray[np.float64], gate: float) -> npt.NDArray[np.float64]:
    return power[power > 10 ** ((gate + 0.691) / 10)]


def _db(power: npt.NDArray[np.float64]) -> float:
    return float(-0.691 + 10 * np.log10(power.mean())) if power.any() else float("-inf")
