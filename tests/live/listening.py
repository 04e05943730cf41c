"""Finding clips in a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples

Wave = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a clip lies in a recording, and how well it matches there: 1.0 is the clip itself."""

    frame: int
    whole: float
    head: float
    """The match of its first 300 ms …"""
    tail: float
    """… and of its last 300 ms."""


def find(recording: Samples, clip: Samples, near: int | None = None, within: int = RATE) -> Found:
    """The best place for `clip` in the recording, by cross-correlation; `near` a frame, or anywhere."""
    start = 0 if near is None else max(0, near - within)
    end = len(recording) if near is None else min(len(recording), near + len(clip) + within)
    part = recording[start:end].astype(np.float64)
    wave = clip.astype(np.float64)
    size = _quick(len(part))  # places beyond it wrap around, and none of them is looked at
    product = np.fft.rfft(part, size) * np.conj(np.fft.rfft(wave, size))
    scores = np.fft.irfft(product, size)[: max(1, len(part) - len(wave) + 1)]
    frame = start + int(np.argmax(scores))
    edge = min(len(clip), 3 * RATE // 10)
    return Found(
        frame,
        match(recording[frame : frame + len(clip)], clip),
        match(recording[frame : frame + edge], clip[:edge]),
        match(recording[frame + len(clip) - edge : frame + len(clip)], clip[-edge:]),
    )


def _quick(least: int) -> int:
    """The smallest length from `least` on that a Fourier transform is quick with."""
    power = 1 << (least - 1).bit_length()
    return min(
        size for size in (power, power * 15 // 16, power * 27 // 32, power * 3 // 4, power * 5 // 8) if size >= least
    )


def match(one: Samples, other: Samples) -> float:
    """The normalised correlation of two pieces of the same length."""
    if len(one) != len(other):
        return 0.0
    a, b = one.astype(np.float64), other.astype(np.float64)
    power = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
    return float(np.dot(a, b)) / power if power else 0.0
