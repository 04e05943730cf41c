"""The front of the neck in a live session: who announces it, and how the plan without it takes over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.session.checkpoint import Checkpoint, Phase
from massage_voice.session.events import Signal
from massage_voice.session.front import announces_gate, placed, without
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline.plan import Plan
from tests.session.places import begun, do, said_out, session_at, stage_of, to_caution, to_practice
from tests.support.builders import front_routine, plan

G = Signal


def saying(made: Plan, **texts: int) -> Plan:
    """A plan with the lengths of these texts."""
    return replace(made, sounds=replace(made.sounds, texts=texts))


FRONT = saying(plan(front_routine(), front=True), both=1, slower=2)
"""settle, front-one-cautions, front-one, front-two, neck, rest"""
SHUT = saying(plan(front_routine()), both=3, collarbone=4)
"""settle, collar, neck, rest"""
HERE = Checkpoint(Phase.STEPS, step=4, name="front-two", practised=RATE, left=30 * RATE, clock=99 * RATE)


def lengths(of: Plan) -> dict[str, float]:
    """Seconds, by the step's name."""
    names = [secured.step.name for secured in of.script.steps]
    return {name: frames / RATE for name, frames in zip(names, of.durations, strict=True)}


def moved(of: Plan, **seconds: int) -> Plan:
    wanted = {**lengths(of), **{name.replace("_", "-"): value for name, value in seconds.items()}}
    return replace(of, durations=tuple(round(value * RATE) for value in wanted.values()))


def test_the_front_is_announced_by_words_before_hands_are_on_it() -> None:
    """Neither a part of cautions that says nothing of it, nor the work itself, nor any other step announces it."""
    steps = FRONT.script.steps
    assert [s.step.name for s in steps if announces_gate(s)] == ["front-one-cautions"]
    announcing = steps[1]
    assert not announces_gate(replace(announcing, say=()))
    assert not announces_gate(replace(announcing, hands_off=False))
    assert not announces_gate(replace(announcing, step=replace(announcing.step, gate=None)))


def test_what_was_made_longer_stays_so_without_the_front() -> None:
    """Steps of both plans as pace and added minutes have left them; what stands in is as long as planned."""
    longer = moved(FRONT, neck=150, rest=50, front_one=88)
    assert lengths(without(longer, SHUT, FRONT.durations)) == {**lengths(SHUT), "neck": 150, "rest": 50}


def test_what_nobody_moved_is_as_the_other_plan_has_it() -> None:
    """The plan without the front was fitted to the asked length as well."""
    other = moved(SHUT, neck=100)
    assert without(FRONT, other, FRONT.durations).durations == other.durations
    assert without(FRONT, other, list(FRONT.durations)).durations == other.durations


def test_both_plans_words_can_be_said_after_it() -> None:
    """An answer of the first plan and a caution of the second; where both have one, the second's length counts."""
    texts = without(FRONT, SHUT, FRONT.durations).sounds.texts
    assert texts == {"slower": 2, "both": 3, "collarbone": 4}


# --- gone on with after a crash ---


def test_in_the_same_plan_a_place_is_the_same() -> None:
    """To the frame; and so it is outside the steps, and behind the last."""
    assert placed(HERE, FRONT) is HERE
    for since in (Checkpoint(Phase.CLOSING, step=4, name="front-two"), Checkpoint(Phase.STEPS, step=5, name="rest")):
        assert placed(since, SHUT) is since
    last = Checkpoint(Phase.STEPS, step=4, name="rest", left=RATE)
    assert placed(last, SHUT) is last
    first = Checkpoint(Phase.STEPS, step=1, name="settle", left=RATE)
    assert placed(first, SHUT) is first


def test_a_part_of_cautions_that_is_still_there_is_gone_on_with() -> None:
    """By its name, wherever it stands now."""
    assert placed(replace(HERE, name="front-one-cautions", step=5), FRONT).step == 2


