"""What one value of a routine says about another: the rules a table of keys cannot hold, one function each.

Every rule looks only at values that could be read, so that its findings stand beside the reader's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from massage_voice.routine.durations import spelled
from massage_voice.routine.model import At, Line, Moment, Pressure, Side
from massage_voice.routine.nodes import Record
from massage_voice.routine.problem import Problem
from massage_voice.routine.shown import shown
from massage_voice.routine.vocabulary import NO_TECHNIQUE, TO_PRONE

_Found = Iterator[Problem]

MOST_LINES: Final = 40_000
MOST_SPOKEN: Final = 1_000_000
"""Characters of all lines; the longest session has room for a tenth of it."""


def problems(routine: Record) -> _Found:
    """Every rule that is broken."""
    steps: Any = routine.values.get("steps", [])
    for step in steps:
        for rule in STEP_RULES:
            yield from rule(step)
    for step_list_rule in ROUTINE_RULES:
        yield from step_list_rule(steps)
    yield from lines_can_be_spoken(routine)


def between_holds_duration(step: Record) -> _Found:
    """Low ≤ duration ≤ high."""
    duration: Any = step.values.get("duration")
    between: Any = step.values.get("between")
    if between and between[0] > between[1]:
        found = f"{spelled(between[0])} before {spelled(between[1])}"
        yield step.problem("between", "the shorter length first", found)
    elif between and duration and not between[0] <= duration <= between[1]:
        limits = f"{spelled(between[0])} to {spelled(between[1])}"
        yield step.problem("duration", f"{limits}, as `between` says", spelled(duration))


def areas_or_nothing(step: Record) -> _Found:
    """No areas exactly when the hands do nothing: no hand works in an unnamed place."""
    areas: Any = step.values.get("areas")
    technique = step.values.get("technique")
    if areas is None or technique is None:
        return
    if not areas and technique != NO_TECHNIQUE:
        yield step.problem("areas", "where the hands work", "no area", "only the technique none has no areas")
    if areas and technique == NO_TECHNIQUE:
        yield step.problem("areas", "[] for the technique none", ", ".join(areas))


def to_prone_touches_nobody(step: Record) -> _Found:
    """While the receiver lies down, the hands do nothing."""
    flags: Any = step.values.get("flags", [])
    technique = step.values.get("technique", NO_TECHNIQUE)
    if TO_PRONE in flags and technique != NO_TECHNIQUE:
        yield step.problem("technique", f"none in a step with the flag {TO_PRONE}", shown(str(technique)))


def pressure_where_hands_work(step: Record) -> _Found:
    """Pressure per area names areas of the step."""
    pressure: Any = step.values.get("pressure")
    areas: Any = step.values.get("areas")
    if not isinstance(pressure, Pressure) or areas is None:
        return
    for area, _level in pressure.by_area:
        if area not in areas:
            yield step.problem("pressure", "areas of this step", shown(area), f"add {area} to areas")


def one_change_of_sides(step: Record) -> _Found:
    """A sequential step says when to change sides, once; no other step does."""
    side = step.values.get("side")
    if side is None or ("remind" not in step.values and "remind" in step.pairs):
        return
    switches = [at for at in _moments(step) if at.moment is Moment.SWITCH]
    key = "remind" if "remind" in step.pairs else "side"
    if side == Side.SEQUENTIAL and len(switches) != 1:
        hint = 'add {at: switch, say: "…"}' if not switches else "keep one of them"
        yield step.problem(key, "one reminder at switch, for sequential sides", str(len(switches)), hint)
    if side != Side.SEQUENTIAL and switches:
        yield step.problem(key, "no reminder at switch", f"the side {shown(str(side))}", "only sequential sides change")


def reminders_within_step(step: Record) -> _Found:
    """A reminder before the end is not before the beginning."""
    duration: Any = step.values.get("duration")
    reminders: Any = step.values.get("remind", [])
    for reminder in reminders:
        at = reminder.values.get("at")
        if duration and isinstance(at, At) and at.before_end_ms >= duration:
            found = f"{spelled(at.before_end_ms)} before the end"
            yield reminder.problem("at", f"less than the duration, {spelled(duration)}", found)


def gate_has_substitute(step: Record) -> _Found:
    """`gate` and `instead` come together."""
    for key, other in (("gate", "instead"), ("instead", "gate")):
        if key in step.pairs and other not in step.pairs:
            yield step.problem(other, f"this key beside {key}", "no such key", "a shut gate needs a step instead")


def names_are_unique(steps: list[Record]) -> _Found:
    """Each step has its own name."""
    first: dict[object, Record] = {}
    for step in steps:
        name = step.values.get("name")
        earlier = first.setdefault(name, step)
        if name is not None and earlier is not step:
            line = earlier.place("name").line
            yield step.problem("name", "a name of its own", shown(str(name)), f"it stands already in line {line}")


def substitute_exists(steps: list[Record]) -> _Found:
    """`instead` names an ungated step of this routine."""
    gated = {step.values.get("name"): "gate" in step.pairs for step in steps}
    for step in steps:
        name = step.values.get("instead")
        if name is not None and gated.get(name, True):
            found = f"{shown(str(name))}, which {'has a gate itself' if name in gated else 'no step is called'}"
            yield step.problem("instead", "the name of a step without a gate", found)


def lines_can_be_spoken(routine: Record) -> _Found:
    """No more lines than a session has room for, by far: each is looked at closely, and that takes time."""
    lines = list(_spoken(routine))
    characters = sum(len(line.text) for line in lines)
    if len(lines) > MOST_LINES or characters > MOST_SPOKEN:
        expected = f"at most {MOST_LINES} lines of {MOST_SPOKEN} characters in all"
        yield routine.problem("steps", expected, f"{len(lines)} lines, {characters} characters", "split the routine")


def _spoken(routine: Record) -> Iterator[Line]:
    values: Any = routine.values
    yield from values.get("prepare", ())
    for step in values.get("steps", ()):
        yield from step.values.get("say", ())
        yield from (one.values["say"] for one in step.values.get("remind", ()) if "say" in one.values)


def _moments(step: Record) -> Iterator[At]:
    reminders: Any = step.values.get("remind", [])
    for reminder in reminders:
        at = reminder.values.get("at")
        if isinstance(at, At):
            yield at


STEP_RULES: Final[tuple[Callable[[Record], _Found], ...]] = (
    between_holds_duration,
    areas_or_nothing,
    to_prone_touches_nobody,
    pressure_where_hands_work,
    one_change_of_sides,
    reminders_within_step,
    gate_has_substitute,
)
ROUTINE_RULES: Final[tuple[Callable[[list[Record]], _Found], ...]] = (
    names_are_unique,
    substitute_exists,
)
