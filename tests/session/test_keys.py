"""What each key and signal leads to, in the words of a listener: pinned by hand, the table is not looked at."""

from __future__ import annotations

import pytest

from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import End, Gain, Play, Silence
from massage_voice.session.table import State
from tests.session.places import PLACES, session_at, stage_of

G, S = Signal, State
ANY_KEY = (G.READY, G.TOGGLE, G.RESUME, G.NEXT, G.YES, G.SLOWER, G.FASTER, G.ADD_TIME, G.TIME_LEFT)
SOUNDS = [place for place in PLACES if "lost" not in place and place not in {"idle", "ended"}]

LEADS: dict[str, dict[State, tuple[Signal, ...]]] = {
    "preparing": {
        S.PREPARING: (G.READY, G.NEXT, G.BACK, G.REPEAT),
        S.PAUSED: (G.TOGGLE, G.PAUSE, G.ASLEEP),
        S.CONFIRMING: (G.FINISH,),
    },
    "awaiting": {S.PLAYING: ANY_KEY, S.PREPARING: (G.BACK, G.REPEAT), S.CONFIRMING: (G.FINISH,)},
    "practising": {
        S.PAUSED: (G.TOGGLE, G.PAUSE, G.ASLEEP),
        S.PLAYING: (G.NEXT, G.BACK, G.REPEAT, G.SLOWER, G.FASTER, G.ADD_TIME, G.TIME_LEFT),
        S.CONFIRMING: (G.FINISH,),
    },
    "mid-caution": {S.HEARING_OUT: (G.NEXT, G.BACK, G.REPEAT), S.PAUSED: (G.PAUSE,)},
    "hearing-out": {S.PAUSED: (G.TOGGLE, G.PAUSE, G.ASLEEP), S.HEARING_OUT: (G.NEXT, G.BACK, G.REPEAT)},
    "paused": {
        S.PLAYING: (G.TOGGLE, G.RESUME, G.READY, G.NEXT, G.BACK, G.REPEAT),
        S.CONFIRMING: (G.FINISH,),
        S.PAUSED: (G.PAUSE, G.SLOWER, G.YES, G.NO),
    },
    "paused-preparation": {S.PREPARING: (G.TOGGLE, G.RESUME, G.READY, G.NEXT, G.BACK, G.REPEAT)},
    "waiting": {S.PLAYING: (*ANY_KEY, G.BACK, G.REPEAT), S.CONFIRMING: (G.FINISH,)},
    "stopped": {
        S.CHECKING: (G.TOGGLE, G.RESUME, G.READY),
        S.CLOSING: (G.FINISH,),
        S.STOPPED: (G.NEXT, G.BACK, G.REPEAT, G.YES, G.NO, G.UNSURE, G.ASLEEP, G.STOP, G.PAUSE),
    },
    "checking": {
        S.PAUSED: (G.NO,),
        S.CLOSING: (G.YES, G.UNSURE, G.FINISH),
        S.CHECKING: (G.TOGGLE, G.NEXT, G.READY, G.RESUME, G.ASLEEP),
        S.STOPPED: (G.STOP,),
    },
    "confirming": {
        S.CLOSING: (G.FINISH, G.YES),
        S.PLAYING: (
            *(G.TOGGLE, G.RESUME, G.READY, G.NO, G.UNSURE, G.NEXT, G.BACK, G.REPEAT, G.PAUSE),
            *(G.SLOWER, G.FASTER, G.ADD_TIME, G.TIME_LEFT),
        ),
    },
    "confirming-preparation": {S.PREPARING: (G.NO, G.TOGGLE, G.RESUME), S.CLOSING: (G.YES,)},
    "lost": {S.ENDED: (G.FINISH, G.INTERRUPT), S.LOST: (G.TOGGLE, G.NEXT, G.STOP), S.PLAYING: (G.DEVICE_BACK,)},
    "closing": {S.CLOSING: (G.TOGGLE, G.NEXT, G.BACK, G.PAUSE, G.FINISH, G.ASLEEP), S.STOPPED: (G.STOP,)},
}


