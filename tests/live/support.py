"""Live sessions without a card: real plans and voices, the real mixer, a clock that is moved by hand."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from massage_voice.clip import RATE, Speech
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import (
    Answers,
    checked,
    make_plan,
    make_script,
    read_routine,
    speeches,
)
from massage_voice.commands.live import emergency
from massage_voice.commands.places import Places
from massage_voice.commands.run import GREETING
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import ScriptedControls
from massage_voice.errors import ExitCode, SoundError
from massage_voice.ports import Library, Program
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Cue
from massage_voice.session.deadline import Deadline
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.session.journal import MemoryLines
from massage_voice.session.machine import Session
from massage_voice.session.player import Player
from massage_voice.sound.program import Piece, Pieces, TimelineProgram, sounds_from
from massage_voice.sound.samples import Samples
from massage_voice.sound.virtual import VirtualSpeaker
from massage_voice.timeline import wording
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import SilentLibrary, open_library

LATER = Asked(first=False)
FRONT = Asked(first=True, front=True)
FIRST = Asked(first=True)
FRONT_AGAIN = Asked(first=False, front=True)


@cache
def warm_clips() -> Path:
    """The one clip cache of all tests; the first who asks for a clip makes it. `scripts/test.py` says where it lies."""
    given = os.environ.get("CLIPS_OF_ALL_TESTS")
    if given:
        return Path(given)
    folder = Path(tempfile.mkdtemp(prefix="massage-voice-clips."))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def home_in(folder: Path) -> Path:
    """A `MASSAGE_VOICE_HOME` of one's own in `folder`, with the shared clips."""
    home = folder / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "clips").symlink_to(warm_clips(), target_is_directory=True)
    return home


@cache
def real_library() -> Library:
    """The voice that users hear."""
    library = open_library(None, warm_clips())
    atexit.register(library.close)
    return library


@cache
def silent_library() -> Library:
    """Estimated lengths, no engine."""
    return SilentLibrary()


def live_texts(plan_minutes: int, wpm: int) -> dict[str, Speech]:
    """What a live session needs besides its plan."""
    around = speeches(load_screening().texts(), wpm, caution=True)
    return {**around, **speeches(wording.live_texts(plan_minutes), wpm)}


@dataclass(frozen=True)
class Stage:
    """A plan, the one without the front where there is one, and how its texts sound."""

    plan: Plan
    without_front: Plan | None
    library: Library

    def session(self, *, interactive: bool = True, prelude: bool = True) -> Session:
        """A new session of the plan."""
        empty = Timeline(RATE, (), (), 0)
        return Session(
            self.plan,
            emergency(),
            prelude=self.plan.preparation() if prelude else empty,
            without_front=self.without_front,
            interactive=interactive,
        )

    def sound(self, cue: Cue) -> Samples:
        """A cue's samples."""
        return sounds_from(self.library.clip)(cue)

    def program(self, timeline: Timeline) -> Program:
        """As `run` plays it."""
        return TimelineProgram(timeline, self.sound)


