"""What secure() makes: which cautions, in which order, how often in full, and that nothing turns them off."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import massage_voice
from massage_voice.errors import NotSuitableError
from massage_voice.routine.model import At, Moment, Position, Pressure, Routine, Side
from massage_voice.safety.registry import Scope, Severity
from massage_voice.safety.restrictions import Restrictions
from massage_voice.safety.script import Caution, Kind, Saying, Script, SecuredStep
from massage_voice.safety.secure import addressed
from massage_voice.safety.wishes import Verbosity
from tests.support.builders import (
    REGISTRY,
    ROUTINES,
    SCREENING,
    SWITCH,
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
from tests.support.oracle import HAZARDS
from tests.support.profiles import tries
from tests.support.strategies import routines

CAROTID = HAZARDS["carotid-jugular"]["enter"]
KEEP_OFF = HAZARDS["carotid-keep-off"]["enter"]


def sayings(secured: SecuredStep, *, wide: bool = False) -> dict[str, Saying]:
    """What a step says of each hazard of its areas (or of the session)."""
    return {caution.hazard: caution.saying for caution in secured.cautions if caution.session_wide == wide}


def full(secured: SecuredStep) -> list[str]:
    """Hazards of areas that the step says in full, in order."""
    return [c.hazard for c in secured.cautions if c.saying is Saying.FULL and not c.session_wide]


def named(made: Script, name: str) -> SecuredStep:
    """The step of that name."""
    return next(secured for secured in made.steps if secured.step.name == name)


def before(made: Script, name: str) -> SecuredStep:
    """The step right before the one of that name."""
    return made.steps[named(made, name).index - 2]


def weight(caution: Caution) -> tuple[bool, Severity]:
    """The order of saying."""
    return caution.hazard.startswith("carotid"), REGISTRY.hazards[caution.hazard].severity


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
def test_least_severe_first_carotid_last(name: str, front: bool) -> None:
    """[2] In every step of every built-in routine cautions rise in weight; the carotid artery is last."""
    for secured in script(builtin(name), front=front).steps:
        later = [caution for caution in secured.cautions if caution.kind is Kind.SAFETY]
        assert all(weight(one) <= weight(other) for one, other in pairwise(later))


@given(of=routines(), front=st.booleans())
@tries(60)
def test_order_and_number_in_any_routine(of: Routine, front: bool) -> None:
    """Cautions rise in weight, and no step says more than three of an area in full."""
    try:
        made = script(of, front=front)
    except NotSuitableError:  # nothing but resting hands
        return
    for secured in made.steps:
        later = [caution for caution in secured.cautions if caution.kind is Kind.SAFETY]
        assert all(weight(one) <= weight(other) for one, other in pairwise(later))
        assert len(full(secured)) <= 3
        hazards = [caution.hazard for caution in secured.cautions]
        assert len(hazards) == len(set(hazards))


@pytest.mark.parametrize(
    ("areas", "early"),
    [
        (("neck-front",), ["neck-movement"]),
        (("neck-side",), ["ear-notch", "neck-movement"]),
        (("neck-front", "neck-side"), ["ear-notch", "neck-movement", "brachial-plexus"]),
    ],
)
def test_more_than_three_are_split_by_a_part_with_hands_off(areas: tuple[str, ...], early: list[str]) -> None:
    """Four or five cautions: the lighter ones in a part in which nobody is touched, the gravest three right before."""
    made = script(front_routine(gated("f", areas), gated("g", areas)), front=True)
    alone = before(made, "f")
    assert alone.hands_off
    assert alone.step.technique == "none"
    assert sorted(full(alone)) == sorted(early)
    assert len(full(named(made, "f"))) == 3
    assert full(named(made, "f"))[-1] == "carotid-jugular"
    assert [cue.text for cue in alone.say] == [
        "Front of the neck next, if you both still want it. Any key leaves it out."
    ]


def test_short_forms_when_going_on() -> None:
    """The next step in the same area gets the short form; a new area, or a return, the full one."""
    of = routine(
        step("a", ("upper-back",)),
        step("b", ("upper-back",)),
        step("c", ("upper-back", "mid-back")),
        step("d", ("scalp",)),
        step("e", ("upper-back",)),
    )
    said = [sayings(secured).get("spine-bones") for secured in script(of).steps]
    assert said == [Saying.FULL, Saying.SHORT, Saying.FULL, None, Saying.FULL]


def test_the_carotid_caution_is_full_in_each_gated_part() -> None:
    """The carotid caution never shrinks to its short form, the others of the front do."""
    made = script(front_routine(gated("f"), gated("g"), gated("h", seconds=60)), front=True)
    for name in ("g", "h"):
        assert full(named(made, name)) == ["carotid-jugular"]
        assert sayings(named(made, name))["throat"] is Saying.SHORT


def test_the_head_turn_caution_is_full_each_time() -> None:
    """A part with the head turned says so in full, also right after another."""
    turned: dict[str, Any] = {"flags": frozenset({"head-turn"}), "between": (60, 80)}
    made = script(front_routine(gated("f", **turned), gated("g", **turned)), front=True)
    assert all("head-turn" in full(named(made, name)) for name in "fg")
    assert named(made, "g").side_limit_ms == 20_000


def test_resting_hands_fire_critical_hazards_alone() -> None:
    """Hands that rest without weight need no caution about pressing, but every critical one."""
    made = script(routine(hold("a", ("temples", "neck-back", "calves")), step("b")))
    assert sayings(made.steps[0]) == {"eyes": Saying.FULL, "leg-clot": Saying.FULL}


def test_resting_then_moving_says_the_rest_in_full() -> None:
    """When resting hands begin to move, what they did not need before is said in full."""
    made = script(routine(hold("a", ("neck-back",)), step("b", ("neck-back",))))
    assert sayings(made.steps[0]) == {}
    assert sayings(made.steps[1]) == {"neck-movement": Saying.FULL, "spine-bones": Saying.FULL}


@pytest.mark.parametrize(
    "pressure",
    [
        Pressure("light", "light"),
        Pressure("light", "still"),
        Pressure("still", "still", (("neck-back", "moderate"),)),
    ],
)
def test_hands_with_weight_do_not_rest(pressure: Pressure) -> None:
    """A hold with any weight, at its start or in one area, needs the cautions that pressing needs."""
    made = script(routine(hold("a", ("neck-back",), pressure=pressure), step("b")))
    assert sayings(made.steps[0]) == {"neck-movement": Saying.FULL, "spine-bones": Saying.FULL}


def test_leaning_weight_on_a_lying_back_is_cautioned() -> None:
    """Face down, the first hands with weight bring the caution about leaning, a hold as well as a stroke."""
    for first in (hold("a", ("upper-back",), pressure="moderate"), step("a", ("upper-back",))):
        made = script(routine(hold("still", ("upper-back",)), first, step("z"), position=Position.PRONE))
        assert "no-leaning" not in made.steps[0].hazards
        assert sayings(made.steps[1], wide=True)["no-leaning"] is Saying.FULL


@pytest.mark.parametrize(("flags", "fires"), [(frozenset(), False), (frozenset({"pregnant"}), True)])
def test_partner_flags_fire_their_hazards(flags: frozenset[str], fires: bool) -> None:
    """What is known of the partner adds its cautions, and nothing else does."""
    made = script(routine(step("a", ("hands",)), hold("b")), restrictions=Restrictions(flags=flags))
    assert ("pregnancy-points" in made.steps[0].hazards) == fires


@pytest.mark.parametrize("position", [Position.SEATED, Position.PRONE, Position.SIDE_LYING])
def test_opening_and_closing(position: Position) -> None:
    """[13] The warning signs and the position's cautions open, rising slowly and aftercare close."""
    made = script(routine(step("a", ("scalp",)), hold("b"), position=position))
    opening = [c.hazard for c in made.steps[0].cautions if c.kind is Kind.OPENING]
    expected = [h.id for scope in (Scope.SESSION, Scope.POSITION) for h in REGISTRY.scoped(scope, position)]
    assert opening[: len(expected)] == expected
    assert opening[0] == "warning-signs"
    assert made.closing[0].hazard == ("rise-seated" if position is Position.SEATED else "rise-lying")
    assert made.closing[-1].text == "That is all for today. Goodbye."
    assert len(made.closing) == 7


