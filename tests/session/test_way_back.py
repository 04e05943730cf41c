"""Going back works a step again, and makes no session longer than its limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.session.events import Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.plan import bounds
from tests.session.places import begun, do, heard_out, played, said_out, stage_of, to_practice

G = Signal
STAGES = ("neck", "front", "front again", "shoulders", "neck-and-back")


def limit(session: Session) -> int:
    return session.plan.script.limit_ms * RATE // 1000


def refused(session: Session) -> bool:
    return wording.NO_WAY_BACK in {placement.cue.text for placement in session.timeline.placements}


def tried(session: Session, step: int) -> tuple[int, int]:
    """Back from the practice of `step`; the frames of practice that were left there before and are now."""
    to_practice(session, step)
    before = session.checkpoint
    do(session, G.BACK)
    said_out(session)
    return before.left or 0, session.checkpoint.left or 0


@pytest.mark.parametrize("what", STAGES)
def test_who_goes_back_from_every_step_works_no_longer_than_the_limit(what: str) -> None:
    """The rest becomes shorter, each step within its bounds; where that is not enough it goes on where it was."""
    session, ways = stage_of(what).session(), set()
    begun(session)
    for secured in stage_of(what).plan.script.steps:
        there = [chapter.secured for chapter in session.timeline.chapters]
        here = next((s.index for s in there if s.step.name == secured.step.name), None)
        if here is None or secured.hands_off:
            continue
        before, after = tried(session, here)
        ways.add(refused(session))
        if refused(session) or secured.step.gate is not None:
            assert (session.checkpoint.name, after) == (secured.step.name, before)
        else:
            assert session.clock + session.left <= limit(session) + 2 * RATE
        for planned, frames in zip(session.plan.script.steps, session.plan.durations, strict=True):
            low, high = bounds(planned)
            assert low <= frames <= high
    assert ways == {False, True} or what not in {"neck", "front"}


@pytest.mark.parametrize("step", range(2, 9))
def test_a_step_left_by_mistake_can_be_gone_back_to(step: int) -> None:
    """Also near the end, and where each side has its turn: what was not worked has taken no time."""
    session = stage_of("neck").session()
    begun(session)
    for before in range(2, step):
        to_practice(session, before)
    to_practice(session, step, 0.05)
    for signal in (G.NEXT, G.BACK):
        do(session, signal)
        said_out(session)
    assert (session.checkpoint.step, refused(session)) == (step, False)
    assert session.clock + session.left <= limit(session) + 2 * RATE


def test_why_there_is_no_way_back_is_said_after_the_cautions_of_the_step() -> None:
    """From the practice, and out of a pause; then its instructions, as when it is asked for again."""
    for signals in ((G.BACK,), (G.PAUSE, G.BACK)):
        session = stage_of("neck").session()
        begun(session)
        last = session.plan.script.steps[-1].index
        to_practice(session, last)
        do(session, *signals)
        said_out(session)
        placements = session.timeline.placements
        said = next(p for p in placements if p.cue.text == wording.NO_WAY_BACK)
        assert session.timeline.chapters[0].secured.index == last
        assert all(p.end <= said.start for p in placements if p.cue.is_caution and p.start < said.end)
        assert session.plan.script.steps[-1].say[0].text in {p.cue.text for p in placements if p.start > said.start}


def test_an_end_that_was_asked_for_later_than_the_limit_is_the_limit() -> None:
    """As with --until: no step becomes longer because there is time until then."""
    session = stage_of("neck").session()
    session.remaining = 2 * limit(session)
    begun(session)
    session.remaining = 2 * limit(session)
    assert session.clock + session.left <= limit(session) + 2 * RATE
    played(session, session.frame + RATE)
    session.remaining = 2 * limit(session)
    do(session, G.PAUSE, G.RESUME)
    assert session.clock + session.left <= limit(session) + 2 * RATE


def test_back_after_the_last_step_leads_to_it_where_there_is_time() -> None:
    """It waits for a key then; in a session that has lasted as long as it may, the closing follows."""
    made = stage_of("front again")
    last = made.plan.script.steps[-1]
    waits = replace(last, step=replace(last.step, wait=True))
    script = replace(made.plan.script, steps=(*made.plan.script.steps[:-1], waits))
    made = replace(made, plan=replace(made.plan, script=script))
    session = made.session()
    begun(session)
    heard_out(session)
    assert session.state is State.WAITING
    do(session, G.BACK)
    assert (session.state, session.checkpoint.step) == (State.PLAYING, last.index)


def test_where_there_is_time_a_way_back_changes_no_length() -> None:
    """Nothing becomes longer to fill the session up to its limit."""
    session = stage_of("neck").session()
    begun(session)
    planned = session.plan.durations
    to_practice(session, 2)
    for signal in (G.NEXT, G.NEXT, G.BACK):
        do(session, signal)
        said_out(session)
    assert session.checkpoint.step == 3
    assert session.plan.durations == planned


def test_words_that_are_owed_on_the_way_back_count() -> None:
    """What a jump would leave unheard is said there, and takes its time."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 3)
    session.told.clear()
    do(session, G.BACK)
    said_out(session)
    assert session.plan.owed(2, set())
    assert session.checkpoint.step == 2
    assert abs(session.clock + session.left - limit(session)) <= 2 * RATE


def test_a_step_worked_a_second_time_for_as_long_as_there_is_time() -> None:
    """With its instructions; what was left off counts as done, so that the sound of its last part is the same."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 3)
    session.told.clear()
    do(session, G.BACK)
    said_out(session)
    landing = session.spot.landing
    assert landing is not None
    assert landing.left is not None
    assert landing.left + landing.practised == practice(
        session, replace(landing, left=None, practised=0, instruct=False)
    )
    instruction = session.plan.script.steps[1].say[0].text
    assert instruction in texts(session)


def practice(session: Session, landing: Landing) -> int:
    chapter = session.plan.timeline(landing).chapters[0]
    return chapter.practice_end - chapter.practice_start


def texts(session: Session) -> list[str]:
    return [placement.cue.text for placement in session.timeline.placements if placement.cue.step == 2]
