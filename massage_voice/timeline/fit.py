"""Fits a script into a length: steps move only within their bounds, exercises within theirs.

What cannot be met is an error that names the nearest that can. All numbers are frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from massage_voice.clip import RATE
from massage_voice.errors import UsageError
from massage_voice.safety.registry import Limits
from massage_voice.safety.script import Script
from massage_voice.timeline.exercises import Exercises
from massage_voice.timeline.layout import Sounds
from massage_voice.timeline.plan import Plan, TooTightError, bounds, exercises_out_of_bounds

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """What the user asked for, as far as it touches the times."""

    pace: float = 1.0
    """1.0 as written; below, steps last longer; above, shorter. 0.7 to 1.3."""
    length_s: float | None = None
    """The whole session in seconds, from the first word to the last."""
    latest: bool = False
    """The length is one to stay below: where the steps cannot last so long, less will do."""


def fit(script: Script, sounds: Sounds, shape: Shape, limits: Limits) -> Plan:
    """The plan for `script` in the asked shape.

    Raises:
        UsageError: the length cannot be met; it names the nearest that can.
        RoutineError: a step cannot hold what must be said in it.
    """
    fitter = _Fitter(script, sounds, limits)
    fitted = fitter.shaped(fitter.paced(shape.pace), shape)
    if _silence(fitted) < limits.silence_share:
        fitted = fitter.shaped(replace(fitter.paced(shape.pace), notices=False), shape)
    _keep_exercises(fitted)
    return fitted


def _keep_exercises(plan: Plan) -> None:
    """No exercise was stretched beyond what it may last, for want of room for the words of its steps.

    Raises:
        TooTightError: one was.
    """
    lengths = [chapter.practice_end - chapter.start for chapter in plan.whole().chapters]
    for number in sorted(exercises_out_of_bounds(plan.script, lengths, plan.exercise)):
        step = plan.script.steps[number].step
        raise TooTightError(
            f"{step.place}: steps.{step.name}.exercise: with the cautions and instructions of its steps, the exercise "
            f"{step.exercise!r} does not take the 2 to 5 minutes that one may",
            "shorten what its steps say, or divide it into two exercises",
        )


def _silence(plan: Plan) -> float:
    """The share of the session in which nobody speaks."""
    timeline = plan.whole()
    speech = sum(p.end - p.start for p in timeline.placements if p.cue.is_spoken)
    return 1 - speech / timeline.length


class _Fitter:
    def __init__(self, script: Script, sounds: Sounds, limits: Limits) -> None:
        self.script = script
        self.sounds = sounds
        self.limits = limits
        low, high, gated = (seconds * RATE for seconds in (*limits.exercise, limits.front_exercise))
        self.exercises = Exercises(script, (low, high, gated))

    def paced(self, pace: float) -> Plan:
        wanted = [round(s.step.duration_ms * RATE / 1000 / pace) for s in self.script.steps]
        ends = [bounds(s) for s in self.script.steps]
        durations = [min(max(w, low), high) for w, (low, high) in zip(wanted, ends, strict=True)]
        self.exercises.hold(durations, ends)
        return Plan(self.script, self.sounds, tuple(durations), self.exercises.limits)

    def shaped(self, plan: Plan, shape: Shape) -> Plan:
        """`plan` at the asked length, or within the longest a session may last."""
        natural = plan.whole().length
        limit = self.script.limit_ms * RATE // 1000
        target = round(shape.length_s * RATE) if shape.length_s is not None else min(natural, limit)
        if shape.latest:
            target = min(target, limit, self._most(self._ends(plan), plan))
        if target > limit:
            raise _too_long(self.script, target)
        return plan if target == natural else self.to(plan, target)

    def to(self, plan: Plan, target: int) -> Plan:
        """`plan`, moved so that the whole lasts `target` frames."""
        ends = self._ends(plan)
        if target < self._least(ends, plan):
            plan = replace(plan, reminders=False)
            ends = self._ends(plan)
        self._check_reach(ends, plan, target)
        durations = list(plan.durations)
        for _ in range(_TRIES):
            self.exercises.spread(durations, ends, target - plan.tail())
            moved = replace(plan, durations=tuple(durations))
            actual = [one.chapter.end - one.chapter.start for one in moved.lay()]
            if sum(actual) + plan.tail() == target:
                return moved
            ends = [
                (max(low, a), high) if a > d else (low, high)
                for (low, high), a, d in zip(ends, actual, durations, strict=True)
            ]
        raise self._unreachable(target, ends, plan)

    def _ends(self, plan: Plan) -> list[tuple[int, int]]:
        """The shortest and longest each step can truly last with these voices."""
        lows = self._lengths(plan, 0)
        highs = self._lengths(plan, 1)
        return [(low, max(low, high)) for low, high in zip(lows, highs, strict=True)]

    def _lengths(self, plan: Plan, end: int) -> list[int]:
        durations = tuple(bounds(secured)[end] for secured in self.script.steps)
        laid = replace(plan, durations=durations).lay()
        lengths = [one.chapter.end - one.chapter.start for one in laid]
        rests = [secured.hands_off for secured in self.script.steps]
        if end == 1:
            return [
                length if not rest else low
                for length, rest, low in zip(lengths, rests, self._lengths(plan, 0), strict=True)
            ]
        return lengths

    def _least(self, ends: list[tuple[int, int]], plan: Plan) -> int:
        return self.exercises.ends(ends)[0] + plan.tail()

    def _most(self, ends: list[tuple[int, int]], plan: Plan) -> int:
        return self.exercises.ends(ends)[1] + plan.tail()

    def _check_reach(self, ends: list[tuple[int, int]], plan: Plan, target: int) -> None:
        if not self._least(ends, plan) <= target <= self._most(ends, plan):
            raise self._unreachable(target, ends, plan)

    def _unreachable(self, target: int, ends: list[tuple[int, int]], plan: Plan) -> UsageError:
        limit = self.script.limit_ms * RATE // 1000
        least, most = self._least(ends, plan), min(self._most(ends, plan), limit)
        if least > limit:
            return _over_limit(self.script, least)
        nearest = least if target < least else most
        return UsageError(
            f"this routine cannot last {clock(target)}: between {clock(least)} and {clock(most)} it can",
            f"the nearest is --length {clock(nearest)}",
        )


def clock(frames: int) -> str:
    """Frames as minutes and seconds, `13:50`."""
    seconds = round(frames / RATE)
    return f"{seconds // 60}:{seconds % 60:02d}"


def _too_long(script: Script, target: int) -> UsageError:
    longest = clock(script.limit_ms * RATE // 1000)
    kind = "a first session" if script.first else "a session"
    later = ", or --again for a later session" if script.first else ""
    return UsageError(
        f"{kind} lasts at most {script.limit_ms // 60_000} minutes, not {clock(target)}",
        f"the nearest is --length {longest}{later}",
    )


def _over_limit(script: Script, frames: int) -> UsageError:
    minutes = script.limit_ms // 60_000
    if script.first:
        return UsageError(
            f"a first session lasts at most {minutes} minutes; {script.routine.name!r} does not fit into it here",
            "for a later session add --again; otherwise ask for a shorter --length",
        )
    return UsageError(f"a session lasts at most {minutes} minutes, not {clock(frames)}", "ask for a shorter --length")


__all__ = ["Shape", "TooTightError", "clock", "fit"]
