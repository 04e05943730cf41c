"""`resume`: goes on with the session that was interrupted, where it was, the cautions of the area first.

Nothing is guessed: whatever has changed since (the day, the routine, the safety rules) is said, and ends it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers
from massage_voice.commands.music import without_lost_music
from massage_voice.commands.places import Places, places
from massage_voice.commands.records import Records, begun_again, now
from massage_voice.commands.run import Manner, open_stage
from massage_voice.errors import ExitCode, NotSuitableError, RecordError, UsageError
from massage_voice.routine.store import Source, Store
from massage_voice.safety.registry import load_registry
from massage_voice.screen.talk import talk
from massage_voice.screen.views import clock, title
from massage_voice.session.checkpoint import Checkpoint, Phase
from massage_voice.session.past import Past, front_worked_on, read_past
from massage_voice.session.record import kept_answers, running, stems, sweep, take

_ANEW: Final = "start anew: massage-voice run {}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What may be another thing than before; None keeps it."""

    voice: str | None = None
    pace: float | None = None
    wpm: int | None = None
    volume: int | None = None

    def applied(self, asked: Asked) -> Asked:
        """`asked`, with the changes."""
        given = {name: getattr(self, name) for name in ("voice", "pace", "wpm", "volume")}
        return replace(asked, **{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a session, and all that it needs to go on."""

    past: Past
    since: Checkpoint
    source: Source
    asked: Asked
    answers: Answers
    first: bool


def resume(changes: Changes, manner: Manner) -> ExitCode:
    """Go on with the latest session of today that was interrupted; returns how it ended.

    Raises:
        UsageError, RecordError: there is none, or it cannot be gone on with.
        NotSuitableError: it ended with a sign after which nothing goes on.
    """
    home = places()
    sweep(home.sessions, now().date())
    hold = take(_interrupted(home).stem)
    try:
        rest = _rest(read_past(hold.stem), home, changes)
        talk(_told(rest))
        with open_stage(rest.asked, manner, home) as stage:
            from massage_voice.commands.live import Guide

            guide = Guide(rest.source, rest.asked, manner, home, stage)
            if rest.since.stopped and not stage.attended:
                raise UsageError("the session was stopped, and nobody here can say that it may go on", "use a terminal")
            guide.welcome()
            session = guide.session(rest.answers, first=rest.first, since=rest.since)
            records = Records(hold)
            records.journal.append(begun_again(session.plan, guide.library.voice))
            return guide.play(session, records)
    finally:
        hold.release()


def _interrupted(home: Places) -> Past:
    """The latest session that was interrupted. One that somebody is at is not meant, unless there is no other."""
    today, busy = now().date(), None
    for stem in stems(home.sessions):
        past = read_past(stem)
        if past.barred and today in {past.started.date(), past.last.date()}:
            raise NotSuitableError(
                "no session goes on today: there was dizziness, fainting or a sign of the nerves",
                "rest, and see a doctor if it lasts",
            )
        if past.interrupted and past.checkpoint is not None:
            if not running(stem):
                return past
            busy = busy or past
    if busy is not None:
        return busy  # taking it says that it runs
    raise UsageError("there is no interrupted session", "massage-voice history lists the past ones")


def _rest(past: Past, home: Places, changes: Changes) -> Rest:
    name = str(past.head.get("routine"))
    anew = _ANEW.format(name)
    today = now().date()
    if past.checkpoint is None:
        raise UsageError("there is no interrupted session", anew)
    kept = kept_answers(past.stem, today)
    if kept is None:
        day = f"{past.started:%A %d %B, %H:%M}"
        raise UsageError(f"the session of {day} cannot go on: the answers given then held for that day", anew)
    try:
        asked, answers = Asked.read(past.head["asked"]), Answers.read(kept)
        first = past.head["first"] is not False
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{past.stem.name}: expected the options of a session, found something else", anew) from error
    source = Store(home.routines).find(name)
    _same(past, source, anew)
    since = past.checkpoint
    if since.front and not since.worked and front_worked_on(home.sessions, today):
        talk("The front of the neck had its turn today: it is left out.")
        since = replace(since, front=False)
    if changes.pace is not None:
        since = replace(since, durations=())
    return Rest(
        past,
        since,
        source,
        without_lost_music(changes.applied(asked), home),
        replace(answers, front=since.front),
        first,
    )


def _same(past: Past, source: Source, anew: str) -> None:
    """Nothing that the plan was made from has changed.

    Raises:
        UsageError: something has.
    """
    if past.head.get("digest") != source.digest:
        raise UsageError(f"the routine {source.file} has changed since: nobody knows where that would go on", anew)
    if past.head.get("registry") != load_registry().digest:
        raise UsageError("the safety rules have changed since, with another version of massage-voice", anew)


def _told(rest: Rest) -> str:
    since, started = rest.since, f"{rest.past.started:%H:%M}"
    routine = rest.past.head.get("title")
    if since.phase is Phase.CLOSING:
        return f"Going on with {routine}, begun at {started}: the closing."
    if since.phase is Phase.PRELUDE:
        return f"Going on with {routine}, begun at {started}: the preparation."
    seconds: Any = rest.past.seconds
    return f"Going on with {routine}, begun at {started}: step {since.step}, {title(since.name)}, at {clock(seconds)}."
