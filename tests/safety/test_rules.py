"""What a routine may not ask: each rule broken alone, and the sound routine beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from massage_voice.data.files import read_data
from massage_voice.errors import RoutineError
from massage_voice.routine.model import At, Line, Moment, Position, Pressure, Reminder, Routine, Side
from massage_voice.routine.reader import read_text
from massage_voice.routine.vocabulary import Vocabulary
from massage_voice.safety.registry import parse_registry
from massage_voice.safety.rules import problems
from tests.support.builders import (
    REGISTRY,
    ROUTINES,
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

ASK = Reminder(At(Moment.FRACTION, 0.5), Line("A little more pressure, only if they agree."))
RISING = Pressure("light", "moderate")


def said(of: Routine) -> str:
    """What the rules say about a routine."""
    return "\n".join(map(str, problems(of, REGISTRY)))


def one(*areas: str, **keys: Any) -> Routine:
    """A routine with one step between two rests."""
    return routine(hold("settle"), step("strokes", areas or ("shoulders",), **keys), hold("rest"))


@pytest.mark.parametrize("name", ROUTINES)
def test_built_in_routines_are_sound(name: str) -> None:
    """Nothing is held against the routines in the package."""
    assert said(builtin(name)) == ""


def test_the_sound_ones() -> None:
    """The routines that the tests below break are sound before."""
    assert said(one()) == ""
    assert said(front_routine()) == ""


BROKEN: dict[str, tuple[Routine, str]] = {
    "1 unknown area": (one("elbow"), "'elbow'"),
    "1 no-go area": (one("throat"), "this place is never worked"),
    "1 no area": (routine(hold("a"), step("s", ()), hold("b")), "at least one area"),
    "1 nothing in an area": (one(technique="none"), "how the hands work these areas"),
    "1 throat in the step's name": (routine(step("stroke-the-windpipe"), hold("b")), "windpipe"),
    "1 promise in the step's name": (routine(step("heal-the-neck"), hold("b")), "no promise"),
    "1 bare side in the step's name": (routine(step("left-shoulder"), hold("b")), "whose side"),
    "1 stop in the step's name": (routine(step("full-stop"), hold("b")), "no 'stop'"),
    "1 cracking in the step's name": (routine(step("crack-the-neck"), hold("b")), "hands may do"),
    "1 another area in the step's name": (routine(step("calf-strokes"), hold("b")), "places in the step's areas"),
    "7 a rise above the cap": (
        one(pressure=Pressure("moderate", "firm"), remind=(ASK,)),
        "at most moderate in shoulders",
    ),
    "7 above the area's cap": (one("neck-back", pressure="firm"), "at most moderate in neck-back"),
    "7 above the hazard's cap": (one("calves", pressure="moderate"), "at most light in calves"),
    "7 above the cap in one area": (
        one("shoulders", "low-back", pressure=Pressure("moderate", "moderate", (("low-back", "moderate"),))),
        "at most light in low-back",
    ),
    "7 front of the neck above feather": (front_routine(gated("f"), gated("g", pressure="light")), "at most feather"),
    "7 two levels at once": (one(pressure=Pressure("feather", "moderate"), remind=(ASK,)), "one level at a time"),
    "7 a rise without an ask": (one(pressure=RISING), "asks before the pressure rises"),
    "7 a rise asked and a rise not asked": (
        one(pressure=RISING, remind=(ASK, Reminder(At(Moment.FRACTION, 0.1), Line("Press harder.")))),
        "an ask before the pressure rises",
    ),
    "7 words that raise a steady pressure": (one("low-back", say=("Dig in, harder.",)), "does not rise"),
    "8 technique not of the area": (one("neck-back", technique="knead"), "'knead'"),
    "8 patter on the low back": (one("mid-back", "low-back", technique="patter"), "in low-back"),
    "8 circles on the low back": (one("low-back", technique="circles"), "in low-back"),
    "8 kneading the flanks": (one("flanks", technique="knead", pressure="feather"), "in flanks"),
    "8 technique in words": (one("low-back", say=("Pound it like a drum.",)), "'patter'"),
    "8 technique in a reminder": (
        one("scalp", remind=(Reminder(At(Moment.FRACTION, 0.5), Line("Now knead.")),)),
        "'knead'",
    ),
    "7 words that raise the pressure in the name": (routine(step("more-pressure"), hold("b")), "does not rise"),
    "8 technique in three words of the name": (routine(step("lift-the-skin", ("scalp",)), hold("b")), "'skin-lift'"),
    "8 technique in two words of the name": (routine(step("drum-roll", ("low-back",)), hold("b")), "'patter'"),
    "8 technique in the name": (routine(step("pound", ("low-back",)), hold("b")), "'patter'"),
    "9 front without a gate": (
        routine(hold("a"), gated("f", gate=None, instead=None), collar(), hold("b")),
        "`gate: front`",
    ),
    "9 side of the neck without a gate": (
        routine(hold("a"), gated("f", ("neck-side",), gate=None, instead=None), hold("b")),
        "`gate: front`",
    ),
    "9 a gate without the front": (front_routine(gated("f"), gated("g", ("shoulders",))), "a gate only on"),
    "9 both sides at once": (front_routine(gated("f"), gated("g", side=Side.BOTH, remind=())), "one side at a time"),
    "9 no side at all": (front_routine(gated("f"), gated("g", side=Side.NONE, remind=())), "one side at a time"),
    "9 a part over 90 s": (front_routine(gated("f"), gated("g", between=(60, 91))), "at most 90 s"),
    "9 a turned head over 80 s": (
        front_routine(gated("f"), gated("g", between=(60, 81), flags=frozenset({"head-turn"}))),
        "at most 80 s",
    ),
    "9 over 280 s": (front_routine(*(gated(f"f{n}") for n in range(4))), "120 to 280 s"),
    "9 over 280 s in two exercises": (
        front_routine(*(gated(f"f{n}", exercise=f"front-{n // 2}") for n in range(4))),
        "one exercise for all gated steps",
    ),
    "9 no exercise": (front_routine(gated("f", exercise=None)), "an exercise, so that"),
    "9 first": (routine(gated("f"), gated("g"), collar(), hold("b")), "neither first nor last"),
    "9 last": (routine(hold("a"), collar(), gated("f"), gated("g")), "neither first nor last"),
    "9 first where its substitute steps aside": (
        routine(collar(), gated("f"), gated("g"), hold("b")),
        "neither first nor last",
    ),
    "9 last where its substitute steps aside": (
        routine(hold("a"), gated("f"), gated("g"), collar()),
        "neither first nor last",
    ),
    "9 lying": (replace(front_routine(), position=Position.PRONE), "position: seated"),
    "9 standing": (replace(front_routine(), position=Position.STANDING), "position: seated"),
    "9 lying by then": (
        routine(hold("a"), to_prone(), gated("f"), gated("g"), collar(), hold("b")),
        "prone by then",
    ),
    "9 no substitute": (front_routine(gated("f"), gated("g", instead=None)), "the step that plays when"),
    "9 an unknown substitute": (front_routine(gated("f"), gated("g", instead="nowhere")), "'nowhere'"),
    "9 a gated substitute": (front_routine(gated("f"), gated("g", instead="f")), "a step without a gate"),
    "9 a substitute behind a gate": (
        routine(
            hold("a"), gated("f", instead="s"), gated("g", instead="s"), step("s", gate="front", instead="z"), hold("z")
        ),
        "steps.g.instead: expected a step without a gate",
    ),
    "9 its own substitute": (front_routine(gated("f"), gated("g", instead="g")), "a step without a gate"),
    "9 lying down as a substitute": (
        routine(hold("a"), gated("f", instead="move"), gated("g", instead="move"), to_prone(), hold("b")),
        "without the flag to-prone",
    ),
    "9 a head turn outside the gate": (one(flags=frozenset({"head-turn"})), "only in a gated step"),
    "9 a head turn to and fro": (
        front_routine(
            gated("f"), gated("g", side=Side.ALTERNATE, remind=(), between=(60, 80), flags=frozenset({"head-turn"}))
        ),
        "the head turns once",
    ),
    "11 an exercise too short": (one(seconds=119), "120 to 300 s"),
    "11 an exercise too long": (one(seconds=301), "120 to 300 s"),
    "11 work without an exercise too long": (one(seconds=301, exercise=None), "at most 300 s of work"),
    "11 two steps of an exercise too long": (
        routine(step("a", exercise="x", seconds=200), hold("r"), step("b", exercise="x", seconds=200)),
        "120 to 300 s",
    ),
    "11 longer than any session": (
        routine(*(step(f"s{n}", seconds=300, between=(290, 300)) for n in range(10))),
        "at most 45 minutes",
    ),
    "12 no change of sides": (one(side=Side.SEQUENTIAL), "one line at the change of sides"),
    "12 two changes of sides": (one(side=Side.SEQUENTIAL, remind=(SWITCH, SWITCH)), "one line at the change"),
    "12 a change of sides on both": (one(remind=(SWITCH,)), "only where side is sequential"),
    "standing beyond the neck": (replace(one("shoulders"), position=Position.STANDING), "only neck-back"),
    "standing too long": (replace(one("neck-back", seconds=121), position=Position.STANDING), "at most 120 s"),
    "standing, hands with weight": (
        replace(one("jaw", technique="hold", pressure="feather"), position=Position.STANDING),
        "only neck-back",
    ),
    "waiting with hands on": (one(wait=True), "touches nobody"),
    "working while they lie down": (one(flags=frozenset({"to-prone"})), "none in a step with the flag to-prone"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named_and_nothing_is_made(name: str) -> None:
    """Each rule, broken alone, is reported with its own words, and no script comes of it."""
    broken, complaint = BROKEN[name]
    assert complaint in said(broken)
    for front in (False, True):
        with pytest.raises(RoutineError):
            script(broken, front=front)


def test_where_there_is_nothing_to_add_nothing_is_added() -> None:
    """A problem has a hint, or none."""
    assert [problem.hint for problem in problems(one(seconds=119), REGISTRY)] == [""]
    assert [problem.hint for problem in problems(one("throat"), REGISTRY)] == ["this place is never worked"]


def test_all_problems_at_once() -> None:
    """An author sees every problem of every step in one go."""
    found = said(routine(step("a", ("throat",)), step("b", ("neck-back",), technique="knead", seconds=30)))
    assert all(part in found for part in ("'throat'", "'knead'", "120 to 300 s"))


@pytest.mark.parametrize(
    "sound",
    [
        one(pressure=RISING, remind=(ASK,)),
        one(say=("No more pressure.", "Not harder.")),
        one("shoulders", "low-back", pressure=Pressure("moderate", "moderate", (("low-back", "light"),))),
        one(side=Side.SEQUENTIAL, remind=(SWITCH,)),
        replace(one("neck-back", seconds=120), position=Position.STANDING),
        routine(hold("a"), to_prone(wait=True), step("s", ("upper-back",)), hold("b")),
        routine(hold("a", seconds=45), step("s", exercise=None, seconds=60), hold("b")),
        front_routine(gated("f"), gated("g", between=(60, 80), flags=frozenset({"head-turn"}))),
    ],
)
def test_what_is_allowed(sound: Routine) -> None:
    """The rules leave room: asked rises, negations, lower areas, one change of sides, a wait with hands off."""
    assert said(sound) == ""


@pytest.mark.parametrize(
    ("areas", "level", "complaint"),
    [
        (("neck-side",), "light", "at most feather in neck-side"),
        (("neck-front",), "light", "at most feather in neck-front"),
        (("thigh",), "moderate", "at most light in thigh"),
    ],
)
def test_a_hazards_cap_holds_in_every_profile(areas: tuple[str, ...], level: str, complaint: str) -> None:
    """[7] A therapist's higher caps lift neither the feather of the neck's front and side nor the light of the legs."""
    therapist = parse_registry(read_data("safety/registry.yaml").replace("profile: lay", "profile: therapist"))
    assert therapist.areas["shoulders"].cap == therapist.level("firm")
    worked = gated("f", areas, pressure=level) if therapist.gated(areas) else step("s", areas, pressure=level)
    assert complaint in "\n".join(map(str, problems(front_routine(worked, gated("g")), therapist)))


def lasting(of: Routine, milliseconds: int) -> Routine:
    """The routine whose second step lasts so long, and may last no longer."""
    first, second, *rest = of.steps
    return replace(
        of, steps=(first, replace(second, duration_ms=milliseconds, between_ms=(30_000, milliseconds)), *rest)
    )


@pytest.mark.parametrize(
    ("of", "longest"),
    [
        (one(), 300_000),
        (one(exercise=None), 300_000),
        (replace(one("neck-back"), position=Position.STANDING), 120_000),
        (front_routine(gated("f", exercise="front"), gated("g", seconds=190, between=(60, 90))), 90_000),
        (front_routine(gated("f", flags=frozenset({"head-turn"})), gated("g", seconds=75)), 80_000),
    ],
    ids=["exercise", "no exercise", "standing", "gated", "head turned"],
)
def test_limits_hold_to_the_millisecond(of: Routine, longest: int) -> None:
    """[9, 11] The longest time that a rule allows is allowed, a millisecond more is not."""
    assert said(lasting(of, longest)) == ""
    assert said(lasting(of, longest + 1)) != ""


@pytest.mark.parametrize(("last", "sound"), [(280_000 - 3 * 75_000, True), (280_001 - 3 * 75_000, False)])
def test_the_front_in_all_holds_to_the_millisecond(last: int, sound: bool) -> None:
    """[9] 280 seconds of gated work are allowed, a millisecond more is not."""
    of = front_routine(*(gated(f"f{number}") for number in range(4)))
    steps = list(of.steps)
    steps[4] = replace(steps[4], duration_ms=last, between_ms=(last, 90_000))
    assert (said(replace(of, steps=tuple(steps))) == "") is sound


@pytest.mark.parametrize(("least", "sound"), [(2_700_000, True), (2_700_001, False)])
def test_what_cannot_be_shortened_to_a_session_is_refused(least: int, sound: bool) -> None:
    """[11] The shortest form of a routine counts, not how far it may be stretched; 45 minutes are allowed."""
    works = [step(f"s{number}", seconds=270, between=(270, 300)) for number in range(10)]
    last = replace(works[-1], between_ms=(least - 9 * 270_000, 300_000))
    assert (said(routine(*works[:-1], last)) == "") is sound


YAML = """\
title: Broken
language: en
position: seated
steps:
  - name: knead-the-wrist
    exercise: x
    areas: [wrist]
    technique: stroke
    pressure: light
    side: both
    duration: 2m
    say: ["Slow.", "Now knead."]
"""


def test_problems_stand_where_the_author_wrote_them() -> None:
    """Each problem names the line and column of the value at fault: the pressure, the line that is spoken, the name."""
    words = Vocabulary(
        areas=frozenset(REGISTRY.areas),
        no_go=REGISTRY.no_go,
        techniques=frozenset(REGISTRY.techniques),
        pressures=REGISTRY.levels,
    )
    found = problems(read_text(YAML, "broken.yaml", words), REGISTRY)
    assert {(problem.path, problem.place.file, problem.place.line, problem.place.column) for problem in found} == {
        ("steps.knead-the-wrist.pressure", "broken.yaml", 9, 15),
        ("steps.knead-the-wrist.say", "broken.yaml", 5, 11),
        ("steps.knead-the-wrist.say", "broken.yaml", 12, 20),
    }
