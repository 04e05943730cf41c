"""(e) Eight hours of sessions on the virtual clock, or some minutes in real time: memory, drift, missed cues.

`python -m benchmarks soak --hours 8`, `python -m benchmarks soak --real 60`. Whole sessions follow one another in
one process, with the real player, mixer, clips and records on a real disk; every second one is disturbed: paused
for minutes, once for an hour, asked for the time, repeated.
"""

from __future__ import annotations

import gc
import os
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure
from benchmarks.program import cold_home
from benchmarks.session import places
from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, checked, make_plan, make_script, read_routine, speeches
from massage_voice.commands.live import emergency
from massage_voice.commands.records import new_records
from massage_voice.errors import ExitCode
from massage_voice.ports import Library, Program
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Cue
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.session.journal import entries_of
from massage_voice.session.machine import Session
from massage_voice.session.player import Player
from massage_voice.sound.program import TimelineProgram, sounds_from
from massage_voice.sound.samples import Samples
from massage_voice.sound.virtual import VirtualSpeaker
from massage_voice.timeline import wording
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import open_library

ROUTINES = ("neck", "back", "neck-and-back")
SAMPLE_S = 600
"""Virtual seconds between two looks at the memory."""
GROWS_KB_H = 256
"""Above this slope it is looked up what grows."""
DISTURBED = ((200, Signal.TIME_LEFT), (260, Signal.PAUSE), (860, Signal.RESUME), (1000, Signal.REPEAT),
             (1100, Signal.PAUSE), (4700, Signal.RESUME), (4800, Signal.ADD_TIME))  # fmt: skip
"""Seconds of a session, and what is asked for then: two pauses, of ten minutes and of one hour."""


@dataclass
class Tally:
    """What the sessions so far have come to."""

    passed_s: float = 0.0
    """Virtual time."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """(virtual seconds, resident KB)."""
    outcomes: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    drift: int = 0
    """Frames by which a clock was off at the end of a session, all added up."""
    missing: int = 0
    """Cues of the last run that are not in the ledger as delivered."""
    played: int = 0
    """Frames that sounded."""


class Room:
    """Controls and a View: time passes, and what was arranged happens. Nothing of it is kept."""

    def __init__(self, speaker: VirtualSpeaker, tally: Tally, script: tuple[tuple[int, Signal], ...]) -> None:
        self._speaker, self._tally, self._script = speaker, tally, script
        self._now_s = 0.0
        self._run, self._frame = 0, 0
        self.sounded = 0
        """Frames that the device has played of the session's runs, by its own counter."""

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        if self._script and self._script[0][0] <= self._now_s:
            (_, signal), *rest = self._script
            self._script = tuple(rest)
            return Event(signal)
        before = self._now_s
        self._now_s += timeout_s
        self._tally.passed_s += timeout_s
        self._speaker.advance(round(self._now_s * RATE) - round(before * RATE))
        self._count()
        if self._tally.passed_s // SAMPLE_S > (self._tally.passed_s - timeout_s) // SAMPLE_S:
            self._tally.memory.append((self._tally.passed_s, resident_kb()))
        return None

    def _count(self) -> None:
        run, frame = self._speaker.played()
        if run != self._run:
            first = [at for kind, number, at in self._speaker.orders if kind == "play" and number == run]
            self._run, self._frame = run, first[-1]
        self.sounded += frame - self._frame
        self._frame = frame

    def close(self) -> None:
        """See `ports.Controls`."""

    def update(self, session: Session) -> None:
        """See `player.View`."""

    def notice(self, text: str) -> None:
        """See `player.View`."""
        raise RuntimeError(text)


