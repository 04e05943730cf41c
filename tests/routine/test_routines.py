"""The routines that come with the program, and the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from massage_voice.errors import RoutineError
from massage_voice.routine.lint import lint
from massage_voice.routine.model import Moment, Position, Routine, Side
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.reader import read_text
from massage_voice.routine.store import Store
from tests.routine.samples import VOCABULARY

EXAMPLES = Path(__file__).parents[2] / "examples" / "routines"


def built_in(name: str) -> Routine:
    """A built-in routine."""
    source = Store().find(name)
    return read_text(source.text, source.file, VOCABULARY)


def checked(path: Path) -> str:
    """What is said about a file, as `check` would say it."""
    try:
        raise_if_any(lint(read_text(path.read_text("utf-8"), path.name, VOCABULARY), VOCABULARY))
    except RoutineError as error:
        return error.message + "\n"
    return ""


def test_neck_keeps_the_order_of_its_source() -> None:
    """Back of the neck, front, hairline, down the neck, soft lifts, closing strokes."""
    assert [step.name for step in built_in("neck").steps] == [
        "settle",
        "back-strokes",
        "edge-strokes",
        "front-strokes",
        "front-circles",
        "front-feel",
        "front-finish",
        "collarbone-strokes",
        "ear-to-ear",
        "top-to-bottom",
        "lift-and-patter",
        "closing-strokes",
        "quiet-rest",
    ]


@pytest.mark.parametrize("name", ["neck", "neck-and-back"])
def test_front_of_the_neck_is_gated(name: str) -> None:
    """Every step on the front of the neck has the gate and its substitute, and nothing else has."""
    for step in built_in(name).steps:
        gated = "neck-front" in step.areas
        assert (step.gate, step.instead) == (("front", "collarbone-strokes") if gated else (None, None))


@pytest.mark.parametrize("name", Store().names())
def test_sequential_steps_say_when_to_change(name: str) -> None:
    """Each step that does one side and then the other has one line at the change."""
    for step in built_in(name).steps:
        switches = [reminder for reminder in step.remind if reminder.at.moment is Moment.SWITCH]
        assert len(switches) == (step.side is Side.SEQUENTIAL)


def test_neck_without_front_lasts_as_planned() -> None:
    """With the front left out, the neck takes 13:50."""
    lengths = [step.duration_ms for step in built_in("neck").steps if not step.gate]
    assert sum(lengths) == 830_000


def test_change_of_position_touches_nobody() -> None:
    """Between neck and back the receiver lies down; the program waits."""
    routine = built_in("neck-and-back")
    (move,) = [step for step in routine.steps if "to-prone" in step.flags]
    assert (move.areas, move.technique, move.side, move.wait) == ((), "none", Side.NONE, True)
    assert routine.position is Position.SEATED


def test_head_is_turned_only_while_the_hands_work() -> None:
    """The turn is asked for last, and the head faces forward at the end."""
    (step,) = [step for step in built_in("neck").steps if "head-turn" in step.flags]
    assert "look a little to their left" in step.say[-1].text
    assert step.remind[-1].line.text.startswith("Face forward.")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_example_is_sound(path: Path) -> None:
    """The examples are routines to start from."""
    assert checked(path) == ""


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("broken/*.yaml")), ids=lambda path: path.stem)
def test_broken_example_says_what_is_wrong(path: Path) -> None:
    """Each broken example gives exactly the message beside it."""
    assert checked(path) == path.with_suffix(".expected").read_text("utf-8") != ""
