"""The one definition of the routine file: which keys there are, what shape each has, what it is for.

The reader walks a file along this table, and the JSON Schema is printed from it.
Rules that compare two values with each other stand in `rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MINUTE_MS: Final = 60_000
LONGEST_STEP_MS: Final = 60 * MINUTE_MS
MOST_STEPS: Final = 20_000
MOST_CHARACTERS: Final = 300


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be spoken, on one line."""

    most: int = MOST_CHARACTERS
    """Characters."""


@dataclass(frozen=True, slots=True)
class Slug:
    """A name: lower-case words and digits, joined by hyphens."""

    pattern: str = "^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$"
    most: int = 60
    """Characters."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a known list."""

    what: str
    """As in "expected an area"."""
    options: str
    """The list's name in `options.py`."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time within limits, both included."""

    least_ms: int
    most_ms: int


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`; `yes` and `no` are words to be spoken."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Pressure: a level, `{from: …, to: …}`, or per area with `else` for the other areas."""


@dataclass(frozen=True, slots=True)
class When:
    """A reminder's moment: `32%`, `switch` or `-13s`."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: Shape
    what: str
    """As in "expected a list of areas"."""
    least: int = 0
    most: int | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    what: str
    keys: tuple[Key, ...]


Shape = Text | Slug | Choice | Length | Boolean | Levels | When | Many | Record


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping."""

    name: str
    shape: Shape
    description: str
    required: bool = False


STEP_LENGTH: Final = Length(1000, LONGEST_STEP_MS)

REMINDER: Final = Record(
    "a reminder",
    (
        Key(
            "at",
            When(),
            "When: 32% of the time in which the hands work, switch, or -13s before its end.",
            True,
        ),
        Key("say", Text(), "The line that is spoken.", True),
    ),
)

RESPELLING: Final = Record(
    "a respelling",
    (
        Key("word", Text(40), "As it stands in the lines.", True),
        Key("as", Text(80), "As it is to be said, in plain letters: eff loo rahzh.", True),
    ),
)

STEP: Final = Record(
    "a step",
    (
        Key("name", Slug(), "Unique in the routine.", True),
        Key("exercise", Slug(), "Steps of one exercise add up: 2 to 5 minutes."),
        Key(
            "areas",
            Many(Choice("an area", "areas"), "areas", unique=True),
            "Where the hands work; [] with the technique none alone.",
            True,
        ),
        Key("technique", Choice("a technique", "techniques"), "What the hands do.", True),
        Key("pressure", Levels(), "light, {from: light, to: moderate}, or {low-back: light, else: …}.", True),
        Key("side", Choice("a side", "sides"), "How the two sides share the time.", True),
        Key("duration", STEP_LENGTH, "From the bell to the end, speech included.", True),
        Key(
            "between",
            Many(STEP_LENGTH, "two lengths", 2, 2),
            "How far pace and fitting may move the duration; 0.75 to 1.5 times the duration if absent.",
        ),
        Key("say", Many(Text(), "lines", 1), "Spoken when the step begins, after the cautions.", True),
        Key("remind", Many(REMINDER, "reminders"), "Spoken while the hands work."),
        Key("tempo", Length(250, MINUTE_MS), "A soft tick a stroke."),
        Key("wait", Boolean(), "true: holds at its end until somebody says ready."),
        Key("gate", Choice("a gate", "gates"), "The step plays only when this gate is open …"),
        Key("instead", Slug(), "… and this step plays in its place when the gate is shut."),
        Key("flags", Many(Choice("a flag", "flags"), "flags", unique=True), "What else is special."),
    ),
)

ROUTINE: Final = Record(
    "a routine",
    (
        Key("title", Text(100), "What the listener hears it called.", True),
        Key("language", Choice("a language that has cautions", "languages"), "Of every spoken line.", True),
        Key("position", Choice("a position", "positions"), "How the receiver starts.", True),
        Key("prepare", Many(Text(), "lines"), 'Spoken before the timer; then it waits for "ready".'),
        Key("say_as", Many(RESPELLING, "respellings", 0, 100), "Words of these lines that the voice says wrong."),
        Key("steps", Many(STEP, "steps", 1, MOST_STEPS), "In playing order.", True),
    ),
)
