"""The table of transitions, tried whole: every place a session can stand in, with every signal there is."""

from __future__ import annotations

import pytest

from massage_voice.session.checkpoint import Phase
from massage_voice.session.events import Event, Signal
from massage_voice.session.orders import Deliver, End, Gain, Order, Play, Record, Silence
from massage_voice.session.table import TABLE, State, mermaid
from tests.session.places import PLACES, heard_out, session_at

BODILESS = {State.IDLE, State.ENDED}
"""States in which no hands are on a body."""


def test_every_state_is_tried() -> None:
    """The places below stand for all the states there are."""
    assert {session_at(place).state for place in PLACES} == set(State)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("signal", Signal)
def test_a_signal_does_what_the_table_lists(place: str, signal: Signal) -> None:
    """A listed signal leads to one of its targets; an unlisted one changes nothing at all."""
    session = session_at(place)
    before, run, timeline = session.state, session.run, session.timeline
    transition = TABLE[before].get(signal)
    orders = session.handle(Event(signal, session.run, session.frame))
    if transition is None:
        assert (session.state, session.run, session.timeline, orders) == (before, run, timeline, [])
    else:
        assert session.state in (transition.targets or (before,))
        assert in_order(orders, stop=signal is Signal.STOP)


def in_order(orders: list[Order], *, stop: bool) -> bool:
    """Written ahead of what plays; after "stop" nothing waits for the disk."""
    disk = [isinstance(order, Record | Deliver) for order in orders]
    if stop:
        return disk == sorted(disk)
    first_sound = next((n for n, order in enumerate(orders) if isinstance(order, Play)), len(orders))
    return not any(isinstance(order, Record) for order in orders[first_sound:])


@pytest.mark.parametrize("place", PLACES)
def test_a_transition_that_never_happens_is_not_listed_as_staying(place: str) -> None:
    """A signal without targets leaves the state as it is, wherever it comes."""
    for signal, transition in TABLE[session_at(place).state].items():
        if not transition.targets:
            session = session_at(place)
            before = session.state
            session.handle(Event(signal, session.run, session.frame))
            assert session.state is before


@pytest.mark.parametrize("place", PLACES)
def test_news_of_an_old_run_is_ignored(place: str) -> None:
    """Late reports of a run that was replaced change neither the frame nor the ledger."""
    session = session_at(place)
    before = session.state, session.frame, session.run
    assert session.handle(Event(Signal.PLAYED, session.run - 1, 10**9)) == []
    assert session.handle(Event(Signal.PLAYED, session.run + 1, 10**9)) == []
    assert (session.state, session.frame, session.run) == before


@pytest.mark.parametrize("place", PLACES)
def test_stop_silences_before_anything_else(place: str) -> None:
    """From every state in which hands may be on the body: Silence first, the stop words next, the disk last."""
    session = session_at(place)
    if session.state in BODILESS:
        assert Signal.STOP not in TABLE[session.state]
        return
    if session.state is State.LOST:
        return  # see below
    orders = session.handle(Event(Signal.STOP))
    assert session.state is State.STOPPED
    assert isinstance(orders[0], Silence)
    assert isinstance(orders[1], Play)
    assert all(isinstance(order, Record | Deliver) for order in orders[2:])
    assert [p.cue.text for p in orders[1].timeline.placements] == list(session.emergency.stop)


@pytest.mark.parametrize("place", [place for place in PLACES if "lost" in place])
def test_a_stop_that_cannot_be_heard_is_said_as_soon_as_it_can(place: str) -> None:
    """Without sound it is on the record at once; with the sound its words come back first."""
    session = session_at(place)
    (record,) = session.handle(Event(Signal.STOP))
    assert isinstance(record, Record)
    assert record.entry["stopped"] is True
    session.handle(Event(Signal.DEVICE_BACK))
    assert session.state is State.STOPPED
    assert [p.cue.text for p in session.timeline.placements] == list(session.emergency.stop)


@pytest.mark.parametrize("place", PLACES)
def test_stop_is_listed_wherever_hands_may_be_on_the_body(place: str) -> None:
    """And so is losing the device, or the session would talk to nobody."""
    state = session_at(place).state
    assert (Signal.STOP in TABLE[state]) is (state not in BODILESS)
    assert (Signal.DEVICE_LOST in TABLE[state]) is (state not in {*BODILESS, State.LOST})


@pytest.mark.parametrize("place", PLACES)
def test_a_session_that_was_interrupted_can_always_be_left(place: str) -> None:
    """Ctrl-C leads to the closing, a second one out, with the code for it; nothing holds it up."""
    session = session_at(place)
    if not TABLE[session.state]:
        return
    orders: list[Order] = []
    for _ in range(2):
        orders = session.handle(Event(Signal.INTERRUPT)) or orders
    assert session.state is State.ENDED
    assert session.code == 130
    assert isinstance(orders[-1], End)


@pytest.mark.parametrize("place", ["closing", "closing-after-a-sign"])
def test_a_closing_ends_by_itself(place: str) -> None:
    """When it was heard, the session is over."""
    session = session_at(place)
    assert session.phase is Phase.CLOSING
    heard_out(session)
    assert session.state is State.ENDED


def test_louder_and_quieter_are_never_silent_and_never_clip() -> None:
    """However often they are pressed."""
    session = session_at("practising")
    for signal, ends in ((Signal.QUIETER, -12.0), (Signal.LOUDER, 3.0)):
        for _ in range(40):
            orders = session.handle(Event(signal))
        assert orders == [Gain(ends)]


def test_the_diagram_is_printed_from_the_table() -> None:
    """Every change of state that the table lists stands in the diagram, and nothing else."""
    lines = mermaid().splitlines()
    pairs = {(a, b) for a, row in TABLE.items() for t in row.values() for b in t.targets if a is not b}
    assert len(lines) == len(pairs) + 3
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> idle"]
    assert {"    playing --> stopped: stop", "    hearing_out --> stopped: stop"} <= {*lines}
    ways = [signal for signal, transition in TABLE[State.PAUSED].items() if State.CLOSING in transition.targets]
    assert len(ways) > 1
    assert f"    paused --> closing: {', '.join(ways)}" in lines
    assert lines[-1] == "    ended --> [*]"
