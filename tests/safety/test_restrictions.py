"""Restrictions: they join to more, never to less, and take steps and pressure away."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from massage_voice.errors import NotSuitableError
from massage_voice.routine.model import At, Line, Moment, Pressure, Reminder
from massage_voice.safety.restrictions import NO_RESTRICTIONS, Restrictions, parse_restrictions, read_restrictions
from massage_voice.safety.script import Script
from tests.support.builders import (
    REGISTRY,
    ROUTINES,
    SCREENING,
    builtin,
    collar,
    front_routine,
    gated,
    hold,
    routine,
    script,
    step,
    to_prone,
)
from tests.support.profiles import tries
from tests.support.strategies import restrictions, routines

LEVELS = REGISTRY.levels
RISE = Reminder(At(Moment.FRACTION, 0.5), Line("A little more pressure, only if they agree."))


def names(made: Script) -> list[str]:
    """Names of the steps that play."""
    return [secured.step.name for secured in made.steps]


def level(name: str | None) -> int:
    """A cap as a number; none is the highest."""
    return len(LEVELS) if name is None else LEVELS.index(name)


def caps(limits: Restrictions) -> dict[str, int]:
    """The lowest cap of every area."""
    found: dict[str, int] = {}
    for area, name in limits.cap_area:
        found[area] = min(found.get(area, len(LEVELS)), level(name))
    return found


@given(one=restrictions, other=restrictions)
@tries(60)
def test_joined_is_never_wider(one: Restrictions, other: Restrictions) -> None:
    """Two restrictions together hold whatever each of them holds."""
    both = one.joined(other, LEVELS)
    for part in (one, other):
        assert part.block <= both.block
        assert part.forbid <= both.forbid
        assert part.flags <= both.flags
        assert level(both.cap) <= level(part.cap)
        assert part.positions is None or (both.positions is not None and both.positions <= part.positions)
        assert all(caps(both)[area] <= cap for area, cap in caps(part).items())
    assert len(dict(both.cap_area)) == len(both.cap_area)


@pytest.mark.parametrize("order", [("feather", "light"), ("light", "feather")])
def test_joined_keeps_the_lower_cap_of_an_area(order: tuple[str, str]) -> None:
    """Two caps on one area join to the lower one, in either order."""
    one, other = (Restrictions(cap_area=(("feet", name),)) for name in order)
    assert one.joined(other, LEVELS).cap_area == (("feet", "feather"),)


@pytest.mark.parametrize("lower", range(len(LEVELS)))
@pytest.mark.parametrize("higher", range(len(LEVELS)))
def test_joined_goes_by_weight_not_by_name(lower: int, higher: int) -> None:
    """Of any two caps the lighter one holds, for everything and for an area."""
    if lower <= higher:
        for pair in ((LEVELS[lower], LEVELS[higher]), (LEVELS[higher], LEVELS[lower])):
            one, other = (Restrictions(cap=name, cap_area=(("feet", name),)) for name in pair)
            both = one.joined(other, LEVELS)
            assert (both.cap, both.cap_area) == (LEVELS[lower], (("feet", LEVELS[lower]),))


def test_nothing_is_no_restriction() -> None:
    """Only the empty restriction is falsy."""
    assert not NO_RESTRICTIONS
    assert parse_restrictions({"flag": "pregnant"})
    assert parse_restrictions({}) == NO_RESTRICTIONS


@given(of=routines(), limits=restrictions)
@tries(60)
def test_restrictions_only_take_away(of: object, limits: Restrictions) -> None:
    """With restrictions: no step that is not there without, none in a blocked place, none above a cap."""
    assert hasattr(of, "steps")
    for front in (False, True):
        try:
            made = script(of, front=front, restrictions=limits)  # type: ignore[arg-type]
        except NotSuitableError:
            continue
        known = {step.name for step in of.steps}
        for secured in made.steps:
            played = secured.step
            assert secured.hands_off or played.name in known
            assert not limits.block.intersection(played.areas)
            assert played.technique not in limits.forbid
            for area in played.areas:
                highest = max(map(LEVELS.index, played.pressure.range_in(area)))
                assert highest <= level(limits.cap)
                assert highest <= caps(limits).get(area, len(LEVELS))


def test_a_cap_takes_the_raising_words_along() -> None:
    """Capped to light, a step that would rise neither rises nor asks for it."""
    rising = step("rise", ("neck-back",), pressure=Pressure("light", "moderate"), remind=(RISE,))
    of = routine(hold("a"), rising, hold("b"))
    free, capped = (script(of, restrictions=Restrictions(cap=cap)).steps[1] for cap in (None, "light"))
    assert len(free.remind) == 1
    assert capped.remind == ()
    assert capped.step.pressure == Pressure("light", "light")


def test_a_cap_is_said_in_the_preparation() -> None:
    """Where everything is capped, the preparation says so."""
    text = "Light pressure only today, everywhere."
    assert text in [cue.text for cue in script(front_routine(), restrictions=Restrictions(cap="light")).preparation]
    assert text not in [cue.text for cue in script(front_routine()).preparation]


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("block", ["neck-front", "neck-side", "neck-back", "low-back"])
def test_a_blocked_area_is_never_worked(name: str, block: str) -> None:
    """A blocked area is in no step, whatever else was asked."""
    limits = Restrictions(block=frozenset({block}))
    made = script(builtin(name), front=True, restrictions=limits)
    assert not any(block in secured.step.areas for secured in made.steps)


def test_a_blocked_front_is_replaced() -> None:
    """With the front blocked its substitute plays once, although the gate is open."""
    limits = Restrictions(block=frozenset({"neck-front"}))
    made = script(front_routine(), front=True, restrictions=limits)
    assert not made.front
    assert names(made) == ["settle", "collar", "neck", "rest"]


@pytest.mark.parametrize("front", [False, True])
def test_the_substitute_plays_once_where_the_first_gated_step_stood(front: bool) -> None:
    """[9] A shut gate plays the substitute once, an open one not at all, wherever the author wrote it."""
    for of in (
        front_routine(),
        routine(
            hold("settle"), collar(), hold("pause"), gated("f"), step("neck", ("neck-back",)), gated("g"), hold("z")
        ),
    ):
        made = script(of, front=front)
        played = names(made)
        assert played.count("collar") == (0 if front else 1)
        assert any(REGISTRY.gated(secured.step.areas) for secured in made.steps) == front


def test_nothing_left_is_refused() -> None:
    """When no moving step is left there is no session of resting hands."""
    with pytest.raises(NotSuitableError):
        script(front_routine(), restrictions=Restrictions(block=frozenset({"neck-back", "collarbone"})))


@pytest.mark.parametrize("of", [builtin("back"), builtin("neck-and-back")], ids=["prone", "prone later"])
def test_a_barred_position_is_refused(of: object) -> None:
    """Who must not lie face down is not told to, at the start or half way."""
    sitting = Restrictions(positions=frozenset({"seated", "side-lying"}), flags=frozenset({"pregnant"}))
    with pytest.raises(NotSuitableError, match="prone"):
        script(of, restrictions=sitting)  # type: ignore[arg-type]
    assert script(builtin("neck"), restrictions=sitting).steps


def test_positions_are_all_looked_at() -> None:
    """A routine that changes position needs both positions to be suitable."""
    of = routine(step("a"), to_prone(), step("b", ("upper-back",)))
    allowed = [frozenset({"seated"}), frozenset({"prone"}), frozenset({"seated", "prone"})]
    for one, _ in pairwise([*allowed[:2], None]):
        with pytest.raises(NotSuitableError):
            script(of, restrictions=Restrictions(positions=one))
    assert script(of, restrictions=Restrictions(positions=allowed[2])).steps


def test_a_cap_on_one_area_caps_that_area_alone() -> None:
    """Feet without feeling get feather, the other area of the step what the author wrote."""
    of = routine(hold("a"), step("both", ("feet", "shoulders"), pressure="light"), hold("b"))
    made = script(of, restrictions=Restrictions(cap_area=(("feet", "feather"),))).steps[1].step
    assert made.pressure.range_in("feet") == ("feather", "feather")
    assert made.pressure.range_in("shoulders") == ("light", "light")


def test_a_cap_on_one_area_lowers_what_the_author_wrote_for_it() -> None:
    """Also where the area has a pressure of its own; and the lower of both caps holds."""
    pressure = Pressure("moderate", "moderate", (("feet", "light"),))
    of = routine(hold("a"), step("legs", ("shoulders", "feet"), pressure=pressure), hold("b"))
    for cap in (None, "light"):
        limits = Restrictions(cap=cap, cap_area=(("feet", "feather"),))
        made = script(of, restrictions=limits).steps[1].step
        assert made.pressure.range_in("feet") == ("feather", "feather")
        assert made.pressure.range_in("shoulders") == (cap or "moderate",) * 2


@pytest.mark.parametrize("cap", ["feather", "light", "moderate", "firm"])
def test_no_cap_gives_resting_hands_weight(cap: str) -> None:
    """Hands that rest without weight rest under every cap, on everything and on their area."""
    of = routine(hold("a", ("neck-back",)), step("b", ("shoulders",)))
    for limits in (Restrictions(cap=cap), Restrictions(cap_area=(("neck-back", cap),))):
        pressure = script(of, restrictions=limits).steps[0].step.pressure
        assert pressure.range_in("neck-back") == ("still", "still")


@pytest.mark.parametrize("asked", ["feather", "light"])
def test_a_higher_cap_changes_nothing(asked: str) -> None:
    """A cap above what the author asked for leaves the pressure as it is."""
    of = routine(hold("a"), step("feet", ("feet",), pressure=asked), hold("b"))
    for limits in (Restrictions(cap="moderate"), Restrictions(cap_area=(("feet", "moderate"),))):
        assert script(of, restrictions=limits).steps[1].step.pressure.range_in("feet") == (asked, asked)


@pytest.mark.parametrize("cap", ["feather", "light"])
def test_a_cap_on_an_area_that_rises_leaves_it_its_highest(cap: str) -> None:
    """Hands that rest and then take feather weight may do so under a cap that is no lower."""
    rising = hold("h", ("feet",), pressure=Pressure("still", "feather"), remind=(RISE,))
    made = script(routine(rising, step("b")), restrictions=Restrictions(cap_area=(("feet", cap),)))
    assert made.steps[0].step.pressure.range_in("feet")[1] == "feather"


@pytest.mark.parametrize("pressure", [Pressure("light", "still"), Pressure("moderate", "light")])
def test_a_cap_on_an_area_holds_where_the_pressure_falls(pressure: Pressure) -> None:
    """The heaviest of what a step asks for is what the cap is held against, and not its name."""
    of = routine(hold("h", ("shoulders", "upper-back"), pressure=pressure), step("b"))
    made = script(of, restrictions=Restrictions(cap_area=(("upper-back", "feather"),))).steps[0].step
    assert made.pressure.range_in("upper-back") == ("feather", "feather")
    assert made.pressure.range_in("shoulders") == (pressure.start, pressure.end)


def test_a_cap_that_lowers_nothing_leaves_the_step_whole() -> None:
    """An area has a pressure of its own, under the cap: the rest of the step may rise, and asks for it."""
    pressure = Pressure("light", "moderate", (("shoulders", "light"), ("feet", "feather")))
    rising = step("rise", ("neck-back", "shoulders", "feet"), pressure=pressure, remind=(RISE,))
    limits = Restrictions(cap_area=(("feet", "feather"),))
    assert script(routine(hold("a"), rising, hold("b")), restrictions=limits).steps[-2].step == rising


def test_a_script_tells_whether_the_front_plays() -> None:
    """Open and wanted: yes. Shut, blocked, or not in the routine: no; only then its age limit goes unsaid."""
    limits = Restrictions(block=frozenset({"neck-front"}))
    cases = [
        (script(front_routine(), front=True), True),
        (script(front_routine(), front=False), False),
        (script(front_routine(), front=True, restrictions=limits), False),
        (script(builtin("back"), front=True), False),
    ]
    for made, plays in cases:
        assert made.front is plays
        assert (SCREENING.data["front_age"] in [cue.text for cue in made.preparation]) is plays


@given(limits=restrictions)
@tries(60)
def test_answers_that_were_kept_come_back_whole(limits: Restrictions) -> None:
    """A session that goes on after a crash has today's restrictions, all of them and no other."""
    assert read_restrictions(json.loads(json.dumps(limits.kept()))) == limits


