"""How a step's pressure is read: `light`, `{from: light, to: moderate}`, or per area.

Per area: `{low-back: light, else: moderate}`; where the rest rises,
`{low-back: light, else: {from: light, to: moderate}}`.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

import yaml

from massage_voice.routine.keys import Choice, Levels
from massage_voice.routine.model import Pressure
from massage_voice.routine.nodes import Pairs, Reading, Way, kind, safe_key
from massage_voice.routine.values import read_choice

LEVEL: Final = Choice("a pressure", "pressures")
AREA: Final = Choice("an area", "areas")
ELSE: Final = "else"
RISE: Final = ("from", "to")
MOST_KEYS: Final = 5
"""Named in a message."""


def read_levels(reading: Reading, node: yaml.Node, way: Way, _shape: Levels) -> Pressure | None:
    """The pressure of a step."""
    if kind(node) != "mapping":
        return _steady(reading, node, way)
    pairs = pairs_of(reading, node, way)
    per_area = ELSE in pairs or not pairs.keys() & set(RISE)
    return _per_area(reading, node, way, pairs) if per_area else _rise(reading, node, way, pairs)


def pairs_of(reading: Reading, node: yaml.Node, way: Way | None) -> Pairs:
    """A mapping's `(key node, value node)` by key; of equal keys the first."""
    pairs: Pairs = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            reading.wrong(key, way, "a word before the colon")
        elif key.value in pairs:
            first = reading.place(pairs[key.value][0])
            hint = f"it stands already in line {first.line}"
            reading.wrong(key, (way, safe_key(key.value)), "each key once", "the key again", hint)
        else:
            pairs[key.value] = (key, value)
    return pairs


def _steady(reading: Reading, node: yaml.Node, way: Way) -> Pressure | None:
    level = read_choice(reading, node, way, LEVEL)
    return Pressure(level, level) if level else None


def _rise(reading: Reading, node: yaml.Node, way: Way, pairs: Pairs) -> Pressure | None:
    if set(pairs) != set(RISE):
        hint = "per area: {low-back: light, else: {from: light, to: moderate}}"
        reading.wrong(node, way, "{from: …, to: …}", f"the keys {_listed(pairs)}", hint)
        return None
    start, end = (read_choice(reading, pairs[key][1], (way, key), LEVEL) for key in RISE)
    return Pressure(start, end) if start and end else None


def _listed(pairs: Pairs) -> str:
    names = ", ".join(map(safe_key, islice(pairs, MOST_KEYS)))
    return names if len(pairs) <= MOST_KEYS else f"{names}, …"


def _per_area(reading: Reading, node: yaml.Node, way: Way, pairs: Pairs) -> Pressure | None:
    rest = _rest(reading, node, way, pairs)
    levels = [_area(reading, key, value, way) for name, (key, value) in pairs.items() if name != ELSE]
    if rest is None or None in levels:
        return None
    return Pressure(rest.start, rest.end, tuple(level for level in levels if level))


def _rest(reading: Reading, node: yaml.Node, way: Way, pairs: Pairs) -> Pressure | None:
    if ELSE not in pairs:
        reading.wrong(node, way, "else: the pressure in the other areas", "no such key")
        return None
    value = pairs[ELSE][1]
    if kind(value) != "mapping":
        return _steady(reading, value, (way, ELSE))
    return _rise(reading, value, (way, ELSE), pairs_of(reading, value, (way, ELSE)))


def _area(reading: Reading, key: yaml.Node, value: yaml.Node, way: Way) -> tuple[str, str] | None:
    area = read_choice(reading, key, way, AREA)
    level = read_choice(reading, value, (way, safe_key(key.value)), LEVEL)
    return (area, level) if area and level else None