def test_lying_down_half_way() -> None:
    """Before they lie down they rise slowly; then the lying cautions are new, and the closing is for the lying."""
    made = script(routine(step("a"), to_prone(), step("b", ("upper-back",))))
    move, lying = made.steps[1:]
    assert sayings(move, wide=True)["rise-seated"] is Saying.FULL
    assert "seated-faint" not in {*move.hazards, *lying.hazards}
    assert sayings(lying, wide=True)["prone-airway"] is Saying.FULL
    assert sayings(lying, wide=True)["no-leaning"] is Saying.FULL
    assert made.closing[0].hazard == "rise-lying"


def test_lying_down_twice_says_it_twice() -> None:
    """Each time somebody lies down anew, the lying cautions are said in full anew."""
    made = script(routine(step("a", ("upper-back",)), to_prone(), step("b", ("upper-back",)), position=Position.PRONE))
    assert sayings(made.steps[2], wide=True)["prone-airway"] is Saying.FULL
    assert full(made.steps[2]) == ["spine-bones"]


@pytest.mark.parametrize("name", ["neck", "neck-and-back"])
@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("verbosity", Verbosity)
def test_every_neck_session_names_the_carotid_artery(name: str, front: bool, verbosity: Verbosity) -> None:
    """A routine that touches a neck opens with keeping off the carotid artery, with the front open and shut."""
    made = script(builtin(name), front=front, verbosity=verbosity)
    opening = [c.full for c in made.steps[0].cautions if c.kind is Kind.OPENING and c.saying is Saying.FULL]
    assert KEEP_OFF in opening
    spoken = {c.full for secured in made.steps for c in secured.cautions if c.saying is Saying.FULL}
    assert (CAROTID in spoken) == front