@pytest.mark.parametrize("positions", [None, frozenset(), frozenset({"seated"})])
def test_positions_that_were_kept_come_back_as_they_were(positions: frozenset[str] | None) -> None:
    """No position allowed, one allowed and all allowed are three different things."""
    assert read_restrictions(Restrictions(positions=positions).kept()).positions == positions


def test_kept_answers_read_the_same_every_time() -> None:
    """The same answers are written in the same order."""
    limits = Restrictions(
        block=frozenset({"neck-side", "calves", "neck-front", "thigh"}),
        forbid=frozenset({"patter", "knead", "circles"}),
        positions=frozenset({"side-lying", "seated"}),
        flags=frozenset({"pregnant", "numb-feet"}),
    )
    kept: dict[str, Any] = limits.kept()
    assert kept["block"] == ["calves", "neck-front", "neck-side", "thigh"]
    assert kept["forbid"] == ["circles", "knead", "patter"]
    assert kept["positions"] == ["seated", "side-lying"]
    assert kept["flags"] == ["numb-feet", "pregnant"]


@pytest.mark.parametrize("key", ["block", "cap", "cap_area", "forbid", "positions", "flags"])
@pytest.mark.parametrize("damage", [5, [5], [None], [["feet"]]])
def test_damaged_answers_are_refused(key: str, damage: Any) -> None:
    """Answers that somebody or a disk has changed are no restrictions, rather than fewer."""
    kept = {**NO_RESTRICTIONS.kept(), key: damage}
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read_restrictions(kept)


@pytest.mark.parametrize("pair", [{"feet": 5}, {"feet": None}, {"feet": ["light"]}])
def test_damaged_caps_are_refused(pair: dict[str, Any]) -> None:
    """A cap is a name."""
    with pytest.raises((ValueError, TypeError)):
        read_restrictions({**NO_RESTRICTIONS.kept(), "cap_area": pair})


@pytest.mark.parametrize("key", ["block", "cap", "cap_area", "forbid", "positions", "flags"])
def test_missing_answers_are_refused(key: str) -> None:
    """Nothing that is not there counts as "no restriction"."""
    kept = NO_RESTRICTIONS.kept()
    del kept[key]
    with pytest.raises(KeyError):
        read_restrictions(kept)
