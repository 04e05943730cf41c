"""The list of what may be said, against the rest of the program."""

from __future__ import annotations

import pytest

from massage_voice.hearing.phrases import Guard, builtin_phrases
from massage_voice.routine.lint import plain
from massage_voice.routine.words import builtin_words
from massage_voice.safety import screening
from massage_voice.session.events import Signal

PHRASES = builtin_phrases()
SPOKEN = {
    Signal.PAUSE, Signal.RESUME, Signal.STOP, Signal.NEXT, Signal.BACK, Signal.REPEAT, Signal.SLOWER, Signal.FASTER,
    Signal.ADD_TIME, Signal.TIME_LEFT, Signal.LOUDER, Signal.QUIETER, Signal.FINISH, Signal.READY, Signal.WAIT,
}  # fmt: skip


def test_every_command_can_be_spoken() -> None:
    """The signals of product.md, no more and no less."""
    assert {phrase.signal for phrase in PHRASES.commands} == SPOKEN


def test_every_answer_of_the_screening_can_be_spoken() -> None:
    """Those of all its questions, follow-ups and gates included."""
    rows = screening.load_screening().data["questions"]
    follow = {answer for row in rows for answer in row["risk"].get("answers", ())}
    fixed = {screening.YES, screening.NO, screening.UNSURE, screening.AGREE, screening.INCLUDE, screening.LEAVE_OUT}
    assert {phrase.answer for phrase in PHRASES.answers} == follow | fixed


def test_only_an_answer_says_what_it_answers() -> None:
    """Commands go by their signal alone, also where a question is open."""
    assert {phrase.answer for phrase in PHRASES.commands} == {""}
    assert "" not in {phrase.answer for phrase in PHRASES.answers}


@pytest.mark.parametrize("opening", [(), ("no",), ("yes",), ("yes", "no"), ("elsewhere",)])
def test_which_answers_open_is_the_questions_to_say(opening: tuple[str, ...]) -> None:
    """Those that it names need to be sure; the others need little; what it does not ask for is not there."""
    asked = {"yes", "no", "unsure"}
    found = PHRASES.answering(asked, opening)
    assert {phrase.answer for phrase in found} == asked
    assert {phrase.answer for phrase in found if phrase.guard is Guard.OPENS} == asked & {*opening}
    assert {phrase.guard for phrase in found} <= {Guard.OPENS, Guard.RESTRICTS}


def test_every_way_to_say_an_answer_is_offered() -> None:
    """With and without "it"; both mean the same."""
    found = PHRASES.answering(("include", "leave out"), ("include",))
    assert {phrase.say: phrase.answer for phrase in found} == {
        "include": "include", "include it": "include", "leave out": "leave out", "leave it out": "leave out",
    }  # fmt: skip


def test_no_two_phrases_are_the_same() -> None:
    """Within one list; "no" to a question is no command."""
    for phrases in (PHRASES.commands, PHRASES.answers):
        assert len({phrase.say for phrase in phrases}) == len(phrases)


def test_no_routine_may_say_what_is_obeyed() -> None:
    """Every phrase after the wake word, and stop and pause alone, are caught by the linter's words."""
    words = builtin_words()
    for phrase in PHRASES.commands:
        assert words.wake_command.search(plain(f"Now {PHRASES.wake}, {phrase.say}.")), phrase.say
    for phrase in PHRASES.halting():
        assert words.bare_command.fullmatch(plain(phrase.say))
