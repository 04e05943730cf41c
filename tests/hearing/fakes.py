"""People whose words are told by their loudness alone: a detector, a model and sounds that agree on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from massage_voice.hearing.gate import CHUNK
from massage_voice.hearing.mel import RATE, Array

TASTE: Final = -30.0
SURE: Final = 25.0
_FIRST, _STEP = 0.2, 0.01


def loud(chunk: Array) -> float:
    """Takes loudness for speech."""
    return float(np.abs(chunk).max() > 0.1)


class Levels:
    """`recogniser.Model` that hears which of `texts` has the level of the sound; noise is none of them."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def said(self, text: str, seconds: float = 0.5) -> Array:
        """`text`, as it sounds to this model; a whole number of chunks."""
        level = _FIRST + _STEP * self.texts.index(text)
        return np.full(max(round(seconds * RATE / CHUNK), 1) * CHUNK, level, np.float32)

    def encode(self, samples: Array, seconds: float) -> Array:  # noqa: ARG002 (the port's signature)
        """The number of the text, or -1."""
        peaks, counts = np.unique(np.round(np.abs(samples), 3), return_counts=True)
        level = float(peaks[counts.argmax() if peaks.max() <= 0.1 else len(peaks) - 1])
        number = round((level - _FIRST) / _STEP)
        exact = abs(level - _FIRST - _STEP * number) < 1e-3 and len(peaks) <= 2
        return np.array([number if exact else -1], np.float32)

    def likelihoods(self, encoded: Array, phrases: Sequence[str]) -> Array:
        """As in noise, but for what was said."""
        number = int(encoded[0])
        said = self.texts[number] if 0 <= number < len(self.texts) else ""
        return np.array([TASTE + SURE * (text == said) for text in phrases], np.float32)

    def whole(self, encoded: Array, phrase: str) -> float:
        """Nothing comes after it."""
        return float(self.likelihoods(encoded, [phrase])[0])

    def freely(self, encoded: Array) -> float:
        """What was said, where it is one of the texts."""
        return TASTE + SURE * float(encoded[0] >= 0)
