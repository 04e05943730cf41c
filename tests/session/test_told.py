"""That the microphone hears nothing any more, or hears again: said when nothing else is, and it changes nothing."""

from __future__ import annotations

import pytest

from massage_voice.clip import RATE
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Order, Play, Record
from massage_voice.session.table import TABLE, State
from massage_voice.timeline import wording
from tests.session.places import PLACES, begun, do, played, session_at, stage_of, to_practice

G = Signal
NEWS = (G.DEAF, G.HEARING)
WORDS = {G.DEAF: wording.DEAF, G.HEARING: wording.HEARING}
SILENT = [place for place in PLACES if session_at(place).state is not State.PLAYING]


def said(orders: list[Order]) -> list[str]:
    """The news in what is played now; nothing when nothing else is played."""
    plays = [order.timeline for order in orders if isinstance(order, Play)]
    return [p.cue.text for p in plays[-1].placements if p.cue.text in WORDS.values()] if plays else []


def practice_left(session: Session) -> int:
    left = session.checkpoint.left
    assert left is not None
    return left


@pytest.mark.parametrize("signal", NEWS)
def test_it_is_said_at_once_where_nothing_is(signal: Signal) -> None:
    """Before anything else but a caution that is due, and once."""
    session = session_at("practising")
    orders = session.handle(Event(signal))
    assert said(orders) == [WORDS[signal]]
    assert session.state is State.PLAYING
    first = next(p for p in session.timeline.placements if p.cue.is_spoken and not p.cue.is_caution)
    assert first.cue.text == WORDS[signal]
    assert first.end <= 10 * RATE
    assert said(session.handle(Event(G.PLAYED, session.run, first.end + RATE))) == []


@pytest.mark.parametrize("signal", NEWS)
def test_said_while_something_is_said_it_comes_after_that(signal: Signal) -> None:
    """No sentence is broken off for it."""
    session = session_at("practising")
    speech = next(p for p in session.timeline.placements if p.cue.is_spoken and p.start > session.frame)
    chapter = next(c for c in session.timeline.chapters if c.practice_start <= speech.start < c.practice_end)
    assert speech.end + RATE < chapter.practice_end
    played(session, speech.start + RATE // 2)
    assert session.handle(Event(signal)) == []
    assert said(session.handle(Event(G.PLAYED, session.run, speech.end - 1))) == []
    orders = []
    while session.answers:
        assert session.frame < chapter.practice_end
        orders = session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10))
    assert said(orders) == [WORDS[signal]]


@pytest.mark.parametrize("signal", NEWS)
def test_cautions_and_instructions_come_first(signal: Signal) -> None:
    """In the lead-in of a step it waits until the hands work."""
    session = session_at("opening")
    chapter = session.timeline.chapters[1]
    played(session, chapter.start + RATE)
    assert said(session.handle(Event(signal))) == []
    assert said(session.handle(Event(G.PLAYED, session.run, chapter.practice_start - 1))) == []
    orders = []
    while session.answers:
        orders = session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10))
    assert said(orders) == [WORDS[signal]]
    assert session.chapter is not None
    assert session.chapter.secured.index == chapter.secured.index


@pytest.mark.parametrize("signal", NEWS)
@pytest.mark.parametrize(("what", "step"), [("neck", 2), ("back", 3), ("neck-and-back", 2)])
def test_no_duration_is_changed(what: str, step: int, signal: Signal) -> None:
    """Neither that of a step nor what is left of this one; the words themselves are all that is added."""
    session = stage_of(what).session()
    begun(session)
    to_practice(session, step)
    durations, left, clock, in_all = session.plan.durations, practice_left(session), session.clock, session.left
    session.handle(Event(signal))
    assert session.plan.durations == durations
    assert practice_left(session) == left
    assert session.clock == clock
    words = next(p for p in session.timeline.placements if p.cue.text == WORDS[signal])
    assert 0 <= session.left - in_all <= words.end + RATE
    assert session.waited is None


