"""Some steps of a session, to learn them by ear: each with its cautions in full, whatever was left out before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from massage_voice.errors import UsageError
from massage_voice.routine.model import Position
from massage_voice.routine.problem import suggestion
from massage_voice.safety.registry import Registry, Scope
from massage_voice.safety.script import Cue, Kind, Script, SecuredStep
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan

_TO_PRONE = "to-prone"


def chosen(script: Script, wanted: Sequence[str], *, at_work: bool) -> tuple[int, ...]:
    """Numbers of the steps called `wanted`, by name or number, and of those they cannot be without.

    These are the change of position before a step, and the words before a gated one. `at_work`: somebody may give a
    massage with it, so a gated step is neither first nor last.

    Raises:
        UsageError: there is no such step, or a gated one would be first or last.
    """
    numbers = {_number(script, name) for name in wanted}
    numbers |= {part for number in numbers for part in _words_before(script, number)}
    numbers |= set(_moves(script, sorted(numbers)))
    steps = [script.steps[number - 1] for number in sorted(numbers)]
    hands_on = [step for step in steps if step.step.areas and not step.hands_off]
    if at_work and any(step.step.gate for step in (*hands_on[:1], *hands_on[-1:])):
        raise UsageError(
            f"cannot begin or end with {_gated(hands_on).step.name}: it needs other steps before and after it",
            "name more steps with --only, or take the words alone with --gap none",
        )
    return tuple(sorted(numbers))


def _gated(steps: Sequence[SecuredStep]) -> SecuredStep:
    return next(step for step in steps if step.step.gate)


def _number(script: Script, wanted: str) -> int:
    """The step's number; of a part of cautions alone, that of the step it belongs to.

    Raises:
        UsageError: there is none.
    """
    names = {_plain(step.step.name): step.index for step in script.steps}
    found = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else names.get(_plain(wanted), 0)
    if not 1 <= found <= len(script.steps):
        near = suggestion(_plain(wanted)[:60], tuple(names))
        listed = ", ".join(f"{step.index} {step.step.name}" for step in script.steps if not step.hands_off)
        raise UsageError(f"there is no step {wanted[:60]!r}", f"{near} there are: {listed}".strip())
    return next((step.index for step in script.steps[found - 1 :] if not step.hands_off), found)


def _plain(name: str) -> str:
    return "-".join(name.casefold().replace("-", " ").split())


def _words_before(script: Script, number: int) -> Iterator[int]:
    """The parts of cautions alone before a step, and what is said before the first gated one."""
    gate = script.steps[number - 1].step.gate
    before = script.steps[: number - 1]
    for step in reversed(before):
        if not step.hands_off:
            break
        yield step.index
    if gate:
        yield from (step.index for step in before if step.hands_off and step.step.gate == gate)


def _moves(script: Script, numbers: Sequence[int]) -> list[int]:
    """The changes of position before the last of these steps."""
    return [step.index for step in script.steps if _TO_PRONE in step.step.flags and step.index < max(numbers)]


def excerpt(plan: Plan, numbers: Sequence[int]) -> list[Timeline]:
    """A timeline for each run of neighbouring steps, its cautions said anew.

    Raises:
        TooTightError: a step cannot hold what must be said in it.
    """
    told: set[str] = set()
    parts = []
    for first, last in _runs(numbers):
        part = plan.timeline(Landing(first, owed=plan.owed(first, told)), upto=last)
        told |= {p.cue.hazard for p in part.placements if p.cue.hazard and p.cue.text in plan.full_texts}
        parts.append(part)
    return parts


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def closing_after(script: Script, last: int, registry: Registry) -> tuple[Cue, ...]:
    """The closing for how the receiver sits or lies after step `last`."""
    lies = any(_TO_PRONE in step.step.flags for step in script.steps[:last])
    position = Position.PRONE if lies else script.routine.position
    rising = registry.scoped(Scope.CLOSING, position)
    cautions = [Cue(f"closing.{hazard.id}", Kind.CLOSING, hazard.enter, 0, hazard.id) for hazard in rising]
    return (*cautions, *(cue for cue in script.closing if cue.hazard is None))
