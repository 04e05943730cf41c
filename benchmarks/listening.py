"""Finding sounds in a recording: by loudness, or by the very samples that should be there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.virtual_sound.device import RATE

Samples = npt.NDArray[np.int16]

AUDIBLE = 60
"""Of 32767: -55 dBFS, below the first millimetre of any bell and above the dither of any player."""
HEARD_S = (1.0, 0.3)
"""How much of a clip is looked for: its first second has one best place to a sample. A gap inside it spoils
the likeness, and then less of it is looked for."""
LIKE = 0.8
"""Correlation, from -1 to 1, above which a place is the clip's."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a clip begins in a recording."""

    frame: int
    likeness: float


def find(clip: Samples, recording: Samples, start: int, end: int) -> Found | None:
    """The place in `[start, end)` at which `clip` begins, by normalised cross-correlation."""
    tried = (_best(clip[: round(heard_s * RATE)], recording, max(start, 0), end) for heard_s in HEARD_S)
    return next((found for found in tried if found and found.likeness >= LIKE), None)


def _best(clip: Samples, recording: Samples, start: int, end: int) -> Found | None:
    wanted = clip.astype(np.float64)
    offered = recording[start : end + len(wanted)].astype(np.float64)
    places = len(offered) - len(wanted) + 1
    if places < 1:
        return None
    size = 1 << (len(offered) + len(wanted) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(offered, size) * np.conj(np.fft.rfft(wanted, size)), size)[:places]
    energy = np.concatenate(([0.0], np.cumsum(offered**2)))
    level = np.sqrt((energy[len(wanted) :] - energy[: -len(wanted)]) * (wanted**2).sum())
    likeness = product / np.maximum(level, 1.0)
    best = int(np.argmax(likeness))
    return Found(start + best, float(likeness[best]))


def first_sound(recording: Samples, start: int = 0) -> int | None:
    """The first audible frame from `start` on."""
    loud = np.flatnonzero(np.abs(recording[start:].astype(np.int32)) > AUDIBLE)
    return start + int(loud[0]) if len(loud) else None


def beginnings(recording: Samples, silence_s: float) -> npt.NDArray[np.int64]:
    """Every audible frame that comes after at least so much silence."""
    loud = np.flatnonzero(np.abs(recording.astype(np.int32)) > AUDIBLE)
    first = np.diff(loud, prepend=-10 * RATE) > silence_s * RATE
    return np.asarray(loud[first], np.int64)
