"""The figure that `show` draws: where each place of the registry lies, as values. `data/body.yaml` owns the shapes.

A field of 100 by 240 units, y going down. Nothing here knows a routine, a page or a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from massage_voice.data.files import parse_yaml, read_data

WIDTH: Final = 100.0
HEIGHT: Final = 240.0
_FINE: Final = 4
"""Straight pieces for each point of a ring, where a curve is looked at as a polygon."""

Point = tuple[float, float]
Ring = tuple[Point, ...]
"""Points on a closed, smooth curve."""
Bend = tuple[Point, Point, Point]
"""A piece of a curve as SVG has it: two control points and the end."""


class View(StrEnum):
    """From where the figure is seen."""

    BACK = "back"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class Shape:
    """One patch of the figure; a place on both sides has two."""

    view: View
    rings: tuple[Ring, ...]
    """The edge, and then holes in it."""

    def holds(self, point: Point) -> bool:
        """Whether `point` lies in it, holes left out."""
        return sum(inside(polygon(ring), point) for ring in self.rings) % 2 == 1

    def mirrored(self) -> Shape:
        """Its twin on the other side."""
        return Shape(self.view, tuple(tuple((WIDTH - x, y) for x, y in ring) for ring in self.rings))


@dataclass(frozen=True, slots=True)
class Body:
    """The outline, the same from both sides, and what lies on it."""

    outline: Ring
    areas: Mapping[str, tuple[Shape, ...]]
    """By the registry's id."""
    no_go: Mapping[str, tuple[Shape, ...]]
    """The same for places that are never worked."""


@cache
def load_body() -> Body:
    """The figure in the package."""
    data = parse_yaml(read_data("body.yaml"))
    half = _ring(data["half"])
    other = tuple((WIDTH - x, y) for x, y in reversed(half[1:-1]))
    return Body((*half, *other), _places(data["areas"]), _places(data["no_go"]))


def _places(data: Mapping[str, Any]) -> Mapping[str, tuple[Shape, ...]]:
    return {name: tuple(shape for fact in facts for shape in _shapes(fact)) for name, facts in data.items()}


def _shapes(fact: Mapping[str, Any]) -> Iterator[Shape]:
    shape = Shape(View(fact["view"]), tuple(_ring(ring) for ring in fact["rings"]))
    yield shape
    if fact.get("mirrored", False):
        yield shape.mirrored()


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)


def bends(ring: Ring) -> Iterator[Bend]:
    """The smooth curve through the points of `ring`, from its first point around to it (Catmull-Rom)."""
    for n, (x1, y1) in enumerate(ring):
        (x0, y0), (x2, y2), (x3, y3) = ring[n - 1], ring[(n + 1) % len(ring)], ring[(n + 2) % len(ring)]
        yield (x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6), (x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6), (x2, y2)


@cache
def polygon(ring: Ring) -> Ring:
    """The curve through `ring` as many short straight pieces."""
    return tuple(_between(ring[n], bend, step / _FINE) for n, bend in enumerate(bends(ring)) for step in range(_FINE))


def _between(start: Point, bend: Bend, at: float) -> Point:
    """The point of a piece that lies `at` of the way along it, from 0 to 1."""
    weights = (1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3
    points = (start, *bend)
    return (
        sum(weight * x for weight, (x, _) in zip(weights, points, strict=True)),
        sum(weight * y for weight, (_, y) in zip(weights, points, strict=True)),
    )


def inside(polygon: Ring, point: Point) -> bool:
    """Whether `point` lies in the polygon: a line from it to the right crosses the edge an odd number of times."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y1 > y) is not (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1
