"""What today's answers take away from a session. Restrictions only ever add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Nothing here widens what the registry allows."""

    block: frozenset[str] = frozenset()
    """Areas that stay out."""
    cap: str | None = None
    """Highest pressure level by name, everywhere."""
    cap_area: tuple[tuple[str, str], ...] = ()
    """Highest level by name, in single areas."""
    forbid: frozenset[str] = frozenset()
    """Techniques that stay out."""
    positions: frozenset[str] | None = None
    """The only positions allowed, or None for all."""
    flags: frozenset[str] = field(default_factory=frozenset)
    """Facts about the receiver that fire hazards, as `pregnant`."""

    def __bool__(self) -> bool:
        return self != NO_RESTRICTIONS

    def kept(self) -> dict[str, object]:
        """As JSON; `read_restrictions` reads it."""
        return {
            "block": sorted(self.block),
            "cap": self.cap,
            "cap_area": dict(self.cap_area),
            "forbid": sorted(self.forbid),
            "positions": None if self.positions is None else sorted(self.positions),
            "flags": sorted(self.flags),
        }

    def joined(self, other: Restrictions, levels: tuple[str, ...]) -> Restrictions:
        """Both at once; `levels` are the pressure names in rising order."""
        caps = [cap for cap in (self.cap, other.cap) if cap is not None]
        both = [places for places in (self.positions, other.positions) if places is not None]
        return Restrictions(
            block=self.block | other.block,
            cap=min(caps, key=levels.index) if caps else None,
            cap_area=_lowest(self.cap_area + other.cap_area, levels),
            forbid=self.forbid | other.forbid,
            positions=frozenset.intersection(*both) if both else None,
            flags=self.flags | other.flags,
        )


def _lowest(caps: tuple[tuple[str, str], ...], levels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """One cap an area: the lowest."""
    lowest: dict[str, str] = {}
    for area, cap in caps:
        lowest[area] = min(lowest.get(area, cap), cap, key=levels.index)
    return tuple(lowest.items())


NO_RESTRICTIONS = Restrictions()


def read_restrictions(kept: Mapping[str, Any]) -> Restrictions:
    """What `Restrictions.kept` gave.

    Raises:
        ValueError, KeyError, TypeError: it is not that.
    """
    areas = dict(kept["cap_area"])
    return Restrictions(
        block=_names(kept["block"]),
        cap=None if kept["cap"] is None else _name(kept["cap"]),
        cap_area=tuple((_name(area), _name(level)) for area, level in areas.items()),
        forbid=_names(kept["forbid"]),
        positions=None if kept["positions"] is None else _names(kept["positions"]),
        flags=_names(kept["flags"]),
    )


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise ValueError("expected a list of names")
    return frozenset(map(_name, value))


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a name")
    return value


def parse_restrictions(data: Mapping[str, Any]) -> Restrictions:
    """Read one `if_cleared` or `restrict` entry of the screening data."""
    return Restrictions(
        block=frozenset(data.get("block", ())),
        cap=data.get("cap"),
        cap_area=tuple(data.get("cap_area", {}).items()),
        forbid=frozenset(data.get("forbid", ())),
        positions=frozenset(data["positions"]) if "positions" in data else None,
        flags=frozenset([data["flag"]] if "flag" in data else ()),
    )
