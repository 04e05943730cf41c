"""`remind`: says when it is time for a massage, and asks; it never begins by itself.

The loop looks at the clock on the wall at least every 30 s. What is due is `reminders.watch`'s to know; what
fails while a reminder is announced or a session runs is said and ends nothing.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Final

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import read_routine
from massage_voice.commands.offer import Answer, offer, prepare, tell
from massage_voice.commands.places import Places, places
from massage_voice.commands.run import Manner, run
from massage_voice.errors import ExitCode, UsageError
from massage_voice.reminders.timetable import Due, Timetable
from massage_voice.reminders.watch import Watch
from massage_voice.reminders.words import clock_time, spoken_time, written
from massage_voice.screen.talk import talk

NAP_S: Final = 30.0
"""Clocks jump and computers sleep: the clock is looked at this often."""
LATER_S: Final = 600.0
"""What `l` asks for."""
ON_TIME_S: Final = 60.0
"""A reminder later than this says when it was due."""


@dataclass(frozen=True, slots=True)
class When:
    """When to remind, as it was typed."""

    every: tuple[str, ...]
    """day, weekday, weekend, monday …"""
    at: tuple[str, ...]
    """Times of the day; each on each day."""
    once: bool = False
    """End when one reminder was answered, or nobody answered it."""
    test: bool = False
    """Remind now, as if it were time, and then end."""


@dataclass(frozen=True, slots=True)
class World:
    """What the loop has to do with."""

    offer: Callable[[str], Answer | None]
    """Announce a sentence and ask; None when nobody answered."""
    start: Callable[[], ExitCode]
    """Begin the session; returns how it ended."""
    now: Callable[[], float] = time.time
    """Seconds since the epoch, by the clock on the wall."""
    sleep: Callable[[float], object] = time.sleep


def remind(name: str, asked: Asked, when: When) -> ExitCode:
    """Remind of the routine called `name` until somebody ends it; returns how it ended.

    Raises:
        MassageVoiceError: there is no such routine, voice or time; or the routine has problems.
    """
    if not when.at and not when.test:
        raise UsageError("remind: say when to be reminded", f"massage-voice remind {name} --every day --at 20:30")
    home = places()
    title = read_routine(name, home).title
    reminders = Reminders(title, when, _world(name, asked, home))
    try:
        with _endings():
            talk(f"Reminders of {name}. They need this computer awake and this window open; Ctrl-C ends them.")
            prepare(reminders.sentences(), asked, home)
            return reminders.go()
    except KeyboardInterrupt:
        with suppress(OSError):  # the window may be gone
            talk("No more reminders.")
        return ExitCode.INTERRUPTED


def _world(name: str, asked: Asked, home: Places) -> World:
    def start() -> ExitCode:
        read_routine(name, home)  # all its problems, before a bell is rung
        return run(name, asked, Manner())

    return World(lambda sentence: offer(sentence, f"massage-voice run {name}", asked, home), start)


class Reminders:
    """The loop of a routine called `title`."""

    def __init__(self, title: str, when: When, world: World) -> None:
        self._title = title
        self._times = tuple(clock_time(at) for at in when.at)
        self._once = when.once or when.test
        self._world = world
        self._watch = Watch(Timetable(when.every, self._times), world.now())
        self._told: Due | None = None
        if when.test:
            self._watch.postpone(world.now(), 0.0)

    def sentences(self) -> list[str]:
        """What will be said first, and what will be said every day, when nothing is late."""
        first = self._watch.next(self._world.now())
        daily = [datetime.strptime(at, "%H:%M") for at in self._times]
        return list(dict.fromkeys(self._sentence(when) for when in [*([first.when] if first else []), *daily]))

    def go(self) -> ExitCode:
        """Remind; returns when there is nothing more to remind of.

        Raises:
            KeyboardInterrupt: somebody ends it, while it waits or in a session.
        """
        while True:
            _read_time_zone()
            look = self._watch.look(self._world.now())
            if look.missed:
                before = f", and {len(look.missed) - 1} before it" if len(look.missed) > 1 else ""
                talk(f"Missed by more than half an hour: {written(look.missed[-1].when)}{before}.")
            if look.due and (code := self._remind(look.due)) is not None:
                return code
            coming = self._watch.next(self._world.now())
            if coming is None:
                return ExitCode.FINISHED
            self._wait_for(coming)

    def _remind(self, due: Due) -> ExitCode | None:
        """Announce what is due and do what is wanted; an exit code when that was all."""
        late_s = self._world.now() - due.at_s
        now = datetime.fromtimestamp(self._world.now()) if late_s > ON_TIME_S else None
        code, answer = ExitCode.FINISHED, None
        try:
            answer = self._world.offer(self._sentence(due.when, now))
            if answer is Answer.BEGIN:
                code = self._begin()
        except Exception as error:  # noqa: BLE001 (whatever goes wrong this evening, there is another one)
            code = tell(error)
        if answer is Answer.LATER:
            self._watch.postpone(self._world.now(), LATER_S)
            return None
        return code if self._once else None

    def _begin(self) -> ExitCode:
        """A session; what was due meanwhile is not announced after it."""
        try:
            code = self._world.start()
        finally:
            self._watch.look(self._world.now())
        if code is ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        return code

    def _wait_for(self, due: Due) -> None:
        """A nap; says what comes next when that is news."""
        if due != self._told:
            talk(f"Next: {written(due.when)}.")
            self._told = due
        self._world.sleep(max(0.01, min(NAP_S, due.at_s - self._world.now())))

    def _sentence(self, due: datetime, now: datetime | None = None) -> str:
        """What is said at `now`, or on time."""
        if now is None:
            return f"It is {spoken_time(due)}. Time for the massage: {self._title}."
        return f"It is {spoken_time(now)}. The massage was due at {spoken_time(due)}: {self._title}."


def _read_time_zone() -> None:
    """A computer that travels: a running process keeps the time zone that it began with, unless it asks."""
    if sys.platform != "win32":
        time.tzset()


@contextmanager
def _endings() -> Iterator[None]:
    """A polite kill and a closed window end it as Ctrl-C does."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
