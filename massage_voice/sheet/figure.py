"""The body as SVG: the areas that are worked, by pressure, and the places that never are, each with its name.

Nothing is told by colour alone: pressure is also a texture and the width of an edge, a place that is never worked is
hatched and its name begins with a cross, and beside an area stand the numbers of its steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from massage_voice.body import HEIGHT, WIDTH, Body, Point, Ring, Shape, View, bends
from massage_voice.screen.overview import Worked, ranges
from massage_voice.screen.views import title
from massage_voice.sheet.markup import Markup, joined, tag

DASH: Final = "\N{EN DASH}"
_CROSS: Final = "\N{MULTIPLICATION SIGN}"
_SIDES: Final = {View.BACK: ("their left", "their right"), View.FRONT: ("their right", "their left")}
_BESIDE: Final = 5.0
"""Units between the field and the names beside it."""
_PITCH: Final = 6.4
"""Units between two names; twice as much where a second line stands below."""
_PITCH_NARROW: Final = 10.4
"""The same on a small screen, where letters are larger beside a smaller figure."""
_ROOM: Final = (6.0, HEIGHT - 8)
"""Where names may stand, from the top to the bottom."""


@dataclass(frozen=True, slots=True)
class _Name:
    """What a place is called, beside the figure."""

    text: str
    more: str
    """A second line, or nothing."""
    at: Point
    """Where the line to it ends."""
    place: str
    """The registry's id."""
    never: bool
    """It is never worked."""


def figure(view: View, body: Body, worked: Sequence[Worked]) -> Markup:
    """The figure from one side."""
    areas = [row for row in worked if any(shape.view is view for shape in body.areas[row.area])]
    drawn = [
        tag("path", class_="skin", d=path(body.outline)),
        *(_area(row, _seen(body.areas[row.area], view)) for row in sorted(areas, key=lambda row: -_size(body, row))),
        *(_never(name, _seen(shapes, view)) for name, shapes in body.no_go.items() if _seen(shapes, view)),
        *_sides(view),
        _names_wide(view, body, areas),
        _names_narrow(view, body, areas),
    ]
    names = ", ".join(f"{title(row.area)} (step {numbers(row.levels)})" for row in areas) or "nothing"
    never = ", ".join(title(name) for name, shapes in body.no_go.items() if _seen(shapes, view))
    return tag(
        "svg",
        *drawn,
        class_="body",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_label=f"The {view} of the body. Worked: {names}. Keep off: {never}.",
    )


def numbers(steps: Iterable[int]) -> str:
    """`1-3, 5`, with the dash of print."""
    return ranges(steps).replace("-", DASH)


def patterns() -> Markup:
    """What shapes are filled with, once a page."""
    hatch = tag("path", class_="hatch", d="M0 0L2.4 2.4M2.4 0L0 2.4")
    dots = tag("circle", class_="grain", cx=1.1, cy=1.1, r=0.34)
    lines = tag("path", class_="grain-line", d="M0 1H2")
    thick = tag("path", class_="grain-line", d="M0 .6H1.6M.6 0V1.6")
    made = [
        _pattern("never", 2.4, hatch),
        _pattern("texture-1", 2.2, dots),
        _pattern("texture-2", 2.0, lines),
        _pattern("texture-4", 1.6, thick),
    ]
    return tag("svg", tag("defs", *made), class_="defs", aria_hidden="true", width="0", height="0")


def swatch(level: int | None) -> Markup:
    """A small square filled like a shape of that level; None: like a place that is never worked."""
    square = "M2 2H18V12H2Z"
    inside = _filled(square, level) if level is not None else [_crossed(square)]
    kind = f"area l{level}" if level is not None else "never"
    return tag("svg", tag("g", *inside, class_=kind), class_="swatch", viewBox="0 0 20 14", aria_hidden="true")


def path(*rings: Ring) -> str:
    """The smooth curves through the rings, as SVG writes them."""
    return "".join(f"{_start(ring)}{''.join(_bend(bend) for bend in bends(ring))}Z" for ring in rings)


def _start(ring: Ring) -> str:
    return f"M{_pair(ring[0])}"


def _bend(bend: Sequence[Point]) -> str:
    return f"C{' '.join(_pair(point) for point in bend)}"


def _pair(point: Point) -> str:
    return " ".join(f"{number:.2f}".rstrip("0").rstrip(".") for number in point)


def _pattern(name: str, size: float, inside: Markup) -> Markup:
    return tag("pattern", inside, id=name, width=size, height=size, patternUnits="userSpaceOnUse")


def _seen(shapes: Iterable[Shape], view: View) -> list[Shape]:
    return [shape for shape in shapes if shape.view is view]


def _area(row: Worked, shapes: list[Shape]) -> Markup:
    filled = (part for shape in shapes for part in _filled(path(*shape.rings), row.most))
    return tag("g", *filled, class_=f"area l{row.most}", data_area=row.area)


