"""What one may say and what it does: `data/hearing.yaml`, read once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from massage_voice.data.files import parse_yaml, read_data
from massage_voice.session.events import Signal


class Guard(StrEnum):
    """How sure the recogniser must be of a phrase."""

    HALT = "halt"
    """Stop and pause: always obeyed without the wake word too, at the lowest threshold."""
    HARMLESS = "harmless"
    """At worst something is said once more, or in another loudness."""
    PLAIN = "plain"
    """Changes the course of the session; it says so, and can be taken back."""
    RESTRICTS = "restricts"
    """An answer on the careful side: needs no wake word."""
    OPENS = "opens"
    """An answer that lets something happen."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, and what they mean."""

    say: str
    guard: Guard
    signal: Signal
    answer: str = ""
    """As `safety.screening` names it; empty for a command."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """The evidence that a guard asks for, in nats; None where nothing is enough."""

    waked: float
    """With the wake word before it."""
    bare: float | None
    """Without it."""
    woken: float
    """Without it, soon after the wake word alone."""
    margin: float
    """How much likelier than the next phrase with another meaning, in nats."""
    waked_behind: float
    """How much less likely than any words whatever it may be with the wake word, in nats, but for `Phrases.apart`."""
    behind: float
    """The same without it."""
    share: float = 1.0
    """Without it never more than this part of what the phrase can reach at all: short words reach little."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it can take to say something, in seconds."""

    least: float
    """So much at least for each letter, where the wake word is among them."""
    letter: float
    """At most so much for each letter …"""
    words: float
    """… and so much more in all."""
    wake: float
    """The same where it is the wake word and nothing else."""
    breath: float
    """And for the pause after the wake word, where a command follows."""

    def shortest(self, say: str, wake: str = "") -> float:
        """What is shorter than so many seconds is not `say`, with `wake` before it, but something that sounds so."""
        return self.least * _letters(say + wake) if wake else 0.0

    def longest(self, say: str, wake: str = "") -> float:
        """What is longer than so many seconds is something that begins so."""
        return self.words + self.letter * _letters(say + wake) + (self.breath if wake else 0)

    def fits(self, seconds: float, say: str, wake: str = "") -> bool:
        """Whether it can be said in so many seconds."""
        return self.shortest(say, wake) <= seconds <= self.longest(say, wake)

    def longest_alone(self, wake: str) -> float:
        """The same of the wake word and nothing else."""
        return self.wake + self.letter * _letters(wake)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything the microphone knows."""

    wake: str
    commands: tuple[Phrase, ...]
    answers: tuple[Phrase, ...]
    idle: tuple[str, ...]
    """Short words that mean nothing here; whatever is obeyed without the wake word must be likelier."""
    talk: tuple[str, ...]
    """Words that mean nothing here with the wake word among them; a command with it must be likelier."""
    sureness: Mapping[Guard, Sureness]
    pace: Pace
    called: float
    """How much likelier a command is with the wake word than without, for the wake word to count as said."""
    apart: float
    """With the wake word, each nat of margin lets a phrase be so many more behind other words."""
    overheard: float
    """So much more evidence is asked for where the words may be the program's own, in nats."""
    wake_alone: float
    """The evidence for the wake word and nothing else."""
    alone_behind: float
    """How much less likely than any words whatever that may be, in nats …"""
    alone_ahead: float
    """… and by how much likelier than the likeliest command with it, where that has more evidence."""

    def answering(self, answers: Container[str], opening: Container[str]) -> tuple[Phrase, ...]:
        """The phrases for these answers; `opening` are those that let something happen.

        Which these are is the question's: "is any of these the case?" is opened by no, "has a doctor agreed?" by yes.
        """
        return tuple(
            Phrase(said.say, Guard.OPENS if said.answer in opening else Guard.RESTRICTS, said.signal, said.answer)
            for said in self.answers
            if said.answer in answers
        )

    def halting(self) -> tuple[Phrase, ...]:
        """The commands that are obeyed at any time."""
        return tuple(phrase for phrase in self.commands if phrase.guard is Guard.HALT)


@cache
def builtin_phrases() -> Phrases:
    """The phrases that come with the program."""
    return parse_phrases(read_data("hearing.yaml"))


def parse_phrases(text: str) -> Phrases:
    """The phrases in a file like `data/hearing.yaml`; a mistake in it is a programmer's."""
    data: dict[str, Any] = parse_yaml(text)
    return Phrases(
        data["wake"],
        _phrases(data["commands"]),
        _phrases(data["answers"]),
        tuple(data["idle"]),
        tuple(data["talk"]),
        {Guard(guard): Sureness(**row) for guard, row in data["guards"].items()},
        Pace(**data["pace"]),
        data["called"],
        data["apart"],
        data["overheard"],
        data["wake_alone"],
        data["alone_behind"],
        data["alone_ahead"],
    )


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _phrases(rows: Iterable[Mapping[str, str]]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(
            row["say"],
            Guard(row.get("guard", Guard.RESTRICTS)),
            Signal(row["signal"]),
            row.get("answer", ""),
        )
        for row in rows
    )
