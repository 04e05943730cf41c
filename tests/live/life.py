"""One life of a session, from its start or a resume to its end or a crash, driven step by step.

The real `Player.play` runs in a thread of its own; it and the test take turns, never both at once. The test hands
in events and time; a crash is an exception that nothing in the program may catch.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import numpy as np

from massage_voice.clip import RATE
from massage_voice.commands.assembly import checked
from massage_voice.errors import ExitCode, SoundError
from massage_voice.ports import Program
from massage_voice.session.device import Device
from massage_voice.session.events import Event
from massage_voice.session.machine import Session
from massage_voice.session.player import Player
from massage_voice.sound.samples import Samples
from massage_voice.sound.virtual import VirtualSpeaker
from massage_voice.timeline.backdrop import NOWHERE
from massage_voice.timeline.model import Timeline
from tests.live.hands import Ears

HARM_MS = 60
"""A gap this long can swallow a short word (product.md, and the ledger's own rule)."""
FINE_S, COARSE_S = 0.04, 0.2


class CrashError(BaseException):
    """The process is killed here."""


class Labels:
    """A program whose every sample tells which text is being said: 100 times its number. Made as it is played."""

    backdrop = NOWHERE

    def __init__(self, timeline: Timeline, numbers: Mapping[str, int]) -> None:
        self.length = timeline.length
        self._spoken = [(p.start, p.end, 100 * numbers[p.cue.text]) for p in timeline.placements if p.cue.is_spoken]

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        block = np.zeros(frames, np.int16)
        for first, end, value in self._spoken:
            if first < start + frames and end > start:
                block[max(first - start, 0) : end - start] = value
        return block


class Listener(Ears):
    """Ears for which a gap of `HARM_MS` tears what is being said, and that know what began."""

    begun: tuple[tuple[str, int], ...] = ()
    """(text, start) of all that was begun. Within a ramp a sample or two may look like another text."""

    def take(self, block: Samples) -> None:
        """See `Ears`."""
        super().take(block)
        self._mark(self.frame)

    def _now(self, value: int, at: int) -> None:
        self._mark(at)
        super()._now(value, at)

    def _mark(self, at: int) -> None:
        text = self.texts.get(self.saying)
        if text is not None and 0 <= self._since < at - RATE // 50 and self.begun[-1:] != ((text, self._since),):
            self.begun += ((text, self._since),)

    def _end(self, at: int) -> None:
        if self.whole[-1:] != [(self.texts.get(self.saying), self._since, at)]:  # one that ends with a block ends once
            super()._end(at)

    def gap(self, frames: int) -> None:
        """The device was silent for `frames` frames where it should not have been."""
        if self.saying and frames * 1000 >= HARM_MS * RATE:
            self._since = -(1 << 40)


class Mouth(VirtualSpeaker):
    """A speaker whose gaps are heard as gaps; loudness is left out, because samples are labels here."""

    def __init__(self, ears: Listener, fuse: Callable[[], None]) -> None:
        super().__init__(sink=ears.take)
        self._ears = ears
        self._fuse = fuse

    def starve(self, frames: int) -> None:
        """See `VirtualSpeaker`."""
        self._ears.gap(frames)
        super().starve(frames)

    def gain(self, decibels: float) -> None:
        """Not applied."""

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """See `ports.Speaker`."""
        self._fuse()
        super().play(run, program, frame)
        self._fuse()

    def silence(self) -> None:
        """See `ports.Speaker`."""
        self._fuse()
        super().silence()


class Disk:
    """A journal on a disk that may hang or refuse; what it had not taken at a crash is gone."""

    def __init__(self, fuse: Callable[[], None] = lambda: None) -> None:
        self.durable: list[dict[str, Any]] = []
        self.handed: list[str] = []
        """Not on the disk yet."""
        self.mode = "well"
        self.fuse = fuse

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        self.fuse()
        self.handed.append(json.dumps(entry))
        self.catch_up()
        self.fuse()

    def catch_up(self) -> None:
        """A disk that is well takes all."""
        if self.mode == "well":
            self.durable += [json.loads(line) for line in self.handed]
            self.handed.clear()

    def settle(self, timeout_s: float) -> bool:  # noqa: ARG002 (see `ports.Journal`)
        """Whether all is on it."""
        return not self.handed

    def complaint(self) -> str:
        """What it says when it refuses."""
        return "no space left" if self.mode == "refuses" and self.handed else ""


@dataclass
class Watch:
    """A View that lets the model look after every turn."""

    look: Callable[[], None]
    notices: list[str] = field(default_factory=list)

    def update(self, session: Session) -> None:  # noqa: ARG002 (see `player.View`)
        """See `player.View`."""
        self.look()

    def notice(self, text: str) -> None:
        """See `player.View`."""
        self.notices.append(text)


class Life:
    """A player with a room around it. `look` is called after every turn of its loop."""

    def __init__(self, session: Session, ears: Listener, numbers: Mapping[str, int], look: Callable[[], None],
                 disk: Disk) -> None:  # fmt: skip
        self.session, self.ears, self.disk = session, ears, disk
        self.disk.fuse = self._burn
        self.ledger = Disk(self._burn)
        self.view = Watch(look)
        self.timelines: dict[int, Timeline] = {}
        self.plugged, self.slept_s, self.now_s = True, 0.0, 0.0
        self.burning: int | None = None
        """Calls to the outside until the process is killed."""
        self.code: ExitCode | None = None
        self.over = False
        self._numbers = numbers
        self.speaker = Mouth(ears, self._burn)
        self.device = Device(self.speaker, self._reopen, clock=lambda: self.now_s, start=lambda work: work())
        self._player = Player(
            session, self.device, self, program=self._program,
            check=lambda timeline: checked(timeline, session.plan.script, whole=False),
            journal=disk, ledger=self.ledger, view=self.view, slept=self._slept,
        )  # fmt: skip
        self._given: SimpleQueue[Event | float | None] = SimpleQueue()
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self._left_s, self._grain_s = 0.0, FINE_S
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        self._wait()

    # --- what the test does ---

    def hand_in(self, event: Event) -> None:
        """One event, handled to its end."""
        self._turn(event)

    def wait(self, seconds: float) -> None:
        """Time passes in the room."""
        self._grain_s = FINE_S if seconds < 2 else COARSE_S
        self._turn(seconds)

    def turn(self) -> None:
        """The loop turns once, in no time."""
        self._turn(0.0)

    def crash(self) -> None:
        """The process is killed between two turns."""
        self._turn(None)

    def replug(self, *, same: bool) -> None:
        """There is sound again, by another device or the same one."""
        self.plugged = True
        if same and isinstance(self.device.speaker, Mouth):
            self.device.speaker.find()

    def unplug(self) -> None:
        """The sound device goes."""
        self.plugged = False
        self.speaker.lose()

    @property
    def playing(self) -> Timeline | None:
        """What the device plays, as it tells by itself."""
        return self.timelines.get(self.speaker.played()[0])

    def _turn(self, what: Event | float | None) -> None:
        if not self.over:
            self._given.put(what)
            self._wait()

    def _wait(self) -> None:
        error = self._done.get(timeout=120)
        if error is not None:
            self.over = True
            self._thread.join()
            if not isinstance(error, CrashError):
                raise error

    # --- the player's side ---

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        if self._left_s <= 0:
            self._done.put(None)
            given = self._given.get()
            if given is None:
                raise CrashError
            if isinstance(given, Event):
                return given
            self._left_s = given
        passing = min(max(timeout_s, self._grain_s), self._left_s)
        self._left_s -= passing
        self.now_s += passing
        self.speaker.advance(round(passing * RATE))
        return None

    def close(self) -> None:
        """See `ports.Controls`."""

    def _live(self) -> None:
        try:
            self.code = self._player.play()
        except BaseException as error:  # noqa: BLE001 (handed to the test)
            self._done.put(error)
        else:
            self._done.put(CrashError())

    def _slept(self) -> float:
        seconds, self.slept_s = self.slept_s, 0.0
        return seconds

    def _program(self, timeline: Timeline) -> Program:
        self.timelines[self.session.run] = timeline
        return Labels(timeline, self._numbers)

    def _reopen(self) -> Mouth:
        if not self.plugged:
            raise SoundError("no sound device")
        self.speaker = Mouth(self.ears, self._burn)
        return self.speaker

    def _burn(self) -> None:
        if self.burning is not None:
            self.burning -= 1
            if self.burning < 0:
                raise CrashError
