"""The lists of words behind every `Choice`, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from massage_voice.routine.model import Position, Side
from massage_voice.routine.vocabulary import Vocabulary

LANGUAGES: Final = ("en",)
"""Tags of the languages in which every caution exists."""


def options(vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """All lists by name."""
    return {
        "areas": tuple(sorted(vocabulary.areas)),
        "techniques": tuple(sorted(vocabulary.techniques)),
        "pressures": vocabulary.pressures,
        "flags": tuple(sorted(vocabulary.flags)),
        "gates": tuple(sorted(vocabulary.gates)),
        "positions": tuple(position.value for position in Position),
        "sides": tuple(side.value for side in Side),
        "languages": LANGUAGES,
    }
