"""What spoken text must and must not say: one function a rule, the words in `data/lint.yaml`.

Safety cues come from the registry and are not linted here; this is for what an author writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from massage_voice.routine.model import Line, Routine
from massage_voice.routine.problem import MOST_PROBLEMS, Place, Problem
from massage_voice.routine.shown import shown
from massage_voice.routine.vocabulary import Vocabulary
from massage_voice.routine.words import Pattern, Warned, Words, builtin_words


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a routine as the rules see it."""

    text: str
    """As `plain()` makes it."""
    raw: str
    where: str
    """`title`, `prepare` or `step`."""
    areas: frozenset[str]
    """Of its step; none outside steps."""
    words: Words


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has against a line."""

    expected: str
    found: str
    hint: str = ""


Rule = Callable[[Spoken], Iterator[Finding]]
MOST_FINDINGS: Final = 20
"""In one line; three hundred different signs are one mistake."""


def lint(routine: Routine, vocabulary: Vocabulary, words: Words | None = None) -> list[Problem]:
    """Every line of `routine` that breaks a rule for spoken text, in the order of the file; of very many the first."""
    known = words or builtin_words()
    found = (
        Problem(place, path, finding.expected, finding.found, finding.hint)
        for place, path, spoken in _lines(routine, vocabulary, known)
        for finding in _findings(spoken)
    )
    return sorted(set(islice(found, MOST_PROBLEMS + 1)))


def techniques_named(text: str, words: Words | None = None) -> set[str]:
    """Ids of the techniques that `text` tells the hands to do; "no patter" and "not a pinch" do not count."""
    return set(_techniques(text, words or builtin_words()))


@lru_cache(maxsize=4096)
def _techniques(text: str, words: Words) -> frozenset[str]:
    spoken = plain(text)
    return frozenset(name for name, pattern in words.techniques if _meant(pattern, spoken, words.negation))


def raises_pressure(text: str, words: Words | None = None) -> bool:
    """`text` asks for more weight than before."""
    return _raises(text, words or builtin_words())


@lru_cache(maxsize=4096)
def _raises(text: str, words: Words) -> bool:
    spoken = words.not_more_pressure.sub(" ", plain(text))
    return _meant(words.more_pressure, spoken, words.negation)


def _meant(pattern: Pattern, spoken: str, negation: Pattern) -> bool:
    return any(not negation.search(spoken[: found.start()]) for found in pattern.finditer(spoken))


def plain(text: str) -> str:
    """`text` in lower case, with plain apostrophes and single spaces, as the patterns expect it."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(folded.split())


def _lines(routine: Routine, vocabulary: Vocabulary, words: Words) -> Iterator[tuple[Place, str, Spoken]]:
    title = Line(routine.title, routine.title_place)
    yield title.place, "title", _spoken(title, "title", frozenset(), words)
    for index, line in enumerate(routine.prepare):
        yield line.place, f"prepare[{index}]", _spoken(line, "prepare", frozenset(), words)
    for number, step in enumerate(routine.steps):
        areas = frozenset(step.areas) & vocabulary.areas
        for index, line in enumerate(step.say):
            yield line.place, f"steps[{number}].say[{index}]", _spoken(line, "step", areas, words)
        for index, reminder in enumerate(step.remind):
            path = f"steps[{number}].remind[{index}].say"
            yield reminder.line.place, path, _spoken(reminder.line, "step", areas, words)


def _spoken(line: Line, where: str, areas: frozenset[str], words: Words) -> Spoken:
    return Spoken(plain(line.text), line.text, where, areas, words)


@lru_cache(maxsize=4096)
def _findings(spoken: Spoken) -> tuple[Finding, ...]:
    return tuple(islice((finding for rule in RULES for finding in rule(spoken)), MOST_FINDINGS))


_SENTENCE_END: Final = re.compile(r"[.!?]+(?:\s+|$)")
_HYPHEN: Final = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_READ: Final = re.compile(r"(?<=\d)\s?(?:[\u2013-]\s?(?=\d)|[%°\u00d7])|(?<!\w)(?:1/2|1/4|3/4)(?!\w)")
"""Signs beside numbers that the lexicon reads aloud: 2-3 min, 50 %, 1/2 tsp."""
_STOP: Final = re.compile(r"\bstop(?:s|ped|ping)?\b")
_SIDE: Final = re.compile(r"\b(?:left|right)\b")


