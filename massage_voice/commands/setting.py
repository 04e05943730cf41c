"""The config file's text as settings: one mapping of words, each once, and nothing that YAML would make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from massage_voice.errors import RoutineError, UsageError
from massage_voice.routine.problem import Place
from massage_voice.routine.shown import shown
from massage_voice.routine.source import decode

if TYPE_CHECKING:
    import yaml  # slow to load, and most people have no config file

LINES = "lines such as `wpm: 120`"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the file."""

    place: Place
    """Of the key."""
    text: str
    """The value, as it would be typed."""
    given: bool = True
    """False when nothing stands after the colon."""


def settings(raw: bytes, name: str) -> dict[str, Setting]:
    """What the file called `name` sets, by key; a key without a value sets nothing.

    Raises:
        UsageError: it is not such a file; says where, and what is there instead.
    """
    from massage_voice.routine.tree import compose

    try:
        text = decode(raw, name)
        return {} if _is_empty(text) else _read(compose(text, name), name)
    except RoutineError as error:  # its first problem is about the file as a whole
        raise UsageError(error.message.splitlines()[0], f"the config file holds {LINES}") from None


def _is_empty(text: str) -> bool:
    return all(line.strip() in {"", "---"} or line.lstrip().startswith("#") for line in text.splitlines())


def _read(root: yaml.Node, name: str) -> dict[str, Setting]:
    from massage_voice.routine.nodes import kind

    if kind(root) != "mapping" or root.tag:
        raise _unexpected(root, name)
    found: dict[str, Setting] = {}
    for key, value in root.value:
        for node in (key, value):
            if kind(node) in {"list", "mapping"} or node.tag:
                raise _unexpected(node, name)
        place = _place(key, name)
        if key.value in found:
            raise UsageError(f"{place}: {shown(key.value)} is set twice", "keep one of the two lines")
        found[key.value] = Setting(place, value.value, given=kind(value) != "nothing")
    return {key: setting for key, setting in found.items() if setting.given}


def _unexpected(node: yaml.Node, name: str) -> UsageError:
    from massage_voice.routine.nodes import described

    found = f"the tag {shown(node.tag)}" if node.tag else described(node)
    return UsageError(f"{_place(node, name)}: expected {LINES}, found {found}")


def _place(node: yaml.Node, name: str) -> Place:
    return Place(name, node.start_mark.line + 1, node.start_mark.column + 1)
