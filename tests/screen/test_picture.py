"""The routine in the terminal: the map of the body, the rows it is drawn from, and the same in sentences."""

from __future__ import annotations

from functools import cache

import pytest

from massage_voice.body import load_body
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.safety.registry import load_registry
from massage_voice.screen.cells import ACROSS, COLUMNS, ROWS, body_map
from massage_voice.screen.described import described
from massage_voice.screen.overview import Worked, pressure_words, ranges, warned, worked
from massage_voice.screen.picture import picture
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import SilentLibrary
from tests.support.builders import ROUTINES

REGISTRY = load_registry()
MARKS = "-.:#@"


@cache
def plan(name: str, *, front: bool = False) -> Plan:
    """The plan of a routine that comes with the program."""
    asked = Asked(first=False, front=front)
    routine = read_routine(name, places())
    return make_plan(make_script(routine, asked, Answers(front=front), first=False), asked, SilentLibrary())


def lines(name: str, encoding: str = "utf-8", width: int = 80) -> list[str]:
    """The whole picture."""
    made = plan(name)
    return [line.plain for line in picture(made, made.whole(), REGISTRY, width, encoding)]


@pytest.mark.parametrize("name", ROUTINES)
def test_the_map_shows_every_area_that_is_worked_under_its_name(name: str) -> None:
    """With the sign of its pressure; in two figures of the same size, within eighty columns."""
    rows = worked(plan(name).whole(), REGISTRY)
    drawn = list(body_map(load_body(), rows, MARKS))
    assert len(drawn) == ROWS + 1
    assert max(map(len, drawn)) <= ACROSS
    text = "\n".join(drawn)
    for row in rows:
        assert row.area.replace("-", " ") in text
        assert MARKS[row.most] in text


def test_the_map_is_as_wide_on_the_left_as_on_the_right() -> None:
    """Each row of a figure is the same from both ends, but for a point where a cell is half full."""
    for line in list(body_map(load_body(), [], MARKS))[1:]:
        for figure in (line[:COLUMNS], line[ACROSS // 2 : ACROSS // 2 + COLUMNS]):
            cells = figure.ljust(COLUMNS)
            assert sum(a != b for a, b in zip(cells, reversed(cells), strict=True)) <= 4, line


def test_what_is_never_worked_is_marked_with_a_letter() -> None:
    """Not by a colour."""
    drawn = list(body_map(load_body(), [], MARKS))
    back, front = ("".join(line[at : at + COLUMNS] for line in drawn[1:]) for at in (0, ACROSS // 2))
    assert back.count("x") > 8
    assert front.count("x") > back.count("x")


def test_two_areas_of_the_same_height_have_a_line_each() -> None:
    """One stands below the other."""
    rows = [Worked(area, {1: 2}) for area in ("low-back", "flanks")]
    names = [line[COLUMNS : ACROSS // 2].strip() for line in body_map(load_body(), rows, MARKS)]
    assert [name for name in names if name] == ["low back", "flanks"]


@pytest.mark.parametrize("name", ROUTINES)
def test_no_line_of_the_drawing_is_wider_than_eighty_columns(name: str) -> None:
    """But for the words of cautions, which the terminal folds."""
    drawn = lines(name)
    assert max(len(line) for line in drawn[: drawn.index(next(x for x in drawn if x.startswith("cautions")))]) <= 88


def test_a_terminal_without_shades_gets_letters() -> None:
    """Every character can be written, and no two levels have the same."""
    text = "\n".join(lines("neck", "ascii"))
    assert text.isascii()
    assert ". feather   : light   # moderate" in text
    assert "Neck - seated" in text


@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("name", ROUTINES)
def test_every_caution_that_is_spoken_in_full_is_listed(name: str, front: bool) -> None:
    """Those of the steps, of the preparation and of the closing: once, the gravest first."""
    made = plan(name, front=front)
    rows = warned(made.script, made.whole(), REGISTRY)
    spoken = {p.cue.hazard for p in made.whole().placements} | {cue.hazard for cue in made.script.preparation}
    assert {row.hazard for row in rows} == spoken - {None}
    assert len(rows) == len({row.hazard for row in rows})
    assert [row.severity for row in rows] == sorted((row.severity for row in rows), reverse=True)
    assert all(row.when for row in rows)


@pytest.mark.parametrize("name", ROUTINES)
def test_in_sentences_nothing_is_left_out(name: str) -> None:
    """Every step, area and caution of the picture, a sentence a line, no drawing."""
    made = plan(name)
    told = list(described(made, made.whole(), REGISTRY))
    text = " ".join(told)
    assert all(line.endswith((".", ":")) for line in told)
    assert not set("|░▒▓·=") & set(text)
    for row in warned(made.script, made.whole(), REGISTRY):
        assert row.text in text
    for secured in made.script.steps:
        assert f"Step {secured.index}, " in text
        for area in secured.step.areas:
            assert area.replace("-", " ") in text.lower()


def test_ranges() -> None:
    """Neighbours are one range; what stands twice counts once."""
    assert ranges([3, 1, 2, 2, 5, 8, 9]) == "1-3, 5, 8-9"
    assert ranges([]) == ""


def test_pressure_in_words() -> None:
    """A rise, and an area of its own."""
    steps = {secured.step.name: secured.step for secured in plan("neck").script.steps}
    assert pressure_words(steps["back-strokes"].pressure) == "light to moderate, light on the low back"
    assert pressure_words(steps["settle"].pressure) == "no pressure"
