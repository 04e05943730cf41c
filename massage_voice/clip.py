"""Samples of speech on their way from an engine to the mixer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 48_000
"""Frames a second of every clip, timeline, file and stream."""


@dataclass(frozen=True, slots=True)
class Take:
    """What an engine gave for one sentence, as it came."""

    samples: npt.NDArray[np.float32]
    """Mono, shape (frames,), nominally within -1..1."""
    rate: int
    """Frames a second of this take."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A checked text, trimmed, at one loudness, ready to mix: mono int16 at `RATE`."""

    text: str
    samples: npt.NDArray[np.int16]
    """Shape (frames,)."""

    @property
    def frames(self) -> int:
        """Length at `RATE`."""
        return len(self.samples)


@dataclass(frozen=True, slots=True)
class Speech:
    """How a text is to be spoken."""

    wpm: int
    """Words a minute, 110 to 140."""
    caution: bool = False
    """A safety text: no sentence of it may be faster than 140 words a minute."""
    say_as: tuple[tuple[str, str], ...] = ()
    """Words of an author's text, and how they are to be said."""
