"""Markdown from values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [line(head), line(["---"] * len(head)), *map(line, rows)]
    return "\n".join(lines)


def line(cells: Iterable[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    known = list(words)
    return f" {joint} ".join(part for part in (", ".join(known[:-1]), known[-1] if known else "") if part)