@pytest.mark.parametrize("area", ["skull-base", "neck-back", "collarbone"])
def test_any_neck_area_brings_it(area: str) -> None:
    """One step on the neck or the collarbones is enough, last or first, and it is said once in the opening."""
    worked = step("n", (area,), pressure="feather")
    for of in (routine(step("a"), worked), routine(worked, hold("z"))):
        opening = script(of).steps[0].cautions
        assert [c.hazard for c in opening].count("carotid-keep-off") == 1
        assert next(c for c in opening if c.hazard == "carotid-keep-off").kind is Kind.OPENING


def test_no_neck_no_carotid() -> None:
    """Where no neck is touched the caution would only wear out."""
    made = script(builtin("back"))
    assert "carotid-keep-off" not in made.steps[0].hazards


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("verbosity", Verbosity)
@pytest.mark.parametrize("partner", ["client", "Mum", "throat"])
def test_neither_verbosity_nor_noun_touches_a_caution(name: str, verbosity: Verbosity, partner: str) -> None:
    """[2, 3] Brief, bells and any noun leave every caution of every step word for word."""
    plain = script(builtin(name), front=True)
    other = script(builtin(name), front=True, verbosity=verbosity, partner=partner)
    assert [secured.cautions for secured in plain.steps] == [secured.cautions for secured in other.steps]
    for secured in other.steps:
        for caution in secured.cautions:
            assert caution.full == HAZARDS[caution.hazard]["enter"]
            assert list(caution.shorts) == HAZARDS[caution.hazard]["repeats"]
    assert [cue for cue in plain.preparation if cue.is_caution] == [cue for cue in other.preparation if cue.is_caution]
    assert plain.closing == other.closing


def test_verbosity_keeps_sides_and_the_gated_parts() -> None:
    """Bells alone still says every change of sides, and everything in the gated parts."""
    of = front_routine(gated("f"), gated("g"))
    of = replace(of, steps=(*of.steps[:-1], step("s", side=Side.SEQUENTIAL, remind=(SWITCH,)), of.steps[-1]))
    made = script(of, front=True, verbosity=Verbosity.BELLS)
    assert named(made, "s").say == ()
    assert [timed.cue.kind for timed in named(made, "s").remind] == [Kind.SWITCH]
    assert named(made, "f").say


