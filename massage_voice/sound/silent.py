"""No device at all: a session of captions still needs a clock that a pause stops."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.ports import Gap, Music, Program


class SilentSpeaker:
    """Plays nothing; frames pass with `clock`, in seconds, while a program would be playing."""

    is_dummy = False
    latency = 0
    trouble = ""

    def __init__(self, clock: Callable[[], float] = time.monotonic, rate: int = RATE) -> None:
        self.rate = rate
        self.name = "no sound, captions only"
        self._clock = clock
        self._run = 0
        self._frame = 0
        self._length = 0
        self._since: float | None = None

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """See `ports.Speaker`.

        Raises:
            ValueError: a frame before the start.
        """
        if frame < 0:
            raise ValueError(f"a program starts at frame 0, not {frame}")
        self._run, self._length = run, program.length
        self._frame = min(frame, program.length)
        self._since = self._clock()

    def silence(self) -> None:
        """See `ports.Speaker`."""
        self._frame = self.played()[1]
        self._since = None

    def played(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        passed = 0.0 if self._since is None else self._clock() - self._since
        return self._run, min(self._length, self._frame + int(passed * self.rate))

    def handed(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        return self.played()

    def gaps(self) -> tuple[Gap, ...]:
        """None: a clock has no buffer that runs dry."""
        return ()

    @property
    def failure(self) -> Exception | None:
        """None: nothing is made."""
        return None

    def alive(self) -> bool:
        """True: nothing can be lost."""
        return True

    def gain(self, decibels: float) -> None:
        """Silence has no loudness."""

    def tone(self, samples: npt.NDArray[np.int16]) -> None:
        """Not heard."""

    def bed(self, music: Music | None) -> None:
        """Not heard."""

    def close(self) -> None:
        """See `ports.Speaker`."""
        self.silence()
