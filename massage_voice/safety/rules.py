"""What a routine may ask of the hands: each rule a function from a step to its problems.

These are the rules that need no clock. Those that do are kept by `timeline.layout` and checked again,
from scratch, by `timeline.audit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from massage_voice.routine.lint import (
    Spoken,
    named_places_are_areas,
    no_claims,
    no_refused_technique,
    plain,
    raises_pressure,
    sides_have_owners,
    stop_is_reserved,
    techniques_named,
)
from massage_voice.routine.model import Line, Moment, Position, Routine, Side, Step
from massage_voice.routine.problem import Problem
from massage_voice.routine.words import builtin_words
from massage_voice.safety.registry import Area, Registry

HEAD_TURN = "head-turn"
TO_PRONE = "to-prone"
STILL = "still"
NO_TOUCH = "none"

_Rule = Callable[[Step, Registry], Iterator[Problem]]


def problems(routine: Routine, registry: Registry) -> list[Problem]:
    """Everything in `routine` that the registry forbids, whatever is later asked or answered."""
    found = [problem for step in routine.steps for rule in _STEP_RULES for problem in rule(step, registry)]
    found.extend(_exercises(routine, registry))
    found.extend(_gates(routine, registry))
    found.extend(_standing(routine, registry))
    found.extend(_shortest(routine, registry))
    return found


def _problem(step: Step, key: str, expected: str, found: str, hint: str = "") -> Problem:
    return Problem(step.place_of(key), f"steps.{step.name}.{key}", expected, found, hint)


def _areas(step: Step, registry: Registry) -> list[Area]:
    return [registry.areas[name] for name in step.areas if name in registry.areas]


def _named_places(step: Step, registry: Registry) -> Iterator[Problem]:
    """Every step that touches names the areas; only a step that touches nothing may name none."""
    for name in step.areas:
        if name not in registry.areas:
            hint = "this place is never worked" if name in registry.no_go else ""
            yield _problem(step, "areas", "an area of the registry", repr(name), hint)
    if not step.areas and step.technique != NO_TOUCH:
        yield _problem(step, "areas", "at least one area", "none", "a step that touches nothing has technique none")
    if step.areas and step.technique == NO_TOUCH:
        yield _problem(step, "technique", "how the hands work these areas", "none")


def _techniques(step: Step, registry: Registry) -> Iterator[Problem]:
    for area in _areas(step, registry):
        allowed = area.techniques - {t for hazard in registry.fired_by(area.id) for t in hazard.forbid}
        if step.technique not in allowed:
            expected = f"one of {', '.join(sorted(allowed))} in {area.id}"
            yield _problem(step, "technique", expected, repr(step.technique))


def _techniques_in_words(step: Step, registry: Registry) -> Iterator[Problem]:
    """A technique that the text names must be allowed somewhere in the step's areas."""
    allowed = {name for area in _areas(step, registry) for name in area.techniques} | {step.technique}
    for line in _lines(step):
        for technique in sorted(techniques_named(line.text) - allowed):
            expected = f"only techniques allowed in {', '.join(step.areas) or 'this step'}"
            yield Problem(line.place, f"steps.{step.name}.say", expected, f"{technique!r} in {line.text!r}")


def _lines(step: Step) -> tuple[Line, ...]:
    """Everything of the step that is spoken; its name is, as "Next, long strokes."."""
    name = Line(step.name.replace("-", " "), step.place_of("name"))
    return (name, *step.say, *(reminder.line for reminder in step.remind))


def _spoken_name(step: Step, registry: Registry) -> Iterator[Problem]:
    """A step's name is heard as well: what no line may say, it may not say."""
    text = step.name.replace("-", " ")
    spoken = Spoken(plain(text), text, "step", frozenset(step.areas) & frozenset(registry.areas), builtin_words())
    for rule in (named_places_are_areas, no_claims, no_refused_technique, sides_have_owners, stop_is_reserved):
        for finding in rule(spoken):
            yield _problem(step, "name", finding.expected, finding.found, finding.hint)


def _pressure_caps(step: Step, registry: Registry) -> Iterator[Problem]:
    for area in _areas(step, registry):
        limits = [hazard.max_level for hazard in registry.fired_by(area.id) if hazard.max_level is not None]
        cap = min([area.cap, *limits])
        highest = max(step.pressure.range_in(area.id), key=registry.level)
        if registry.level(highest) > cap:
            yield _problem(step, "pressure", f"at most {registry.levels[cap]} in {area.id}", repr(highest))


