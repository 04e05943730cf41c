"""Routine files as trees that can be bent out of shape, and how a tree becomes text again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import yaml

from massage_voice.data.files import read_data

EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "routines"
BUILT_IN: Final = ("neck", "back", "neck-and-back")

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%-]*(?::[0-9]+)?|-[0-9]+s?")


@dataclass(frozen=True)
class Raw:
    """Text that stands in the file as it is."""

    text: str


@dataclass
class Map:
    """A mapping as the file has it: in order, equal keys included."""

    pairs: list[tuple[Tree, Tree]]

    def get(self, key: str) -> Tree | None:
        """The first value of `key`."""
        return next((value for name, value in self.pairs if name == key), None)

    def put(self, key: str, value: Tree) -> None:
        """Replace the value of `key`, or add it."""
        self.pairs = [pair for pair in self.pairs if pair[0] != key] + [(key, value)]


Tree = str | Raw | Map | list["Tree"]
Spot = tuple[Map | list[Tree], int]
"""A container and the number of one thing in it."""


@cache
def sources() -> tuple[str, ...]:
    """The texts of the built-in routines and of the examples, the broken ones too."""
    examples = sorted([*EXAMPLES.glob("*.yaml"), *EXAMPLES.glob("broken/*.yaml")])
    return (
        *(read_data(f"routines/{name}.yaml") for name in BUILT_IN),
        *(path.read_text("utf-8") for path in examples),
    )


@cache
def _nodes() -> tuple[yaml.Node, ...]:
    found = []
    for text in sources():
        try:
            node = yaml.compose(text, yaml.BaseLoader)
        except yaml.YAMLError:
            continue  # an example that is no YAML: the raw mutations have it
        if isinstance(node, yaml.MappingNode):
            found.append(node)
    return tuple(found)


def routine(random: Random) -> Map:
    """A new tree of one of the files, often with some of its steps alone: small files are quick."""
    whole = _tree(random.choice(_nodes()[:5] if random.random() < 0.8 else _nodes()))
    assert isinstance(whole, Map)
    steps = whole.get("steps")
    if isinstance(steps, list) and random.random() < 0.9:
        units = list(_units(steps))
        kept = sorted(random.sample(range(len(units)), random.randint(1, min(3, len(units)))))
        whole.put("steps", [step for number in kept for step in units[number]])
    return whole


def _tree(node: yaml.Node) -> Tree:
    if isinstance(node, yaml.MappingNode):
        return Map([(_tree(key), _tree(value)) for key, value in node.value])
    return [_tree(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else str(node.value)


def _units(steps: list[Tree]) -> list[list[Tree]]:
    """Neighbours that belong together: the steps of one exercise, gated ones with what replaces them."""
    units: list[list[Tree]] = []
    last: object = None
    for step in steps:
        mark = _unit(step)
        if mark is None or mark != last:
            units.append([])
        units[-1].append(step)
        last = mark
    return units


def _unit(step: Tree) -> object:
    if not isinstance(step, Map):
        return None
    gated = step.get("gate") is not None or step.get("name") == "collarbone-strokes"
    return "gated" if gated else step.get("exercise")


def spots(tree: Tree) -> list[Spot]:
    """Every place below `tree` where something stands."""
    found: list[Spot] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Map):
            found += [(one, number) for number in range(len(one.pairs))]
            waiting += [value for _, value in one.pairs]
        elif isinstance(one, list):
            found += [(one, number) for number in range(len(one))]
            waiting += one
    return found


def at(spot: Spot) -> Tree:
    """What stands there."""
    inside, number = spot
    return inside.pairs[number][1] if isinstance(inside, Map) else inside[number]


def put(spot: Spot, value: Tree) -> None:
    """Let `value` stand there."""
    inside, number = spot
    if isinstance(inside, Map):
        inside.pairs[number] = inside.pairs[number][0], value
    else:
        inside[number] = value


def text(tree: Tree, random: Random) -> str:
    """The tree as YAML: blocks or brackets, quotes of any kind."""
    return _block(tree, 0, random) + "\n"


def _block(tree: Tree, indent: int, random: Random) -> str:
    pad = " " * indent
    if isinstance(tree, Map) and tree.pairs:
        return "\n".join(f"{pad}{_flow(key, random)}:{_value(value, indent, random)}" for key, value in tree.pairs)
    if isinstance(tree, list) and tree:
        return "\n".join(f"{pad}- {_block(item, indent + 2, random).lstrip(' ')}" for item in tree)
    return pad + _flow(tree, random)


def _value(tree: Tree, indent: int, random: Random) -> str:
    inner = tree.pairs if isinstance(tree, Map) else tree if isinstance(tree, list) else []
    simple = all(isinstance(one, str | Raw) for one in inner)
    if not inner or (simple and random.random() < 0.6):
        return " " + _flow(tree, random)
    return "\n" + _block(tree, indent + 2, random)


def _flow(tree: Tree, random: Random) -> str:
    if isinstance(tree, Raw):
        return tree.text
    if isinstance(tree, str):
        return _scalar(tree, random)
    if isinstance(tree, Map):
        return "{" + ", ".join(f"{_flow(k, random)}: {_flow(v, random)}" for k, v in tree.pairs) + "}"
    return "[" + ", ".join(_flow(item, random) for item in tree) + "]"


def _scalar(value: str, random: Random) -> str:
    if _PLAIN.fullmatch(value) or random.random() < 0.03:
        return value
    if random.random() < 0.2:
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=random.random() < 0.3)
