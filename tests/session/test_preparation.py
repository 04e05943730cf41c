"""Before the first step: lines that are skipped or said again, the wait for somebody, and when session time begins."""

from __future__ import annotations

import pytest

from massage_voice.clip import RATE
from massage_voice.session.checkpoint import Phase
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Deliver, Order, Play, Record
from massage_voice.session.table import State
from massage_voice.timeline import wording
from tests.session.places import do, heard_out, played, session_at, stage_of

G = Signal


def plays(orders: list[Order]) -> list[Play]:
    return [order for order in orders if isinstance(order, Play)]


def planned(orders: list[Order]) -> dict[str, float]:
    """Seconds of the session at which cues were to be said."""
    lines = [order.line for order in orders if isinstance(order, Deliver)]
    return {str(line["cue"]).split("@")[0]: float(str(line["planned"])) for line in lines}


def before_zero(session: Session) -> dict[str, float]:
    """The preparation's cues, in seconds before the first step."""
    length = session.prelude.length
    return {p.cue.id: round((p.start - length) / RATE, 6) for p in session.prelude.placements}


@pytest.mark.parametrize("signals", [(), (G.NEXT,), (G.BACK,), (G.REPEAT,), (G.PAUSE, G.RESUME), (G.FINISH, G.NO)])
def test_the_ledger_has_the_preparation_before_zero(signals: tuple[Signal, ...]) -> None:
    """Whatever was skipped, said again or held in between: each line at the same time before the first step."""
    session = session_at("preparing")
    played(session, RATE)
    do(session, *signals)
    assert (session.state, session.phase) == (State.PREPARING, Phase.PRELUDE)
    heard = planned(session.handle(Event(G.PLAYED, session.run, session.prelude.length)))
    assert heard
    assert heard.items() <= before_zero(session).items()


def test_lines_are_skipped_from_caution_to_caution_and_then_to_the_end() -> None:
    """A caution is heard out; behind the last one there is nothing that has to be heard."""
    session = session_at("preparing")
    cautions = [p for p in session.prelude.placements if p.cue.is_caution]
    for placement in cautions:
        (play,) = plays(session.handle(Event(G.READY)))
        assert placement.start - RATE // 10 <= play.frame <= placement.start
        played(session, placement.start)
        assert plays(session.handle(Event(G.READY))) == []
        played(session, placement.end)
    (play,) = plays(session.handle(Event(G.READY)))
    assert (play.timeline, play.frame) == (session.prelude, session.prelude.length)
    heard_out(session)
    assert session.state is State.AWAITING
    assert [p.cue.text for p in session.timeline.placements] == [wording.READY]


def test_session_time_begins_with_the_first_step() -> None:
    """However long somebody was waited for, and however often the preparation was said again."""
    for signals in ((), (G.BACK,), (G.FINISH, G.NO)):
        session = session_at("awaiting")
        played(session, session.timeline.length)
        do(session, *signals)
        if session.state is State.PREPARING:
            heard_out(session)
        do(session, G.READY)
        assert (session.state, session.clock, session.phase) == (State.PLAYING, 0, Phase.STEPS)
        first = next(p for p in session.timeline.placements if p.cue.is_spoken)
        heard = planned(session.handle(Event(G.PLAYED, session.run, first.end)))
        assert heard[first.cue.id] == round(first.start / RATE, 6)


def test_where_nobody_answers_it_begins_by_itself() -> None:
    """After the last line of the preparation, at zero."""
    session = stage_of("neck").session(interactive=False)
    do(session, G.START)
    heard_out(session)
    assert (session.state, session.clock) == (State.PLAYING, 0)


def test_without_a_preparation_it_begins_at_once() -> None:
    """Nobody is asked whether they are ready who has nothing to get ready for."""
    session = stage_of("neck").session(prelude=False)
    (play,) = plays(session.handle(Event(G.START)))
    assert (session.state, play.frame, session.clock) == (State.PLAYING, 0, 0)


@pytest.mark.parametrize(
    ("place", "signal", "state"),
    [
        ("idle", G.START, "preparing"),
        ("awaiting", G.READY, "playing"),
        ("practising", G.NEXT, "playing"),
        ("practising", G.PAUSE, "paused"),
        ("paused", G.RESUME, "playing"),
        ("practising", G.STOP, "stopped"),
        ("stopped", G.TOGGLE, "checking"),
        ("checking", G.NO, "paused"),
        ("practising", G.DEVICE_LOST, "lost"),
        ("lost", G.STOP, "lost"),
        ("practising", G.INTERRUPT, "closing"),
    ],
)
def test_the_journal_tells_what_happened_and_what_it_led_to(place: str, signal: Signal, state: str) -> None:
    """One entry, in the words of the table; its place is one to go on from."""
    session = session_at(place)
    (entry,) = (order.entry for order in session.handle(Event(signal)) if isinstance(order, Record))
    assert (entry["event"], entry["state"]) == (signal.value, state)
    assert entry["clock"] == pytest.approx(max(session.clock, 0) / RATE, abs=1e-5)
