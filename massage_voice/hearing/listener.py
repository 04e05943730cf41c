"""From the sound of a microphone to what was meant: one utterance after the other, each with what it may mean just now.

Nothing heard is kept: an utterance is decided on and forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from massage_voice.hearing.gate import Gate, Utterance
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.phrases import Phrase, Phrases
from massage_voice.hearing.recogniser import Decision, Recogniser
from massage_voice.session.events import Signal

WOKEN_S: Final = 2.0
"""How long the wake word alone counts for what follows."""
AROUND_S: Final = 2.5
"""The words that the program says so long before or after an utterance are not obeyed without the wake word …"""
ECHOING_S: Final = 0.4
"""… but those of a question may be answered with as soon as its sound has died away."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be meant just now."""

    commands: bool = True
    """All commands of a session; otherwise only those that a question before it understands."""
    stop: bool = True
    """False while the program itself says "stop", which is heard through the microphone too."""
    answers: tuple[str, ...] = ()
    """Answers of `safety.screening`."""
    opening: tuple[str, ...] = ()
    """Those of `answers` that let something happen."""

    def phrases(self, known: Phrases) -> tuple[Phrase, ...]:
        """The phrases that say it."""
        wanted = {*Signal} if self.commands else {Signal.STOP, Signal.REPEAT, Signal.FINISH}
        if not self.stop:
            wanted.discard(Signal.STOP)
        commands = (phrase for phrase in known.commands if phrase.signal in wanted)
        return (*commands, *known.answering(self.answers, self.opening))

    def sent(self) -> dict[str, Any]:
        """As it goes through a pipe."""
        return {
            "commands": self.commands,
            "stop": self.stop,
            "answers": list(self.answers),
            "opening": list(self.opening),
        }

    @staticmethod
    def received(row: dict[str, Any]) -> Expected:
        """What `sent` gave."""
        return Expected(row["commands"], row["stop"], tuple(row["answers"]), tuple(row["opening"]))


@dataclass(frozen=True, slots=True)
class Narrated:
    """A sentence of the program's own, and when it sounds, in seconds of the clock that `Listener` is fed with."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A decision on an utterance, and when that began and ended."""

    decision: Decision
    utterance: Utterance
    start_s: float
    end_s: float


class Listener:
    """One microphone: gate, recogniser, and what they must know of the moment."""

    def __init__(self, gate: Gate, recogniser: Recogniser, phrases: Phrases) -> None:
        self._gate = gate
        self._recogniser = recogniser
        self._known = phrases
        self._expected: tuple[Phrase, ...] = ()
        self._asked_s = 0.0
        self._echoing_s = AROUND_S
        self._narrated: deque[Narrated] = deque(maxlen=16)
        self._woken_until = -1

    def expect(self, expected: Expected | None, since_s: float = 0.0) -> None:
        """Obey this from now on; None: nothing at all. Who began to speak before `since_s` has answered nothing."""
        self._asked_s = since_s
        self._echoing_s = ECHOING_S if expected and expected.answers else AROUND_S
        self._expected = expected.phrases(self._known) if expected else ()
        self._recogniser.prepare(self._expected)

    def narrate(self, narrated: Narrated) -> None:
        """The program says this itself."""
        self._narrated.append(narrated)

    def hear(
        self, samples: Array, at_s: float, people: Array | None = None, *, trusted: bool = True
    ) -> Iterator[Heard]:
        """Take in `samples`, 16 kHz, whose last frame came at `at_s`; must be read to its end.

        `people`, as long: what of them can only come from people. Not `trusted`: the program's own words may be left
        in `samples`.
        """
        for utterance in self._gate.feed(samples, people):
            if self._expected:
                yield self._decided(utterance, at_s, trusted=trusted)

    def _decided(self, utterance: Utterance, at_s: float, *, trusted: bool) -> Heard:
        end_s = at_s - (utterance.heard - utterance.end) / RATE
        start_s = end_s - (utterance.end - utterance.start) / RATE
        expected = [phrase for phrase in self._expected if start_s >= self._asked_s or not phrase.answer]
        near = [said for said in self._narrated if said.start_s - AROUND_S <= end_s]
        narrated = " ".join(said.text for said in near if start_s <= said.end_s + self._echoing_s)
        sounds = any(said.start_s <= end_s and start_s <= said.end_s + ECHOING_S for said in near)
        woken = utterance.start < self._woken_until
        decision = self._recogniser.decide(
            utterance, expected, woken=woken, narrated=narrated, overheard=sounds and not trusted
        )
        self._woken_until = utterance.end + round(WOKEN_S * RATE) if decision.wake else -1
        return Heard(decision, utterance, start_s, end_s)
