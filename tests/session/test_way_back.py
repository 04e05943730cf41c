"""Going back works a step again, and makes no session longer than its limit or its asked end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.session.events import Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.plan import bounds
from tests.live.support import Stage
from tests.session.places import begun, do, heard_out, played, said_out, stage_of, to_practice
from tests.session.test_roads import refused

G = Signal
STAGES = ("neck", "front", "front again", "shoulders", "neck-and-back")
SLACK = 2 * RATE
"""An end that is off by less is not moved."""


def limit(session: Session) -> int:
    return session.plan.script.limit_ms * RATE // 1000


def texts(session: Session) -> list[str]:
    return [placement.cue.text for placement in session.timeline.placements]


def signalled(session: Session, *signals: Signal) -> None:
    """One after the other, each jump made."""
    for signal in signals:
        do(session, signal)
        said_out(session)


def steps_of(session: Session, what: str) -> Iterator[int]:
    """The practice of each step in turn, as far as it is still in the plan."""
    for secured in stage_of(what).plan.script.steps:
        there = [chapter.secured for chapter in session.timeline.chapters]
        here = next((s.index for s in there if s.step.name == secured.step.name), None)
        if here is not None and not secured.hands_off:
            to_practice(session, here)
            yield here


@pytest.mark.parametrize("what", STAGES)
def test_who_goes_back_from_every_step_works_no_longer_than_the_limit(what: str) -> None:
    """The rest becomes shorter, each step within its bounds; where that is not enough, everything stays as it was."""
    session, ways = stage_of(what).session(), set()
    begun(session)
    for here in steps_of(session, what):
        gated = session.plan.script.steps[here - 1].step.gate is not None
        run, durations, front = session.run, session.plan.durations, session.without_front
        do(session, G.BACK)
        ways.add(refused(session))
        if refused(session):
            assert (session.state, session.run) == (State.PLAYING, run)
            assert (session.plan.durations, session.without_front) == (durations, front)
            assert session.chapter is not None
            assert session.chapter.secured.index == here
            continue
        said_out(session)
        if not gated:  # the front of the neck is repeated
            assert session.clock + session.left <= limit(session) + SLACK
        for planned, frames in zip(session.plan.script.steps, session.plan.durations, strict=True):
            low, high = bounds(planned)
            assert low <= frames <= high
    assert ways == {False, True} or what not in {"neck", "front"}


@pytest.mark.parametrize("step", range(2, 8))
def test_a_step_left_by_mistake_can_be_gone_back_to(step: int) -> None:
    """Also where each side has its turn: what was not worked has taken no time."""
    session = stage_of("neck").session()
    begun(session)
    for before in range(2, step):
        to_practice(session, before)
    to_practice(session, step, 0.05)
    signalled(session, G.NEXT, G.BACK)
    assert (session.checkpoint.step, refused(session)) == (step, False)
    assert session.clock + session.left <= limit(session) + SLACK


def late(session: Session) -> int:
    """Into the practice of the last step but one, where nothing can become shorter; its number."""
    begun(session)
    here = session.plan.script.steps[-2].index
    for step in range(2, here + 1):
        to_practice(session, step)
    return here


def test_why_there_is_no_way_back_is_said_while_the_hands_go_on() -> None:
    """Once, however often it was asked for, and without the step's words again."""
    session = stage_of("neck").session()
    here = late(session)
    do(session, G.BACK, G.BACK, G.BACK)
    played(session, session.frame + RATE // 25)
    assert texts(session)[0] == wording.NO_WAY_BACK
    first = session.timeline.chapters[0]
    assert (session.state, first.secured.index) == (State.PLAYING, here)
    assert texts(session).count(wording.NO_WAY_BACK) == 1
    assert not {cue.text for cue in first.secured.say} & {*texts(session)}
    assert session.clock + session.left <= limit(session) + SLACK


def test_in_a_caution_it_is_said_after_it() -> None:
    """The jump waits for the caution, and then there is none."""
    session = stage_of("neck").session()
    here = late(session)
    caution = next(p for p in session.timeline.placements if p.cue.is_caution and p.start > session.frame)
    played(session, (caution.start + caution.end) // 2)
    do(session, G.BACK)
    assert session.state is State.HEARING_OUT
    said_out(session)
    assert (session.state, session.checkpoint.step) == (State.PLAYING, here)
    to_practice(session, here, 0.8)
    assert texts(session)[0] == wording.NO_WAY_BACK


def test_who_holds_the_session_keeps_on_holding_it() -> None:
    """Paused, or waiting for somebody: it is said, and nothing goes on by itself."""
    session = stage_of("neck").session()
    here = late(session)
    do(session, G.PAUSE, G.BACK)
    assert (session.state, texts(session)) == (State.PAUSED, [wording.NO_WAY_BACK])
    do(session, G.RESUME)
    assert (session.state, session.timeline.chapters[0].secured.index) == (State.PLAYING, here)
    session = waiting_at_the_end("neck").session()
    begun(session)
    heard_out(session)
    do(session, G.BACK)
    assert (session.state, texts(session)) == (State.WAITING, [wording.NO_WAY_BACK])
    do(session, G.READY)
    assert (session.state, session.code) == (State.CLOSING, 0)


def waiting_at_the_end(what: str) -> Stage:
    """A stage whose last step waits."""
    made = stage_of(what)
    last = made.plan.script.steps[-1]
    waits = replace(last, step=replace(last.step, wait=True))
    script = replace(made.plan.script, steps=(*made.plan.script.steps[:-1], waits))
    return replace(made, plan=replace(made.plan, script=script))


def test_back_after_the_last_step_leads_to_it_where_there_is_time() -> None:
    """It waits for a key then."""
    made = waiting_at_the_end("front again")
    session = made.session()
    begun(session)
    heard_out(session)
    assert session.state is State.WAITING
    do(session, G.BACK)
    assert (session.state, session.checkpoint.step) == (State.PLAYING, made.plan.script.steps[-1].index)


def test_the_front_that_is_done_stays_in_the_plan_where_there_is_no_way_back() -> None:
    """Its numbers hold on: nothing was jumped."""
    session = stage_of("front").session()
    begun(session)
    gated = [s.index for s in session.plan.script.steps if s.step.gate is not None]
    for step in range(2, gated[-1] + 2):
        to_practice(session, step)
    assert session.worked
    do(session, G.BACK)
    assert refused(session)
    assert session.without_front is not None
    assert session.checkpoint.step == gated[-1] + 1


def test_where_there_is_time_a_way_back_changes_no_length() -> None:
    """Nothing becomes longer to fill the session up to its limit."""
    session = stage_of("neck").session()
    begun(session)
    planned = session.plan.durations
    to_practice(session, 2)
    signalled(session, G.NEXT, G.NEXT, G.BACK)
    assert session.checkpoint.step == 3
    assert session.plan.durations == planned


def worked_up_to(step: int, more_s: int) -> Session:
    """Step after step as far as `step`, in a session that may last so much longer."""
    made = stage_of("neck")
    script = replace(made.plan.script, limit_ms=made.plan.script.limit_ms + more_s * 1000)
    session = replace(made, plan=replace(made.plan, script=script)).session()
    begun(session)
    for before in range(2, step + 1):
        to_practice(session, before)
    return session


def in_part(*unheard: str, more_s: int = 40) -> Session:
    """A way back to a step that is worked a second time for as long as there is time, words that are owed included."""
    session = worked_up_to(4, more_s)
    session.told.clear()
    session.unheard = unheard
    signalled(session, G.BACK)
    assert session.checkpoint.step == 3
    return session


@pytest.mark.parametrize("more_s", [61, 62, 63])
def test_a_step_worked_again_in_part_has_no_more_than_all_of_it(more_s: int) -> None:
    """Begun in its middle it has fewer words, so that there may be time for all of it after all."""
    session = worked_up_to(5, more_s)
    signalled(session, G.BACK)
    assert session.checkpoint.step == 4
    assert session.checkpoint.practised >= 0
    assert session.clock + session.left <= limit(session) + SLACK


def test_words_that_are_owed_on_the_way_back_count() -> None:
    """What a jump would leave unheard is said there, and takes its time."""
    session = in_part()
    assert session.plan.owed(3, set())
    assert abs(session.clock + session.left - limit(session)) <= SLACK


def test_words_that_a_stop_left_unheard_count_on_the_way_back() -> None:
    """What to do about pain, where somebody jumped before it was heard: said once, and it takes its time."""
    pain = stage_of("neck").session().emergency.pain
    session = in_part(pain, more_s=55)
    assert texts(session).count(pain) == 1
    assert session.clock + session.left <= limit(session) + SLACK


def test_a_step_worked_again_in_part_says_its_instructions() -> None:
    """What was left off counts as done, so that its end is the same. Interrupted before the work, they come again."""
    session = in_part()
    landing = session.spot.landing
    assert landing is not None
    assert landing.left is not None
    whole = replace(landing, left=None, practised=0, instruct=False)
    assert landing.left + landing.practised == practice(session, whole)
    instruction = session.plan.script.steps[2].say[0].text
    assert instruction in texts(session)
    played(session, RATE)
    do(session, G.PAUSE, G.RESUME)
    assert instruction in texts(session)


def practice(session: Session, landing: Landing) -> int:
    chapter = session.plan.timeline(landing).chapters[0]
    return chapter.practice_end - chapter.practice_start


def test_a_step_whose_pressure_rises_is_not_worked_in_part() -> None:
    """The question before that lies in what would be left off."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 3)
    pressure = session.plan.script.steps[1].step.pressure
    assert pressure.start != pressure.end
    do(session, G.BACK)
    assert refused(session)


# --- an end that was asked for ---


def test_an_end_that_was_asked_for_later_than_the_limit_is_the_limit() -> None:
    """As with --until: no step becomes longer because there is time until then, whatever is asked meanwhile."""
    for signal in (G.TIME_LEFT, G.SLOWER, G.FASTER, G.ADD_TIME, G.WAIT, G.BACK):
        session = stage_of("neck").session()
        session.remaining = 2 * limit(session)
        begun(session)
        assert session.clock + session.left <= limit(session) + SLACK
        to_practice(session, 2)
        session.remaining = 2 * limit(session)
        signalled(session, signal)
        assert session.clock + session.left <= limit(session) + SLACK
        session.remaining = 2 * limit(session)
        do(session, G.PAUSE, G.RESUME)
        assert session.clock + session.left <= limit(session) + SLACK


def test_a_way_back_ends_when_it_was_asked_to() -> None:
    """Where that is not possible there is none."""
    for sooner, none in ((0, False), (200, True)):
        session = stage_of("front again").session()
        begun(session)
        to_practice(session, 3)
        session.remaining = session.left - sooner * RATE
        asked = session.clock + session.remaining
        do(session, G.BACK)
        assert refused(session) is none
        assert none or abs(session.clock + session.left - asked) <= SLACK