def _pressure_rises(step: Step, registry: Registry) -> Iterator[Problem]:
    rise = registry.level(step.pressure.end) - registry.level(step.pressure.start)
    if rise > 1:
        found = f"{step.pressure.start} to {step.pressure.end}"
        yield _problem(step, "pressure", "a rise of one level at a time", found)
    raising = [line for line in _lines(step) if raises_pressure(line.text)]
    hint = 'such as "A little more pressure, only if they agree."'
    if rise > 0 and not any(_asks(reminder.line) for reminder in step.remind):
        yield _problem(step, "pressure", "a reminder that asks before the pressure rises", "none", hint)
    for line in raising:
        if rise <= 0:
            expected = "no words that raise the pressure, because it does not rise in this step"
            yield Problem(line.place, f"steps.{step.name}.say", expected, repr(line.text))
        elif not _asks(line):
            yield Problem(
                line.place, f"steps.{step.name}.say", "an ask before the pressure rises", repr(line.text), hint
            )


def _asks(line: Line) -> bool:
    return "agree" in line.text.lower() and raises_pressure(line.text)


def _gated_step(step: Step, registry: Registry) -> Iterator[Problem]:
    """The front and side of the neck: gated, one side at a time, short, replaced when locked."""
    if not registry.gated(step.areas):
        if step.gate is not None:
            yield _problem(step, "gate", "a gate only on a step with a gated area", repr(step.gate))
        return
    if step.gate is None:
        yield _problem(step, "areas", "`gate: front` and `instead` beside a gated area", "neither")
    if step.side not in {Side.SEQUENTIAL, Side.ALTERNATE}:
        yield _problem(step, "side", "one side at a time: sequential or alternate", str(step.side))
    limit = registry.limits.head_turn_step if HEAD_TURN in step.flags else registry.limits.gated_step
    if step.between_ms[1] > limit * 1000:
        yield _problem(step, "between", f"at most {limit} s", f"{step.between_ms[1] / 1000:g} s")
    if step.exercise is None:
        yield _problem(step, "exercise", "an exercise, so that the gated part can be limited", "none")


def _head_turn(step: Step, registry: Registry) -> Iterator[Problem]:
    if HEAD_TURN in step.flags and not registry.gated(step.areas):
        yield _problem(step, "flags", "head-turn only in a gated step", "head-turn")
    if HEAD_TURN in step.flags and step.side is not Side.SEQUENTIAL:
        yield _problem(step, "side", "sequential, because the head turns once to each side", str(step.side))


def _to_prone(step: Step, registry: Registry) -> Iterator[Problem]:  # noqa: ARG001 (a rule's signature)
    """While the receiver lies down, and while a step waits without an end, nobody is touched."""
    if TO_PRONE in step.flags and step.technique != NO_TOUCH:
        yield _problem(step, "technique", f"none in a step with the flag {TO_PRONE}", repr(step.technique))
    if step.wait and step.areas:
        hint = "cautions cannot be said again while a session waits"
        yield _problem(step, "wait", "wait only in a step that touches nobody", ", ".join(step.areas), hint)


def _alone(step: Step, registry: Registry) -> Iterator[Problem]:
    """Work without an exercise is an exercise of its own: no longer than one may be."""
    high = registry.limits.exercise[1] * 1000
    if step.exercise is None and not is_resting(step) and step.duration_ms > high:
        yield _problem(step, "duration", f"at most {high // 1000} s of work", f"{step.duration_ms / 1000:g} s")


def _switch_line(step: Step, registry: Registry) -> Iterator[Problem]:  # noqa: ARG001 (a rule's signature)
    switches = [r for r in step.remind if r.at.moment is Moment.SWITCH]
    if step.side is Side.SEQUENTIAL and len(switches) != 1:
        found = "none" if not switches else str(len(switches))
        yield _problem(step, "remind", "one line at the change of sides: {at: switch, say: …}", found)
    if step.side is not Side.SEQUENTIAL and switches:
        yield _problem(step, "remind", "a change of sides only where side is sequential", str(step.side))


_STEP_RULES: tuple[_Rule, ...] = (
    _named_places,
    _techniques,
    _techniques_in_words,
    _pressure_caps,
    _spoken_name,
    _pressure_rises,
    _gated_step,
    _head_turn,
    _to_prone,
    _alone,
    _switch_line,
)


