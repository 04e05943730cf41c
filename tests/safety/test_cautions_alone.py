"""The parts of cautions alone: their names, the place of their words, and what they say again before the front."""

from __future__ import annotations

from dataclasses import replace

from massage_voice.routine.problem import Place
from massage_voice.safety.script import Saying
from massage_voice.safety.secure import secure
from massage_voice.safety.wishes import Wishes
from tests.safety.test_secure import MANY, before, named, sayings
from tests.support.builders import REGISTRY, SCREENING, front_routine, gated, routine, script, step


def test_their_names_are_the_steps_and_tell_what_they_are() -> None:
    """Journal and plan show these names; the second part of a step, or one whose name is taken, is "more"."""
    taken = step("taken-cautions", ("scalp",))
    made = script(routine(step("many", MANY, pressure="feather"), taken, step("taken", MANY, pressure="feather")))
    assert [secured.step.name for secured in made.steps] == [
        *("many-cautions", "many-cautions-more", "many"),
        "taken-cautions",
        *("taken-cautions-more", "taken-cautions-more-more", "taken"),
    ]


def test_the_words_that_announce_the_front_stand_where_its_step_stands() -> None:
    """In the author's file: whatever is said against them can be found there."""
    place = Place("front.yaml", 12, 5)
    made = script(front_routine(replace(gated("f"), place=place), gated("g")), front=True)
    assert [line.place for line in before(made, "f").step.say] == [place]


def test_a_caution_is_never_short_before_it_was_said_in_full() -> None:
    """Before the front what goes on is said again in short; what begins with it is said in full."""
    leaning = replace(REGISTRY.hazards["no-leaning"], within=frozenset({"seated"}))
    registry = replace(REGISTRY, hazards={**REGISTRY.hazards, "no-leaning": leaning})
    made = secure(front_routine(gated("f"), gated("g")), registry, SCREENING, Wishes(front=True, first=False))
    assert "no-leaning" not in made.steps[0].hazards
    assert sayings(before(made, "f"), wide=True)["no-leaning"] is Saying.FULL
    assert sayings(named(made, "f"), wide=True)["no-leaning"] is Saying.HEARD
    assert sayings(named(made, "g"), wide=True)["no-leaning"] is Saying.HEARD
