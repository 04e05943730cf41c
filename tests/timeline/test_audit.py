"""The second pair of eyes: whatever is broken in a finished timeline, it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.routine.model import Line, Position, Pressure, Side
from massage_voice.safety.script import Cue, Kind
from massage_voice.timeline.audit import audit
from massage_voice.timeline.model import Chapter, Placement, Timeline
from massage_voice.timeline.plan import Plan
from tests.support.builders import REGISTRY, ROUTINES, builtin, plan
from tests.support.oracle import HAZARDS

CAROTID = HAZARDS["carotid-jugular"]
MADE = plan(builtin("neck"), front=True)
SOUND = MADE.timeline()
Break = Callable[[Timeline], Timeline]


def faults(timeline: Timeline, made: Plan = MADE, *, whole: bool = True) -> str:
    """What the audit says."""
    return "\n".join(audit(timeline, made.script, REGISTRY, whole=whole))


def chapter(name: str) -> Chapter:
    """The chapter of the step of that name."""
    return next(c for c in SOUND.chapters if c.secured.step.name == name)


def changed(wanted: Callable[[Placement], bool], change: Callable[[Placement], Placement | None]) -> Break:
    """Change (or drop) every placement that is wanted."""

    def broken(timeline: Timeline) -> Timeline:
        assert any(map(wanted, timeline.placements))
        moved = (change(p) if wanted(p) else p for p in timeline.placements)
        kept = sorted((p for p in moved if p is not None), key=lambda p: p.start)
        return replace(timeline, placements=tuple(kept))

    return broken


def of_hazard(hazard: str, kind: Kind | None = None, step: str | None = None) -> Callable[[Placement], bool]:
    """Placements of a hazard."""
    index = chapter(step).secured.index if step else None
    return lambda p: (
        p.cue.hazard == hazard and (kind is None or p.cue.kind is kind) and (index is None or p.cue.step == index)
    )


def drop(_: Placement) -> None:
    """Leave it out."""


def later(seconds: float) -> Callable[[Placement], Placement]:
    """Move it."""
    return lambda p: replace(p, start=p.start + round(seconds * RATE), end=p.end + round(seconds * RATE))


def said(text: str) -> Callable[[Placement], Placement]:
    """Say something else instead."""
    return lambda p: replace(p, cue=replace(p.cue, text=text))


def rechaptered(name: str, change: Callable[[Chapter], Chapter]) -> Break:
    """Change one chapter."""

    def broken(timeline: Timeline) -> Timeline:
        chapters = (change(c) if c.secured.step.name == name else c for c in timeline.chapters)
        return replace(timeline, chapters=tuple(chapters))

    return broken


def unbalanced(one: Chapter) -> Chapter:
    """The change of sides ten seconds too late."""
    assert one.switch is not None
    return replace(one, switch=(one.switch[0] + 10 * RATE, one.switch[1] + 10 * RATE))


def without(name: str) -> Break:
    """A chapter missing, its words still there."""
    return lambda t: replace(t, chapters=tuple(c for c in t.chapters if c.secured.step.name != name))


def is_closing(placement: Placement) -> bool:
    """Part of the closing."""
    return placement.cue.kind is Kind.CLOSING


def bell_over_caution(timeline: Timeline) -> Timeline:
    """A bell into the middle of the first carotid caution."""
    caution = next(p for p in timeline.placements if p.cue.hazard == "carotid-jugular")
    bell = Placement(Cue("bell", Kind.BELL, "step", 1), caution.start + 10, caution.start + 20)
    return replace(timeline, placements=tuple(sorted((*timeline.placements, bell), key=lambda p: p.start)))


def tick_over_caution(timeline: Timeline) -> Timeline:
    """A tick into the middle of the first carotid caution."""
    caution = next(p for p in timeline.placements if p.cue.hazard == "carotid-jugular")
    return replace(timeline, ticks=(caution.start + 10,))


def squeezed(timeline: Timeline) -> Timeline:
    """A step of which almost nothing is left for the hands."""
    return rechaptered("neck", lambda c: c)(
        rechaptered("top-to-bottom", lambda c: replace(c, practice_start=c.practice_end - 9 * RATE))(timeline)
    )


def dropped_first(timeline: Timeline) -> Timeline:
    """The first words of all missing."""
    return replace(timeline, placements=timeline.placements[2:])


BROKEN: dict[str, tuple[Break, str]] = {
    "2 a full caution dropped": (
        changed(of_hazard("throat", Kind.SAFETY, "front-strokes"), drop),
        "throat was not heard in full",
    ),
    "2 the carotid caution dropped": (
        changed(of_hazard("carotid-jugular", Kind.SAFETY, "front-feel"), drop),
        "carotid-jugular was not heard in full before the hands reach neck-front",
    ),
    "2 a caution from the hands-off part dropped": (
        changed(of_hazard("neck-movement", Kind.SAFETY, "front-strokes-cautions"), drop),
        "neck-movement was not heard in full",
    ),
    "2 the head turn's caution dropped": (changed(of_hazard("head-turn"), drop), "head-turn was not heard in full"),
    "2 short instead of full": (
        changed(of_hazard("throat", Kind.SAFETY, "front-strokes"), said("Never across the throat.")),
        "throat was not heard in full",
    ),
    "2 other words": (changed(of_hazard("throat"), said("Mind the throat.")), "the words are not the registry's"),
    "2 words of another hazard": (
        changed(of_hazard("throat"), said(HAZARDS["eyes"]["enter"])),
        "the words are not the registry's",
    ),
    "2 a hazard that does not exist": (
        changed(of_hazard("throat"), lambda p: replace(p, cue=replace(p.cue, hazard="x"))),
        "the words are not the registry's",
    ),
    "2 a caution after the hands began": (
        changed(of_hazard("ear-notch", Kind.SAFETY), later(40)),
        "ear-notch was not heard in full",
    ),
    "2 a caution ends after the hands began": (
        rechaptered("ear-to-ear", lambda c: replace(c, practice_start=c.start + 4 * RATE)),
        "suboccipital was not heard in full",
    ),
    "2 a chapter missing": (without("ear-to-ear"), "is not step"),
    "2 a chapter of another script": (
        rechaptered("ear-to-ear", lambda c: replace(c, secured=replace(c.secured, cautions=()))),
        "of the script",
    ),
    "2 hands said to be off": (
        rechaptered("ear-to-ear", lambda c: replace(c, secured=replace(c.secured, hands_off=True))),
        "the hands are said to be off, and work",
    ),
    "2 no steps": (lambda t: replace(t, chapters=()), "there are no steps"),
    "2 said outside its step": (changed(of_hazard("ear-notch", Kind.SAFETY), later(-60)), "is said outside its step"),
    "3 overlap": (changed(of_hazard("throat", Kind.SAFETY, "front-strokes"), later(1.5)), "begins before"),
    "3 cut by the end": (lambda t: replace(t, length=t.placements[-2].end - 1), "is cut by the end"),
    "3 a bell over a caution": (bell_over_caution, "bell sounds beside"),
    "3 a tick over a caution": (tick_over_caution, "a tick sounds beside"),
    "5 no repeats": (
        changed(of_hazard("carotid-jugular", Kind.SAFETY_REPEAT), drop),
        "carotid-jugular is not said again within 30 s",
    ),
    "5 no repeats of the bones": (
        changed(of_hazard("spine-bones", Kind.SAFETY_REPEAT), drop),
        "spine-bones is not said again within 60 s",
    ),
    "5 warning signs never again": (
        changed(lambda p: p.cue.hazard == "warning-signs" and p.start > RATE * 60, drop),
        "warning-signs is not said again within 300 s",
    ),
    "5 a longer stay": (
        rechaptered("ear-to-ear", lambda c: replace(c, practice_end=c.practice_end + 60 * RATE)),
        "suboccipital is not said again within 45 s",
    ),
    "7 above its cap": (
        rechaptered(
            "front-feel",
            lambda c: replace(
                c, secured=replace(c.secured, step=replace(c.secured.step, pressure=Pressure("light", "light")))
            ),
        ),
        "the pressure in neck-front is above its cap",
    ),
    "8 a technique not of the area": (
        rechaptered(
            "front-feel",
            lambda c: replace(c, secured=replace(c.secured, step=replace(c.secured.step, technique="knead"))),
        ),
        "knead is not allowed in neck-front",
    ),
    "9 the head turned too long": (
        rechaptered("front-feel", lambda c: replace(c, practice_end=c.practice_end + 10 * RATE)),
        "the head is turned for more than 20 s",
    ),
    "9 a part too long": (
        rechaptered("front-strokes", lambda c: replace(c, practice_end=c.practice_end + 60 * RATE)),
        "takes more than 90 s",
    ),
    "9 both sides": (
        rechaptered(
            "front-strokes",
            lambda c: replace(c, secured=replace(c.secured, step=replace(c.secured.step, side=Side.BOTH))),
        ),
        "on both sides at once",
    ),
    "11 an exercise too long": (
        rechaptered("closing-strokes", lambda c: replace(c, practice_end=c.practice_end + 200 * RATE)),
        "exercise closing-strokes takes",
    ),
    "11 an exercise too short": (
        rechaptered("closing-strokes", lambda c: replace(c, practice_end=c.practice_end - 30 * RATE)),
        "exercise closing-strokes takes",
    ),
    "11 too long": (lambda t: replace(t, length=2701 * RATE), "the session is longer than 2700 s"),
    "12 sides unequal": (rechaptered("lift-and-patter", unbalanced), "one side gets 20.0 s more"),
    "12 no change of sides": (
        rechaptered("lift-and-patter", lambda c: replace(c, switch=None)),
        "the change of sides is not said",
    ),
    "13 no warning signs": (dropped_first, "does not open with the warning signs"),
    "13 no position's caution": (
        changed(of_hazard("seated-faint", Kind.OPENING), drop),
        "the opening does not say seated-faint",
    ),
    "13 no carotid in the opening": (
        changed(of_hazard("carotid-keep-off", Kind.OPENING), drop),
        "the opening does not say carotid-keep-off",
    ),
    "13 no closing": (changed(is_closing, drop), "does not close with rising slowly"),
    "13 no rising slowly": (changed(of_hazard("rise-seated"), drop), "does not close with rising slowly"),
    "16 no time for the hands": (squeezed, "less than 10 s for the hands"),
    "times out of order": (
        rechaptered("top-to-bottom", lambda c: replace(c, practice_start=c.practice_end + 1)),
        "its times are out of order",
    ),
    "steps at the same time": (
        rechaptered("top-to-bottom", lambda c: replace(c, start=c.start - 20 * RATE)),
        "begins before",
    ),
}


def test_the_sound_one_is_sound() -> None:
    """Nothing is said against the timeline that the tests below break."""
    assert faults(SOUND) == ""


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(name: str) -> None:
    """One thing broken in a sound timeline is found and named."""
    broken, complaint = BROKEN[name]
    assert complaint in faults(broken(SOUND))


def swapped(timeline: Timeline) -> Timeline:
    """Two full cautions of a step in each other's place."""
    index = chapter("front-strokes").secured.index
    throat, carotid = (
        next(p for p in timeline.placements if p.cue.hazard == hazard and p.cue.step == index)
        for hazard in ("throat", "carotid-jugular")
    )
    moved = {throat: replace(throat, cue=carotid.cue), carotid: replace(carotid, cue=throat.cue)}
    return replace(timeline, placements=tuple(moved.get(p, p) for p in timeline.placements))


