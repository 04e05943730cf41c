"""Asked while the hands work: when a live session answers, in which order, and what it remembers of a stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Order, Play
from massage_voice.session.position import SCRAP
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.model import Chapter, Timeline
from tests.session.places import begun, do, heard_out, played, session_at, stage_of, to_practice

G, S = Signal, RATE
STEP = 3
"""Of `back`: it may last a good deal longer than it does, and no side takes turns."""


def told(orders: list[Order]) -> list[str]:
    """The answers in what is played now."""
    timelines = [order.timeline for order in orders if isinstance(order, Play)]
    return answers_in(timelines[-1]) if timelines else []


def answers_in(timeline: Timeline) -> list[str]:
    return [p.cue.text for p in timeline.placements if ".answer." in p.cue.id]


def asked(session: Session, signal: Signal) -> list[str]:
    return told(session.handle(Event(signal)))


def quiet(session: Session) -> None:
    """Play on until nothing is being said, nor about to be."""
    for _ in range(600):
        spoken = (p for p in session.timeline.placements if p.cue.is_spoken)
        if not any(p.start - S <= session.frame < p.end + S // 2 for p in spoken):
            return
        played(session, session.frame + S // 10)
    raise AssertionError("it is never quiet")


def at_work(step: int = STEP, share: float = 0.3) -> Session:
    session = stage_of("back").session()
    begun(session)
    to_practice(session, step, share)
    quiet(session)
    return session


def chapter_of(session: Session) -> Chapter:
    assert session.chapter is not None
    return session.chapter


def practice(session: Session) -> int:
    """Frames of practice that are left in the step."""
    left = session.checkpoint.left
    assert left is not None
    return left


# --- when ---


def test_an_answer_comes_at_once_where_nothing_is_said() -> None:
    """The hands go on; only a caution that is due may come before it."""
    session = at_work()
    assert asked(session, G.SLOWER)[0] == wording.SLOWER
    assert session.state is State.PLAYING
    said = [p.cue for p in session.timeline.placements if p.cue.is_spoken and not p.cue.is_caution]
    assert said[0].text == wording.SLOWER


def test_asked_while_something_is_said_it_comes_after_that() -> None:
    """Once, with the first news of silence."""
    session = at_work()
    said = next(p for p in session.timeline.placements if p.cue.is_spoken and p.start > session.frame)
    played(session, said.start)
    assert asked(session, G.SLOWER) == []
    assert told(session.handle(Event(G.PLAYED, session.run, said.end - 1))) == []
    assert told(session.handle(Event(G.PLAYED, session.run, said.end + S)))[0] == wording.SLOWER
    assert session.answers == []


def test_asked_in_a_lead_in_it_comes_with_the_practice() -> None:
    """Never before the step's cautions and instructions."""
    session = stage_of("back").session()
    begun(session)
    chapter = next(c for c in session.timeline.chapters if c.secured.index == STEP)
    played(session, chapter.practice_start - 1)
    assert asked(session, G.TIME_LEFT) == []
    assert len(told(session.handle(Event(G.PLAYED, session.run, chapter.practice_start)))) == 2


def test_in_the_last_seconds_of_a_step_nothing_is_answered_any_more() -> None:
    """It is answered in the practice of the next one, with what is true there."""
    whole = stage_of("back").plan.timeline()
    spoken = [p for p in whole.placements if p.cue.is_spoken]
    ends = {c.secured.index: c.practice_end - SCRAP for c in whole.chapters[1:-1]}
    step = next(n for n, end in ends.items() if not any(p.start - S < end <= p.end + S for p in spoken))
    for early, answered in ((1, True), (0, False)):
        session = stage_of("back").session()
        begun(session)
        end = next(c.practice_end for c in session.timeline.chapters if c.secured.index == step) - SCRAP
        played(session, end - early)
        assert bool(asked(session, G.TIME_LEFT)) is answered
    following = session.timeline.chapters[step]
    played(session, following.practice_start)
    assert len(answers_in(session.timeline)) == 2
    assert chapter_of(session).secured.index == step + 1


