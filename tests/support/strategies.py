"""Routines that an author might write, and what a user might ask and answer, for hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from massage_voice.routine.model import At, Line, Moment, Position, Pressure, Reminder, Routine, Side, Step
from massage_voice.safety.registry import AreaKind
from massage_voice.safety.restrictions import Restrictions
from massage_voice.safety.wishes import Verbosity
from massage_voice.timeline.fit import Shape
from tests.support.builders import REGISTRY, SWITCH, collar, gated, hold, routine, step, to_prone

_OPEN = sorted(name for name, area in REGISTRY.areas.items() if area.kind is not AreaKind.GATED)
_WORDS = ("slow", "soft", "warm", "even", "calm", "breathe", "again", "gently", "hands", "flat")
lines = st.integers(1, 18).map(lambda count: Line(" ".join(_WORDS[n % len(_WORDS)] for n in range(count)) + "."))


@dataclass(frozen=True)
class Case:
    """A routine and how it is asked for."""

    routine: Routine
    wishes: dict[str, Any]
    shape: Shape
    wpm: int
    bells: bool


@st.composite
def reminders(draw: st.DrawFn, side: Side) -> tuple[Reminder, ...]:
    """Reminders at any moment, and the change of sides where it is due."""
    fractions = st.integers(0, 100).map(lambda percent: At(Moment.FRACTION, fraction=percent / 100))
    ends = st.integers(1, 90).map(lambda seconds: At(Moment.BEFORE_END, before_end_ms=seconds * 1000))
    others = draw(st.lists(st.builds(Reminder, st.one_of(fractions, ends), lines), max_size=4))
    return (*others, *([SWITCH] if side is Side.SEQUENTIAL else []))


@st.composite
def open_steps(draw: st.DrawFn, name: str) -> Step:
    """A step outside the gate, in areas whose rules it keeps."""
    areas = tuple(draw(st.lists(st.sampled_from(_OPEN), min_size=1, max_size=3, unique=True)))
    shared = frozenset.intersection(
        *(REGISTRY.areas[area].techniques - {t for h in REGISTRY.fired_by(area) for t in h.forbid} for area in areas)
    )
    technique = draw(st.sampled_from(sorted(shared)))
    cap = min(_cap(area) for area in areas)
    level = REGISTRY.levels[draw(st.integers(0 if technique == "hold" else 1, cap))]
    lighter = draw(st.sampled_from(areas))
    by_area = ((lighter, "feather"),) if draw(st.booleans()) else ()
    side = draw(st.sampled_from(Side))
    seconds = draw(st.integers(120, 280))
    low, high = draw(st.integers(20, seconds)), draw(st.integers(seconds, 300))
    return step(
        name,
        areas,
        technique=technique,
        pressure=Pressure(level, level, by_area),
        seconds=seconds,
        between=(low, high),
        exercise=draw(st.sampled_from([name, None])),
        side=side,
        remind=draw(reminders(side)),
        say=[line.text for line in draw(st.lists(lines, min_size=1, max_size=4))],
        tempo_ms=draw(st.sampled_from([None, 1000, 4000])),
    )


def _cap(area: str) -> int:
    caps = [hazard.max_level for hazard in REGISTRY.fired_by(area) if hazard.max_level is not None]
    return min([REGISTRY.areas[area].cap, *caps])


@st.composite
def gated_steps(draw: st.DrawFn) -> list[Step]:
    """Two or three gated parts that add up to an exercise."""
    found = []
    for number in range(draw(st.integers(2, 3))):
        areas = draw(st.sampled_from([("neck-front",), ("neck-side",), ("neck-front", "neck-side")]))
        turned = draw(st.booleans())
        side = Side.SEQUENTIAL if turned else draw(st.sampled_from([Side.SEQUENTIAL, Side.ALTERNATE]))
        part = gated(
            f"front-{number}",
            areas,
            seconds=75,
            between=(draw(st.integers(45, 75)), 80 if turned else 90),
            side=side,
            remind=draw(reminders(side)),
            flags=frozenset({"head-turn"}) if turned else frozenset(),
        )
        found.append(part)
    return found


@st.composite
def routines(draw: st.DrawFn) -> Routine:
    """Open steps in any order, sometimes a gated part among them, sometimes a change to lying."""
    position = draw(st.sampled_from([Position.SEATED, Position.SEATED, Position.PRONE, Position.SIDE_LYING]))
    body = [draw(open_steps(f"step-{n}")) for n in range(draw(st.integers(1, 4)))]
    if position is Position.SEATED and draw(st.booleans()):
        at = draw(st.integers(0, len(body)))
        parts = draw(gated_steps())
        if draw(st.booleans()):
            parts.insert(1, draw(open_steps("between")))
        before = draw(st.booleans())
        body[at:at] = [collar(), *parts] if before else [*parts, collar()]
    if draw(st.booleans()):
        body.append(to_prone())
        body.append(draw(open_steps("lying")))
    last = hold("rest", draw(st.sampled_from([("shoulders",), ("upper-back", "low-back"), ("jaw",)])))
    return routine(hold("settle"), *body, last, position=position)


restrictions = st.builds(
    Restrictions,
    block=st.frozensets(st.sampled_from(sorted(REGISTRY.areas)), max_size=3),
    cap=st.sampled_from([None, "light", "feather"]),
    cap_area=st.sampled_from([(), (("feet", "feather"),), (("neck-back", "light"),)]),
    forbid=st.frozensets(st.sampled_from(["knead", "patter", "skin-lift", "circles"]), max_size=2),
    positions=st.sampled_from([None, None, None, frozenset({"seated", "side-lying"})]),
    flags=st.frozensets(st.sampled_from(["pregnant", "numb-feet"]), max_size=1),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any routine with any options."""
    return Case(
        routine=draw(routines()),
        wishes={
            "front": draw(st.booleans()),
            "first": draw(st.sampled_from([False, False, True])),
            "partner": draw(st.sampled_from(["partner", "client", "Mum"])),
            "verbosity": draw(st.sampled_from(Verbosity)),
            "restrictions": draw(st.one_of(st.just(Restrictions()), restrictions)),
        },
        shape=Shape(draw(st.floats(0.7, 1.3)), draw(st.sampled_from([None, None, 600.0, 780.0, 899.9, 1500.0]))),
        wpm=draw(st.sampled_from([110, 125, 140])),
        bells=draw(st.booleans()),
    )
