"""The front of the neck in a live session: announced, left out by any key, worked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from massage_voice.safety.script import SecuredStep
from massage_voice.session.checkpoint import Checkpoint, Phase
from massage_voice.timeline.plan import Plan


def announces_gate(secured: SecuredStep) -> bool:
    """A part of cautions alone that says that the front comes next."""
    return secured.hands_off and secured.step.gate is not None and bool(secured.say)


def without(plan: Plan, other: Plan, fitted: Sequence[int]) -> Plan:
    """`other`, which has no front, to go on with in the middle of `plan`.

    It knows every text that either may need; and where pace or added minutes have moved the steps of `plan` away
    from how they were `fitted`, its own steps of the same names are moved alike.
    """
    texts = {**plan.sounds.texts, **other.sounds.texts}
    moved = dict(zip(_names(plan), plan.durations, strict=True)) if tuple(fitted) != plan.durations else {}
    durations = tuple(moved.get(name, own) for name, own in zip(_names(other), other.durations, strict=True))
    return replace(other, sounds=replace(other.sounds, texts=texts), durations=durations)


def placed(since: Checkpoint, plan: Plan) -> Checkpoint:
    """`since` in a plan that may have lost the front meanwhile: at the same step, or at the one that stands in."""
    steps = plan.script.steps
    here = steps[since.step - 1].step.name if 1 <= since.step <= len(steps) else ""
    behind = since.step > len(steps) and since.name == steps[-1].step.name
    if since.phase is not Phase.STEPS or behind or here == since.name:
        return since
    names = [since.name]  # or the step of which it was a part of cautions, or what stands in for that one
    for step in plan.script.routine.steps:
        if since.name == step.name or since.name.startswith(f"{step.name}-cautions"):
            names += [step.name, step.instead or ""]
    found = [s.index for name in names for s in steps if s.step.name == name]
    return replace(since, step=found[0] if found else 1, practised=0, left=None)


def _names(plan: Plan) -> list[str]:
    """Each step's own: those of a routine are unique, and so are those of the parts split off."""
    return [secured.step.name for secured in plan.script.steps]