def test_answers_come_in_the_order_in_which_they_were_asked_for() -> None:
    """Each in its turn; of a pace asked for twice none is lost."""
    session = at_work()
    said = next(p for p in session.timeline.placements if p.cue.is_spoken and p.start > session.frame)
    played(session, said.start)
    before = session.plan.durations
    for signal in (G.ADD_TIME, G.FASTER, G.FASTER, G.TIME_LEFT):
        assert asked(session, signal) == []
    heard: list[str] = []
    for _ in range(900):
        heard += told(session.handle(Event(G.PLAYED, session.run, session.frame + S // 10)))[:1]
    assert heard[:3] == [wording.ADDED, wording.FASTER, wording.FASTER]
    assert heard[3].endswith("left in this step.")
    assert session.plan.durations[STEP] < before[STEP]


def test_a_jump_drops_what_was_asked_for() -> None:
    """Figures of a step that was left mean nothing."""
    session = at_work()
    said = next(p for p in session.timeline.placements if p.cue.is_spoken and p.start > session.frame)
    played(session, said.start)
    do(session, G.TIME_LEFT, G.PAUSE, G.NEXT)
    played(session, session.timeline.chapters[0].practice_start + S)
    assert answers_in(session.timeline) == []


# --- staying ---


def test_a_stay_ends_with_what_was_left_when_it_was_asked_for() -> None:
    """Asked for a second time, it is still the first that counts."""
    session = at_work()
    left = practice(session)
    assert asked(session, G.WAIT) == [wording.STAY]
    longer = practice(session)
    assert longer > left + 10 * S
    quiet(session)
    played(session, session.frame + 5 * S)
    quiet(session)
    assert asked(session, G.WAIT)[0] == wording.AT_LIMIT
    quiet(session)
    assert asked(session, G.READY) == [wording.ON]
    assert practice(session) == left


def test_go_on_without_a_stay_says_nothing() -> None:
    """Neither before one, nor a second time, nor in the step after it."""
    session = at_work()
    run = session.run
    assert asked(session, G.READY) == []
    assert session.run == run
    asked(session, G.SLOWER)
    quiet(session)
    assert asked(session, G.READY) == []
    asked(session, G.WAIT)
    quiet(session)
    assert asked(session, G.READY) == [wording.ON]
    quiet(session)
    assert asked(session, G.READY) == []


def test_a_stay_is_of_one_step() -> None:
    """In the next one nobody has asked to stay, and going on would cut its time."""
    session = at_work()
    asked(session, G.WAIT)
    to_practice(session, STEP + 1, 0.1)
    quiet(session)
    assert asked(session, G.READY) == []
    left = practice(session)
    assert asked(session, G.WAIT) == [wording.STAY]
    quiet(session)
    asked(session, G.READY)
    assert practice(session) == left


# --- an asked end ---


def late(session: Session, seconds: int) -> list[str]:
    """Held, and gone on with so late that it cannot end in time; what is said of it."""
    do(session, G.PAUSE)
    session.remaining = session.left - seconds * S
    do(session, G.RESUME)
    texts = [p.cue.text for p in session.timeline.placements]
    return [text for text in texts if text == wording.TOO_LATE or text.startswith("To end in time")]


def test_an_end_that_cannot_be_kept_is_told_once_with_what_to_leave_out() -> None:
    """In this order, before the hands go on; later pauses do not say it again."""
    session = at_work()
    said = late(session, 600)
    assert said[0] == wording.TOO_LATE
    assert said[1].startswith("To end in time, leave out ")
    assert len(said) == 2
    assert late(session, 600) == []


def test_where_nothing_can_be_left_out_nothing_is_named() -> None:
    """Before the last step: that one belongs to the closing."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, len(session.plan.script.steps) - 1)
    assert late(session, 600) == [wording.TOO_LATE]


def test_an_end_that_can_be_kept_is_kept_without_a_word() -> None:
    """The steps that follow are shorter."""
    session = at_work()
    before = session.plan.durations
    assert late(session, 20) == []
    assert session.remaining is not None
    assert abs(session.left - session.remaining) <= 2 * S
    assert sum(session.plan.durations) < sum(before)


def test_an_added_minute_moves_no_end_that_was_asked_for() -> None:
    """The step is a minute longer, the steps after it give it; without an end the session is longer."""
    for asked_for in (True, False):
        session = at_work()
        end, before = session.left + 40 * S, practice(session)
        session.remaining = end if asked_for else None
        assert asked(session, G.ADD_TIME)[0] == wording.ADDED
        assert practice(session) == before + 60 * S
        assert (abs(session.left - end) <= 2 * S) is asked_for


def test_no_answer_makes_a_session_longer_than_it_may_be() -> None:
    """What has passed counts, pauses apart."""
    for spare, said in ((90 * S, wording.ADDED), (30 * S, wording.AT_LIMIT)):
        session = at_work()
        session.base += session.plan.script.limit_ms * S // 1000 - session.clock - session.left - spare
        assert asked(session, G.ADD_TIME)[0] == said


# --- what is left ---


def test_what_is_left_counts_on_through_a_step_that_waits() -> None:
    """The run ends there; the session does not."""
    session = stage_of("neck-and-back").session()
    begun(session)
    whole = session.plan.timeline().length
    assert session.timeline.length < whole
    assert session.left == pytest.approx(whole, abs=5 * S)
    played(session, 100 * S)
    assert session.left == pytest.approx(whole - 100 * S, abs=5 * S)


def test_what_is_left_is_to_the_frame_where_nothing_waits() -> None:
    """Of the steps, of the closing, and of what is said aside."""
    for place in ("practising", "closing", "stopped", "preparing"):
        session = session_at(place)
        assert session.left == session.timeline.length - session.frame
        played(session, session.frame + S)
        assert session.left == session.timeline.length - session.frame


def test_a_last_step_that_waits_is_followed_by_the_closing() -> None:
    """Any key goes on to it, every step is done; where nobody can press one, it comes by itself."""
    made = stage_of("neck")
    last = made.plan.script.steps[-1]
    waits = replace(last, step=replace(last.step, wait=True))
    script = replace(made.plan.script, steps=(*made.plan.script.steps[:-1], waits))
    made = replace(made, plan=replace(made.plan, script=script))
    session = made.session()
    begun(session)
    heard_out(session)
    assert session.state is State.WAITING
    do(session, G.READY)
    assert (session.state, session.code) == (State.CLOSING, 0)
    session = made.session()
    begun(session)
    heard_out(session)
    do(session, G.BACK)  # the session has lasted as long as it may
    assert session.state is State.WAITING
    session = made.session(interactive=False)
    do(session, G.START)
    heard_out(session)
    heard_out(session)
    assert (session.state, session.code) == (State.ENDED, 0)
