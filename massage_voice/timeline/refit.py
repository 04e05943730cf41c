"""What is left of a session, moved so that it ends when it was asked to: steps within their bounds, nothing else.

Cautions, the closing and the lengths of sentences do not move. What still does not fit is told in frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from massage_voice.clip import RATE
from massage_voice.routine.model import Side
from massage_voice.safety.script import SecuredStep
from massage_voice.timeline.exercises import Ends, Exercises
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import PRACTICE, Plan, TooTightError, bounds

CLOSE_ENOUGH: Final = RATE
"""An end that is off by less is not moved."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Refit:
    """The rest of a session, as near to the asked end as it goes."""

    plan: Plan
    landing: Landing | None
    over: int
    """Frames by which it ends too late; negative when too early, and 0 when it is close enough."""


def refit(plan: Plan, landing: Landing | None, target: int, *, pinned: bool = False) -> Refit:
    """Move the steps from `landing` on so that what is left lasts `target` frames; `pinned` leaves its own step alone.

    None is the whole session.

    Raises:
        TooTightError: a step cannot hold what must be said in it.
    """
    ends = _ends(plan, landing or Landing(1), pinned=pinned)
    exercises = Exercises(plan.script, plan.exercise)
    best, laid = Refit(plan, landing, 0), plan.timeline(landing)
    for _ in range(_TRIES):
        off = target - laid.length
        if abs(off) < CLOSE_ENOUGH:
            return best
        ends = _stretched(laid, best.plan.durations, ends)
        durations = list(best.plan.durations)
        exercises.spread(durations, ends, sum(durations) + off)
        if tuple(durations) == best.plan.durations:
            break
        best, laid = _as_far(best, durations, plan, landing)
    return replace(best, over=laid.length - target)


def _as_far(best: Refit, durations: Sequence[int], plan: Plan, landing: Landing | None) -> tuple[Refit, Timeline]:
    """From `best` towards `durations`: half the way where these lengths leave some sentence no room, and again."""
    for _ in range(_TRIES):
        moved = _at(plan, landing, durations)
        try:
            return moved, moved.plan.timeline(moved.landing)
        except TooTightError:
            durations = [(a + b) // 2 for a, b in zip(best.plan.durations, durations, strict=True)]
    return best, best.plan.timeline(best.landing)


def least_wanted(plan: Plan, landing: Landing, over: int) -> SecuredStep | None:
    """The step that may be left out so that the rest ends in time: the shortest that is long enough, else the longest.

    Never one whose cautions have begun, a part of cautions alone, nor the last, which the closing belongs to.
    """
    open_steps = [s for s in plan.script.steps[landing.step : -1] if not s.hands_off and s.step.gate is None]
    lengths = {s.index: plan.durations[s.index - 1] for s in open_steps}
    enough = [s for s in open_steps if lengths[s.index] >= over]
    if enough:
        return min(enough, key=lambda s: lengths[s.index])
    return max(open_steps, key=lambda s: lengths[s.index], default=None)


def _at(plan: Plan, landing: Landing | None, durations: Sequence[int]) -> Refit:
    if landing is not None and landing.left is not None:
        here = landing.step - 1
        landing = replace(landing, left=landing.left + durations[here] - plan.durations[here])
    return Refit(replace(plan, durations=tuple(durations)), landing, 0)


def _ends(plan: Plan, landing: Landing, *, pinned: bool) -> list[Ends]:
    """How far each step may move: what is done not at all, nor a step in the middle of its sides."""
    found = []
    for secured, duration in zip(plan.script.steps, plan.durations, strict=True):
        low, high = bounds(secured)
        here = secured.index == landing.step and landing.left is not None
        if secured.index < landing.step or secured.hands_off or (here and (pinned or _in_sides(secured))):
            low = high = duration
        elif here and landing.left is not None:
            spent = duration - landing.left
            low = max(low, spent + min(PRACTICE, landing.left))
        found.append((min(low, duration), max(high, duration)))
    return found


def _in_sides(secured: SecuredStep) -> bool:
    """Both sides stay equal: once begun, such a step keeps its time."""
    return secured.step.side is Side.SEQUENTIAL


def _stretched(laid: Timeline, durations: Sequence[int], ends: Sequence[Ends]) -> list[Ends]:
    """`ends`, raised where a step lasts longer than asked because of its words."""
    found = list(ends)
    for chapter in laid.chapters[1:-1]:
        n, length = chapter.secured.index - 1, chapter.end - chapter.start
        low, high = found[n]
        if length > durations[n]:
            found[n] = (max(low, min(length, high)), high)
    return found