def test_order_is_looked_at() -> None:
    """[2] The carotid caution anywhere but last is named."""
    assert "the carotid artery last" in faults(swapped(SOUND))


def test_instructions_before_cautions() -> None:
    """[2] An instruction that stands before a caution is named."""
    index = chapter("ear-to-ear").secured.index
    start = next(p.start for p in SOUND.placements if p.cue.step == index and p.cue.hazard == "suboccipital")
    early = Placement(Cue("x", Kind.INSTRUCTION, "Now.", index), start - 100, start - 50)
    broken = replace(SOUND, placements=tuple(sorted((*SOUND.placements, early), key=lambda p: p.start)))
    assert "an instruction comes before a caution" in faults(broken)


def test_more_than_three_full_cautions() -> None:
    """[2] Four full area cautions before one step are named."""
    index = chapter("front-strokes").secured.index
    broken = changed(
        of_hazard("neck-movement", Kind.SAFETY, "front-strokes-cautions"),
        lambda p: replace(p, cue=replace(p.cue, step=index), start=chapter("front-strokes").start),
    )(SOUND)
    assert "4 full cautions are too many" in faults(broken)


def test_too_much_speech() -> None:
    """[16] A step that is nearly all speech is named."""
    at = chapter("top-to-bottom")
    chatter = Placement(
        Cue("x", Kind.REMINDER, "…", at.secured.index), at.practice_start + 4 * RATE, at.practice_end - RATE
    )
    kept = [p for p in SOUND.placements if p.end <= chatter.start or p.start >= chatter.end]
    broken = replace(SOUND, placements=tuple(sorted((*kept, chatter), key=lambda p: p.start)))
    assert "of it is speech" in faults(broken)


