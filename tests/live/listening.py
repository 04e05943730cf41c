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


def without_gaps(heard: Samples, written: Samples) -> tuple[Samples, int]:
    """The recording of what was written, without the silence that a busy sound server put in; and its frames.

    Such a server loses nothing: where it waits for its client it plays zeros, and then what comes next.
    """
    kept, gone = [heard[:0]], 0
    while len(part := heard[: len(written)]):
        wrong = np.flatnonzero(part != written[: len(part)])
        right = int(wrong[0]) if len(wrong) else len(part)
        kept.append(part[:right])
        heard, written = heard[right:], written[right:]
        quiet = heard[:RATE] == 0
        silent = len(quiet) if quiet.all() else int(np.argmin(quiet))
        if not silent or not len(written):
            kept.append(heard[: len(written)])
            break
        heard, gone = heard[silent:], gone + silent
    return np.concatenate(kept), gone


@dataclass(frozen=True, slots=True)
class Unlike:
    """A piece of a recording that is not what was written."""

    at_s: float
    match: float
    level_db: float
    """How much louder it is."""


WINDOW = RATE // 10


def unlike(heard: Samples, written: Samples) -> list[Unlike]:
    """Every tenth of a second in which the two, of the same length, are not equal sample for sample."""
    pieces = [slice(at, at + WINDOW) for at in range(0, len(written), WINDOW)]
    return [
        Unlike(part.start / RATE, match(heard[part], written[part]), level_db(heard[part]) - level_db(written[part]))
        for part in pieces
        if not np.array_equal(heard[part], written[part])
    ]


def level_db(samples: Samples) -> float:
    """Of the mean power; silence counts as one thousandth of a step."""
    power = float(np.mean(samples.astype(np.float64) ** 2))
    return float(10 * np.log10(max(power, 1e-6)))