@pytest.mark.parametrize(
    ("partner", "text", "spoken"),
    [
        ("partner", "Ask your partner.", "Ask your partner."),
        ("client", "Your partner's left.", "Your client's left."),
        ("Mum", "Ask your partner. Your partner sits.", "Ask Mum. Mum sits."),
    ],
)
def test_the_noun(partner: str, text: str, spoken: str) -> None:
    """A noun keeps "your", a name stands alone."""
    assert addressed(text, partner) == spoken


def test_the_preparation_has_its_caution_once() -> None:
    """The caution about the skin is in every preparation, once, whether its author wrote it or not."""
    text = HAZARDS["skin"]["enter"]
    for of in (front_routine(), builtin("neck"), routine(step("a"), hold("b"), prepare=("Hello.",))):
        cues = [cue for cue in script(of).preparation if cue.text == text]
        assert [(cue.kind, cue.hazard) for cue in cues] == [(Kind.SAFETY, "skin")]


def test_standing_adds_its_lines_and_never_stretches() -> None:
    """[11] Standing: the lines for it are in the preparation, and no pace or length makes the work longer."""
    of = replace(routine(step("a", ("neck-back",), between=(100, 600))), position=Position.STANDING)
    made = script(of)
    assert any("Two minutes at most" in cue.text for cue in made.preparation)
    assert made.steps[0].bounds_ms == (100_000, 120_000)


def test_work_without_an_exercise_is_bounded() -> None:
    """[11] Work that no exercise limits is limited as one."""
    made = script(routine(step("a", exercise=None, between=(60, 1800)), hold("b", between=(30, 600))))
    assert made.steps[0].bounds_ms == (60_000, 300_000)
    assert made.steps[1].bounds_ms == (30_000, 600_000)


@pytest.mark.parametrize(("first", "limit"), [(True, 900_000), (False, 2_700_000)])
def test_session_limits(first: bool, limit: int) -> None:
    """[11] A first session is bound to 15 minutes, a later one to 45."""
    assert script(front_routine(), first=first).limit_ms == limit


def test_the_registry_is_recorded() -> None:
    """[2] A script knows which registry it was made from."""
    assert script(front_routine()).registry_digest == REGISTRY.digest


def test_a_script_cannot_be_made_elsewhere() -> None:
    """Only secure() holds the seal: by hand a script is an error, with any seal but that one."""
    with pytest.raises(TypeError):
        Script(front_routine(), False, False, (), (), (), 0, "")
    with pytest.raises(TypeError):
        Script(front_routine(), False, False, (), (), (), 0, "", seal=object())
    with pytest.raises(TypeError):
        replace(script(front_routine()), seal=None)


def test_nobody_else_takes_the_seal() -> None:
    """In the whole package the seal is named where it is made and where secure() uses it."""
    root = Path(massage_voice.__file__).parent
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Name) and node.id == "SEAL")
        or (isinstance(node, ast.Attribute) and node.attr in {"SEAL", "seal"})
    }
    assert users == {"safety/script.py", "safety/secure.py"}


def test_names_of_added_parts_are_free() -> None:
    """A step that an author calls as an added part would be called does not confuse anything."""
    of = front_routine(gated("f"), gated("f-cautions"))
    names = [secured.step.name for secured in script(of, front=True).steps]
    assert len(names) == len(set(names))


def test_scattered_gated_steps_are_entered_each_time() -> None:
    """Leaving the front and coming back brings all its cautions back, in full, hands off first."""
    of = routine(hold("a"), gated("f"), collar(), step("s"), gated("g"), hold("z"))
    made = script(of, front=True)
    for name in "fg":
        heard = {*full(before(made, name)), *full(named(made, name))}
        assert heard == {"neck-movement", "both-sides-grip", "throat", "carotid-jugular"}


def test_what_a_gate_leaves_is_refused_when_it_is_nothing() -> None:
    """A routine whose only work is barred is refused, not played empty."""
    with pytest.raises(NotSuitableError):
        script(routine(hold("a"), step("b", technique="knead")), restrictions=Restrictions(forbid=frozenset({"knead"})))


