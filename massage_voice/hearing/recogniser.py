"""Which of the expected phrases was said, if any: a choice among a closed list, with a measure of certainty.

A phrase's evidence is how much likelier the model finds it in this sound than in noise: the model's own taste
differs by ten nats from phrase to phrase. People run words together or set them apart, so each phrase is
written in two ways, and the likelier one counts. Before it is obeyed it is held against the words that the model
would write by itself: of a closed list one is always the likeliest, even where something else was said. Pure but
for the model: nothing heard is kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Final, Protocol

import numpy as np

from massage_voice.hearing.gate import Utterance
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.phrases import Guard, Phrase, Phrases
from massage_voice.session.events import Signal

WINDOW_S: Final = 4.0
"""What the model looks at; the gate lets through 3.3 s at most. Six seconds hear no better and take longer."""
TASTE: Final = 0.6
"""How much of the model's taste is taken off where phrases are ranked."""
PRIOR_DB: Final = (-35.0, -43.0, -51.0)
"""Levels of the noise on which that taste is measured."""
NEARLY: Final = 0.75
"""From this part of the evidence asked for, an utterance counts as unclear rather than as nothing."""


_Scores = Mapping[str, float]
"""Text → logarithm of its probability, or of the model's taste."""


class Model(Protocol):
    """What judges sounds: `model.Whisper`, or a fake."""

    def encode(self, samples: Array, seconds: float) -> Array:
        """What `likelihoods` looks at."""
        ...

    def likelihoods(self, encoded: Array, phrases: Sequence[str]) -> Array:
        """Of each phrase the logarithm of its probability, shape (phrases,)."""
        ...

    def whole(self, encoded: Array, phrase: str) -> float:
        """The same of one, and of nothing after it."""
        ...

    def freely(self, encoded: Array) -> float:
        """The same of whatever words it finds likeliest."""
        ...


class Verdict(StrEnum):
    """What came of an utterance."""

    ACCEPTED = "accepted"
    UNSURE = "unsure"
    """Something like a command, not clear enough: worth a soft sound, never obeyed."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and how surely."""

    verdict: Verdict
    phrase: Phrase | None = None
    """The most likely one; None when nothing is."""
    evidence: float = 0.0
    """Nats above noise."""
    margin: float = 0.0
    """Nats above the next phrase with another meaning."""
    waked: bool = False
    """The wake word was part of it."""
    wake: bool = False
    """It was the wake word and nothing else: listen for the rest, `woken`."""


@dataclass(frozen=True, slots=True)
class _Best:
    """The likeliest of several phrases."""

    phrase: Phrase
    evidence: float
    margin: float
    text: str
    """The likelier of its spellings."""


