"""Which steps play: the gate open or shut, and what today's answers leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from massage_voice.errors import NotSuitableError
from massage_voice.routine.lint import raises_pressure
from massage_voice.routine.model import Position, Pressure, Routine, Step
from massage_voice.safety.registry import Registry
from massage_voice.safety.restrictions import Restrictions
from massage_voice.safety.rules import TO_PRONE, is_resting


def select(routine: Routine, registry: Registry, limits: Restrictions, *, front: bool) -> tuple[Step, ...]:
    """The steps that play, in order, with their pressure capped.

    Raises:
        NotSuitableError: the position is barred, or no moving step is left.
    """
    barred = _positions(routine) - limits.positions if limits.positions is not None else ()
    if limits.positions is not None and barred:
        allowed = " or ".join(sorted(limits.positions)) or "nothing"
        raise NotSuitableError(f"This routine is {' and '.join(sorted(barred))}; today only {allowed} is suitable.")
    chosen = (step for step in _gated(routine, limits, front=front) if _allowed(step, limits))
    steps = tuple(_capped(step, registry, limits) for step in chosen)
    if all(map(is_resting, steps)):
        raise NotSuitableError("With these answers, nothing in this routine is suitable today.")
    return steps


def _positions(routine: Routine) -> set[str]:
    """Every position that the receiver takes in `routine`."""
    lies_down = any(TO_PRONE in step.flags for step in routine.steps)
    return {str(routine.position), *([str(Position.PRONE)] if lies_down else [])}


def front_plays(routine: Routine, limits: Restrictions, *, front: bool) -> bool:
    """Whether a gated step would be among the selected."""
    return any(step.gate is not None for step in _gated(routine, limits, front=front))


def _gated(routine: Routine, limits: Restrictions, *, front: bool) -> Iterator[Step]:
    by_name = {step.name: step for step in routine.steps}
    substitutes = {step.instead for step in routine.steps if step.gate is not None}
    played: set[str] = set()
    for step in routine.steps:
        if step.gate is not None and not (front and _allowed(step, limits)):
            if step.instead is not None and step.instead not in played:
                played.add(step.instead)
                yield by_name[step.instead]
        elif step.name not in substitutes:
            yield step


def _allowed(step: Step, limits: Restrictions) -> bool:
    return not limits.block.intersection(step.areas) and step.technique not in limits.forbid


def _capped(step: Step, registry: Registry, limits: Restrictions) -> Step:
    """`step` with no level above the caps, and without the lines that would raise it."""

    def lower(name: str, area: str | None = None) -> str:
        caps = [cap for cap in (limits.cap, dict(limits.cap_area).get(area or "")) if cap is not None]
        return min([name, *caps], key=registry.level)

    asked = step.pressure
    highest = {area: max(asked.range_in(area), key=registry.level) for area, _ in limits.cap_area if area in step.areas}
    by_area = {area: level for area, level in highest.items() if lower(level, area) != level}
    capped = Pressure(
        lower(asked.start),
        lower(asked.end),
        tuple((area, lower(level, area)) for area, level in {**by_area, **dict(asked.by_area)}.items()),
    )
    if capped == asked:
        return step
    kept = tuple(reminder for reminder in step.remind if not raises_pressure(reminder.line.text))
    return replace(step, pressure=capped, remind=kept)
