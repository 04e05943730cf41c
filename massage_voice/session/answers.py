"""Answers while the hands go on: a new pace, one more minute, the time left. Pure: a moment in, a plan out.

Steps move within their bounds, the session within its limit; what cannot be done is said, not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from massage_voice.clip import RATE
from massage_voice.routine.model import Side
from massage_voice.safety.script import Cue, Kind
from massage_voice.session.events import Signal
from massage_voice.session.position import Heard, chapter_at, landing_at
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan, TooTightError, bounds

PACE_STEP: Final = 1.15
"""How much longer "slower" makes what is left."""
MINUTE: Final = 60 * RATE
_WORDS: Final = {Signal.SLOWER: wording.SLOWER, Signal.FASTER: wording.FASTER, Signal.ADD_TIME: wording.ADDED}


@dataclass(frozen=True, slots=True)
class Moment:
    """A session while the hands work and nothing is being said."""

    plan: Plan
    timeline: Timeline
    frame: int
    clock: int
    """Session time in frames."""
    heard: Heard
    """What was heard before the timeline's frame 0."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What an answer makes of the rest."""

    plan: Plan
    left: int
    """Frames of practice left in the step."""


def answer(signal: Signal, moment: Moment) -> tuple[Plan, Landing] | None:
    """The plan from now on and how to go on in it, the answer's words first; None outside the practice."""
    landing = landing_at(moment.timeline, moment.frame)
    if landing is None or landing.left is None:
        return None
    left = landing.left
    landing = replace(landing, memory=moment.heard.at(moment.timeline, moment.frame))
    try:
        change, word = _decided(signal, moment, landing, left)
        bare = replace(landing, left=change.left)
        total = change.plan.timeline(bare).length
    except TooTightError:
        return None  # what is being played goes on as it is
    cues = _cues(landing.step, _texts(signal, word, change.left, total))
    return change.plan, replace(bare, say=tuple(cues))


def _decided(signal: Signal, moment: Moment, landing: Landing, left: int) -> tuple[_Change, str]:
    """The change, and the word for it; a change that cannot be is none."""
    same = _Change(moment.plan, left)
    if signal is Signal.TIME_LEFT:
        return same, ""
    change = _wanted(signal, moment, landing, left)
    shorter = signal is Signal.FASTER
    unchanged = change.left == left and change.plan.durations == moment.plan.durations
    if unchanged or not (shorter or _within_limit(change, moment, landing)):
        return same, wording.AT_LIMIT
    return change, _WORDS[signal]


def _wanted(signal: Signal, moment: Moment, landing: Landing, left: int) -> _Change:
    plan, factor = moment.plan, PACE_STEP if signal is Signal.SLOWER else 1 / PACE_STEP
    if signal is not Signal.ADD_TIME:
        plan = plan.paced_after(landing.step, factor)
    wanted = left + MINUTE if signal is Signal.ADD_TIME else round(left * factor)
    moved = _bounded(wanted, left, moment)
    if signal is Signal.ADD_TIME and moved != wanted:
        return _Change(plan, left)
    longer = plan.lengthened(landing.step, moved - left)
    return _Change(plan, left) if longer is None else _Change(longer, moved)


def _bounded(wanted: int, left: int, moment: Moment) -> int:
    """`wanted` within the step's bounds. A step that gives each side its turn keeps its time: both stay equal."""
    secured = chapter_at(moment.timeline, moment.frame).secured
    if secured.step.side is Side.SEQUENTIAL:
        return left
    low, high = bounds(secured)
    spent = moment.plan.durations[secured.index - 1] - left
    return min(max(wanted, min(low - spent, left), RATE), max(high - spent, left))


def _within_limit(change: _Change, moment: Moment, landing: Landing) -> bool:
    rest = change.plan.timeline(replace(landing, left=change.left)).length
    return moment.clock + rest <= moment.plan.script.limit_ms * RATE // 1000


def _texts(signal: Signal, word: str, left: int, total: int) -> Iterator[str]:
    yield wording.left_in_step(left / RATE) if signal is Signal.TIME_LEFT else word
    yield wording.left_in_all(total / RATE)


def _cues(step: int, texts: Iterator[str]) -> Iterator[Cue]:
    for number, text in enumerate(texts, 1):
        yield Cue(f"{step}.answer.{number}", Kind.NOTICE, text, step)
