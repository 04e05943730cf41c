"""What an utterance may mean at its moment: what is expected, what the program says itself, the wake word before."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.hearing.gate import CHUNK, Gate, Manner
from massage_voice.hearing.listener import AROUND_S, ECHOING_S, WOKEN_S, Expected, Heard, Listener, Narrated
from massage_voice.hearing.mel import RATE
from massage_voice.hearing.phrases import Guard, builtin_phrases
from massage_voice.hearing.recogniser import Recogniser, Verdict
from massage_voice.session.events import Signal
from tests.hearing.fakes import Levels, loud

PHRASES = builtin_phrases()
BEGIN_S = 1000.0
"""Of the monotonic clock, when the first frame comes."""
TEXTS = (
    "Stop.",
    "Pause.",
    "Next.",
    "Yes.",
    "No.",
    "Massage.",
    "Massage, next.",
    "Massage, pause.",
    "Massage, no.",
    "Hm.",
)
QUESTION = Expected(commands=False, answers=("yes", "no", "unsure"), opening=("no",))
Act = tuple[float, Callable[[Listener], None]]


def heard(*words: tuple[float, str], acts: tuple[Act, ...] = (), bare: bool = False) -> list[Heard]:
    """What is decided when each text begins in its second, and each act is done in its own."""
    model = Levels(*TEXTS)
    listener = Listener(Gate(loud), Recogniser(model, PHRASES, bare=bare), PHRASES)
    end_s = max(at for at, _ in words) + 2.0
    sound = np.zeros(round(end_s * RATE / CHUNK) * CHUNK, np.float32)
    for at_s, text in words:
        at, said = round(at_s * RATE), model.said(text)
        sound[at : at + len(said)] = said
    waiting, found = sorted(acts, key=lambda act: act[0]), []
    for at in range(0, len(sound), CHUNK):
        while waiting and waiting[0][0] * RATE <= at:
            waiting.pop(0)[1](listener)
        found += list(listener.hear(sound[at : at + CHUNK], BEGIN_S + (at + CHUNK) / RATE))
    return found


def obeyed(found: list[Heard]) -> list[str]:
    decisions = [one.decision for one in found]
    return [d.phrase.say for d in decisions if d.verdict is Verdict.ACCEPTED and d.phrase]


def expecting(expected: Expected | None, at_s: float = 0.0, since_s: float = 0.0) -> Act:
    return at_s, lambda listener: listener.expect(expected, BEGIN_S + since_s)


def narrating(text: str, start_s: float, end_s: float) -> Act:
    return start_s, lambda listener: listener.narrate(Narrated(text, BEGIN_S + start_s, BEGIN_S + end_s))


# --- what may be meant ---


def test_in_a_session_every_command_may_be_meant_and_no_answer() -> None:
    """Unless a question is open in it."""
    assert Expected().phrases(PHRASES) == PHRASES.commands


def test_what_the_program_says_itself_is_left_out() -> None:
    """After a stop it says "stop"; everything else may be said."""
    assert {*PHRASES.commands} - {*Expected(stop=False).phrases(PHRASES)} == {
        phrase for phrase in PHRASES.commands if phrase.signal is Signal.STOP
    }


def test_a_question_before_the_session_understands_few_commands() -> None:
    """To stop, to hear it again, to leave; and its answers, each with its guard."""
    phrases = QUESTION.phrases(PHRASES)
    assert {p.signal for p in phrases if not p.answer} == {Signal.STOP, Signal.REPEAT, Signal.FINISH}
    assert {p.answer: p.guard for p in phrases if p.answer} == {
        "yes": Guard.RESTRICTS, "no": Guard.OPENS, "unsure": Guard.RESTRICTS,
    }  # fmt: skip


ANSWERS = st.lists(st.sampled_from([phrase.answer for phrase in PHRASES.answers]), max_size=4).map(tuple)


@given(st.builds(Expected, st.booleans(), st.booleans(), ANSWERS, ANSWERS))
def test_it_comes_out_of_a_pipe_as_it_went_in(expected: Expected) -> None:
    """As one line of JSON."""
    line = json.dumps(expected.sent())
    assert "\n" not in line
    assert Expected.received(json.loads(line)) == expected


def test_where_nothing_is_expected_nothing_is_decided() -> None:
    """Neither before the first word about it, nor after the end: not even that somebody spoke is told."""
    assert heard((1, "Stop."), (3, "Massage, next.")) == []
    assert heard((1, "Stop."), acts=(expecting(Expected()), expecting(None, 0.5))) == []
    assert obeyed(heard((1, "Stop."), (5, "Stop."), acts=(expecting(None), expecting(Expected(), 4)))) == ["stop"]


def test_it_knows_when_an_utterance_ended() -> None:
    """On the clock that it is fed with, to a chunk."""
    (one,) = heard((1, "Stop."), acts=(expecting(Expected()),))
    assert one.end_s == pytest.approx(BEGIN_S + 1.5, abs=2 * CHUNK / RATE)
    assert one.utterance.heard / RATE == pytest.approx(1.5 + Manner().silence_s, abs=3 * CHUNK / RATE)


# --- the program's own words ---


@pytest.mark.parametrize(
    ("at_s", "done"),
    [(6.7, ["pause"]), (7.3, []), (9.0, []), (11.5, []), (12 + AROUND_S - 0.1, []), (12 + AROUND_S + 0.1, ["pause"])],
)
def test_its_own_words_are_not_obeyed_around_them(at_s: float, done: list[str]) -> None:
    """From 2.5 s before it says them until 2.5 s after; who means it says the wake word."""
    acts = (expecting(Expected()), (0.0, lambda n: n.narrate(Narrated("Then pause.", BEGIN_S + 10, BEGIN_S + 12))))
    assert obeyed(heard((at_s, "Pause."), acts=acts)) == done
    assert obeyed(heard((at_s, "Massage, pause."), acts=acts)) == ["pause"]
    assert obeyed(heard((at_s, "Stop."), acts=acts)) == ["stop"]


def test_stop_is_obeyed_even_where_it_says_stop_itself() -> None:
    """Better once too often."""
    assert obeyed(heard((4, "Stop."), acts=(expecting(Expected()), narrating("Say stop.", 3, 6)))) == ["stop"]


def test_of_several_sentences_each_counts() -> None:
    """Also the one before the last."""
    acts = (expecting(Expected()), narrating("Now pause.", 1, 2), narrating("Stroke up.", 2, 4))
    assert obeyed(heard((3, "Pause."), acts=acts)) == []
    assert obeyed(heard((2 + AROUND_S + 0.2, "Pause."), acts=acts)) == ["pause"]


@pytest.mark.parametrize(
    ("after_s", "done"), [(-0.5, []), (ECHOING_S - 0.1, []), (ECHOING_S + 0.1, ["yes"]), (2, ["yes"])]
)
def test_a_question_is_answered_as_soon_as_its_sound_has_died_away(after_s: float, done: list[str]) -> None:
    """With one of the words that it was put in; before that they may be its own."""
    acts = (expecting(QUESTION, 2, 2), narrating("Answer yes or no.", 2, 5))
    assert obeyed(heard((5 + after_s, "Yes."), acts=acts)) == done


def test_what_the_question_does_not_say_may_be_answered_while_it_sounds() -> None:
    """Who has understood need not hear it out."""
    acts = (expecting(QUESTION, 2, 2), narrating("Any fever?", 2, 5))
    assert obeyed(heard((3, "No."), acts=acts)) == ["no"]


def test_an_answer_that_began_before_the_question_answers_nothing() -> None:
    """It was said to the one before; a stop is meant whenever it is said."""
    acts = (expecting(Expected()), expecting(QUESTION, 1.3, 1.3))
    for early, late in (("No.", ["no"]), ("Massage, no.", ["no"])):
        assert obeyed(heard((1, early), acts=acts)) == []
        assert obeyed(heard((1.4, early), acts=acts)) == late
    assert obeyed(heard((1, "Stop."), acts=acts)) == ["stop"]


# --- the wake word ---


@pytest.mark.parametrize(
    ("apart_s", "done"), [(1.0, ["next"]), (0.5 + WOKEN_S - 0.1, ["next"]), (0.5 + WOKEN_S + 0.2, []), (8, [])]
)
def test_the_wake_word_counts_for_two_seconds(apart_s: float, done: list[str]) -> None:
    """Said alone, it lets a bare command through that begins within them; no longer."""
    found = heard((1, "Massage."), (1 + apart_s, "Next."), acts=(expecting(Expected()),))
    assert found[0].decision.wake
    assert obeyed(found) == done


def test_the_wake_word_counts_once() -> None:
    """For what follows next, whatever that was."""
    words: tuple[tuple[float, str], ...] = ((1, "Massage."), (2, "Hm."), (3, "Next."))
    assert obeyed(heard(*words, acts=(expecting(Expected()),))) == []
    words = ((1, "Massage."), (2, "Next."), (3, "Next."))
    assert obeyed(heard(*words, acts=(expecting(Expected()),))) == ["next"]
    words = ((1, "Massage."), (2.5, "Massage."), (4, "Next."))
    assert obeyed(heard(*words, acts=(expecting(Expected()),))) == ["next"]


def test_without_the_wake_word_only_what_needs_none() -> None:
    """Stop and pause; with the option every command."""
    words = ((1, "Next."), (3, "Pause."), (5, "Stop."))
    assert obeyed(heard(*words, acts=(expecting(Expected()),))) == ["pause", "stop"]
    assert obeyed(heard(*words, acts=(expecting(Expected()),), bare=True)) == ["next", "pause", "stop"]


def test_speech_is_looked_for_among_people_alone() -> None:
    """What only the program said is in `samples`, not in `people`: no utterance; a person's words are both."""
    model = Levels(*TEXTS)
    listener = Listener(Gate(loud), Recogniser(model, PHRASES), PHRASES)
    listener.expect(Expected())
    said = np.concatenate([np.zeros(RATE, np.float32), model.said("Stop."), np.zeros(RATE, np.float32)])
    said = said[: len(said) // CHUNK * CHUNK]
    assert list(listener.hear(said, BEGIN_S, np.zeros_like(said))) == []
    assert obeyed(list(listener.hear(said, BEGIN_S, said))) == ["stop"]
