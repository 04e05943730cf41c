"""The linter's words: `data/lint.yaml`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from massage_voice.data.files import parse_yaml, read_data

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Warned:
    """Words that must not be said, and what to say instead."""

    pattern: Pattern
    hint: str


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What people call a place, and the areas whose steps may name it."""

    id: str
    pattern: Pattern
    excepted: Pattern | None
    areas: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Everything the linter looks for. Patterns expect text as `plain()` in `lint.py` makes it."""

    sentence_words: int
    claims: tuple[Warned, ...]
    refused: tuple[Warned, ...]
    owned_side: Pattern
    """A side with its owner, or a left or right that is no side."""
    receiver: Pattern
    places: tuple[PlaceName, ...]
    """Guarded: named nowhere but where they are worked."""
    areas: tuple[PlaceName, ...]
    """Named in a step only where they are worked."""
    techniques: tuple[tuple[str, Pattern], ...]
    negation: Pattern
    """Stands at the end of the text before a word that is not meant."""
    more_pressure: Pattern
    not_more_pressure: Pattern
    wake_command: Pattern
    """The wake word and a command, anywhere."""
    command: Pattern
    """A line that is a command and nothing else."""
    bare_command: Pattern
    """A sentence that is obeyed without the wake word."""


@cache
def builtin_words() -> Words:
    """The words that come with the program."""
    return parse_words(read_data("lint.yaml"))


def parse_words(text: str) -> Words:
    """The words in a file like `data/lint.yaml`; a mistake in it is a programmer's."""
    data: dict[str, Any] = parse_yaml(text)
    commands = data["commands"]
    spoken = _any_phrase(commands["words"])
    return Words(
        sentence_words=data["sentence_words"],
        claims=tuple(map(_warned, data["claims"])),
        refused=tuple(map(_warned, data["refused"])),
        owned_side=_owned_side(data["sides"]),
        receiver=_any(data["receiver"]),
        places=tuple(_place(name, row) for name, row in data["places"].items()),
        areas=tuple(_place(name, row) for name, row in data["areas"].items()),
        techniques=tuple((name, _any([words])) for name, words in data["techniques"].items()),
        negation=re.compile(rf"\b(?:{data['negations']}) $"),
        more_pressure=_any(data["more_pressure"]),
        not_more_pressure=_any(data["not_more_pressure"]),
        wake_command=re.compile(rf"\b{commands['wake']}\b[\s,.:;!?-]*(?:{spoken})\b"),
        command=re.compile(rf"(?:{commands['wake']}[\s,.:;!?]*)?(?:{spoken})"),
        bare_command=re.compile(_any_phrase(commands["bare"])),
    )


def _any(patterns: Iterable[str]) -> Pattern:
    whole = [pattern if pattern.startswith("(?:^") else rf"\b(?:{pattern})(?!\w)" for pattern in patterns]
    return re.compile("|".join(whole))


def _any_phrase(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


def _warned(row: Mapping[str, str]) -> Warned:
    return Warned(_any([row["pattern"]]), row["hint"])


def _owned_side(data: Mapping[str, list[str]]) -> Pattern:
    owner = rf"(?:{'|'.join(data['owners'])}|\w+'s|\w+s')"
    between = "|".join(data["between"])
    side = r"(?:left|right)"
    owned = rf"{owner} (?:(?:{between}) )?{side}(?:(?: side)?,? (?:and|or|then|to) {side})?"
    return _any([*data["elsewhere"], owned])


def _place(name: str, row: Mapping[str, list[str]]) -> PlaceName:
    excepted = row.get("except")
    return PlaceName(
        name,
        _any(map(_phrase, row["phrases"])),
        _any(map(_phrase, excepted)) if excepted else None,
        frozenset([name, *row.get("also_in", [])]),
    )


_OWNERS = r"(?:(?:the|their|your|his|her|a|\w+'s) )*"


def _phrase(phrase: str) -> str:
    """A phrase with any owner for each `the`, any space or hyphen between words, and a plural."""
    parts = [r"\W+".join(map(_plural, part.split())) for part in re.split(r"\bthe\b ?", phrase)]
    return (r"\W+" + _OWNERS).join(parts).removeprefix(r"\W+")


def _plural(word: str) -> str:
    return word if word in {"of", "on"} else re.escape(word) + "s?"
