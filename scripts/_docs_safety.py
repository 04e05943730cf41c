"""What the documents tell of the registry and the questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from _markdown import listed, table

from massage_voice.data.files import parse_yaml, read_data
from massage_voice.safety.registry import Hazard, Registry, Scope, load_registry
from massage_voice.safety.screening import load_screening

LIMITS = {
    "first_session": "a first session, from the first word of the opening to the last of the closing",
    "later_session": "a later session, counted the same way",
    "exercise": "the steps of one exercise together",
    "front_exercise": "the gated exercise as a whole",
    "gated_step": "one gated step",
    "head_turn_step": "a step with the head turned",
    "head_turn_side": "the head turned to one side",
    "practice": "the least time in which the hands work after a lead-in",
    "side_balance": "the most by which one side may get longer than the other",
    "full_cautions": "full cautions of areas in one step; with more, a part of cautions alone comes first",
    "speech_share": "the most of a step that may be speech",
    "gated_speech_share": "the same in a gated step",
    "silence_share": "the least of a whole session that is silent; below it the notices are left out",
    "pause": "silence between two sentences",
    "standing_exercise": "all work while the receiver stands, the back of the neck alone",
    "speech_wpm": "words a minute; a caution is never faster than the upper one",
}
COUNTS = {"full_cautions": "", "speech_wpm": " words a minute"}
SHARES = {"speech_share", "gated_speech_share", "silence_share"}


def limits() -> str:
    """The registry's limits."""
    known = load_registry().limits
    rows = ((LIMITS[name], limit(name, getattr(known, name))) for name in known.__slots__)
    return table(("limit", "value"), rows)


def limit(name: str, value: Any) -> str:
    """A limit with its unit."""
    if name in SHARES:
        return f"{value:.0%}"
    values = value if isinstance(value, tuple) else (value,)
    return " to ".join(f"{one:g}" for one in values) + COUNTS.get(name, " s")


def hazards() -> str:
    """Every hazard, the worst first."""
    registry = load_registry()
    order = sorted(registry.hazards.values(), key=lambda fact: -fact.severity)
    return "\n\n".join("\n".join(hazard(one, registry)) for one in order)


def hazard(fact: Hazard, registry: Registry) -> Iterator[str]:
    """One hazard as a section."""
    yield f"### `{fact.id}`: {fact.severity.name.lower()}\n"
    yield f"> {fact.enter}\n"
    yield f"- **When:** {when(fact, registry)}."
    yield f"- **Again:** {again(fact)}."
    if fact.max_level is not None:
        yield f"- **Highest pressure:** {registry.levels[fact.max_level]}."
    if fact.forbid:
        yield f"- **Never there:** {listed(sorted(fact.forbid))}."
    yield f"- **Why:** {fact.why}"
    if fact.avoid:
        yield f"- **Do not:** {fact.avoid}"
    yield f"- **Sources:** {fact.sources}"


def when(fact: Hazard, registry: Registry) -> str:
    """What makes a hazard fire."""
    within = listed(sorted(fact.within), "or")
    scoped = {
        Scope.AREA: "",
        Scope.SESSION: "in every session, from its first words on",
        Scope.PREPARATION: "in the preparation, before the first step",
        Scope.POSITION: f"while the receiver is {within}",
        Scope.MOVING: f"while the receiver is {within}, from the first step in which the hands move",
        Scope.CLOSING: f"before the receiver rises from {within}",
        Scope.ROUTINE_AREA: f"in the opening of every session that touches {within}",
        Scope.STEP_FLAG: f"in a step with the flag {within}",
        Scope.PARTNER_FLAG: f"when today's answers say {within}",
    }[fact.scope]
    areas = [name for name, area in registry.areas.items() if fact.id in area.hazards]
    entering = f"when the hands enter {listed(areas, 'or')}" if areas else ""
    joint = ", " if fact.scope is Scope.PARTNER_FLAG else "; "
    return joint.join(part for part in (scoped, entering) if part) or "never by itself"