@pytest.mark.parametrize("signal", NEWS)
@pytest.mark.parametrize("remaining_s", [300, 700])
def test_with_an_end_that_was_asked_for_it_still_ends_then(signal: Signal, remaining_s: int) -> None:
    """What follows makes room for the words, as far as it can, and no less than without them."""
    session = session_at("practising")
    session.remaining = remaining_s * RATE
    assert said(session.handle(Event(signal))) == [WORDS[signal]]
    bare = session_at("practising")
    bare.remaining = remaining_s * RATE
    bare.handle(Event(G.TIME_LEFT))
    assert session.left <= max(bare.left, session.remaining) + 2 * RATE


@pytest.mark.parametrize("signal", NEWS)
def test_it_never_leaves_the_front_out(signal: Signal) -> None:
    """A key at the announcement does; nobody has pressed one. There is no less time for a key than before."""
    session = session_at("announcement")
    without = session.without_front
    assert without is not None
    orders = session.handle(Event(signal))
    assert orders == []
    assert session.state is State.PLAYING
    assert session.without_front is without
    chapter, left = session.chapter, 0
    while session.answers:
        left = session.timeline.chapters[3].practice_end - session.frame
        orders = session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10))
    assert said(orders) == [WORDS[signal]]
    assert session.without_front is without
    assert session.chapter is not None
    assert chapter is not None
    assert session.chapter.secured is chapter.secured
    assert session.chapter.practice_end >= left - RATE // 10
    played(session, session.chapter.end + 1)
    assert session.chapter.secured.step.gate is not None
    assert session.chapter.secured.index == chapter.secured.index + 1


@pytest.mark.parametrize("signal", NEWS)
def test_a_key_after_it_leaves_the_front_out_all_the_same(signal: Signal) -> None:
    """The announcement holds until the front begins."""
    session = session_at("announcement")
    session.handle(Event(signal))
    while session.answers:
        session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10))
    played(session, session.frame + 2 * RATE)
    do(session, G.NEXT)
    while session.state is State.HEARING_OUT:
        played(session, session.frame + RATE // 10)
    assert session.without_front is None
    assert session.chapter is not None
    assert session.chapter.secured.step.name == "collarbone-strokes"


@pytest.mark.parametrize("place", SILENT)
@pytest.mark.parametrize("signal", NEWS)
def test_where_it_is_not_played_nothing_comes_of_it(place: str, signal: Signal) -> None:
    """Whoever pauses or is asked something has other things to hear; the screen tells it anyway."""
    session = session_at(place)
    state, frame, run = session.state, session.frame, session.run
    assert session.handle(Event(signal)) == []
    assert (session.state, session.frame, session.run) == (state, frame, run)
    assert session.answers == []
    assert signal not in TABLE[session.state]


def test_a_microphone_that_comes_and_goes_is_told_once_each() -> None:
    """While something is said, three losses are one; the return is told after it."""
    session = session_at("mid-caution")
    for signal in (G.DEAF, G.HEARING, G.DEAF, G.HEARING, G.DEAF):
        session.handle(Event(signal))
    heard: list[str] = []
    for _ in range(600):
        heard += said(session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10)))
    assert heard == [wording.DEAF, wording.HEARING]


def test_a_pause_does_not_say_it_again() -> None:
    """Told is told; the hands go on where they were."""
    session = session_at("practising")
    do(session, G.DEAF)
    words = next(p for p in session.timeline.placements if p.cue.text == wording.DEAF)
    played(session, words.end + RATE)
    orders = [order for signal in (G.PAUSE, G.RESUME) for order in session.handle(Event(signal))]
    assert said(orders) == []


def test_it_is_written_down_where_it_is_said() -> None:
    """As an entry of the journal before the run that says it."""
    session = session_at("practising")
    record, *others = session.handle(Event(G.DEAF))
    assert isinstance(record, Record)
    assert record.entry["event"] == "deaf"
    assert isinstance(others[-1], Play)