@pytest.mark.parametrize(
    ("place", "signal", "target"),
    [(place, signal, target) for place, row in LEADS.items() for target, signals in row.items() for signal in signals],
)
def test_where_a_key_leads(place: str, signal: Signal, target: State) -> None:
    """Any key begins and goes on where it is waited for; after a stop only the answer to the question does."""
    session = session_at(place)
    session.handle(Event(signal))
    assert session.state is target


@pytest.mark.parametrize("place", SOUNDS)
def test_loudness_follows_the_keys_wherever_something_sounds(place: str) -> None:
    """Louder is louder and quieter is quieter, by the same step, in every state."""
    session = session_at(place)
    (louder,) = (order for order in session.handle(Event(G.LOUDER)) if isinstance(order, Gain))
    session = session_at(place)
    (quieter,) = (order for order in session.handle(Event(G.QUIETER)) if isinstance(order, Gain))
    assert louder.decibels == -quieter.decibels > 0


@pytest.mark.parametrize("place", [place for place in SOUNDS if "closing" not in place or "tail" in place])
def test_ctrl_c_leads_to_the_closing(place: str) -> None:
    """Rising slowly and the aftercare are said even then; the program's code tells of it."""
    session = session_at(place)
    orders = session.handle(Event(G.INTERRUPT))
    assert session.state is State.CLOSING
    (played,) = (order for order in orders if isinstance(order, Play))
    said = [p.cue.text for p in played.timeline.placements if p.cue.is_spoken]
    assert said == [cue.text for cue in session.plan.script.closing]
    assert session.code == 130


@pytest.mark.parametrize("place", SOUNDS)
def test_a_lost_device_holds_the_session(place: str) -> None:
    """Nothing is said that nobody hears, and nothing ends by itself."""
    session = session_at(place)
    orders = session.handle(Event(G.DEVICE_LOST))
    assert session.state is State.LOST
    assert any(isinstance(order, Silence) for order in orders)
    assert not any(isinstance(order, Play | End) for order in orders)


@pytest.mark.parametrize(
    ("place", "key", "target"),
    [
        ("checking", "n", S.PAUSED),
        ("checking", "y", S.CLOSING),
        ("checking", "u", S.CLOSING),
        ("confirming", "y", S.CLOSING),
        ("confirming", "n", S.PLAYING),
        ("confirming", "u", S.PLAYING),
        ("confirming-preparation", "n", S.PREPARING),
    ],
)
def test_a_letter_answers_an_open_question(place: str, key: str, target: State) -> None:
    """Whatever the key means elsewhere; the same signal without a letter, from a pedal, is no answer."""
    session = session_at(place)
    session.handle(Event(G.NEXT, key=key))
    assert session.state is target
    pedal = session_at("checking")
    assert pedal.handle(Event(G.NEXT)) == []


@pytest.mark.parametrize("place", ["practising", "paused", "waiting", "awaiting"])
@pytest.mark.parametrize("key", ["y", "n", "u"])
def test_where_nothing_is_asked_a_letter_is_its_key(place: str, key: str) -> None:
    """The "n" of a keyboard is its "next"."""
    one, other = session_at(place), session_at(place)
    one.handle(Event(G.NEXT, key=key))
    other.handle(Event(G.NEXT))
    assert one.state is other.state is S.PLAYING
    assert one.timeline.chapters[0].secured is other.timeline.chapters[0].secured


def test_a_session_that_began_softer_than_any_key_makes_it_stays_as_soft() -> None:
    """A key never makes it louder by asking for less; louder is louder from there."""
    made = stage_of("neck")
    session = Session(made.plan, session_at("idle").emergency, gain=-20.0)
    session.handle(Event(G.START))
    gains = [session.handle(Event(signal)) for signal in (G.QUIETER, G.LOUDER, G.QUIETER, G.QUIETER)]
    assert gains == [[Gain(-20.0)], [Gain(-18.0)], [Gain(-20.0)], [Gain(-20.0)]]


def test_before_the_start_ctrl_c_ends_it() -> None:
    """Nothing was begun, so nothing is closed."""
    session = session_at("idle")
    assert [type(order) for order in session.handle(Event(G.INTERRUPT))][-1] is End
    assert session.state is State.ENDED