MANY = ("shoulder-blades", "upper-arm", "forearm", "wrist", "thigh", "calves")
"""Areas with eight cautions."""


def test_a_script_carries_what_it_was_made_from() -> None:
    """Its routine, whether it is bound by a first session's limits, and what is known of the receiver."""
    of, flags = routine(step("a"), hold("b")), frozenset({"pregnant"})
    for first in (True, False):
        made = script(of, first=first, restrictions=Restrictions(flags=flags))
        assert (made.routine, made.first, made.flags) == (of, first, flags)


def test_three_new_cautions_need_no_part_of_their_own() -> None:
    """Three in full beside one that goes on: the hands stay, and what goes on stays short."""
    of = routine(step("a", ("upper-back",)), step("b", ("upper-back", "shoulder-blades", "shoulders")))
    made = script(of)
    assert [secured.step.name for secured in made.steps] == ["a", "b"]
    assert sayings(made.steps[1]) == {
        "spine-bones": Saying.SHORT,
        "blade-edges": Saying.FULL,
        "armpit": Saying.FULL,
        "brachial-plexus": Saying.FULL,
    }


def test_where_the_hands_leave_for_cautions_everything_is_entered_anew() -> None:
    """Four new ones: the hands leave, so that the one that went on is said in full as well."""
    of = routine(step("a", ("upper-back",)), step("b", ("upper-back", "shoulder-blades", "shoulders", "forearm")))
    made = script(of)
    assert {*full(before(made, "b")), *full(named(made, "b"))} == {
        "spine-bones",
        "blade-edges",
        "armpit",
        "brachial-plexus",
        "inner-elbow",
    }


@pytest.mark.parametrize("at_first", [True, False])
def test_many_cautions_are_each_said_once(at_first: bool) -> None:
    """Split over several parts, each is said in full in one of them and counts as heard in those after it."""
    of = routine(*([] if at_first else [step("a", ("scalp",))]), step("b", MANY, pressure="feather"), hold("z"))
    parts = [secured for secured in script(of).steps if secured.step.name.startswith("b")]
    assert [secured.hands_off for secured in parts] == [True, True, False]
    assert len({secured.step.name for secured in parts}) == 3
    told: list[str] = []
    for secured in parts:
        now = full(secured)
        others = {saying for hazard, saying in sayings(secured).items() if hazard not in now}
        assert others <= {Saying.HEARD}
        told += now
        assert set(told) == set(sayings(secured))
    assert len(told) == len(set(told)) == 8


@pytest.mark.parametrize("at_first", [True, False])
def test_a_split_says_the_cautions_of_the_session_once(at_first: bool) -> None:
    """The opening is in the first part alone, and what it said counts as heard in every other."""
    of = routine(*([] if at_first else [step("a", ("scalp",))]), step("b", MANY, pressure="feather"), hold("z"))
    first, *later = script(of).steps
    assert set(sayings(first, wide=True).values()) == {Saying.FULL}
    for secured in later:
        assert set(sayings(secured, wide=True).values()) == {Saying.HEARD}


def test_before_a_gated_part_what_is_due_soon_is_said_again() -> None:
    """The short forms of the session's cautions stand before the front, so that none falls due inside it."""
    made = script(front_routine(), front=True)
    said = sayings(before(made, "front-one"), wide=True)
    repeated = {hazard for hazard in said if HAZARDS[hazard]["repeats"]}
    assert repeated
    assert {said[hazard] for hazard in repeated} == {Saying.SHORT}
    assert {said[hazard] for hazard in said.keys() - repeated} <= {Saying.HEARD}
    assert set(sayings(named(made, "front-one"), wide=True).values()) == {Saying.HEARD}


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
def test_the_opening_is_in_the_first_step_and_nowhere_else(name: str, front: bool) -> None:
    """Warning signs open a session; no later step has an opening."""
    first, *later = script(builtin(name), front=front).steps
    assert Kind.OPENING in {caution.kind for caution in first.cautions}
    assert {caution.kind for secured in later for caution in secured.cautions} == {Kind.SAFETY}


