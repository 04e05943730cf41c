"""Routines, scripts and plans for tests, made of values alone; lengths of texts are counted, not spoken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from massage_voice.clip import RATE
from massage_voice.routine.model import At, Line, Moment, Position, Pressure, Reminder, Routine, Side, Step
from massage_voice.routine.reader import read_text
from massage_voice.routine.store import Store
from massage_voice.routine.vocabulary import Vocabulary
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Script
from massage_voice.safety.secure import secure
from massage_voice.safety.wishes import Wishes
from massage_voice.sound.bells import BELLS, bell
from massage_voice.timeline.fit import Shape, fit
from massage_voice.timeline.layout import Sounds
from massage_voice.timeline.plan import Plan

REGISTRY = load_registry()
SCREENING = load_screening()
BELL_LENGTHS = {name: len(bell(name)) for name in BELLS}
ROUTINES = (
    "neck",
    "back",
    "neck-and-back",
    "quick-neck",
    "shoulders",
    "chair",
    "hands",
    "feet",
    "scalp-and-face",
)
SWITCH = Reminder(At(Moment.SWITCH), Line("Lift off. Now your partner's left side."))
SHORTER = Shape()


class Lengths(Mapping[str, int]):
    """How long any text takes at a pace: its words, and half a second between its sentences."""

    def __init__(self, wpm: int = 130) -> None:
        self.wpm = wpm

    def __getitem__(self, text: str) -> int:
        inner = max(sum(text.count(end) for end in ".?!") - 1, 0)
        return round(len(text.split()) * 60 / self.wpm * RATE) + inner * RATE // 2

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError("every text has a length")

    def __len__(self) -> int:
        raise NotImplementedError("every text has a length")


def sounds(wpm: int = 130, *, bells: bool = True) -> Sounds:
    """Counted lengths, true bells."""
    return Sounds(Lengths(wpm), BELL_LENGTHS if bells else {})


def steady(level: str, **by_area: str) -> Pressure:
    """One level, other levels in single areas (`low_back="light"`)."""
    return Pressure(level, level, tuple((area.replace("_", "-"), value) for area, value in by_area.items()))


def step(
    name: str = "strokes",
    areas: tuple[str, ...] = ("shoulders",),
    *,
    technique: str = "stroke",
    pressure: Pressure | str = "light",
    seconds: int = 120,
    between: tuple[int, int] | None = None,
    exercise: str | None = "",
    **more: Any,
) -> Step:
    """A step; unless told otherwise it is an exercise of its own, named as the step."""
    low, high = between or (seconds * 3 // 4, seconds * 3 // 2)
    say = tuple(map(Line, more.pop("say", ("Slow and soft.",))))
    given = {"side": Side.BOTH, **more}
    return Step(
        name=name,
        areas=areas,
        technique=technique,
        pressure=steady(pressure) if isinstance(pressure, str) else pressure,
        duration_ms=seconds * 1000,
        between_ms=(low * 1000, high * 1000),
        say=say,
        exercise=name if exercise == "" else exercise,
        **given,
    )


def hold(name: str, areas: tuple[str, ...] = ("shoulders",), seconds: int = 40, **more: Any) -> Step:
    """Resting hands, outside any exercise."""
    between = more.pop("between", (30, 60))
    pressure = more.pop("pressure", "still")
    exercise = more.pop("exercise", None)
    return step(
        name, areas, technique="hold", pressure=pressure, seconds=seconds, between=between, exercise=exercise, **more
    )


def gated(name: str = "front", areas: tuple[str, ...] = ("neck-front",), **more: Any) -> Step:
    """A gated step of the exercise `front`, which `collar` replaces."""
    given: dict[str, Any] = {
        "seconds": 75,
        "between": (60, 90),
        "exercise": "front",
        "pressure": "feather",
        "side": Side.SEQUENTIAL,
        "remind": (SWITCH,),
        "gate": "front",
        "instead": "collar",
        **more,
    }
    return step(name, areas, **given)


def collar(**more: Any) -> Step:
    """The step that replaces the gated ones."""
    return step("collar", ("collarbone",), pressure="feather", **more)


def to_prone(name: str = "move", **more: Any) -> Step:
    """The receiver lies down."""
    return step(
        name,
        (),
        technique="none",
        pressure="still",
        side=Side.NONE,
        seconds=60,
        between=(50, 120),
        exercise=None,
        flags=frozenset({"to-prone"}),
        **more,
    )


def routine(*steps: Step, position: Position = Position.SEATED, prepare: tuple[str, ...] = ()) -> Routine:
    """A routine of these steps."""
    return Routine("Test", "en", position, steps, tuple(map(Line, prepare)))


def front_routine(*front: Step) -> Routine:
    """Settle, the gated steps (two by default), their substitute, neck, rest."""
    parts = front or (gated("front-one"), gated("front-two"))
    return routine(hold("settle"), *parts, collar(), step("neck", ("neck-back",)), hold("rest"))


@cache
def builtin(name: str) -> Routine:
    """A built-in routine."""
    source = Store().find(name)
    words = Vocabulary(
        areas=frozenset(REGISTRY.areas),
        no_go=REGISTRY.no_go,
        techniques=frozenset(REGISTRY.techniques),
        pressures=REGISTRY.levels,
    )
    return read_text(source.text, source.file, words)


def script(of: Routine, **wishes: Any) -> Script:
    """The secured routine; a later session unless told otherwise."""
    return secure(of, REGISTRY, SCREENING, Wishes(**{"first": False, **wishes}))


def plan(of: Routine, shape: Shape = SHORTER, wpm: int = 130, *, bells: bool = True, **wishes: Any) -> Plan:
    """The fitted routine with counted lengths."""
    return fit(script(of, **wishes), sounds(wpm, bells=bells), shape, REGISTRY.limits)


def with_step(of: Routine, number: int, **changes: Any) -> Routine:
    """The routine with keys of one step (from 0) changed."""
    steps = list(of.steps)
    steps[number] = replace(steps[number], **changes)
    return replace(of, steps=tuple(steps))
