"""What an engine is told instead of what is written. The words stand in `data/lexicon.yaml`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from massage_voice.data.files import parse_yaml, read_data


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Respellings, read once; captions and word counts never pass through here."""

    abbreviations: Mapping[str, str]
    """Written → spoken."""
    units: Mapping[str, tuple[str, str]]
    """Unit after a number → (one, many)."""
    terms: Mapping[str, Mapping[str, str]]
    """Word in lower case → spelling column → what the engine is told."""
    digest: str
    """Part of every cache key: a changed lexicon makes new clips."""

    def spell(self, sentence: str, spelling: str) -> str:
        """The sentence as an engine that reads the column `spelling` is told it."""
        told = _words(self.abbreviations).sub(lambda found: self.abbreviations[found[0]], sentence)
        told = self._with_units(told)
        return _words(self.terms).sub(lambda found: self._term(found[0], spelling), told)

    def _with_units(self, sentence: str) -> str:
        units = "|".join(sorted(map(re.escape, self.units), key=len, reverse=True))
        return re.sub(rf"(\d+(?:\.\d+)?)\s?({units})(?!\w)", self._unit, sentence)

    def _unit(self, found: re.Match[str]) -> str:
        one, many = self.units[found[2]]
        return f"{found[1]} {one if found[1] == '1' else many}"

    def _term(self, word: str, spelling: str) -> str:
        told = self.terms[word.lower()].get(spelling, word)
        return f"[{word}](/{told}/)" if spelling == "heart" and told != word else told


@cache
def packaged() -> Lexicon:
    """The lexicon that comes with the program."""
    text = read_data("lexicon.yaml")
    data = parse_yaml(text)
    units = {unit: (one, many) for unit, (one, many) in data["units"].items()}
    return Lexicon(data["abbreviations"], units, data["terms"], hashlib.sha256(text.encode()).hexdigest())


def _words(known: Mapping[str, object]) -> re.Pattern[str]:
    """Any of the known words, whole, however it is capitalised; the longest wins."""
    return _pattern(tuple(sorted(known, key=len, reverse=True)))


@cache
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)
