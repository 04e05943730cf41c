"""What an engine is told instead of what is written. The words stand in `data/lexicon.yaml`.

In two steps: numbers, units and abbreviations become words, the same for every engine, and these are what pace
counts; then trade words are respelt for the engine that would say them wrong. Captions stay as they are written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from massage_voice.data.files import parse_yaml, read_data


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Respellings, read once."""

    abbreviations: Mapping[str, str]
    """Written → spoken."""
    units: Mapping[str, tuple[str, str]]
    """Unit after a number → (one, many)."""
    terms: Mapping[str, Mapping[str, str]]
    """Word in lower case → spelling column → what the engine is told."""
    digest: str
    """Part of every cache key: a changed lexicon makes new clips."""

    def in_words(self, sentence: str) -> str:
        """The sentence with its abbreviations, units, ranges and fractions as one says them."""
        told = _words(self.abbreviations).sub(lambda found: self._abbreviation(found[0]), sentence)
        told = _CLOCK.sub(r"\1 min \2", told)
        told = _VERTEBRA.sub(r"\1 \2", told)
        told = _RANGE.sub(r"\1 to \2", told)
        told = re.sub(rf"{_FRACTION}\s?({self._units})(?!\w)", self._part, told)
        told = re.sub(rf"{_NUMBER}\s?({self._units})(?!\w)", self._unit, told)
        told = re.sub(_FRACTION, _fraction, told)
        return _AN.sub("an ", _A_A.sub("a ", told))

    def respelt(self, sentence: str, spelling: str) -> str:
        """The sentence as an engine that reads the column `spelling` is told it."""
        return _words(self.terms).sub(lambda found: self._term(found[0], spelling), sentence)

    def _abbreviation(self, word: str) -> str:
        return self.abbreviations.get(word) or self.abbreviations.get(word.lower(), word)

    @property
    def _units(self) -> str:
        return "|".join(sorted(map(re.escape, self.units), key=len, reverse=True))

    def _unit(self, found: re.Match[str]) -> str:
        one, many = self.units[found[2]]
        return f"{found[1]} {one if found[1] == '1' else many}"

    def _part(self, found: re.Match[str]) -> str:
        one, many = self.units[found[3]]
        return f"{_mixed(found)} {many}" if found[1] else f"{_PARTS[_plain(found[2])][1]} {one}"

    def _term(self, word: str, spelling: str) -> str:
        told = self.terms[word.lower()].get(spelling, word)
        return f"[{word}](/{told}/)" if spelling == "heart" and told != word else told


_NUMBER = r"(\d+(?:\.\d+)?)"
_FRACTION = r"(?<![\w.])(?:(\d+)\s?)?(½|¼|¾|1/2|1/4|3/4)(?![\w/])"
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)\b(?!:)")
_RANGE = re.compile(rf"(?<![\w.:\u2013-]){_NUMBER}\s?[\u2013-]\s?(?=\d)(\d+(?:\.\d+)?)(?![\w:\u2013-]*[\u2013-])")
_VERTEBRA = re.compile(r"\b([CTLS])(\d{1,2})\b")
_PARTS = {
    "½": ("a half", "half a"),
    "¼": ("a quarter", "a quarter of a"),
    "¾": ("three quarters", "three quarters of a"),
}
_A_A = re.compile(r"\ba a (?=half|quarter)")
_AN = re.compile(r"\ba (?=hour)")


def _plain(fraction: str) -> str:
    return {"1/2": "½", "1/4": "¼", "3/4": "¾"}.get(fraction, fraction)


def _fraction(found: re.Match[str]) -> str:
    return _mixed(found) if found[1] else _PARTS[_plain(found[2])][0]


def _mixed(found: re.Match[str]) -> str:
    return f"{found[1]} and {_PARTS[_plain(found[2])][0]}"


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