def test_the_front_lying_or_first() -> None:
    """[9] A gated part in somebody who does not sit, and one that comes first, are named."""
    lying = replace(MADE.script.routine, position=Position.PRONE)
    script = replace(MADE.script, routine=lying)
    assert "a gated part while the receiver does not sit" in "\n".join(audit(SOUND, script, REGISTRY))
    first = [c for c in SOUND.chapters if c.secured.step.name.startswith("front")]
    only = replace(SOUND, chapters=(replace(SOUND.chapters[0], practised=0), *first))
    assert "first or last" in faults(only)


def test_a_part_of_a_session_is_held_to_its_moments() -> None:
    """A timeline from the middle is not held to the opening, but to every caution."""
    made = MADE
    part = replace(SOUND, chapters=SOUND.chapters[3:])
    assert "does not open" not in faults(part)
    assert "neck-movement was not heard" in faults(
        replace(part, placements=tuple(p for p in part.placements if p.cue.hazard != "neck-movement"))
    )
    assert "does not open" not in faults(dropped_first(SOUND), made, whole=False)


def test_partner_flags_are_looked_at() -> None:
    """A caution that a fact about the partner asks for is missed when it is not there."""
    hands = Line("Softly.")
    assert hands.text
    script = replace(MADE.script, flags=frozenset({"pregnant"}))
    assert audit(SOUND, script, REGISTRY) == []


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("wpm", [120, 130, 140])
@pytest.mark.parametrize("front", [False, True])
def test_every_single_full_caution_is_needed(name: str, wpm: int, front: bool) -> None:
    """Drop any one full caution of any step from a built-in timeline: the audit finds it."""
    made = plan(builtin(name), wpm=wpm, front=front)
    timeline = made.timeline()
    assert audit(timeline, made.script, REGISTRY) == []
    texts = {fact["enter"] for name, fact in HAZARDS.items() if name != "carotid-keep-off"}
    for placement in timeline.placements:
        if placement.cue.text in texts and placement.cue.kind is Kind.SAFETY:
            kept = tuple(p for p in timeline.placements if p is not placement)
            assert audit(replace(timeline, placements=kept), made.script, REGISTRY), placement.cue.id