def again(fact: Hazard) -> str:
    """When a hazard is said again."""
    parts = []
    if fact.always_full:
        parts.append("in full in every step that has it, not only on entering")
    if fact.repeat_s is not None:
        texts = " ".join(f"“{text}”" for text in fact.repeats)
        turns = ", in turn" if len(fact.repeats) > 1 else ""
        parts.append(f"within {fact.repeat_s} s while it is in play{turns}: {texts.rstrip('.')}")
    return "; ".join(parts) or "no repeat"


def areas() -> str:
    """Every area with what is allowed there."""
    registry = load_registry()
    rows = (
        (f"`{area.id}`", area.say, area.kind, registry.levels[area.cap], listed(sorted(area.techniques)),
         ", ".join(f"`{name}`" for name in area.hazards))
        for area in registry.areas.values()
    )  # fmt: skip
    return table(("area", "place", "kind", "at most", "techniques", "cautions"), rows)


def no_go() -> str:
    """Places that are never worked."""
    return listed([f"`{name}`" for name in sorted(load_registry().no_go)]) + "."


def pressures() -> str:
    """Every pressure level in words."""
    facts = registry_file()["pressure"]
    return table(("level", "as"), ((f"`{name}`", facts[name]["say"]) for name in load_registry().levels))


def techniques() -> str:
    """Every technique in words."""
    facts = registry_file()["techniques"]
    rows = ((f"`{name}`", fact["say"], fact["how"], fact["basis"]) for name, fact in facts.items())
    return table(("technique", "in words", "how", "basis"), rows)


def sources() -> str:
    """The sources by their marks."""
    return "\n".join(f"- **{mark}** {text}" for mark, text in load_registry().sources.items())


def registry_file() -> Any:
    """The registry as it stands in the file, for words that the program itself does not need."""
    return parse_yaml(read_data("safety/registry.yaml"))


def questions() -> str:
    """The questions before a session, and what follows from each answer other than no."""
    rows = ((asked["ask"], consequence(asked["risk"])) for asked in load_screening().data["questions"])
    return table(("question", "any answer but no"), rows)


def consequence(step: Mapping[str, Any]) -> str:
    """What an answer leads to."""
    if "follow_up" in step:
        parts = [f"“{answer}”: {consequence(then)}" for answer, then in step["answers"].items()]
        return f"“{step['follow_up']}” " + " ".join(parts) + f" Not sure counts as “{step['unsure']}”."
    if step["do"] == "continue":
        return f"goes on with {taken(step['restrict'])}."
    if step["do"] == "ask-clinician":
        return f"the clinician question; with a yes it goes on with {taken(step['if_cleared'])}."
    return f"no session: “{refusal(step['do'])}”"


def refusal(what: str) -> str:
    """What is said when there is no session."""
    screening = load_screening()
    return screening.text("emergency", "call") if what == "emergency" else screening.text("outcomes", what)


def taken(data: Mapping[str, Any]) -> str:
    """What a restriction takes away, in words."""
    parts = []
    if "cap" in data:
        parts.append(f"at most {data['cap']} pressure")
    parts.extend(f"at most {level} on {area}" for area, level in data.get("cap_area", {}).items())
    if "positions" in data:
        parts.append(f"only {listed(data['positions'], 'or')}")
    if "block" in data:
        parts.append(f"without {listed(data['block'])}")
    if "forbid" in data:
        parts.append(f"no {listed(data['forbid'], 'or')}")
    if "flag" in data:
        parts.append(f"the cautions for {data['flag']}")
    return "; ".join(parts)


def gate() -> str:
    """The gate of the front of the neck."""
    data = load_screening().data
    asked = [f"{number}. {text}" for number, text in enumerate(data["front_gate"], 1)]
    return "\n".join([*asked, f"\nThen: “{data['front_opt_in']}”"])


def unattended() -> str:
    """The most careful session."""
    data = load_screening().data["unattended"]
    return f"“{data['say']}” Then {taken(data['restrict'])}."


def stop_words() -> str:
    """What is said after a stop and at the end."""
    return table(("text", "words"), ((f"`{name}`", text) for name, text in load_screening().data["emergency"].items()))


def aftercare() -> str:
    """What every session ends with."""
    return "\n".join(f"- {text}" for text in load_screening().aftercare)
