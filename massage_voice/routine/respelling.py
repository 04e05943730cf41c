"""An author's own respellings: which words of a line they are for, and the line as it is then said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from massage_voice.routine.model import Line, Routine, Step

Pairs = tuple[tuple[str, str], ...]
"""(word, how it is to be said)."""


def used(pairs: Pairs, text: str) -> Pairs:
    """Those that `text` needs."""
    return tuple((word, told) for word, told in pairs if _whole(word).search(text))


def respelt(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """`text` as it is to be said: whole words, however they are capitalised, each once and the longest first."""
    if not pairs:
        return text
    told = {word.casefold(): said for word, said in pairs}
    longest = sorted(told, key=len, reverse=True)
    return re.sub(_pattern("|".join(map(re.escape, longest))), lambda found: told[found[0].casefold()], text)


def pairs_of(routine: Routine) -> Pairs:
    """What its author asks for."""
    return tuple((one.word.text, one.told.text) for one in routine.say_as)


def as_said(routine: Routine) -> Routine:
    """The routine with its lines as they are said: what holds for words holds for these, too."""
    pairs = pairs_of(routine)

    def said(line: Line) -> Line:
        return replace(line, text=respelt(line.text, pairs))

    def step_as_said(step: Step) -> Step:
        remind = tuple(replace(reminder, line=said(reminder.line)) for reminder in step.remind)
        return replace(step, say=tuple(map(said, step.say)), remind=remind)

    if not pairs:
        return routine
    steps = tuple(map(step_as_said, routine.steps))
    return replace(routine, steps=steps, prepare=tuple(map(said, routine.prepare)))


@lru_cache(maxsize=1024)
def _whole(word: str) -> re.Pattern[str]:
    return _pattern(re.escape(word))


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
