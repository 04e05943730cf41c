"""The sound device over a whole session: it may stall, go, and come back as another one.

Nothing here waits. Opening and closing may block for as long as a sound server hangs, so both are handed to
`start`, which runs them in a thread of their own; what was opened comes back through a deque.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import numpy as np
import numpy.typing as npt

from massage_voice.errors import SoundError
from massage_voice.ports import Music, Speaker
from massage_voice.session.events import Event, Signal

PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 5.0)
"""Before each try to open another device; the last one is used from then on."""
PATIENCE_S: Final = 10.0
"""A try that takes longer hangs; another is made beside it …"""
OPENINGS: Final = 3
"""… up to so many at once."""

Start = Callable[[Callable[[], None]], object]
"""Runs a function, somewhere else than in the caller's thread."""


def in_thread(work: Callable[[], None]) -> None:
    """Run `work` in a thread that nobody waits for, not even at the interpreter's exit."""
    threading.Thread(target=work, name="sound-device", daemon=True).start()


class Device:
    """The speaker in use. Call `news` in every turn of the session's loop."""

    def __init__(
        self,
        speaker: Speaker,
        reopen: Callable[[], Speaker] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        start: Start = in_thread,
    ) -> None:
        self.speaker = speaker
        """Changes when another one has been opened, with the DEVICE_BACK that tells of it."""
        self._reopen = reopen
        self._clock = clock
        self._start = start
        self._gain = 0.0
        self._music: Music | None = None
        self._lost = False
        self._why = ""  # it was lost
        self._closed = False
        self._opened: deque[Speaker | None] = deque()  # what the tries have brought; None for nothing
        self._openings = 0  # tries under way
        self._tries = 0  # since the loss
        self._next_s = 0.0

    @property
    def trouble(self) -> str:
        """One sentence on why there is no sound, as of now; empty while there is."""
        return (self.speaker.trouble or self._why) if self._lost else ""

    def gain(self, decibels: float) -> None:
        """Set the loudness of everything, on this speaker and those to come; 0 dB is as mixed."""
        self._gain = decibels
        self.speaker.gain(decibels)

    def tone(self, samples: npt.NDArray[np.int16]) -> None:
        """Sound `samples` above everything, on the speaker of this moment."""
        self.speaker.tone(samples)

    def bed(self, music: Music | None) -> None:
        """The music under the steps, on this speaker and those to come."""
        self._music = music
        self.speaker.bed(music)

    def silence(self) -> None:
        """Ramp to silence."""
        self.speaker.silence()

    def news(self) -> tuple[Event, ...]:
        """What has happened since this was last called: GAP, DEVICE_LOST, DEVICE_BACK. Never blocks."""
        gaps = tuple(Event(Signal.GAP, gap.run, gap.frame, gap.frames) for gap in self.speaker.gaps())
        if self._closed:
            return gaps
        another = self._collect()
        return gaps + (self._recover(another) if self._lost else self._watch())

    def close(self) -> None:
        """Close what is open, off this thread when it is lost; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._collect()
        if self._lost:
            self._start(self.speaker.close)
        else:
            self.speaker.close()

    def _watch(self) -> tuple[Event, ...]:
        if self.speaker.alive():
            return ()
        self._lost = True
        self._why = self.speaker.trouble
        self._tries = 0
        self._plan()
        self.speaker.silence()  # should it come back, it does not go on talking by itself
        return (Event(Signal.DEVICE_LOST),)

    def _recover(self, another: Speaker | None) -> tuple[Event, ...]:
        if another is not None:
            self._start(self.speaker.close)
            self.speaker = another
            self.speaker.gain(self._gain)
            self.speaker.bed(self._music)
        elif not self.speaker.alive():
            self._try()
            return ()
        self._lost = False
        return (Event(Signal.DEVICE_BACK),)

    def _try(self) -> None:
        """Begin to open another device when it is time to."""
        now_s = self._clock()
        if self._reopen is None or now_s < self._next_s or self._openings >= OPENINGS:
            return
        self._openings += 1
        self._tries += 1
        self._next_s = now_s + PATIENCE_S
        self._start(self._open)

    def _open(self) -> None:
        """Runs elsewhere; leaves what it opened in the deque, or None."""
        speaker = None
        try:
            with suppress(SoundError):
                speaker = self._reopen() if self._reopen else None
        finally:
            self._opened.append(speaker)
            if self._closed:
                self._collect()

    def _collect(self) -> Speaker | None:
        """A speaker that was opened and is needed; the others that were opened are closed."""
        needed = None
        with suppress(IndexError):  # the deque is empty; two threads may find it so after `close`
            while True:
                speaker = self._opened.popleft()
                self._openings -= 1
                if self._lost and not self._closed and needed is None and speaker is not None and speaker.alive():
                    needed = speaker
                    continue
                self._plan()
                if speaker is not None:
                    self._start(speaker.close)
        return needed

    def _plan(self) -> None:
        self._next_s = self._clock() + PAUSES_S[min(self._tries, len(PAUSES_S) - 1)]
