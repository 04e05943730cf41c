"""From text to PyYAML's node tree, with everything refused that could eat time or memory.

Nodes, not values: `yaml.safe_load` turns `1:30` into 90, `no` into False, keeps the last of two equal keys
without a word, and forgets where anything stood. Depth and size are limited while the tree grows, because
libyaml's composer calls itself for every level and would take the process down with it.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import yaml

from massage_voice.routine.problem import Place, Problem, raise_if_any, refuse
from massage_voice.routine.shown import shown
from massage_voice.routine.source import WHOLE_FILE, check_characters, split_lines

DEEPEST: Final = 20
MOST_NODES: Final = 600_000
"""20,000 full steps in 4 MiB need fewer."""


class _TooMuchError(Exception):
    """A limit was passed at `mark`."""

    def __init__(self, expected: str, found: str, mark: yaml.Mark | None) -> None:
        super().__init__(found)
        self.expected = expected
        self.found = found
        self.mark = mark


class _Limited:
    """Counts depth and nodes, and leaves every node untyped.

    Both composers of PyYAML, the C one and the Python one, call these methods for each node.
    """

    depth = 0
    nodes = 0

    def descend_resolver(self, parent: yaml.Node | None, _index: object) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > DEEPEST:
            raise _TooMuchError(f"at most {DEEPEST} levels", "more", _start(parent))
        if self.nodes > MOST_NODES:
            raise _TooMuchError(f"at most {MOST_NODES} values", "more", _start(parent))

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return ""  # an author's own tag is the only one a node can then have


def _start(node: yaml.Node | None) -> yaml.Mark | None:
    return node.start_mark if node else None


def _loader(text: str) -> Any:
    return _FastNodes(text) if yaml.__with_libyaml__ else _PlainNodes(text)


if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _FastNodes(_Limited, CParser):
        """libyaml, about nine times as fast."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)


class _PlainNodes(_Limited, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer):
    """Python alone."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold Python's garbage collector while many small objects are made that all stay.

    It walks all of them again and again and finds nothing: 3.3 s instead of 0.6 s for 430,000 nodes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compose(text: str, file: str) -> yaml.Node:
    """The root node of the one document in `text`.

    Raises:
        RoutineError: not YAML, no document or several, anchors, or too much of something.
    """
    check_characters(text, file)
    try:
        root: yaml.Node | None = _loader(text).get_single_node()
    except _TooMuchError as error:
        refuse(Problem(_place(file, error.mark), WHOLE_FILE, error.expected, error.found))
    except yaml.MarkedYAMLError as error:
        refuse(_syntax(error, text, file))
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:  # oddities of the two parsers
        refuse(Problem(Place(file, 1, 1), WHOLE_FILE, "readable YAML", shown(str(error))))
    if root is None:
        refuse(Problem(Place(file, 1, 1), WHOLE_FILE, "a routine", "an empty file"))
    if "&" in text:
        raise_if_any(_anchors(text, file))
    return root


def _place(file: str, mark: yaml.Mark | None) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


def _anchors(text: str, file: str) -> Iterator[Problem]:
    loader = _loader(text)
    while loader.check_event():
        event = loader.get_event()
        anchor = getattr(event, "anchor", None)
        if anchor:
            yield _anchor(_place(file, event.start_mark), anchor)


def _anchor(place: Place, name: str) -> Problem:
    hint = "write the value out; text that begins with & or * must stand in quotes"
    return Problem(place, WHOLE_FILE, "no anchors or aliases", shown(name), hint)


_IN_WORDS: Final = (
    ("mapping values are not allowed", "a second ': ' on the line", "put the text in quotes"),
    ("undefined alias", "a word that begins with *", "put the text in quotes"),
    ("duplicate anchor", "a word that begins with &", "put the text in quotes"),
    ("expected a single document", "a second document after ---", "one file holds one routine"),
    ("expected ',' or", "a list or mapping that is not closed", "see that every [ and { has its ] and }"),
    ("unexpected end of stream", "the end of the file inside quotes", "close the quotes"),
    ("unexpected document", "the end of the document inside quotes", "close the quotes"),
    ("cannot start any token", "a character that cannot begin a value", "put the text in quotes"),
    ("escape code", "a backslash code for no character", "write the character itself"),
    ("unknown escape", "a backslash that means nothing here", "write \\\\ or use single quotes"),
    (
        "find expected ':'",
        "a line that is neither 'key: value' nor '- item'",
        "indent it, or put the text in quotes",
    ),
    (
        "find expected key",
        "a line that does not fit the ones above it",
        "give keys of one mapping the same indent",
    ),
    (
        "expected <block end>",
        "a line that does not fit the ones above it",
        "give lines of one list the same indent",
    ),
    (
        "find expected '-'",
        "a line that does not fit the ones above it",
        "give items of one list the same indent",
    ),
    ("sequence entries are not allowed", "a list item where none can be", "begin the list on its own line"),
)
"""What the two parsers say, what it means, what helps."""

_COMMENT: Final = re.compile(r"\s#")


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = _within(_place(file, mark), text)
    found, hint = _in_words(f"{error.context or ''} {error.problem or ''}")
    line = _line_at(text, place)
    if "\t" in line[: len(line) - len(line.lstrip())] or line[place.column - 1 : place.column] == "\t":
        found, hint = "a tab", "indent with spaces"
    elif _COMMENT.search(line + _line_at(text, _place(file, error.context_mark))):
        hint = f"{hint}; after ' #' everything is a comment: put such text in quotes"
    return Problem(place, WHOLE_FILE, "readable YAML", found, hint)


def _within(place: Place, text: str) -> Place:
    """`place`, or the end of the text: the parser counts a line more where the last one has no end."""
    lines = split_lines(text)
    return place if place.line <= len(lines) else Place(place.file, len(lines), len(lines[-1]) + 1)


def _in_words(message: str) -> tuple[str, str]:
    for part, found, hint in _IN_WORDS:
        if part in message:
            return found, hint
    return f"something else: {shown(message.strip(), 120)}", "put spoken text in quotes"


def _line_at(text: str, place: Place) -> str:
    lines = split_lines(text)
    return lines[place.line - 1] if place.line <= len(lines) else ""
