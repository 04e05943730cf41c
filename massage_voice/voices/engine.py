"""What the rest of `voices/` needs to know of an engine beyond the Voice port, and the list of engines.

A new engine is one file with a class that keeps `Engine`, and one line in `ENGINES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, cast

import numpy as np

from massage_voice.ports import Voice

ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "heart": "massage_voice.voices.heart:HeartVoice",
        "system": "massage_voice.voices.system:SystemVoice",
        "espeak": "massage_voice.voices.espeak:EspeakVoice",
        "piper": "massage_voice.voices.piper:PiperVoice",
    }
)
"""Name after `--voice` → where its class stands, in the order in which one replaces another. What follows a colon in
the name is handed to the class."""
CHOSEN_ONLY = ("espeak", "piper")
"""Those that replace no other: they are extras, and speak only when they are asked for."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How an engine's `speed` argument turns into words a minute, on average over massage sentences."""

    points: tuple[tuple[float, float], ...]
    """(speed, words a minute), rising in both; the first and last speed are the engine's limits."""
    aims: tuple[tuple[float, float], ...] = ((1.0, 1.0), (1000.0, 1000.0))
    """(asked for, aimed at): what single sentences aim at so that a whole routine has the words a minute
    asked for, half-way between counting the pauses inside its texts and not counting them. Cautions never
    go along above their limit, so ordinary sentences make up for them."""

    @property
    def slowest(self) -> float:
        """The lowest speed that is asked of the engine."""
        return self.points[0][0]

    @property
    def fastest(self) -> float:
        """The highest speed that is asked of the engine."""
        return self.points[-1][0]

    def speed(self, wpm: float) -> float:
        """The speed at which sentences average `wpm` words a minute, within the limits."""
        speeds, rates = zip(*self.points, strict=True)
        return float(np.interp(wpm, rates, speeds))

    def aim(self, wpm: float) -> float:
        """The pace of a sentence on its own in a routine of `wpm` words a minute."""
        asked, aimed = zip(*self.aims, strict=True)
        return float(np.interp(wpm, asked, aimed))

    def wpm(self, speed: float) -> float:
        """The average words a minute at `speed`, within the limits."""
        speeds, rates = zip(*self.points, strict=True)
        return float(np.interp(speed, speeds, rates))


class Engine(Voice, Protocol):
    """A Voice that is cheap to construct: `name` and `fingerprint` are there before anything is loaded."""

    hands: int
    """How many sentences it can say at the same time."""
    curve: Curve
    spelling: str
    """The column of `data/lexicon.yaml` that this engine can read."""

    def load(self) -> None:
        """Begin whatever takes long; `synthesise` does so itself when nobody has.

        Raises:
            VoiceError: the engine cannot work here; the hint says what would help.
        """
        ...


def make(where: str) -> Engine:
    """The engine called `name` or `name:argument`, or the one at `package.module:Class`; nothing heavy is loaded.

    Raises:
        VoiceError: its package is not installed, or the argument is not what it needs.
    """
    name, _, argument = where.partition(":")
    module, _, of_class = ENGINES.get(name, where).partition(":")
    maker = getattr(importlib.import_module(module), of_class)
    return cast(Engine, maker(argument) if argument and name in ENGINES else maker())