def test_a_caution_of_the_position_that_comes_later_is_no_opening() -> None:
    """The caution about leaning comes with the first moving hands, among that step's cautions."""
    made = script(routine(hold("a", ("upper-back",)), step("b", ("upper-back",)), position=Position.PRONE))
    (leaning,) = (caution for caution in made.steps[1].cautions if caution.hazard == "no-leaning")
    assert (leaning.saying, leaning.kind) == (Saying.FULL, Kind.SAFETY)


@pytest.mark.parametrize("name", ROUTINES)
def test_only_what_has_a_short_form_is_said_in_short(name: str) -> None:
    """A caution that is never repeated counts as heard when the hands go on."""
    for secured in script(builtin(name), front=True).steps:
        assert all(caution.shorts for caution in secured.cautions if caution.saying is Saying.SHORT)


def test_lying_down_needs_no_caution_about_the_head() -> None:
    """A step's flag brings the cautions of that flag, not those of another."""
    made = script(routine(step("a"), to_prone(), step("b", ("upper-back",))))
    assert "head-turn" not in made.steps[1].hazards


def test_entering_the_collarbones_names_the_carotid_artery_again() -> None:
    """The caution of the opening is said in full once more when the hands come near."""
    made = script(routine(step("a"), collar(), hold("z")))
    assert "carotid-keep-off" in full(named(made, "collar"))


def test_on_the_neck_itself_the_graver_carotid_caution_stands_alone() -> None:
    """Who works beside the carotid artery is not told to keep off it."""
    made = script(front_routine(gated("f", ("neck-side", "collarbone")), gated("g")), front=True)
    for secured in (before(made, "f"), named(made, "f")):
        assert "carotid-keep-off" not in sayings(secured)
    assert "carotid-jugular" in full(named(made, "f"))


def test_a_part_of_cautions_alone_asks_nothing_of_the_hands() -> None:
    """Nobody is touched, nothing is counted to an exercise; it lasts as long as its words, a minute at most."""
    turned = gated("f", flags=frozenset({"head-turn"}), between=(60, 80), tempo_ms=5000)
    alone = before(script(front_routine(turned, gated("g")), front=True), "f")
    assert alone.step.name.startswith("f-")
    assert alone.step.technique == "none"
    assert alone.step.pressure == Pressure("still", "still")
    assert alone.step.side is Side.NONE
    assert (alone.step.exercise, alone.step.tempo_ms, alone.step.flags) == (None, None, frozenset())
    assert alone.remind == ()
    assert alone.step.duration_ms == 1000
    assert alone.bounds_ms == (1000, 60_000)
    assert alone.side_limit_ms is None


def test_the_front_is_announced_once_however_many_parts_there_are() -> None:
    """Ten cautions before a gated step: its first part says that the front comes next, the others do not."""
    areas = ("neck-front", "neck-side", "collarbone", "jaw", "temples")
    made = script(front_routine(gated("f", areas), gated("g")), front=True)
    alone = [secured for secured in made.steps if secured.hands_off and secured.step.name.startswith("f")]
    assert len(alone) > 1
    assert [len(secured.say) for secured in alone] == [1, *[0] * (len(alone) - 1)]


def test_a_caution_without_a_short_form_is_not_said_again_when_the_hands_go_on() -> None:
    """The blood clot and the numb feet are cautioned in full on entering, and then count as heard."""
    for area, hazard in (("calves", "leg-clot"), ("feet", "numb-feet")):
        made = script(routine(step("a", (area,)), step("b", (area,)), hold("z")))
        said = [sayings(secured).get(hazard) for secured in made.steps]
        assert Saying.FULL in said[:-2]
        assert said[-2] is Saying.HEARD


