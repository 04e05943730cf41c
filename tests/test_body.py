"""The figure: every place of the registry lies on it."""

from __future__ import annotations

from itertools import chain

import pytest

from massage_voice.body import HEIGHT, WIDTH, Shape, View, bends, inside, load_body, polygon
from massage_voice.safety.registry import load_registry

BODY = load_body()
PLACES = {**BODY.areas, **BODY.no_go}


def test_every_place_of_the_registry_has_a_shape_and_nothing_else_has() -> None:
    """A new area, or a new place that is never worked, cannot be forgotten here."""
    registry = load_registry()
    assert set(BODY.areas) == set(registry.areas)
    assert set(BODY.no_go) == set(registry.no_go)
    assert all(PLACES.values())


@pytest.mark.parametrize("name", PLACES)
def test_a_place_lies_inside_the_outline(name: str) -> None:
    """No point of its curve leaves the figure."""
    outline = polygon(BODY.outline)
    points = chain.from_iterable(polygon(ring) for shape in PLACES[name] for ring in shape.rings)
    assert [point for point in points if not inside(outline, point)] == []


@pytest.mark.parametrize("name", PLACES)
def test_left_and_right_mirror_each_other(name: str) -> None:
    """What lies on one side lies on the other: hands work both, and a caution holds for both."""
    centres = {(shape.view, round(x, 1), round(y, 1)) for shape in PLACES[name] for x, y in [centre(shape)]}
    for view, x, y in centres:
        twins = [(v, a, b) for v, a, b in centres if v is view and abs(a - (WIDTH - x)) < 1 and abs(b - y) < 0.5]
        assert twins, (view, x, y)


def centre(shape: Shape) -> tuple[float, float]:
    """Half-way between its ends, across and down."""
    xs, ys = zip(*polygon(shape.rings[0]), strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def test_the_outline_mirrors_itself_and_fills_its_field() -> None:
    """The figure stands in the middle, both feet on the ground."""
    points = {(round(x, 3), round(y, 3)) for x, y in BODY.outline}
    assert points == {(round(WIDTH - x, 3), y) for x, y in points}
    xs, ys = zip(*polygon(BODY.outline), strict=True)
    assert 0 < min(xs) < max(xs) < WIDTH
    assert 0 < min(ys) < max(ys) < HEIGHT


def test_no_area_covers_a_place_that_is_never_worked() -> None:
    """Where the hands are sent and where they must not go do not overlap, in the same view."""
    for name, shapes in BODY.no_go.items():
        for shape in shapes:
            others = [(area, s) for area, found in BODY.areas.items() for s in found if s.view is shape.view]
            assert [area for area, other in others if other.holds(centre(shape))] == [], name


def test_what_lies_where() -> None:
    """The neck is above the back, on the side from which it is worked."""
    assert {shape.view for shape in BODY.areas["neck-back"]} == {View.BACK}
    assert {shape.view for shape in BODY.areas["collarbone"]} == {View.FRONT}
    tops = [centre(BODY.areas[name][0])[1] for name in ("scalp", "neck-back", "upper-back", "low-back", "calves")]
    assert tops == sorted(tops)


def test_a_hole_is_no_part_of_a_shape() -> None:
    """The shoulder blade itself is not "around the shoulder blades"."""
    shape = BODY.areas["shoulder-blades"][0]
    hole = polygon(shape.rings[1])
    middle = sum(x for x, _ in hole) / len(hole), sum(y for _, y in hole) / len(hole)
    assert not shape.holds(middle)
    assert shape.holds((max(x for x, _ in hole) + 1, middle[1]))


def test_a_curve_ends_where_it_began() -> None:
    """And goes through each of its points."""
    ring = BODY.outline
    assert [end for _, _, end in bends(ring)] == [*ring[1:], ring[0]]
