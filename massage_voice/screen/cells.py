"""The body in character cells, from behind and from the front, drawn from the one source of shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from massage_voice.body import HEIGHT, WIDTH, Body, Ring, Shape, View, polygon
from massage_voice.screen.overview import Worked
from massage_voice.screen.views import title

COLUMNS: Final = 25
"""Of a figure; odd, so that the spine has a column of its own."""
ROWS: Final = 28
ACROSS: Final = 80
"""Columns of both figures with the names beside them."""
SKIN, NEVER = "'", "x"
_FINE: Final = 3
"""Points looked at in a cell, across and down."""
_LEAST: Final = {True: 3, False: 2}
"""Of these, how many a place must hold to be seen: one that is never worked, and an area."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """What may fill a cell."""

    mark: str
    never: bool
    shapes: tuple[Shape, ...]


def body_map(body: Body, worked: Sequence[Worked], marks: Sequence[str]) -> Iterator[str]:
    """Both figures beside each other; `marks` are the signs of the levels of pressure, none to firm."""
    half = ACROSS // 2
    sides = [_side(view, body, worked, marks) for view in View]
    for left, right in zip(*sides, strict=True):
        yield f"{left:{half}}{right}".rstrip()


def _side(view: View, body: Body, worked: Sequence[Worked], marks: Sequence[str]) -> list[str]:
    """One figure under its name, and the names of its areas on the right."""
    seen = [row for row in worked if any(shape.view is view for shape in body.areas[row.area])]
    names = _names({title(row.area): _row(body.areas[row.area], view) for row in seen})
    layers = [
        *(_Layer(NEVER, True, shapes) for shapes in body.no_go.values()),
        *(_Layer(marks[row.most], False, body.areas[row.area]) for row in seen),
    ]
    drawn = enumerate(_drawn(view, body, layers))
    return [f"{view:^{COLUMNS}}", *(f"{cells:{COLUMNS}}{names.get(number, '')}" for number, cells in drawn)]


def _row(shapes: Sequence[Shape], view: View) -> int:
    """The row in which an area's middle lies."""
    heights = [y for shape in shapes if shape.view is view for _, y in shape.rings[0]]
    return int((min(heights) + max(heights)) / 2 * ROWS / HEIGHT)


def _names(wanted: Mapping[str, int]) -> dict[int, str]:
    """A row for each name: its own, or the next that is free."""
    found: dict[int, str] = {}
    for name, row in sorted(wanted.items(), key=lambda item: item[1]):
        found[next(n for n in range(row, row + len(wanted)) if n not in found)] = name
    return found


def _drawn(view: View, body: Body, layers: Sequence[_Layer]) -> Iterator[str]:
    """The rows of a figure."""
    for row in range(ROWS):
        counts: dict[_Layer | None, Counter[int]] = {None: Counter(), **{layer: Counter() for layer in layers}}
        for fine in range(_FINE):
            y = (row + (fine + 0.5) / _FINE) * HEIGHT / ROWS
            counts[None].update(_cells([polygon(body.outline)], y))
            for layer in layers:
                for shape in layer.shapes:
                    if shape.view is view:
                        counts[layer].update(_cells([polygon(ring) for ring in shape.rings], y))
        yield "".join(_cell(column, counts) for column in range(COLUMNS))


def _cell(column: int, counts: Mapping[_Layer | None, Counter[int]]) -> str:
    """What covers most of a cell; of equals, what is never worked."""
    if counts[None][column] * 2 < _FINE**2:
        return " "
    found = [(count[column], layer.never, layer.mark) for layer, count in counts.items()
             if layer and count[column] >= _LEAST[layer.never]]  # fmt: skip
    return max(found)[2] if found else SKIN


def _cells(rings: Sequence[Ring], y: float) -> Iterator[int]:
    """The column of every point looked at that lies inside, on the line at `y`."""
    across = COLUMNS * _FINE
    crossed = sorted(
        (x1 + (y - y1) * (x2 - x1) / (y2 - y1)) * across / WIDTH - 0.5
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0]))
        if (y1 > y) is not (y2 > y)
    )
    for begin, end in zip(crossed[::2], crossed[1::2], strict=True):
        yield from (point // _FINE for point in range(int(begin) + 1, int(end) + 1))