def _exercises(routine: Routine, registry: Registry) -> Iterator[Problem]:
    """Steps of one exercise add up to 2 to 5 minutes; what is gated and what replaces it count apart."""
    low, high = (seconds * 1000 for seconds in registry.limits.exercise)
    for (exercise, gated), steps in _exercise_groups(routine).items():
        top = registry.limits.front_exercise * 1000 if gated else high
        total = sum(step.duration_ms for step in steps)
        if not low <= total <= top:
            expected = f"{low // 1000} to {top // 1000} s in the steps of {exercise!r}"
            yield _problem(steps[0], "duration", expected, f"{total / 1000:g} s")


def _exercise_groups(routine: Routine) -> dict[tuple[str, bool], list[Step]]:
    groups: dict[tuple[str, bool], list[Step]] = defaultdict(list)
    for step in routine.steps:
        if step.exercise is not None:
            groups[step.exercise, step.gate is not None].append(step)
    return groups


def _gates(routine: Routine, registry: Registry) -> Iterator[Problem]:
    """A gated step stands inside the routine, while seated, and has an open step in its place."""
    by_name = {step.name: step for step in routine.steps}
    gated = [step for step in routine.steps if step.gate is not None]
    exercises = dict.fromkeys(step.exercise for step in gated)
    if len(exercises) > 1:
        found = ", ".join(map(repr, exercises))
        yield _problem(gated[-1], "exercise", "one exercise for all gated steps, so that they are limited", found)
    substitutes = {step.instead for step in gated}
    hands_on = [step for step in routine.steps if step.name not in substitutes and step.areas]
    ends = {id(step) for step in (*hands_on[:1], *hands_on[-1:])}
    lying = _lying(routine)
    for step in gated:
        if routine.position is not Position.SEATED or id(step) in lying:
            found = str(Position.PRONE) + " by then" if id(step) in lying else str(routine.position)
            yield _problem(step, "gate", "position: seated, with a gated step", found)
        if id(step) in ends:
            yield _problem(step, "gate", "a gated step neither first nor last", "it is, where the gate is open")
        other = by_name.get(step.instead or "")
        if other is None:
            yield _problem(step, "instead", "the name of the step that plays when the gate is shut", repr(step.instead))
        elif other.gate is not None or registry.gated(other.areas):
            yield _problem(step, "instead", "a step without a gate", repr(step.instead))
        elif TO_PRONE in other.flags:
            yield _problem(step, "instead", f"a step without the flag {TO_PRONE}", repr(step.instead))


def _lying(routine: Routine) -> set[int]:
    """Ids of the steps before which the receiver was told to lie face down."""
    told, found = False, set()
    for step in routine.steps:
        if told:
            found.add(id(step))
        told = told or TO_PRONE in step.flags
    return found


def _standing(routine: Routine, registry: Registry) -> Iterator[Problem]:
    """Standing is for the back of the neck only, for two minutes at most."""
    if routine.position is not Position.STANDING:
        return
    worked = [step for step in routine.steps if not is_resting(step)]
    for step in worked:
        if set(step.areas) - {"neck-back"}:
            yield _problem(step, "areas", "only neck-back while standing", ", ".join(step.areas))
    limit = registry.limits.standing_exercise * 1000
    if sum(step.duration_ms for step in worked) > limit:
        yield _problem(worked[0], "duration", f"at most {limit // 1000} s of work while standing", "more")


def _shortest(routine: Routine, registry: Registry) -> Iterator[Problem]:
    shortest = sum(step.between_ms[0] for step in routine.steps if step.gate is None)
    limit = registry.limits.later_session * 1000
    if shortest > limit and routine.steps:
        expected = f"at most {limit // 60_000} minutes in all"
        yield _problem(routine.steps[-1], "duration", expected, f"{shortest / 60_000:.0f} minutes at least")


def is_resting(step: Step) -> bool:
    """The hands lie still and weightless in every area, or touch nothing."""
    levels = {level for area in step.areas for level in step.pressure.range_in(area)}
    return step.technique == NO_TOUCH or (step.technique == "hold" and levels <= {STILL})


def longest_ms(step: Step, position: Position, registry: Registry) -> int:
    """The author's upper limit, narrowed where a rule limits the work of a step that no exercise limits."""
    low, high = step.between_ms
    if is_resting(step):
        return high
    if position is Position.STANDING:  # their durations add up to the limit; stretched, they would pass it
        high = min(high, step.duration_ms)
    if step.exercise is None:
        high = min(high, registry.limits.exercise[1] * 1000)
    return max(low, high)
