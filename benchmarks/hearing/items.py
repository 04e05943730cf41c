"""The test set: who says what, where. The same seeds give the same sounds on every machine."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.hearing import material
from benchmarks.hearing.rooms import CONDITIONS, Condition, heard, music, pink
from benchmarks.hearing.speakers import RATE, Samples, Speaker, say
from massage_voice.hearing.phrases import Guard, Phrase, Phrases

BEFORE_S = 1.2
"""Of the room before each command."""


@dataclass(frozen=True, slots=True)
class Item:
    """One phrase that is meant, said once."""

    speaker: Speaker
    condition: Condition
    phrase: Phrase
    waked: bool
    """With the wake word before it."""
    text: str

    def sound(self) -> tuple[Samples, int]:
        """What the microphone hears, and the frame in which the last word ends."""
        dry = say(self.speaker, self.text)
        seed = zlib.crc32(f"{self.speaker.name} {self.condition.name} {self.text}".encode())
        return heard(dry, self.condition, seed, before_s=BEFORE_S), round(BEFORE_S * RATE) + len(dry)


def commands(speakers: Sequence[Speaker], phrases: Phrases, one_in: int) -> Iterator[Item]:
    """Each command with the wake word, stop and pause without it too; every speaker everywhere, `one_in` of so many."""
    for phrase in phrases.commands:
        for waked in (True, False) if phrase.guard is Guard.HALT else (True,):
            yield from _said(speakers, phrase, one_in, wake=phrases.wake if waked else "")


def answers(speakers: Sequence[Speaker], phrases: Phrases, one_in: int) -> Iterator[Item]:
    """Each answer without the wake word, and those that open something with it too."""
    for phrase in (said for answers, opening in QUESTIONS for said in phrases.answering(answers, opening)):
        yield from _said(speakers, phrase, one_in, wake="")
        if phrase.guard is Guard.OPENS:
            yield from _said(speakers, phrase, one_in, wake=phrases.wake)


QUESTIONS = (
    (("yes", "no", "unsure"), ("no",)),
    (("we agree",), ("we agree",)),
    (("include", "leave out"), ("include",)),
    (("pregnant", "pressure", "feet"), ("pregnant", "feet")),
)
"""The answers that are expected together, as the screening asks, and which of them let something happen."""


def question(phrase: Phrase, phrases: Phrases) -> tuple[Phrase, ...]:
    """What is expected where `phrase` is an answer."""
    return phrases.answering(*next(question for question in QUESTIONS if phrase.answer in question[0]))


def _said(speakers: Sequence[Speaker], phrase: Phrase, one_in: int, wake: str) -> Iterator[Item]:
    text = f"{wake.capitalize()}, {phrase.say}." if wake else f"{phrase.say.capitalize()}."
    places = itertools.product(enumerate(speakers), enumerate(CONDITIONS))
    turn = zlib.crc32(phrase.say.encode())
    for (who, speaker), (where, condition) in places:
        if (who + where + turn) % one_in == 0:
            yield Item(speaker, condition, phrase, bool(wake), text)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of sound in which nothing is meant."""

    name: str
    kind: str
    samples: Samples


def unmeant(speakers: Sequence[Speaker], one_in: int) -> Iterator[Stretch]:
    """Minutes of it: talk, counting, narration, music and noise; and single words that sound like commands."""
    for number, speaker in enumerate(speakers):
        rooms = itertools.cycle([CONDITIONS[1], CONDITIONS[2], CONDITIONS[3], CONDITIONS[5]])
        for kind, texts in material.unmeant().items():
            chosen = texts[number % one_in :: one_in]
            yield _stretch(speaker, kind, chosen, next(rooms), seed=number)
    yield _music()
    yield _noise()


TURNS = ("talk", "narration", "counting", "talk", "narration", "music", "talk", "narration", "noise")
"""The kinds of sound of `table_talk`, one after the other; as many turns as are no multiple of the speakers."""
TURN_S = 60.0
"""About as long a turn is."""


def table_talk(speakers: Sequence[Speaker]) -> Iterator[Stretch]:
    """The same without the single words and without an end, one stretch made at a time, the kinds and speakers in turn.

    Every turn goes on in the texts where the last of its kind has ended.
    """
    texts = {kind: itertools.cycle(said) for kind, said in material.unmeant().items()}
    rooms = itertools.cycle([CONDITIONS[1], CONDITIONS[2], CONDITIONS[3], CONDITIONS[5]])
    for number, kind in enumerate(itertools.cycle(TURNS)):
        if kind in texts:
            yield _turn(speakers[number % len(speakers)], kind, texts[kind], next(rooms), seed=number)
        else:
            yield _music() if kind == "music" else _noise()


def _turn(speaker: Speaker, kind: str, texts: Iterator[str], condition: Condition, seed: int) -> Stretch:
    rng = np.random.default_rng(seed)
    parts: list[Samples] = []
    while sum(map(len, parts)) < TURN_S * RATE:
        parts += _with_a_pause(speaker, next(texts), rng)
    return Stretch(speaker.name, kind, heard(np.concatenate(parts), condition, seed))


def _stretch(speaker: Speaker, kind: str, texts: Sequence[str], condition: Condition, seed: int) -> Stretch:
    rng = np.random.default_rng(seed)
    parts = [part for text in texts for part in _with_a_pause(speaker, text, rng)]
    return Stretch(speaker.name, kind, heard(np.concatenate(parts), condition, seed))


def _with_a_pause(speaker: Speaker, text: str, rng: np.random.Generator) -> tuple[Samples, Samples]:
    return say(speaker, f"{text[0].upper()}{text[1:]}"), np.zeros(round(rng.uniform(0.7, 3) * RATE), np.float32)


def _music() -> Stretch:
    return Stretch("music", "music", music() * np.float32(0.05))


def _noise() -> Stretch:
    return Stretch("noise and knocks", "noise", _knocks(np.random.default_rng(11)))


def _knocks(rng: np.random.Generator) -> Samples:
    out = pink(60 * RATE, rng) * 10 ** (-50 / 20)
    for at in rng.uniform(0, 59, 40):
        length = round(rng.uniform(0.01, 0.2) * RATE)
        burst = rng.standard_normal(length) * np.exp(-np.arange(length) / (length / 4)) * rng.uniform(0.05, 0.5)
        out[round(at * RATE) :][:length] += burst
    return np.asarray(np.clip(out, -1, 1), np.float32)