@cache
def stage(routine: str = "neck", asked: Asked = FIRST, *, real: bool = False) -> Stage:
    """The stage for a routine, made once."""
    nowhere = Path("/nonexistent")
    read = read_routine(routine, Places(nowhere, nowhere, nowhere, nowhere))
    library = real_library() if real else silent_library()
    script = make_script(read, asked, Answers(front=bool(asked.front)), first=bool(asked.first))
    late = speeches(wording.late_texts(script), asked.wpm)
    plan = make_plan(script, asked, library, {**live_texts(script.limit_ms // 60_000, asked.wpm), **late})
    without = None
    if script.front:
        without = make_plan(make_script(read, asked, Answers(), first=bool(asked.first)), asked, library)
    return Stage(plan, without, library)


def warm_everything() -> None:
    """Make the clips of the neck session, with and without its front, for the commands that speak them."""
    stage("neck", FIRST, real=True)
    stage("neck", FRONT, real=True)
    real_library().prepare(speeches([GREETING], 130))


class Loudspeaker(VirtualSpeaker):
    """A virtual speaker that remembers how loud it was told to be."""

    gained: list[float]

    def gain(self, decibels: float) -> None:
        """See `ports.Speaker`."""
        self.gained = [*getattr(self, "gained", []), decibels]
        super().gain(decibels)


@dataclass
class Watcher:
    """A View that keeps what it was told."""

    notices: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    look: Callable[[Session], None] = lambda _: None

    def update(self, session: Session) -> None:
        """See `player.View`."""
        if not self.states or self.states[-1] != session.state.value:
            self.states.append(session.state.value)
        self.look(session)

    def notice(self, text: str) -> None:
        """See `player.View`."""
        self.notices.append(text)


@dataclass(frozen=True)
class Run:
    """What the speaker was told to play, and when it began."""

    number: int
    timeline: Timeline
    frame: int
    """The frame of the timeline at which it began."""
    began: int
    """The frame of the recording at which frame 0 of the timeline lies."""


class Slow(ScriptedControls):
    """Controls whose reader looks at the clock seldom: tests of whole sessions take less time."""

    grain_s = 0.0

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        return super().read(max(timeout_s, self.grain_s))


class Rig:
    """A Player over a virtual speaker and scripted controls; seconds of the script are seconds of the room."""

    def __init__(
        self,
        session: Session,
        program: Callable[[Timeline], Program],
        script: Iterable[tuple[float, Event]] = (),
        *,
        keep: bool = False,
        journal: MemoryLines | None = None,
        ledger: Any = None,
        sink: Callable[[Samples], object] | None = None,
        grain_s: float = 0.0,
        length_s: float | None = None,
    ) -> None:
        self.session = session
        self.kept: list[Samples] = []
        self.consumed = 0
        self._sink = sink or (self.kept.append if keep else None)
        self.speaker = Loudspeaker(sink=self._sink)
        self.controls = Slow(script, wait=self.wait)
        self.controls.grain_s = grain_s
        self.journal = journal or MemoryLines()
        self.ledger = ledger if ledger is not None else MemoryLines()
        self.view = Watcher()
        self.plugged = True
        self.happenings: list[tuple[float, Callable[[], object]]] = []
        """What happens in the room at a second, besides keys."""
        self.timelines: dict[int, tuple[Timeline, int]] = {}
        self.runs: list[Run] = []
        self._program = program
        self.device = Device(self.speaker, self._reopen, clock=lambda: self.controls.now_s, start=lambda work: work())
        self.player = Player(
            session,
            self.device,
            self.controls,
            program=self._play,
            check=lambda timeline: checked(timeline, session.plan.script, whole=False),
            journal=self.journal,
            ledger=self.ledger,
            view=self.view,
            deadline=Deadline(length_s, clock=lambda: self.controls.now_s),
        )

    def play(self) -> ExitCode:
        """To the end of the session."""
        return self.player.play()

    def happen(self, at_s: float, what: Callable[[], object]) -> None:
        """Let something happen at a second."""
        self.happenings = sorted([*self.happenings, (at_s, what)], key=lambda entry: entry[0])

    def wait(self, seconds: float) -> None:
        """Let time pass in the room."""
        while self.happenings and self.happenings[0][0] <= self.controls.now_s:
            self.happenings.pop(0)[1]()
        frames = round(seconds * RATE)
        self.speaker.advance(frames)
        self.consumed += frames
        number, frame = self.speaker.played()
        if number in self.timelines and (not self.runs or self.runs[-1].number != number):
            timeline, first = self.timelines[number]
            self.runs.append(Run(number, timeline, first, self.consumed - frame))

    def recording(self) -> Samples:
        """Everything that was consumed, pauses included."""
        return np.concatenate(self.kept)

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """The ledger."""
        return list(self.ledger.entries)

    def _play(self, timeline: Timeline) -> Program:
        self.timelines[self.session.run] = timeline, self.session.frame
        return self._program(timeline)

    def unplug(self) -> None:
        """The sound device goes."""
        self.plugged = False
        self.speaker.lose()

    def plug(self) -> None:
        """A sound device is there again."""
        self.plugged = True

    def _reopen(self) -> Loudspeaker:
        if not self.plugged:
            raise SoundError("no sound device")
        self.speaker = Loudspeaker(sink=self._sink)
        return self.speaker


def keys(*presses: tuple[float, str]) -> list[tuple[float, Event]]:
    """Key presses as the terminal would give them, at their seconds."""
    return [(at_s, event_of(key)) for at_s, key in presses]


def at(at_s: float, signal: Signal) -> tuple[float, Event]:
    """A signal, as a spoken word or a headset would give it."""
    return at_s, Event(signal)


def numbered(plans: Iterable[Plan]) -> dict[str, int]:
    """Each text that a session of these plans can say, and a number for it."""
    texts = sorted({text for plan in plans for text in plan.sounds.texts})
    return {text: number for number, text in enumerate(texts, 1)}


def identity(numbers: Mapping[str, int]) -> Callable[[Timeline], Program]:
    """A program whose every sample tells which text is being said: 100 times its number. Bells are silent."""

    def program(timeline: Timeline) -> Program:
        pieces = [
            Piece(p.start, np.full(p.end - p.start, 100 * numbers[p.cue.text], np.int16))
            for p in timeline.placements
            if p.cue.is_spoken
        ]
        return Pieces(pieces, timeline.length)

    return program