class Recogniser:
    """Chooses among what is expected.

    `wake` replaces the wake word; `bare` obeys every command without it too.
    """

    def __init__(self, model: Model, phrases: Phrases, *, wake: str = "", bare: bool = False) -> None:
        self._model = model
        self._phrases = phrases
        self._wake = " ".join((wake or phrases.wake).split()).capitalize()
        self._bare = bare
        self._noises = [model.encode(noise, WINDOW_S) for noise in _noises()]
        self._taste: dict[str, float] = {}

    def prepare(self, expected: Sequence[Phrase]) -> None:
        """Learn the model's taste for these phrases now, so that no decision waits for it: 5 ms a phrase and noise."""
        self._learn([*self._waked(expected), *self._unwaked(expected), *self._idle(()), *_spelled("", self._wake)])

    def decide(
        self,
        utterance: Utterance,
        expected: Sequence[Phrase],
        *,
        woken: bool = False,
        narrated: str = "",
        overheard: bool = False,
    ) -> Decision:
        """What was said.

        `woken`: the wake word alone was heard just before. `narrated`: what the program itself is saying right now;
        its words are not obeyed without the wake word, except stop. `overheard`: these may be the program's own words,
        so nothing is obeyed without the wake word, and with it only what is much clearer than usual.
        """
        encoded = self._model.encode(utterance.samples, WINDOW_S)
        texts = self._waked(expected)
        waked = self._best(expected, self._scores(encoded, texts), self._wake, self._talk(expected))
        plain, wake = _spelled("", waked.phrase.say), _spelled("", self._wake)
        scores = self._scores(encoded, [*plain, *wake])
        alone = self._evidence(scores, wake)
        called = waked.evidence - self._evidence(scores, plain)
        least = self._phrases.sureness[waked.phrase.guard].waked + self._phrases.overheard * overheard
        behind, pace = self._behind(encoded), self._phrases.pace
        fits = called >= self._phrases.called and pace.fits(utterance.seconds, waked.phrase.say, self._wake)
        decision = self._decision(waked, least if fits else None, behind, waked=True)
        if decision.verdict is Verdict.ACCEPTED or overheard:
            return decision
        called_only = max(wake, key=scores.__getitem__)
        short = utterance.seconds <= pace.longest_alone(self._wake)
        if short and alone >= self._phrases.wake_alone and self._ended(behind(called_only), behind(waked.text)):
            return Decision(Verdict.NOTHING, evidence=alone, wake=True)
        bare = [phrase for phrase in expected if self._heard_bare(phrase, woken=woken, narrated=narrated)]
        if bare:
            best = self._best(bare, self._scores(encoded, self._unwaked(bare)), "", self._idle(bare))
            fits = pace.fits(utterance.seconds, best.phrase.say)
            without = self._decision(best, self._least(best.phrase, woken=woken) if fits else None, behind)
            decision = without if without.verdict is not Verdict.NOTHING else decision
        return decision

    def _ended(self, wake: float, waked: float) -> bool:
        """Nothing came after the wake word, by how far it is behind other words, and a command with it.

        People stop for breath after it, and the gate takes it for an utterance; its evidence alone does not tell,
        because longer texts reach more.
        """
        return wake <= self._phrases.alone_behind and wake + self._phrases.alone_ahead <= waked

    def _behind(self, encoded: Array) -> Callable[[str], float]:
        """How much less likely a text is than any words whatever; some ten milliseconds each."""
        freely = cache(lambda: self._model.freely(encoded))
        return cache(lambda text: freely() - self._model.whole(encoded, text))

    def _decision(
        self, best: _Best, least: float | None, behind: Callable[[str], float], *, waked: bool = False
    ) -> Decision:
        """`behind` is asked last, because it takes long."""
        asked, verdict = self._phrases.sureness[best.phrase.guard], Verdict.NOTHING
        if least is not None and best.evidence >= least * NEARLY:
            most = asked.waked_behind + self._phrases.apart * best.margin if waked else asked.behind
            clear = best.evidence >= least and best.margin >= asked.margin
            verdict = Verdict.ACCEPTED if clear and behind(best.text) <= most else Verdict.UNSURE
        return Decision(verdict, best.phrase, best.evidence, best.margin, waked=waked)

    def _least(self, phrase: Phrase, *, woken: bool) -> float | None:
        """The evidence asked for without the wake word; None: never enough."""
        asked = self._phrases.sureness[phrase.guard]
        least = asked.woken if woken else asked.bare
        reach = max(-self._taste[text] for text in _spelled("", phrase.say))
        return None if least is None else min(least, asked.share * reach)

    def _heard_bare(self, phrase: Phrase, *, woken: bool, narrated: str) -> bool:
        if narrated and phrase.signal is not Signal.STOP and _says(narrated, phrase.say):
            return False
        return woken or self._bare or bool(phrase.answer) or phrase.guard is Guard.HALT

    def _best(self, phrases: Sequence[Phrase], scores: _Scores, wake: str, idle: Sequence[str] = ()) -> _Best:
        """The best by likelihood less some of the model's taste; its evidence is less all of it."""
        ranked = sorted(((self._rank(scores, _spelled(wake, said.say)), said) for said in phrases), key=itemgetter(0))
        rank, phrase = ranked[-1]
        others = [other for other, said in ranked if (said.signal, said.answer) != (phrase.signal, phrase.answer)]
        others += [self._rank(scores, [text]) for text in idle]
        spelled = _spelled(wake, phrase.say)
        margin = rank - max(others, default=-math.inf)
        return _Best(phrase, self._evidence(scores, spelled), margin, max(spelled, key=scores.__getitem__))

    def _rank(self, scores: _Scores, texts: Sequence[str]) -> float:
        return max(scores[text] - TASTE * self._taste[text] for text in texts)

    def _evidence(self, scores: _Scores, texts: Sequence[str]) -> float:
        return max(scores[text] - self._taste[text] for text in texts)

    def _waked(self, phrases: Sequence[Phrase]) -> list[str]:
        return [*(text for said in phrases for text in _spelled(self._wake, said.say)), *self._talk(phrases)]

    def _talk(self, expected: Sequence[Phrase]) -> list[str]:
        """The texts with the wake word that mean nothing; in a question none: "no massage" is near to an answer."""
        if any(phrase.answer for phrase in expected):
            return []
        return [_spelled("", words)[0] for words in self._phrases.talk]

    def _unwaked(self, phrases: Sequence[Phrase]) -> list[str]:
        return [*(text for phrase in phrases for text in _spelled("", phrase.say)), *self._idle(phrases)]

    def _idle(self, expected: Sequence[Phrase]) -> list[str]:
        """The texts that mean nothing, but for those that are expected just now."""
        meant = {phrase.say for phrase in expected}
        return [_spelled("", word)[0] for word in self._phrases.idle if word not in meant]

    def _scores(self, encoded: Array, texts: Sequence[str]) -> _Scores:
        self._learn(texts)
        return dict(zip(texts, map(float, self._model.likelihoods(encoded, texts)), strict=True))

    def _learn(self, texts: Sequence[str]) -> None:
        new = [text for text in texts if text not in self._taste]
        if new:
            found = np.mean([self._model.likelihoods(noise, new) for noise in self._noises], axis=0)
            self._taste.update(zip(new, map(float, found), strict=True))


def _spelled(wake: str, say: str) -> tuple[str, str]:
    """As the model would write it, set apart and run together."""
    mark = "?" if say.startswith("how ") else "."
    if wake:
        return f"{wake}, {say.lower()}{mark}", f"{wake} {say.lower()}"
    return f"{say.capitalize()}{mark}", say.lower()


def _says(text: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words.lower())}\b", text.lower()) is not None


def _noises() -> list[Array]:
    """Two seconds of pink noise at each level of `PRIOR_DB`, always the same."""
    rng, frames = np.random.default_rng(0), 2 * RATE
    noises = []
    for level in PRIOR_DB:
        spectrum = np.fft.rfft(rng.standard_normal(frames)) / np.sqrt(np.maximum(np.arange(frames // 2 + 1), 1))
        noise = np.fft.irfft(spectrum, frames)
        noises.append(np.asarray(noise / noise.std() * 10 ** (level / 20), np.float32))
    return noises
