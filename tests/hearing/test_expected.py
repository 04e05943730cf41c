"""What may be said in each state of a session; and that it does what a key or a button does there."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.controls.bindings import DEFAULT
from massage_voice.hearing.gate import Utterance
from massage_voice.hearing.listener import Expected, Heard
from massage_voice.hearing.microphone import expected_in
from massage_voice.hearing.phrases import Guard, Phrase, builtin_phrases
from massage_voice.hearing.recogniser import Decision, Verdict
from massage_voice.hearing.worker import told
from massage_voice.remote.mpris import BUTTONS
from massage_voice.safety.screening import LEAVE_OUT, NO, UNSURE, YES
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import ANSWER_KEYS, Session
from massage_voice.session.orders import Order
from massage_voice.session.table import TABLE, State
from tests.session.places import PLACES, do, played, session_at, stage_of

PHRASES = builtin_phrases()
QUESTIONS = {State.CHECKING, State.CONFIRMING}
WANTED = {
    State.IDLE: None,
    State.ENDED: None,
    State.STOPPED: Expected(stop=False),
    State.CHECKING: Expected(answers=(YES, NO, UNSURE), opening=(NO,)),
    State.CONFIRMING: Expected(answers=(YES, NO), opening=(YES,)),
    State.AWAITING: Expected(answers=(YES, NO), opening=(YES,)),
}
"""In every other state the commands alone …"""
ANNOUNCED = {"announcement": Expected(answers=(NO, LEAVE_OUT))}
"""… but where the front of the neck is announced, and can still be left out."""


def event(phrase: Phrase) -> Event:
    """What the parent makes of a decision that went through the pipe."""
    nothing = np.zeros(0, np.float32)
    line = told(Heard(Decision(Verdict.ACCEPTED, phrase), Utterance(nothing, 0, 0, 0), 0.0, 0.0))
    return Event(Signal(line["signal"]), answer=line["answer"])


def elsewhere(signal: Signal, state: State) -> Iterator[Event]:
    """Every other source of the same signal: keys, and the buttons of a headset."""
    for key in (*DEFAULT.keys(signal), *ANSWER_KEYS):
        means = ANSWER_KEYS.get(key, DEFAULT.signal(key)) if state in QUESTIONS else DEFAULT.signal(key)
        if means is signal:
            yield DEFAULT.event(key)
    if signal in BUTTONS.values():
        yield Event(signal)


def copied(session: Session) -> Session:
    """One of its own; what never changes is shared."""
    shared = (session.plan, session.without_front, session.timeline, session.prelude, session.emergency)
    return copy.deepcopy(session, {id(one): one for one in shared})


def done(session: Session, what: Event) -> tuple[State, list[Order]]:
    """The state after it, and the orders; the session stays as it is."""
    trial = copied(session)
    orders = trial.handle(what)
    return trial.state, orders


def test_every_state_is_among_the_places() -> None:
    """Or something below would not be tried."""
    assert {session_at(place).state for place in PLACES} == {*State}


@pytest.mark.parametrize("place", PLACES)
def test_what_may_be_said_in_each_state(place: str) -> None:
    """Nothing before and after; no "stop" after a stop; answers where something is asked, the opening ones guarded."""
    session = session_at(place)
    assert expected_in(session) == ANNOUNCED.get(place, WANTED.get(session.state, Expected()))


@pytest.mark.parametrize("place", PLACES)
def test_said_or_pressed_is_the_same(place: str) -> None:
    """Each phrase that is expected there leads to the same state by the same orders as keys and buttons do."""
    session, compared = session_at(place), 0
    expected = expected_in(session)
    for phrase in expected.phrases(PHRASES) if expected else ():
        by_voice = done(session, event(phrase))
        for other in elsewhere(phrase.signal, session.state):
            assert done(session, other) == by_voice, (phrase.say, other)
            compared += 1
    assert compared >= 12 or expected is None


@pytest.mark.parametrize("place", [place for place in PLACES if place not in {"idle", "ended"}])
def test_stop_can_be_said_wherever_it_can_be_pressed(place: str) -> None:
    """But after a stop, where the program says the word itself and nothing more can be stopped."""
    session = session_at(place)
    expected = expected_in(session)
    assert expected is not None
    said = any(phrase.signal is Signal.STOP for phrase in expected.phrases(PHRASES))
    assert said is (session.state is not State.STOPPED)
    assert Signal.STOP in TABLE[session.state]


@pytest.mark.parametrize("place", [p for p in PLACES if session_at(p).state in {*QUESTIONS, State.AWAITING}])
def test_only_a_sure_answer_leads_on(place: str) -> None:
    """An answer that needs little never ends a session, begins it, or clears it after a stop."""
    session = session_at(place)
    expected = expected_in(session)
    assert expected is not None
    outcomes = {
        phrase.answer: (phrase.guard, done(session, event(phrase))[0])
        for phrase in expected.phrases(PHRASES)
        if phrase.answer
    }
    opened = {
        State.CHECKING: {NO: State.PAUSED},
        State.CONFIRMING: {YES: State.CLOSING},
        State.AWAITING: {YES: State.PLAYING},
    }[session.state]
    assert {answer: state for answer, (guard, state) in outcomes.items() if guard is Guard.OPENS} == opened
    for answer, (_, state) in outcomes.items():
        if answer not in opened:
            careful = {State.CHECKING: {State.CLOSING}, State.AWAITING: {State.AWAITING}}
            assert state in careful.get(session.state, {State.PLAYING, State.PREPARING})


@pytest.mark.parametrize("say", ["no", "leave out", "leave it out"])
def test_at_the_announcement_a_word_leaves_the_front_out(say: str) -> None:
    """Without the wake word; afterwards there is nothing left to answer."""
    session = session_at("announcement")
    expected = expected_in(session)
    assert expected is not None
    (phrase,) = (one for one in expected.phrases(PHRASES) if one.say == say)
    assert phrase.guard is Guard.RESTRICTS
    session.handle(event(phrase))
    while session.state is State.HEARING_OUT:
        session.handle(Event(Signal.PLAYED, session.run, session.frame + 4_800))
    assert session.chapter is not None
    assert session.chapter.secured.step.name == "collarbone-strokes"
    assert session.without_front is None
    assert expected_in(session) == Expected()


def test_behind_the_announcement_the_front_can_no_longer_be_answered_out() -> None:
    """Its steps have begun: other words do that."""
    session = session_at("announcement")
    chapter = session.chapter
    assert chapter is not None
    while session.chapter is chapter:
        session.handle(Event(Signal.PLAYED, session.run, session.frame + 4_800))
    assert session.chapter is not None
    assert session.chapter.secured.step.gate is not None
    assert expected_in(session) == Expected()


def test_a_session_that_has_no_front_announces_nothing() -> None:
    """And understands no answer while it plays."""
    session = stage_of("neck").session()
    do(session, Signal.START)
    while session.state is not State.ENDED:
        if session.state is State.PLAYING:
            assert expected_in(session) == Expected()
        if session.state is State.AWAITING:
            do(session, Signal.READY)
        played(session, min(session.frame + 5 * RATE, session.timeline.length))
