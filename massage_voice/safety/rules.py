"""What a routine may ask of the hands: each rule a function from a step to its problems.

These are the rules that need no clock. Those that do are kept by `timeline.layout` and checked again,
from scratch, by `timeline.audit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from massage_voice.routine.lint import raises_pressure, techniques_named
from massage_voice.routine.model import Moment, Position, Routine, Side, Step
from massage_voice.routine.problem import Problem
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
    for line in (*step.say, *(reminder.line for reminder in step.remind)):
        for technique in sorted(techniques_named(line.text) - allowed):
            expected = f"only techniques allowed in {', '.join(step.areas) or 'this step'}"
            yield Problem(line.place, f"steps.{step.name}.say", expected, f"{technique!r} in {line.text!r}")


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
    asks = any("agree" in r.line.text.lower() and raises_pressure(r.line.text) for r in step.remind)
    if rise > 0 and not asks:
        hint = 'such as "A little more pressure, only if they agree."'
        yield _problem(step, "pressure", "a reminder that asks before the pressure rises", "none", hint)


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
    _pressure_rises,
    _gated_step,
    _head_turn,
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
    for step in gated:
        if routine.position is not Position.SEATED:
            yield _problem(step, "gate", "position: seated, with a gated step", str(routine.position))
        if step in {routine.steps[0], routine.steps[-1]}:
            yield _problem(step, "gate", "a gated step neither first nor last", "it is")
        other = by_name.get(step.instead or "")
        if other is None:
            yield _problem(step, "instead", "the name of the step that plays when the gate is shut", repr(step.instead))
        elif other.gate is not None or registry.gated(other.areas):
            yield _problem(step, "instead", "a step without a gate", repr(step.instead))


def _standing(routine: Routine, registry: Registry) -> Iterator[Problem]:
    """Standing is for the back of the neck only, for two minutes at most."""
    if routine.position is not Position.STANDING:
        return
    worked = [step for step in routine.steps if step.technique not in {"hold", NO_TOUCH}]
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


def is_moving(step: Step) -> bool:
    """The hands do more than rest."""
    return step.technique not in {"hold", NO_TOUCH}
