"""Items through gate and recogniser, as a microphone would bring them; what came out, and what it cost."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.hearing.items import Item, Stretch
from benchmarks.hearing.speakers import RATE, Samples
from massage_voice.hearing.gate import Gate, Utterance, silero
from massage_voice.hearing.listener import WOKEN_S
from massage_voice.hearing.phrases import Phrase
from massage_voice.hearing.recogniser import Decision, Recogniser, Verdict

BLOCK = RATE // 50
"""Frames the microphone brings at a time."""


@dataclass(frozen=True, slots=True)
class Event:
    """One decision about one utterance."""

    utterance: Utterance
    decision: Decision
    cpu_s: float
    """Processor time of the decision: how long it takes where a core is free."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item."""

    item: Item
    events: tuple[Event, ...]
    end: int

    @property
    def obeyed(self) -> tuple[Event, ...]:
        """The events that do something."""
        return tuple(event for event in self.events if event.decision.verdict is Verdict.ACCEPTED)

    @property
    def hit(self) -> bool:
        """One event, and it means what was said."""
        return [meaning(event.decision.phrase) for event in self.obeyed] == [meaning(self.item.phrase)]

    @property
    def wrong(self) -> bool:
        """Something else was done."""
        return any(meaning(event.decision.phrase) != meaning(self.item.phrase) for event in self.obeyed)


def meaning(phrase: Phrase | None) -> object:
    """What two phrases share that do the same."""
    return phrase and (phrase.signal, phrase.answer)


def run(recogniser: Recogniser, samples: Samples, expected: Sequence[Phrase]) -> Iterator[Event]:
    """Every utterance in `samples`, decided on."""
    gate = Gate(silero())
    woken_until = -1
    for at in range(0, len(samples), BLOCK):
        for utterance in gate.feed(samples[at : at + BLOCK]):
            began = time.process_time()
            decision = recogniser.decide(utterance, expected, woken=utterance.start < woken_until)
            yield Event(utterance, decision, time.process_time() - began)
            woken_until = utterance.end + round(WOKEN_S * RATE) if decision.wake else -1


def commanded(recogniser: Recogniser, item: Item, expected: Sequence[Phrase]) -> Result:
    """One item."""
    sound, end = item.sound()
    return Result(item, tuple(run(recogniser, sound, expected)), end)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something was obeyed that nobody meant."""

    stretch: str
    kind: str
    said: str
    at_s: float
    evidence: float


def alarms(recogniser: Recogniser, stretch: Stretch, expected: Sequence[Phrase]) -> Iterator[Alarm]:
    """What is obeyed in sound that means nothing."""
    for event in run(recogniser, stretch.samples, expected):
        decision = event.decision
        if decision.verdict is Verdict.ACCEPTED and decision.phrase:
            at_s = event.utterance.start / RATE
            said = f"massage, {decision.phrase.say}" if decision.waked else decision.phrase.say
            yield Alarm(stretch.name, stretch.kind, said, at_s, decision.evidence)
