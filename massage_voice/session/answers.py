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
from massage_voice.timeline.refit import Refit, refit

PACE_STEP: Final = 1.15
"""How much longer "slower" makes what is left."""
MINUTE: Final = 60 * RATE
_LONG: Final = 24 * 60 * MINUTE
_ANSWER: Final = 10 * RATE
"""More than the words of an answer take."""
OVER: Final = 2 * RATE
"""An end that comes later than asked by more is said to be late."""
_WORDS: Final = {
    Signal.SLOWER: wording.SLOWER,
    Signal.FASTER: wording.FASTER,
    Signal.ADD_TIME: wording.ADDED,
    Signal.WAIT: wording.STAY,
    Signal.READY: wording.ON,
    Signal.DEAF: wording.DEAF,
    Signal.HEARING: wording.HEARING,
    Signal.BACK: wording.NO_WAY_BACK,
}

TOLD: Final = frozenset({Signal.TIME_LEFT, Signal.DEAF, Signal.HEARING, Signal.BACK})
"""What is told and changes nothing."""


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
    remaining: int | None = None
    """Frames until the session is to end, where that was asked for."""
    waited: int | None = None
    """Frames of practice that were left when somebody asked to stay in this step."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What an answer makes of the rest."""

    plan: Plan
    left: int
    """Frames of practice left in the step."""


def answer(signal: Signal, moment: Moment) -> Refit | None:
    """The plan from now on and how to go on in it, the answer's words first; None outside the practice."""
    landing = landing_at(moment.timeline, moment.frame)
    if landing is None or landing.left is None:
        return None
    left = landing.left
    landing = replace(landing, memory=moment.heard.at(moment.timeline, moment.frame))
    try:
        change, word = _decided(signal, moment, landing, left)
        fitted = _ended_in_time(change, word, signal, moment, landing)
        bare = replace(fitted.landing or landing, say=())
        total = fitted.plan.timeline(bare).length
        spoken = replace(bare, say=_cues(landing.step, _texts(signal, word, bare.left or 0, total)))
        fitted.plan.timeline(spoken)
    except TooTightError:
        return None  # what is being played goes on as it is
    return replace(fitted, landing=spoken)


def _decided(signal: Signal, moment: Moment, landing: Landing, left: int) -> tuple[_Change, str]:
    """The change, and the word for it; a change that cannot be is none."""
    same = _Change(moment.plan, left)
    if signal in TOLD:
        return same, _WORDS.get(signal, "")
    wanted = _wanted(signal, moment, landing, left)
    change = _in_time(wanted, signal, moment, landing)
    shorter = signal in {Signal.FASTER, Signal.READY}
    unchanged = any(c.left == left and c.plan.durations == moment.plan.durations for c in (wanted, change))
    if unchanged or not (shorter or _within_limit(change, moment, landing)):
        return same, wording.AT_LIMIT
    return change, _WORDS[signal]


def _in_time(change: _Change, signal: Signal, moment: Moment, landing: Landing) -> _Change:
    """`change`, with the steps after it moved so that the end stays where it was asked for; else none."""
    if moment.remaining is None:
        return change
    fitted = _ended_in_time(change, _WORDS[signal], signal, moment, landing)
    if fitted.over > OVER and signal is not Signal.READY:
        return _Change(moment.plan, landing.left or 0)
    return _Change(fitted.plan, change.left)


def _ended_in_time(change: _Change, word: str, signal: Signal, moment: Moment, landing: Landing) -> Refit:
    """What follows this step, moved so that the end stays where it was asked for, the answer's words included."""
    spoken = replace(landing, left=change.left)
    if moment.remaining is None:
        return Refit(change.plan, spoken, 0)
    spoken = replace(spoken, say=_cues(landing.step, _texts(signal, word, change.left, moment.remaining)))
    asked_for = signal in {Signal.ADD_TIME, Signal.SLOWER, Signal.WAIT} and word != wording.AT_LIMIT
    return refit(change.plan, spoken, moment.remaining, pinned=asked_for)


def _wanted(signal: Signal, moment: Moment, landing: Landing, left: int) -> _Change:
    plan, factor = moment.plan, PACE_STEP if signal is Signal.SLOWER else 1 / PACE_STEP
    if signal in {Signal.SLOWER, Signal.FASTER}:
        plan = plan.paced_after(landing.step, factor)
    wanted = {
        Signal.ADD_TIME: left + MINUTE,
        Signal.WAIT: left + _spare(moment, landing),
        Signal.READY: min(left, moment.waited or left),
    }.get(signal, round(left * factor))
    moved = _bounded(wanted, left, moment)
    if signal is Signal.ADD_TIME and moved != wanted:
        return _Change(plan, left)
    longer = plan.lengthened(landing.step, moved - left)
    return _Change(plan, left) if longer is None else _Change(longer, moved)


def _spare(moment: Moment, landing: Landing) -> int:
    """Frames that the rest can do without: all there are, where no end was asked for."""
    if moment.remaining is None:
        return _LONG
    shortest = refit(moment.plan, landing, 0, pinned=True)
    return max(moment.remaining - shortest.over - _ANSWER, 0)


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
    if signal not in {Signal.WAIT, Signal.READY, Signal.DEAF, Signal.HEARING, Signal.BACK}:
        yield wording.left_in_all(total / RATE)


def _cues(step: int, texts: Iterator[str]) -> tuple[Cue, ...]:
    return tuple(Cue(f"{step}.answer.{n}", Kind.NOTICE, text, step) for n, text in enumerate(texts, 1))