def measure(*, quick: bool, hours: float = 8.0, real_minutes: float = 0.0) -> list[Figure]:
    """The virtual hours; or, with `real_minutes`, real ones instead."""
    if real_minutes:
        from benchmarks import soak_real

        return soak_real.measure(real_minutes)
    began = time.monotonic()
    with cold_home() as home:
        stage = _Stage(home)
        tally = stage.go((0.5 if quick else hours) * 3600)
        took_s = time.monotonic() - began
        slope = slope_kb_h(tally.memory[len(tally.memory) // 2 :])
        if slope > GROWS_KB_H:
            print(stage.growth())
    kb = [kb for _, kb in tally.memory]
    print("RSS in MB: " + " ".join(f"{one / 1024:.1f}" for one in kb[:: max(len(kb) // 24, 1)]))
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items()))
    return [
        Figure(f"virtual time, {tally.sessions} sessions", tally.passed_s / 3600, "h"),
        Figure("wall time", took_s, "s"),
        Figure("RSS after half of it", kb[len(kb) // 2], "KB", peer=kb[-1], against="at the end"),
        Figure("RSS, slope in the second half", slope, "KB/h", aim=GROWS_KB_H),
        Figure(f"frames off in {tally.played:,}", tally.drift, "", aim=0),
        Figure(f"cues missing ({told})", tally.missing, "", aim=0),
    ]  # fmt: skip


class _Stage:
    """Plans and clips of all routines, made once, as one user's machine has them."""

    def __init__(self, home: Path) -> None:
        where = places(home)
        self._sessions = where.sessions
        library: Library = open_library(None, where.clips)
        self._plans = [self._plan(name, library, home) for name in ROUTINES]
        self._sound = sounds_from(library.clip)
        self._clips: dict[tuple[bool, str], Samples] = {}
        for placement in (
            p for plan in self._plans for p in (*plan.whole().placements, *plan.preparation().placements)
        ):
            self._samples(placement.cue)

    def _plan(self, name: str, library: Library, home: Path) -> Plan:
        asked = Asked(first=False)
        script = make_script(read_routine(name, places(home)), asked, Answers(), first=False)
        live = speeches(wording.live_texts(script.limit_ms // 60_000), asked.wpm)
        around = speeches(load_screening().texts(), asked.wpm, caution=True)
        return make_plan(script, asked, library, {**around, **live})

    def go(self, seconds: float) -> Tally:
        """Session after session until so much virtual time has passed."""
        tally = Tally()
        for plan, disturbed in self._turns():
            if tally.passed_s >= seconds:
                return tally
            self._one(plan, tally, DISTURBED if disturbed else ())
        raise AssertionError  # the turns never end

    def _turns(self) -> Iterator[tuple[Plan, bool]]:
        number = 0
        while True:
            yield self._plans[number % len(self._plans)], number % 2 == 1
            number += 1

    def _one(self, plan: Plan, tally: Tally, script: tuple[tuple[int, Signal], ...]) -> None:
        prelude = plan.preparation()
        session = Session(plan, emergency(), prelude=prelude, interactive=False)
        speaker = VirtualSpeaker(sink=None)
        room = Room(speaker, tally, script)
        records = new_records(self._sessions)
        player = Player(
            session, Device(speaker, clock=lambda: tally.passed_s, start=_refused), room, program=self._program,
            check=lambda timeline: checked(timeline, plan.script, whole=False),
            journal=records.journal, ledger=records.ledger, view=room,
        )  # fmt: skip
        code: ExitCode | None = None
        try:
            code = player.play()
        finally:
            records.close(code, barred=False)
        if code is not ExitCode.FINISHED:
            raise RuntimeError(f"a session ended with {code!r}")
        tally.sessions += 1
        tally.played += room.sounded
        planned = plan.whole().length if not script else room.sounded - prelude.length
        tally.drift += abs(session.clock - planned) + abs(room.sounded - prelude.length - session.clock)
        assert records.ledger_path is not None  # noqa: S101 - a folder of one's own can be written
        lines = list(entries_of(records.ledger_path))
        tally.outcomes.update(str(line["outcome"]) for line in lines)
        ended = {str(line["cue"]).partition("@")[0] for line in lines if line["outcome"] == "delivered"}
        owed = {p.cue.id for p in session.timeline.placements} | {p.cue.id for p in prelude.placements}
        tally.missing += len(owed - ended)
        records.ledger_path.unlink()

    def _program(self, timeline: Timeline) -> Program:
        return TimelineProgram(timeline, self._samples)

    def _samples(self, cue: Cue) -> Samples:
        key = cue.is_spoken, cue.text
        if key not in self._clips:
            self._clips[key] = self._sound(cue)
        return self._clips[key]

    def growth(self) -> str:
        """What an hour more adds to the memory, line by line."""
        tracemalloc.start()
        self.go(1800)
        gc.collect()
        before = tracemalloc.take_snapshot()
        self.go(3600)
        gc.collect()
        lines = tracemalloc.take_snapshot().compare_to(before, "lineno")[:15]
        tracemalloc.stop()
        return "\n".join(map(str, lines))


def _refused(_: Callable[[], None]) -> None:
    raise AssertionError("the virtual device is never lost")


def resident_kb() -> float:
    """The resident set of this process, now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def slope_kb_h(memory: list[tuple[float, float]]) -> float:
    """How fast it grows: the line of least squares."""
    if len(memory) < 3:
        return 0.0
    at, kb = np.array(memory).T
    return float(np.polyfit(at / 3600, kb, 1)[0])
