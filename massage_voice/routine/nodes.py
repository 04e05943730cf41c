"""One file while it is being read: where a node stands, what it looks like, and the problems so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from massage_voice.routine.options import options
from massage_voice.routine.problem import MOST_PROBLEMS, Place, Problem, suggestion
from massage_voice.routine.shown import shown
from massage_voice.routine.source import split_lines
from massage_voice.routine.vocabulary import Vocabulary

Way = tuple["Way | None", str | int]
"""A value's way from the root, last part first: rendered only when something is wrong."""

Pairs = dict[str, tuple[yaml.Node, yaml.Node]]
"""A mapping's `(key node, value node)` by key."""

MOST_SUGGESTIONS: Final = 200
"""Looking for a similar word is slow; a file with more mistakes than this is not helped by it."""

_PLAIN_KEY: Final = re.compile(r"[a-z-]{1,40}")
_COMMENT: Final = re.compile(r"[ \t]*#")
# YAML 1.2's own words and numbers (its core schema): there, `no` and `1:40` are text.
_NOTHING: Final = re.compile(r"(?:~|null|Null|NULL)?")
_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_NOT_TEXT_STARTS: Final = frozenset("~nNtTfF+-.0123456789")
_NUMBER: Final = re.compile(
    r"[-+]?(?:[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN)"
)


def rendered(way: Way | None) -> str:
    """`steps[2].areas[0]`."""
    parts: list[str] = []
    while way is not None:
        way, part = way
        parts.append(f"[{part}]" if isinstance(part, int) else f".{part}")
    return "".join(reversed(parts)).removeprefix(".") or "routine"


def safe_key(key: str) -> str:
    """A key as it can stand in a path."""
    return key if _PLAIN_KEY.fullmatch(key) else shown(key)


def kind(node: yaml.Node) -> str:
    """What a node is by YAML 1.2: text, number, boolean, nothing, list or mapping."""
    if not isinstance(node, yaml.ScalarNode):
        return "list" if isinstance(node, yaml.SequenceNode) else "mapping"
    if node.style or (node.value and node.value[0] not in _NOT_TEXT_STARTS):
        return "text"
    return _plain_kind(node.value)


def _plain_kind(value: str) -> str:
    if _NOTHING.fullmatch(value):
        return "nothing"
    if _NUMBER.fullmatch(value):
        return "number"
    return "boolean" if _BOOLEAN.fullmatch(value) else "text"


def described(node: yaml.Node) -> str:
    """What was found, in words that are safe to print."""
    match kind(node):
        case "nothing":
            return "nothing"
        case "text":
            return shown(node.value)
        case "number" | "boolean" as name:
            return f"the {name} {shown(node.value)[1:-1]}"
        case name:
            return f"a {name}"


@dataclass(slots=True)
class Record:
    """What could be read of one mapping; a key with a mistake is left out."""

    reading: Reading
    node: yaml.Node
    way: Way | None
    pairs: Pairs
    """What stands in the file, mistaken or not."""
    values: dict[str, object] = field(default_factory=dict)

    def place(self, key: str = "") -> Place:
        """Where the value of `key` stands, or the mapping itself when the key is absent."""
        return self.reading.place(self.pairs[key][1] if key in self.pairs else self.node)

    def places(self) -> tuple[tuple[str, Place], ...]:
        """Where each value stands, by key."""
        file = self.reading.file
        marks = [(key, node.start_mark) for key, (_, node) in self.pairs.items()]
        return tuple([(key, Place(file, mark.line + 1, mark.column + 1)) for key, mark in marks])

    def problem(self, key: str, expected: str, found: str, hint: str = "") -> Problem:
        """A problem with the value of `key`, or with the mapping when the key is absent."""
        return Problem(self.place(key), rendered((self.way, key)), expected, found, hint)


@dataclass(slots=True)
class Reading:
    """The state of reading one file."""

    file: str
    lines: list[str]
    vocabulary: Vocabulary
    lists: Mapping[str, tuple[str, ...]]
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, file: str, vocabulary: Vocabulary) -> Reading:
        """A reading that has found nothing yet."""
        return cls(file, split_lines(text), vocabulary, options(vocabulary))

    def place(self, node: yaml.Node) -> Place:
        """Where `node` begins."""
        mark = node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def wrong(self, node: yaml.Node, way: Way | None, expected: str, found: str = "", hint: str = "") -> None:
        """Note a problem with `node`, as long as it can be listed; go on reading."""
        if len(self.problems) > MOST_PROBLEMS:
            return
        self.problems.append(Problem(self.place(node), rendered(way), expected, found or described(node), hint))

    def near(self, word: str, known: Iterable[str]) -> str:
        """`did you mean 'x'?`, as long as that stays quick."""
        if len(word) > 40 or len(self.problems) > MOST_SUGGESTIONS:
            return ""
        return suggestion(word, known)

    def cut_by_comment(self, node: yaml.Node) -> bool:
        """After an unquoted text stands ` #`, so the rest of the author's sentence is lost."""
        if not isinstance(node, yaml.ScalarNode):
            return False
        mark = node.end_mark
        line = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return bool(_COMMENT.match(line, mark.column))  # not line[column:]: a file can be one line of 4 MiB
