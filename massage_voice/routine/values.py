"""How one value of each simple shape is read. Nothing here raises: a mistake is noted and gives None."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import yaml

from massage_voice.routine.durations import FORMS, milliseconds, spelled
from massage_voice.routine.keys import Boolean, Choice, Length, Slug, Text, When
from massage_voice.routine.model import At, Line, Moment
from massage_voice.routine.nodes import Reading, Way, described, kind
from massage_voice.routine.shown import shown

MOST_LISTED: Final = 10
"""More words than this are listed in the hint, not in the expectation."""
PERCENT_PATTERN: Final = r"^(?:100|[0-9]{1,2}(?:\.[0-9])?)%$"

_QUOTES: Final = "put the text in quotes"
_PERCENT: Final = re.compile(PERCENT_PATTERN)
_UNFIT: Final = re.compile(r"[^a-z0-9]+")


def read_line(reading: Reading, node: yaml.Node, way: Way, shape: Text) -> Line | None:
    """A spoken line."""
    if not getattr(node, "style", None) and reading.cut_by_comment(node):
        reading.wrong(node, way, "text", f"{described(node)} and a comment after ' #'", _QUOTES)
        return None
    if kind(node) != "text":
        reading.wrong(node, way, "text", hint=_QUOTES)
        return None
    is_block = getattr(node, "style", None) in {"|", ">"}
    text = node.value.removesuffix("\n") if is_block else node.value
    return _spoken(reading, node, way, text, shape.most)


def _spoken(reading: Reading, node: yaml.Node, way: Way, text: str, most: int) -> Line | None:
    if not text.isprintable():
        reading.wrong(node, way, "one line of plain text", shown(text), _unprintable(text))
        return None
    if not text.strip():
        reading.wrong(node, way, "text", shown(text))
        return None
    length = max(len(text), len(unicodedata.normalize("NFKC", text[: most + 1])))  # one sign can stand for a sentence
    if length > most:
        reading.wrong(node, way, f"at most {most} characters", f"{length}", "make it two lines")
        return None
    return Line(text, reading.place(node))


def _unprintable(text: str) -> str:
    found = next(character for character in text if not character.isprintable())
    return "make it two lines" if found == "\n" else f"delete the character {shown(found)}"


def read_slug(reading: Reading, node: yaml.Node, way: Way, shape: Slug) -> str | None:
    """A name."""
    value = node.value if kind(node) == "text" else ""
    if len(value) <= shape.most and _pattern(shape.pattern).fullmatch(value):
        return str(value)
    reading.wrong(node, way, "a name of lower-case words joined by hyphens", hint=_slugged(value, shape))
    return None


@lru_cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _slugged(value: str, shape: Slug) -> str:
    slug = _UNFIT.sub("-", value[: shape.most].lower()).strip("-")
    fits = _pattern(shape.pattern).fullmatch(slug)
    return f"such as {slug}" if fits else f"such as back-strokes, at most {shape.most} characters"


def read_choice(reading: Reading, node: yaml.Node, way: Way, shape: Choice) -> str | None:
    """One of the known words."""
    known = reading.lists[shape.options]
    value = node.value if isinstance(node, yaml.ScalarNode) else ""
    if value in known:
        return str(value)
    _unknown(reading, node, way, shape, value)
    return None


def _unknown(reading: Reading, node: yaml.Node, way: Way, shape: Choice, value: str) -> None:
    known = reading.lists[shape.options]
    if shape.options == "areas" and value in reading.vocabulary.no_go:
        hint = "hands never work there: only cautions name this place"
        reading.wrong(node, way, "an area where hands may work", hint=hint)
        return
    expected = f"{shape.what} ({', '.join(known)})" if len(known) <= MOST_LISTED else shape.what
    hint = reading.near(value, known) or ("" if len(known) <= MOST_LISTED else f"known: {', '.join(known)}")
    reading.wrong(node, way, expected, hint=hint)


def read_length(reading: Reading, node: yaml.Node, way: Way, shape: Length) -> int | None:
    """A length of time in milliseconds."""
    length = milliseconds(node.value) if kind(node) in {"text", "number"} else None
    if length is None:
        reading.wrong(node, way, FORMS)
        return None
    if not shape.least_ms <= length <= shape.most_ms:
        limits = f"{spelled(shape.least_ms)} to {spelled(shape.most_ms)}"
        reading.wrong(node, way, limits)
        return None
    return length


def read_boolean(reading: Reading, node: yaml.Node, way: Way, _shape: Boolean) -> bool | None:
    """True or false; not `yes` and `no`, which YAML's versions read differently."""
    if kind(node) != "boolean":
        reading.wrong(node, way, "true or false")
        return None
    return bool(node.value.lower() == "true")


def read_when(reading: Reading, node: yaml.Node, way: Way, _shape: When) -> At | None:
    """A reminder's moment."""
    at = _moment(node.value) if kind(node) in {"text", "number"} else None
    if at is None:
        reading.wrong(node, way, "a moment such as 32%, switch or -13s")
    return at


def _moment(text: str) -> At | None:
    if text == Moment.SWITCH:
        return At(Moment.SWITCH)
    if _PERCENT.fullmatch(text):
        return At(Moment.FRACTION, fraction=float(text[:-1]) / 100)
    before_end = milliseconds(text[1:]) if text.startswith("-") else None
    return At(Moment.BEFORE_END, before_end_ms=before_end) if before_end else None
