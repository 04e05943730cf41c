"""A figure: what was measured, against what, and whether it meets its aim; and the table of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    unit: str
    runs: Sequence[float] = ()
    """What `value` is the median of; empty when it was measured once."""
    against: str = ""
    """The peer or limit measured in the same run."""
    peer: float | None = None
    """The same in the peer, in the same unit."""
    aim: float | None = None
    at_least: bool = False
    """The aim is a floor, not a ceiling."""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None when there is none."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim


def median(what: str, runs: Sequence[float], unit: str, **more: object) -> Figure:
    """A figure whose value is the median of `runs`."""
    return Figure(what, statistics.median(runs), unit, tuple(runs), **more)  # type: ignore[arg-type]  # its own fields


def printed(figures: Iterable[Figure]) -> str:
    """A table in Markdown, so that docs/benchmarks.md can hold it as it is."""
    head = ("figure", "median", "least … most", "aim", "", "against", "peer", "ratio")
    rows = [head, ("---",) * len(head), *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        f"{_number(min(figure.runs))} … {_number(max(figure.runs))}" if figure.runs else "",
        "" if figure.aim is None else f"{'≥' if figure.at_least else '≤'} {_number(figure.aim)}",
        {None: "", True: "met", False: "MISSED"}[figure.met],
        figure.against,
        "" if figure.peer is None else f"{_number(figure.peer)} {figure.unit}",
        f"{_number(figure.value / figure.peer)}" if figure.peer else "",
    )


def _number(value: float) -> str:
    """Three digits that count, and never more than that after a large number."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1e}"