def sentences(text: str) -> list[str]:
    """The sentences of a text, without their ends."""
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def short_sentences(spoken: Spoken) -> Iterator[Finding]:
    """A sentence fits into one breath."""
    most = spoken.words.sentence_words
    for sentence in sentences(spoken.text):
        count = len(sentence.split())
        if count > most:
            yield Finding(f"at most {most} words a sentence", f"{count} words", "one action a sentence")


def pronounceable(spoken: Spoken) -> Iterator[Finding]:
    """Words alone: every engine reads signs in its own way, or not at all."""
    for character in sorted(set(_READ.sub("", _HYPHEN.sub("", spoken.raw)))):
        if _is_sign(character):
            yield Finding("words alone", shown(character), "write it as it is spoken, such as 'two to five'")
    if not any(character.isalpha() for character in spoken.raw):
        yield Finding("words", shown(spoken.raw))


def _is_sign(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "S" or category in {"Ps", "Pe", "Pd", "Pc"} or character in "/\\*#@&%"


def stop_is_reserved(spoken: Spoken) -> Iterator[Finding]:
    """STOP belongs to safety: heard fifty times it is no longer a stop."""
    if spoken.where == "step" and _STOP.search(spoken.text):
        yield Finding("no 'stop' in a step", "'stop'", "say finish, rest or lift off")


def sides_have_owners(spoken: Spoken) -> Iterator[Finding]:
    """Never a bare left or right: giver and receiver face each other."""
    side = _SIDE.search(spoken.words.owned_side.sub(" ", spoken.text))
    if side:
        hint = "say 'your partner's left' or 'your right hand'"
        yield Finding("whose side", shown(side.group()), hint)


def no_claims(spoken: Spoken) -> Iterator[Finding]:
    """Nothing is promised."""
    yield from _warned(spoken, spoken.words.claims, "no promise")


def no_refused_technique(spoken: Spoken) -> Iterator[Finding]:
    """No cracking, no devices, no body weight."""
    yield from _warned(spoken, spoken.words.refused, "what hands may do")


def _warned(spoken: Spoken, rows: tuple[Warned, ...], expected: str) -> Iterator[Finding]:
    for row in rows:
        found = row.pattern.search(spoken.text)
        if found:
            yield Finding(expected, shown(found.group()), row.hint)


def speaks_to_giver(spoken: Spoken) -> Iterator[Finding]:
    """The listener is the giver; the receiver is asked through them."""
    found = spoken.words.receiver.search(spoken.text)
    if found:
        yield Finding("words to the person who gives", shown(found.group()), "say 'ask your partner to …'")


def named_places_are_areas(spoken: Spoken) -> Iterator[Finding]:
    """Nobody is sent to a guarded place by prose."""
    words = spoken.words
    for name in (*words.places, *(words.areas if spoken.where == "step" else ())):
        text = name.excepted.sub(" ", spoken.text) if name.excepted else spoken.text
        found = name.pattern.search(text)
        if found and not spoken.areas & name.areas:
            hint = f"this is {name.id}, which is not an area of the step; cautions about it are spoken anyway"
            yield Finding("places in the step's areas", shown(found.group()), hint)


def no_commands(spoken: Spoken) -> Iterator[Finding]:
    """The narrator must not give itself a command through the microphone."""
    words = spoken.words
    heard = words.wake_command.search(spoken.text)
    alone = [sentence.strip(" ,;:") for sentence in sentences(spoken.text)]
    bare = [sentence for sentence in alone if words.bare_command.fullmatch(sentence)]
    whole = spoken.where != "title" and len(alone) == 1 and words.command.fullmatch(alone[0])
    if heard or bare or whole:
        found = heard.group() if heard else (bare or alone)[0]
        yield Finding("nothing that is also a spoken command", shown(found), "say it in other words")


RULES: Final[tuple[Rule, ...]] = (
    short_sentences,
    pronounceable,
    stop_is_reserved,
    sides_have_owners,
    no_claims,
    no_refused_technique,
    speaks_to_giver,
    named_places_are_areas,
    no_commands,
)
