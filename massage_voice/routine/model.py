"""What an author writes, as values: the version 1 routine, read and not yet judged for safety.

Nothing here knows hazards, voices or time beyond the author's own numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from massage_voice.routine.problem import NOWHERE, Place


class Position(StrEnum):
    """How the receiver sits, stands or lies when the routine starts."""

    SEATED = "seated"
    PRONE = "prone"
    SIDE_LYING = "side-lying"
    STANDING = "standing"


class Side(StrEnum):
    """How a step shares its time between the receiver's two sides."""

    BOTH = "both"
    ALTERNATE = "alternate"
    SEQUENTIAL = "sequential"
    NONE = "none"


class Moment(StrEnum):
    """What a reminder's `at` counts from."""

    FRACTION = "fraction"
    """Of the time in which the hands work, 0 to 1."""
    SWITCH = "switch"
    """The change of sides."""
    BEFORE_END = "before-end"
    """Milliseconds before the hands finish."""


@dataclass(frozen=True, slots=True)
class At:
    """When a reminder is due, relative to the time in which the hands work."""

    moment: Moment
    fraction: float = 0.0
    before_end_ms: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One text to be spoken, and where the author wrote it."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Reminder:
    """A line spoken while the hands work."""

    at: At
    line: Line


@dataclass(frozen=True, slots=True)
class Pressure:
    """Pressure levels by name: where a step starts, where it may rise to, and by area."""

    start: str
    end: str
    by_area: tuple[tuple[str, str], ...] = ()
    """`(area, level)` for areas that differ from `start`/`end`."""

    def range_in(self, area: str) -> tuple[str, str]:
        """The lowest and highest level name asked for in `area`."""
        for name, level in self.by_area:
            if name == area:
                return level, level
        return self.start, self.end

    def __str__(self) -> str:
        rise = self.start if self.start == self.end else f"{self.start} to {self.end}"
        return ", ".join([rise, *(f"{level} in {area}" for area, level in self.by_area)])


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the hands do, for a while, in named areas."""

    name: str
    areas: tuple[str, ...]
    technique: str
    pressure: Pressure
    side: Side
    duration_ms: int
    """From the step's bell to its end, speech included."""
    between_ms: tuple[int, int]
    """How far pace and fitting may move `duration_ms`."""
    say: tuple[Line, ...]
    """Instructions, spoken when the step begins, after its cautions."""
    remind: tuple[Reminder, ...] = ()
    exercise: str | None = None
    """Steps of one exercise add up to 2 to 5 minutes."""
    tempo_ms: int | None = None
    """A soft tick every so often, or none."""
    wait: bool = False
    """Holds at its end until somebody says "ready"."""
    gate: str | None = None
    """Plays only when the gate of this name is open."""
    instead: str | None = None
    """The step that plays when the gate is shut."""
    flags: frozenset[str] = frozenset()
    place: Place = NOWHERE
    places: tuple[tuple[str, Place], ...] = ()
    """Where each key of the step stands, for problems found later."""

    def place_of(self, key: str) -> Place:
        """Where the author wrote `key`, or the step itself."""
        return dict(self.places).get(key, self.place)


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word of the author's lines, and how it is to be said."""

    word: Line
    told: Line


@dataclass(frozen=True, slots=True)
class Routine:
    """A whole routine file."""

    title: str
    language: str
    position: Position
    steps: tuple[Step, ...]
    prepare: tuple[Line, ...] = ()
    """Spoken before the timer, waits for "ready"."""
    say_as: tuple[Respelling, ...] = ()
    """For the author's lines alone; cautions are said as the registry has them."""
    source: str = "<program>"
    """The file or built-in name it was read from."""
    name: str = field(default="routine")
    """What the user calls it: a built-in name, or the file's stem."""
    title_place: Place = NOWHERE
