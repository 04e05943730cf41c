"""The config file's text as settings: one mapping of words, each once, and nothing that YAML would make of them.

One key, `keys`, holds a mapping of its own: what the keys of the terminal do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from massage_voice.controls.mapping import Wish
from massage_voice.errors import RoutineError, UsageError
from massage_voice.routine.problem import NOWHERE, Place
from massage_voice.routine.shown import shown
from massage_voice.routine.source import decode

if TYPE_CHECKING:
    import yaml  # slow to load, and most people have no config file

LINES = "lines such as `wpm: 120`"
KEYS = "keys"
KEY_LINES = "lines such as `F5: next`"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the file."""

    place: Place
    """Of the key."""
    text: str
    """The value, as it would be typed."""
    given: bool = True
    """False when nothing stands after the colon."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    lines: dict[str, Setting] = field(default_factory=dict)
    """By key; one without a value sets nothing and is not here."""
    wishes: tuple[Wish, ...] = ()
    """The lines below `keys:`."""
    keys_place: Place = NOWHERE
    """Of `keys:`."""


def settings(raw: bytes, name: str) -> Settings:
    """What the file called `name` sets.

    Raises:
        UsageError: it is not such a file; says where, and what is there instead.
    """
    from massage_voice.routine.tree import compose

    try:
        text = decode(raw, name)
        return Settings() if _is_empty(text) else _read(compose(text, name), name)
    except RoutineError as error:  # its first problem is about the file as a whole
        raise UsageError(error.message.splitlines()[0], f"the config file holds {LINES}") from None


def _is_empty(text: str) -> bool:
    return all(line.strip() in {"", "---"} or line.lstrip().startswith("#") for line in text.splitlines())


def _read(root: yaml.Node, name: str) -> Settings:
    from massage_voice.routine.nodes import kind

    if kind(root) != "mapping" or root.tag:
        raise _unexpected(root, name)
    found: dict[str, Setting] = {}
    wishes: tuple[Wish, ...] = ()
    keys_place = NOWHERE
    for key, value in root.value:
        for node in (key,) if _is_keys(key) else (key, value):
            if kind(node) in {"list", "mapping"} or node.tag:
                raise _unexpected(node, name)
        place = _place(key, name)
        if key.value in found:
            raise UsageError(f"{place}: {shown(key.value)} is set twice", "keep one of the two lines")
        found[key.value] = Setting(place, value.value, given=kind(value) != "nothing")
        if _is_keys(key):
            wishes, keys_place = _wishes(value, name), place
    lines = {key: setting for key, setting in found.items() if setting.given and key != KEYS}
    return Settings(lines, wishes, keys_place)


def _is_keys(node: yaml.Node) -> bool:
    from massage_voice.routine.nodes import kind

    return kind(node) == "text" and not node.tag and node.value == KEYS


def _wishes(node: yaml.Node, name: str) -> tuple[Wish, ...]:
    from massage_voice.routine.nodes import kind

    if kind(node) == "nothing" and not node.tag:
        return ()
    if kind(node) != "mapping" or node.tag:
        raise _unexpected(node, name, f"{KEY_LINES} below `keys:`")
    return tuple(
        Wish(
            *(_word(key), _place(key, name), _word(value), _place(value, name)),
            key_is_word=_is_word(key),
            is_word=_is_word(value),
        )
        for key, value in node.value
    )


def _is_word(node: yaml.Node) -> bool:
    from massage_voice.routine.nodes import kind

    return not node.tag and kind(node) not in {"list", "mapping", "nothing"}


def _word(node: yaml.Node) -> str:
    return str(node.value) if _is_word(node) else _found(node)


def _unexpected(node: yaml.Node, name: str, expected: str = LINES) -> UsageError:
    return UsageError(f"{_place(node, name)}: expected {expected}, found {_found(node)}")


def _found(node: yaml.Node) -> str:
    from massage_voice.routine.nodes import described

    return f"the tag {shown(node.tag)}" if node.tag else described(node)


def _place(node: yaml.Node, name: str) -> Place:
    return Place(name, node.start_mark.line + 1, node.start_mark.column + 1)
