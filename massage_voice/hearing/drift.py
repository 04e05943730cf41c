"""Two clocks that are not the same: how fast an echo comes later and later, and what was played at the other's pace.

A microphone on USB and a loudspeaker on the board differ by some ten parts in a million: a third of a frame a second,
which no filter of an echo follows well. Where the echo lies is measured to a part of a frame again and again, a line is
laid through that, and what was played is read at that pace; the filter then sees an echo that stays where it is.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import Final

import numpy as np

from massage_voice.hearing.mel import RATE, Array

KEPT: Final = 6 * RATE
MEASURED: Final = RATE
"""Frames in which the place of an echo is measured: two clocks move by a frame or two meanwhile, not more."""
ASIDE: Final = 48
"""It is looked for so many frames to either side of where it should be."""
CLEAR: Final = 5.0
"""A peak so many times the usual correlation is the echo."""
LOW_HZ, HIGH_HZ = 200, 5000
PLACES: Final = 40
"""Measurements that the line is laid through …"""
ENOUGH: Final = 6
"""… and the fewest that make one."""
STRAIGHT: Final = 0.7
"""Frames by which half of them may lie beside it."""
LEAST: Final = 2e-6
"""Slower drift is left to the filter; it may be none."""
MOST: Final = 400e-6
"""Faster is no clock."""
HALF: Final = 8
"""Frames to either side that one in between is made of."""
PHASES: Final = 512
"""Places between two frames that are told apart."""


class Drift:
    """Fed with places of the echo; `rate` is the line through them."""

    def __init__(self) -> None:
        self._places: deque[tuple[int, float]] = deque(maxlen=PLACES)
        self.rate = 0.0
        """Frames a frame by which the echo falls behind; 0 while nothing is known, or nothing to speak of."""

    def forget(self) -> None:
        """The echo lies elsewhere from now on; the clocks are the same."""
        self._places.clear()

    def add(self, at: int, delay: float) -> None:
        """At frame `at` it came `delay` frames late."""
        self._places.append((at, delay))
        if len(self._places) >= ENOUGH:
            rate = self._line()
            if rate is not None and (self.rate or abs(rate) >= LEAST):
                self.rate = rate

    def _line(self) -> float | None:
        """The median of all slopes: a third of the places may be anywhere. None where they make no line."""
        ats, delays = np.array(self._places).T
        earlier, later = np.triu_indices(len(ats), 1)
        slope = float(np.median((delays[later] - delays[earlier]) / (ats[later] - ats[earlier])))
        beside = delays - slope * ats
        straight = np.median(np.abs(beside - np.median(beside))) <= STRAIGHT
        return slope if straight and abs(slope) <= MOST else None


def place(heard: Array, reference: Array) -> float | None:
    """How many frames `heard` lies behind the middle of `reference`, which is `ASIDE` longer at either end."""
    size = 1 << (len(reference) + len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(reference, size))
    low, high = round(LOW_HZ / RATE * size), round(HIGH_HZ / RATE * size)
    phases = np.zeros_like(spectrum)
    phases[low:high] = spectrum[low:high] / np.maximum(np.abs(spectrum[low:high]), 1e-9)
    lags = np.abs(np.fft.irfft(phases, size))
    near = np.concatenate([lags[-2 * ASIDE :], lags[:1]])
    peak = int(np.argmax(near))
    if not 0 < peak < len(near) - 1 or near[peak] <= CLEAR * np.sqrt(np.mean(lags**2)):
        return None
    before, top, after = near[peak - 1 : peak + 2]
    return peak + float((before - after) / (2 * (before - 2 * top + after))) - ASIDE


class Track:
    """The last seconds of a sound, by the count of its frames."""

    def __init__(self) -> None:
        self._kept = np.zeros(KEPT, np.float32)
        self.count = 0

    def add(self, samples: Array) -> None:
        """What came next."""
        at = np.arange(self.count, self.count + len(samples)) % KEPT
        self._kept[at] = samples
        self.count += len(samples)

    def read(self, start: float, frames: int, step: float = 1.0) -> Array:
        """`frames` of it from `start` on, `step` apart; silence where nothing has come, or is not kept any more."""
        if step == 1.0 and start == int(start):
            return self._whole(int(start) + np.arange(frames))
        at = start + step * np.arange(frames)
        first, phase = np.divmod(np.round(at * PHASES).astype(np.int64), PHASES)
        around = self._whole(first[0] + 1 - HALF + np.arange(first[-1] - first[0] + 2 * HALF))
        beside = np.lib.stride_tricks.sliding_window_view(around, 2 * HALF)[first - first[0]]
        return np.asarray(np.einsum("ij,ij->i", beside, _between()[phase]), np.float32)

    def _whole(self, at: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Array:
        known = (at >= max(0, self.count - KEPT)) & (at < self.count)
        return np.where(known, self._kept[at % KEPT], np.float32(0))


@cache
def _between() -> Array:
    """How much each of the frames around counts, for each phase: a sinc that ends softly."""
    away = np.arange(PHASES)[:, None] / PHASES - np.arange(1 - HALF, HALF + 1)
    return np.asarray(np.sinc(away) * np.cos(np.pi * away / (2 * HALF + 1)) ** 2, np.float32)
