"""One mistake in an author's file: where it stands, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NoReturn

from massage_voice.errors import RoutineError

MOST_PROBLEMS: Final = 500
"""Listed of one file; who made more does not read them, and a file of 4 MiB can hold half a million."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a text file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Place("<program>", 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`place: path: expected X, found Y (hint)`."""

    place: Place
    path: str
    """The value's way from the root of the document, as in `steps[2].areas[0]`."""
    expected: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.path}: expected {self.expected}, found {self.found}"
        return f"{text} ({self.hint})" if self.hint else text


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the nearest of `known`, or an empty string when none is near."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise one `RoutineError` that lists the `problems` in the order of their places, `MOST_PROBLEMS` at most.

    Raises:
        RoutineError: there is at least one problem.
    """
    found = sorted(set(problems))
    if found:
        raise _error(found)


def refuse(problem: Problem) -> NoReturn:
    """Raise for one problem that leaves nothing else to look at.

    Raises:
        RoutineError: always.
    """
    raise _error([problem])


def _error(problems: list[Problem]) -> RoutineError:
    listed = problems[:MOST_PROBLEMS]
    count = "1 problem" if len(listed) == 1 else f"{len(listed)} problems"
    more = ", and more that are not listed" if len(problems) > len(listed) else ""
    return RoutineError("\n".join([*map(str, listed), f"{count} in the routine{more}"]))
