"""A voice for tests: a tone burst a word, as long as the speed says; it records what reached it."""

from __future__ import annotations

import numpy as np

from massage_voice.clip import Take
from massage_voice.voices.engine import Curve


class FakeVoice:
    """Deterministic, instant and audible; it keeps an engine's behaviour, silence at both ends included."""

    hands = 1
    spelling = "heart"
    curve = Curve(((0.2, 40.0), (1.0, 200.0)))
    rate = 24_000

    def __init__(self, name: str = "fake", fingerprint: str = "fake 1") -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.asked: list[tuple[str, float]] = []
        """Every (sentence, speed) in the order in which they came."""
        self.loaded = False
        self.closed = False

    def load(self) -> None:
        """Remember that somebody asked for it."""
        self.loaded = True

    def synthesise(self, sentence: str, speed: float) -> Take:
        """As many bursts as words, 200 words a minute at speed 1.0, between two silences of 0.2 s."""
        self.load()
        self.asked.append((sentence, speed))
        frames = round(60 / (200 * speed) * self.rate)
        time = np.arange(frames) / self.rate
        envelope = np.sin(np.pi * np.arange(frames) / frames) ** 2 * 0.4
        bursts = [envelope * np.sin(2 * np.pi * (180 + 40 * (n % 4)) * time) for n in range(len(sentence.split()))]
        edge = np.zeros(self.rate // 5)
        return Take(np.concatenate([edge, *bursts, edge]).astype(np.float32), self.rate)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
