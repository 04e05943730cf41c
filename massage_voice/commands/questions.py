"""The questions before a live session, and what their answers leave of it."""

from __future__ import annotations

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers
from massage_voice.commands.interview import Interview
from massage_voice.commands.places import Places
from massage_voice.commands.records import now
from massage_voice.errors import NotSuitableError
from massage_voice.routine.model import Routine
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.screen.talk import talk
from massage_voice.session.past import front_worked_on


def ask(
    routine: Routine, asked: Asked, home: Places, interview: Interview, *, interactive: bool, screened: bool
) -> Answers:
    """What the answers leave of the session; without anybody to answer, the most careful one.

    Raises:
        NotSuitableError: they leave nothing.
        LeftError: somebody left in the middle of the questions.
    """
    screening = load_screening()
    if not screened and not interactive:
        talk("Nobody can answer the questions here, so the session is the most careful one (see --screened).")
        return Answers(restrictions=screening.unattended())
    wants = _wanted_front(routine, asked, home, interview)
    if screened:
        return Answers(front=bool(wants))
    has_front = any(step.gate is not None for step in routine.steps)
    outcome = interview.hold(screening.ask(load_registry(), has_front=has_front, wants_front=wants))
    for line in outcome.say:
        interview.say(line)
    if not outcome.suitable:
        raise NotSuitableError("no massage today", "the reason was just said")
    return Answers(outcome.front, outcome.restrictions)


def _wanted_front(routine: Routine, asked: Asked, home: Places, interview: Interview) -> bool | None:
    """Whether the front of the neck is wanted; not twice on one day, and said where that was asked for."""
    if not any(step.gate is not None for step in routine.steps) or asked.front is False:
        return asked.front
    if not front_worked_on(home.sessions, now().date()):
        return asked.front
    if asked.front:
        interview.say(load_screening().front_once)
    return False
