"""What a session asks of the world; `player` carries the orders out, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from massage_voice.errors import ExitCode
from massage_voice.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Record:
    """Append `entry` to the journal, on disk before the next order."""

    entry: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Deliver:
    """Append one line to the ledger: what became of a cue."""

    line: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Play:
    """Play `timeline` from `frame` as run number `run`."""

    run: int
    timeline: Timeline
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """Ramp to silence now."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Set the loudness of everything."""

    decibels: float


@dataclass(frozen=True, slots=True)
class End:
    """The session is over."""

    code: ExitCode


Order = Record | Deliver | Play | Silence | Gain | End
