"""What must be heard, read from the registry alone: no logic is shared with `secure`, `layout` or `audit`."""

from __future__ import annotations

from massage_voice.safety.registry import Hazard, Scope, Severity, load_registry
from massage_voice.safety.script import SecuredStep

REGISTRY = load_registry()


def hazards_of(step: SecuredStep) -> frozenset[str]:
    """The cautions that hands working this step need: of its areas, and of a turned head."""
    if step.hands_off:
        return frozenset()
    resting = step.step.technique == "hold" and step.step.pressure.end == "still"
    listed = {name for area in step.step.areas for name in REGISTRY.areas[area].hazards}
    listed |= {h.id for h in REGISTRY.hazards.values() if h.scope is Scope.STEP_FLAG and h.within & step.step.flags}
    needed = {name for name in listed if _counts(REGISTRY.hazards[name], resting=resting)}
    return frozenset(needed - ({"carotid-keep-off"} if "carotid-jugular" in needed else set()))


def _counts(hazard: Hazard, *, resting: bool) -> bool:
    for_some = hazard.scope is Scope.PARTNER_FLAG  # nobody in these tests is pregnant or has numb feet
    return not for_some and (not resting or hazard.severity is Severity.CRITICAL)


def full(name: str) -> str:
    """The registry's words."""
    return REGISTRY.hazards[name].enter


def repeat_s(name: str) -> int | None:
    """The longest time without hearing of it."""
    return REGISTRY.hazards[name].repeat_s


def hazard_of(text: str) -> str | None:
    """The hazard that a text, in full or short, is about."""
    return _ABOUT.get(text)


_ABOUT = {text: h.id for h in REGISTRY.hazards.values() for text in (h.enter, *h.repeats)}