@pytest.mark.parametrize("name", ROUTINES)
def test_gated_parts_have_a_limit_of_speech_of_their_own(name: str) -> None:
    """The front of the neck may be talked through more than other steps, and only the front."""
    limits = REGISTRY.limits
    for secured in script(builtin(name), front=True).steps:
        gated_part = secured.step.gate is not None
        assert secured.speech_share == (limits.gated_speech_share if gated_part else limits.speech_share)


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("verbosity", Verbosity)
def test_every_line_has_a_name_of_its_own_and_knows_its_step(name: str, verbosity: Verbosity) -> None:
    """Ledger and plan tell lines apart; what is said before and after the steps belongs to none."""
    made = script(builtin(name), front=True, verbosity=verbosity)
    lines = {secured.index: [*secured.say, *(timed.cue for timed in secured.remind)] for secured in made.steps}
    assert [*lines] == list(range(1, len(made.steps) + 1))
    assert all(cue.step == index for index, cues in lines.items() for cue in cues)
    around = [*made.preparation, *made.closing]
    assert {cue.step for cue in around} == {0}
    names = [cue.id for cue in (*around, *(cue for cues in lines.values() for cue in cues))]
    assert len(names) == len(set(names))


def test_what_a_line_is_for() -> None:
    """Instructions, reminders, changes of sides and the closing are told apart; a closing caution has its hazard."""
    remind = (replace(SWITCH, at=At(Moment.FRACTION, 0.3)), SWITCH)
    made = script(routine(step("a", side=Side.SEQUENTIAL, remind=remind), hold("z")))
    assert [cue.kind for cue in made.steps[0].say] == [Kind.INSTRUCTION]
    assert [timed.cue.kind for timed in made.steps[0].remind] == [Kind.REMINDER, Kind.SWITCH]
    assert [timed.at for timed in made.steps[0].remind] == [reminder.at for reminder in remind]
    assert {cue.kind for cue in made.closing} == {Kind.CLOSING}
    assert [cue.hazard for cue in made.closing if cue.hazard] == ["rise-seated"]
    assert [cue.text for cue in made.closing[1:]] == list(SCREENING.aftercare)


def test_the_preparation_is_the_authors_lines_then_what_is_added() -> None:
    """In this order, the receiver called as asked; the caution comes last where its author left it out."""
    of = routine(step("a"), hold("z"), prepare=("Ask your partner to sit.", "Warm your hands."))
    cues = script(of, partner="Mum", restrictions=Restrictions(cap="light")).preparation
    assert [cue.text for cue in cues] == [
        "Ask Mum to sit.",
        "Warm your hands.",
        SCREENING.data["capped"],
        HAZARDS["skin"]["enter"],
    ]
    assert [cue.kind for cue in cues] == [Kind.INSTRUCTION] * 3 + [Kind.SAFETY]
    assert [cue.hazard for cue in cues] == [None, None, None, "skin"]


def test_the_noun_is_heard_in_every_line_of_a_step() -> None:
    """Instructions and reminders name the receiver as asked."""
    remind = (replace(SWITCH, at=At(Moment.FRACTION, 0.3)), SWITCH)
    made = script(
        routine(step("a", say=("Ask your partner.",), side=Side.SEQUENTIAL, remind=remind), hold("z")), partner="client"
    ).steps[0]
    assert [cue.text for cue in made.say] == ["Ask your client."]
    assert [timed.cue.text for timed in made.remind] == ["Lift off. Now your client's left side."] * 2


def test_brief_leaves_reminders_out_alone() -> None:
    """Brief says instructions and changes of sides; bells the changes alone."""
    remind = (replace(SWITCH, at=At(Moment.FRACTION, 0.3)), SWITCH)
    of = routine(step("a", side=Side.SEQUENTIAL, remind=remind), hold("z"))
    said = {
        verbosity: (len(one.say), [timed.cue.kind for timed in one.remind])
        for verbosity in Verbosity
        for one in script(of, verbosity=verbosity).steps[:1]
    }
    assert said == {
        Verbosity.FULL: (1, [Kind.REMINDER, Kind.SWITCH]),
        Verbosity.BRIEF: (1, [Kind.SWITCH]),
        Verbosity.BELLS: (0, [Kind.SWITCH]),
    }


@pytest.mark.parametrize("name", ROUTINES)
def test_every_caution_knows_how_soon_it_is_due_again(name: str) -> None:
    """As often as the registry says; never, where it gives no time."""
    for secured in script(builtin(name), front=True).steps:
        for caution in secured.cautions:
            seconds = HAZARDS[caution.hazard]["repeat_s"]
            assert caution.repeat_ms == (None if seconds is None else seconds * 1000)
