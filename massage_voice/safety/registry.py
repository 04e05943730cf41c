"""The safety registry as values. `data/safety/registry.yaml` owns the facts; this file only reads them.

Levels are indices into `Registry.levels`, 0 being resting hands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

from massage_voice.data.files import parse_yaml, read_data


class Severity(IntEnum):
    """How bad it is to miss a caution; cautions are said in this order."""

    MODERATE = 1
    HIGH = 2
    CRITICAL = 3


class AreaKind(StrEnum):
    """How freely an area may be worked."""

    WORK = "work"
    CAUTION = "caution"
    GATED = "gated"


class Scope(StrEnum):
    """What makes a hazard fire, besides the areas that list it."""

    AREA = "area"
    SESSION = "session"
    PREPARATION = "preparation"
    POSITION = "position"
    MOVING = "moving"
    """A position, from the first step in which the hands move."""
    CLOSING = "closing"
    ROUTINE_AREA = "routine_area"
    STEP_FLAG = "step_flag"
    PARTNER_FLAG = "partner_flag"


@dataclass(frozen=True, slots=True)
class Area:
    """A place hands may work."""

    id: str
    say: str
    kind: AreaKind
    cap: int
    """Highest level in the profile in force."""
    techniques: frozenset[str]
    hazards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fact with a fixed text."""

    id: str
    severity: Severity
    enter: str
    """The full caution, spoken word for word."""
    repeats: tuple[str, ...]
    repeat_s: int | None
    always_full: bool
    max_level: int | None
    forbid: frozenset[str]
    scope: Scope
    within: frozenset[str]
    """Positions, areas or flags, as `scope` says."""
    why: str
    avoid: str
    sources: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, unless the name says otherwise."""

    first_session: int
    later_session: int
    exercise: tuple[int, int]
    front_exercise: int
    gated_step: int
    head_turn_step: int
    head_turn_side: int
    practice: int
    side_balance: int
    full_cautions: int
    speech_share: float
    gated_speech_share: float
    silence_share: float
    pause: float
    standing_exercise: int
    speech_wpm: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that must be said and must never be done."""

    limits: Limits
    levels: tuple[str, ...]
    techniques: Mapping[str, str]
    """Technique id → its plain name."""
    areas: Mapping[str, Area]
    no_go: frozenset[str]
    hazards: Mapping[str, Hazard]
    sources: Mapping[str, str]
    digest: str
    """SHA-256 of the file; recorded with every session."""

    def level(self, name: str) -> int:
        """The level of a pressure name."""
        return self.levels.index(name)

    def fired_by(self, area: str) -> tuple[Hazard, ...]:
        """The hazards that `area` lists."""
        return tuple(self.hazards[name] for name in self.areas[area].hazards)

    def scoped(self, scope: Scope, *values: str) -> tuple[Hazard, ...]:
        """The hazards of a scope, in the registry's order, that name one of `values` or need none."""
        return tuple(
            hazard
            for hazard in self.hazards.values()
            if hazard.scope is scope and (not hazard.within or hazard.within.intersection(values))
        )

    def gated(self, areas: tuple[str, ...]) -> bool:
        """Whether any of `areas` is locked behind answers."""
        return any(area in self.areas and self.areas[area].kind is AreaKind.GATED for area in areas)


def parse_registry(text: str) -> Registry:
    """Read a registry from YAML text."""
    data = parse_yaml(text)
    column = ("lay", "therapist").index(data["limits"].pop("profile"))
    pressure = sorted(data["pressure"], key=lambda name: data["pressure"][name]["level"])
    return Registry(
        limits=_limits(data["limits"]),
        levels=tuple(pressure),
        techniques={name: fact["say"] for name, fact in data["techniques"].items()},
        areas={name: _area(name, fact, column) for name, fact in data["areas"].items()},
        no_go=frozenset(data["no_go"]),
        hazards={name: _hazard(name, fact) for name, fact in data["hazards"].items()},
        sources=data["sources"],
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@cache
def load_registry() -> Registry:
    """The registry in the package."""
    return parse_registry(read_data("safety/registry.yaml"))


def _limits(data: Mapping[str, Any]) -> Limits:
    pairs: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
    return Limits(**pairs)


def _area(name: str, fact: Mapping[str, Any], column: int) -> Area:
    return Area(
        id=name,
        say=fact["say"],
        kind=AreaKind(fact["kind"]),
        cap=fact["cap"][column],
        techniques=frozenset(fact["techniques"]),
        hazards=tuple(fact["hazards"]),
    )


def _hazard(name: str, fact: Mapping[str, Any]) -> Hazard:
    scope, within = _scope(fact.get("scope", "area"))
    return Hazard(
        id=name,
        severity=Severity[fact["severity"].upper()],
        enter=fact["enter"],
        repeats=tuple(fact["repeats"]),
        repeat_s=fact["repeat_s"],
        always_full=fact.get("always_full", False),
        max_level=fact.get("max_level"),
        forbid=frozenset(fact.get("forbid", ())),
        scope=scope,
        within=within,
        why=fact["why"],
        avoid=fact["avoid"],
        sources=fact["sources"],
    )


def _scope(value: str | Mapping[str, list[str]]) -> tuple[Scope, frozenset[str]]:
    if isinstance(value, str):
        return Scope(value), frozenset()
    ((name, within),) = value.items()
    return Scope(name), frozenset(within)


def cited(sources: str) -> tuple[str, ...]:
    """The ids of the sources that a text cites, as in `[S1]`, `[T]`, `[D]`."""
    return tuple(dict.fromkeys(re.findall(r"\[(S\d+|T|D)\]", sources)))