@pytest.mark.parametrize(
    ("name", "step", "there"),
    [
        ("front-two", 4, "collar"),
        ("front-one", 3, "collar"),
        ("front-one-cautions", 2, "collar"),
        ("neck", 1, "neck"),
        ("rest", 3, "rest"),
        ("neck", 5, "neck"),
        ("neck-cautions", 3, "neck"),
        ("neck-cautions-more", 4, "neck"),
        ("gone", 4, "settle"),
        ("neck", 0, "neck"),
    ],
)
def test_in_a_plan_without_the_front_it_is_the_same_step_or_what_stands_in(name: str, step: int, there: str) -> None:
    """By its name, from its start; a part of cautions leads to its step, what nobody knows to the first."""
    since = placed(replace(HERE, name=name, step=step), SHUT)
    assert SHUT.script.steps[since.step - 1].step.name == there
    assert (since.practised, since.left) == (0, None)
    assert (since.clock, since.phase, since.name) == (HERE.clock, Phase.STEPS, name)


# --- left out while it is announced ---


def without_step(gone: str, what: str = "front") -> Session:
    """A session whose plan without the front lacks one more step: today's answers have taken it out as well."""
    made = stage_of(what)
    other = made.without_front
    assert other is not None
    kept = [n for n, s in enumerate(other.script.steps) if s.step.name != gone]
    steps = tuple(replace(other.script.steps[n], index=index) for index, n in enumerate(kept, 1))
    shut = replace(other, script=replace(other.script, steps=steps), durations=tuple(other.durations[n] for n in kept))
    session = replace(made, without_front=shut).session()
    begun(session)
    return session


@pytest.mark.parametrize(
    "signals",
    [
        *((G.NEXT, G.PAUSE, G.RESUME), (G.PAUSE, G.NEXT), (G.NEXT,), (G.BACK,), (G.REPEAT,), (G.TOGGLE,), (G.NO,)),
        *((G.UNSURE,), (G.LOUDER,), (G.QUIETER,), (G.TIME_LEFT,), (G.SLOWER,), (G.WAIT,), (G.READY,), (G.YES,)),
    ],
)
@pytest.mark.parametrize(
    ("gone", "there"), [("collarbone-strokes", "ear-to-ear"), ("edge-strokes", "collarbone-strokes")]
)
def test_left_out_it_leads_to_what_stands_in_or_to_what_comes_after(
    signals: tuple[Signal, ...], gone: str, there: str
) -> None:
    """Whichever key left it out, and whatever came before it was done."""
    session = without_step(gone)
    to_caution(session, 4)
    do(session, *signals)
    said_out(session)
    assert session.state is State.PLAYING
    assert session.timeline.chapters[0].secured.step.name == there


@pytest.mark.parametrize(("gone", "there"), [("back-strokes", "edge-strokes"), ("edge-strokes", "collarbone-strokes")])
def test_back_over_the_front_leads_to_the_step_before_it_or_to_what_is_there_instead(gone: str, there: str) -> None:
    """By its name, because the plan without the front may have other numbers."""
    session = without_step(gone, "front again")
    to_practice(session, 8)
    to_practice(session, 9)
    do(session, G.PAUSE, G.BACK)
    assert session.timeline.chapters[0].secured.step.name == there


def test_the_plan_that_takes_over_has_its_own_lengths() -> None:
    """As it was fitted to what was asked for, when nobody has changed the pace."""
    session = session_at("announcement")
    do(session, G.PAUSE, G.NEXT)
    shut = stage_of("front").without_front
    assert shut is not None
    assert session.plan.durations == shut.durations
    assert not session.plan.script.front


def test_back_to_the_step_behind_the_front_is_a_step_back() -> None:
    """Only the front itself is gone round; the plan stays as it is."""
    session = stage_of("front again").session()
    begun(session)
    for step in (8, 9, 10):
        to_practice(session, step)
    assert session.worked
    do(session, G.PAUSE, G.BACK)
    assert session.timeline.chapters[0].secured.index == 9
    assert session.plan.script.front