def _size(body: Body, row: Worked) -> float:
    """How much room an area takes: the larger is drawn first, so that none hides another."""
    xs, ys = zip(*body.areas[row.area][0].rings[0], strict=True)
    across, down = float(max(xs) - min(xs)), float(max(ys) - min(ys))
    return across * down


def _filled(d: str, level: int) -> Iterator[Markup]:
    yield tag("path", class_="fill", d=d, fill_rule="evenodd")
    if level in {1, 2, 4}:
        yield tag("path", class_="texture", d=d, fill_rule="evenodd", fill=f"url(#texture-{level})")


def _never(name: str, shapes: list[Shape]) -> Markup:
    return tag("g", *(_crossed(path(*shape.rings)) for shape in shapes), class_="never", data_never=name)


def _crossed(d: str) -> Markup:
    return joined([tag("path", class_="ground", d=d), tag("path", class_="edge", d=d, fill="url(#never)")])


def _sides(view: View) -> Iterator[Markup]:
    for text, x in zip(_SIDES[view], (7.0, WIDTH - 7), strict=True):
        yield tag("text", text, class_="side", x=x, y=154.0, text_anchor="middle")


def _names_wide(view: View, body: Body, areas: Sequence[Worked]) -> Markup:
    """Areas on the right, places that are never worked on the left."""
    right = list(_named(areas, body, view))
    left = list(_forbidden(body, view, left=True))
    lines = [
        *(_beside(name, y, WIDTH) for name, y in _spread(right, 2 * _PITCH)),
        *(_beside(name, y, 0.0) for name, y in _spread(left, _PITCH)),
    ]
    return tag("g", *lines, class_="names wide", aria_hidden="true")


def _names_narrow(view: View, body: Body, areas: Sequence[Worked]) -> Markup:
    """All of them on the right, one line each."""
    names = [*_named(areas, body, view), *_forbidden(body, view, left=False)]
    lines = (_beside(name, y, WIDTH, narrow=True) for name, y in _spread(names, _PITCH_NARROW))
    return tag("g", *lines, class_="names narrow", aria_hidden="true")


def _named(areas: Sequence[Worked], body: Body, view: View) -> Iterator[_Name]:
    for row in areas:
        at = _edge(_seen(body.areas[row.area], view), left=False)
        yield _Name(title(row.area), numbers(row.levels), at, row.area, never=False)


def _forbidden(body: Body, view: View, *, left: bool) -> Iterator[_Name]:
    for name, shapes in body.no_go.items():
        seen = _seen(shapes, view)
        if seen:
            yield _Name(f"{_CROSS} {title(name)}", "", _edge(seen, left=left), name, never=True)


def _edge(shapes: list[Shape], *, left: bool) -> Point:
    """A point just inside a shape's outermost edge on that side."""
    points = [point for shape in shapes for point in shape.rings[0]]
    x, y = min(points) if left else max(points)
    middle = [b for a, b in points if abs(a - x) < 0.6]
    return x + (0.5 if left else -0.5), (min(middle) + max(middle)) / 2 if len(middle) > 1 else y


def _spread(names: Sequence[_Name], pitch: float) -> list[tuple[_Name, float]]:
    """Each name at the height of its place, or as near as the others leave room."""
    ordered = sorted(names, key=lambda name: name.at[1])
    heights = [max(name.at[1], _ROOM[0]) for name in ordered]
    for n in range(1, len(heights)):
        heights[n] = max(heights[n], heights[n - 1] + pitch)
    over = max(0.0, heights[-1] - _ROOM[1]) if heights else 0.0
    if over:
        heights[-1] -= over
        for n, m in reversed(list(pairwise(range(len(heights))))):
            heights[n] = min(heights[n], heights[m] - pitch)
    return list(zip(ordered, heights, strict=True))


def _beside(name: _Name, y: float, edge: float, *, narrow: bool = False) -> Markup:
    """A name outside the field, and the thin line from it to its place."""
    out = 1 if edge else -1
    x, (to_x, to_y) = edge + out * (_BESIDE if not narrow else 3.0), name.at
    line = tag("path", class_="lead", d=f"M{_pair((x - out, y))}L{_pair((edge - out * 1.5, y))}L{_pair((to_x, to_y))}")
    dot = tag("circle", class_="dot", cx=to_x, cy=to_y, r=0.7)
    steps = f"step{'s' if {DASH, ','} & set(name.more) else ''} {name.more}"
    inside: list[Markup] = []
    if narrow:
        inside = [tag("tspan", f"  {name.more}", class_="more")] if name.more else []
    elif name.more:
        inside = [tag("tspan", steps, class_="more", x=x, dy="1.25em")]
    text = tag("text", name.text, *inside, x=x, y=y + 1.4, text_anchor="start" if edge else "end")
    kind = "name never-name" if name.never else "name"
    return tag("g", line, dot, text, class_=kind, data_of=None if name.never else name.place)
