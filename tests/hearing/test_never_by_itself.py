"""What the program says is no command: neither an author's sentences nor its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from benchmarks.hearing.material import narration
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.routine.lint import Spoken, no_commands, sentences
from massage_voice.routine.words import builtin_words
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.timeline import wording

PHRASES = builtin_phrases()
COMMANDS = [phrase.say for phrase in PHRASES.commands]
SHORT_WORDS = max(len(say.split()) for say in COMMANDS) + 1
"""Of the longest command, the wake word included."""
HALTING = [phrase.say for phrase in PHRASES.halting()]


def refused(text: str) -> bool:
    """The linter has something against `text` as a line of a step."""
    return any(no_commands(Spoken(text, text, "step", frozenset(), builtin_words())))


def plain(text: str) -> list[str]:
    """Its sentences, as one would hear them stand alone."""
    return [sentence.strip(" .,;:?!").lower() for sentence in sentences(text.lower())]


def own() -> Iterator[str]:
    """Everything that the program says in a session, but for the words of a stop, which has happened then."""
    yield from narration()
    yield from wording.live_texts(59)
    for hazard in load_registry().hazards.values():
        yield from (hazard.enter, *hazard.repeats)


@pytest.mark.parametrize("say", COMMANDS)
def test_no_author_can_write_a_command(say: str) -> None:
    """After the wake word, anywhere in a line; and as a line of its own."""
    assert refused(f"now say {PHRASES.wake}, {say}.")
    assert refused(f"{say}.")


@pytest.mark.parametrize("say", HALTING)
def test_nor_stop_or_pause_as_a_sentence(say: str) -> None:
    """They are obeyed without the wake word."""
    assert refused(f"glide down to the waist. {say}. then lift off.")
    assert not refused(f"glide down and {say} there for a breath.")


def test_nor_does_the_program_itself() -> None:
    """No sentence of its own is one that stops or pauses, or names the wake word before a command."""
    stop_words = set(load_screening().data["emergency"].values())
    texts = [text for text in own() if text not in stop_words]
    assert len(texts) > 100
    assert [text for text in texts if set(plain(text)) & set(HALTING)] == []
    assert [text for text in texts if builtin_words().wake_command.search(text.lower())] == []


def test_its_own_short_sentences_with_the_wake_word_are_told_from_commands() -> None:
    """What takes no longer than a command is one of the texts that a command must be likelier than."""
    short = {sentence for text in own() for sentence in plain(text) if len(sentence.split()) <= SHORT_WORDS}
    named = {sentence for sentence in short if PHRASES.wake in sentence.split()}
    assert named
    assert named <= set(PHRASES.talk)


def test_its_own_few_words_with_a_halting_word_are_told_from_it() -> None:
    """Between two commas or full stops, where who reads them out draws breath; "stop now" is for whoever says it."""
    stop_words = set(load_screening().data["emergency"].values())
    parts = {part.strip() for text in own() if text not in stop_words for part in re.split("[,.;:?!]", text.lower())}
    few = {part for part in parts if len(part.split()) <= SHORT_WORDS and set(part.split()[1:]) & set(HALTING)}
    assert few
    assert few <= set(PHRASES.idle)
