"""A Timeline: what is heard when, in frames. Times are half-open `[start, end)`."""

from __future__ import annotations

from dataclasses import dataclass

from massage_voice.safety.script import Cue, SecuredStep


@dataclass(frozen=True, slots=True)
class Placement:
    """A cue and the frames in which it truly sounds."""

    cue: Cue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A step on the timeline."""

    secured: SecuredStep
    start: int
    practice_start: int
    """The lead-in is over; the hands work from here …"""
    practice_end: int
    """… to here."""
    end: int
    practised: int = 0
    """Frames of practice that lie before this timeline, when a session goes on inside a step."""
    switch: tuple[int, int] | None = None
    """The change of sides: from the first side's end to the second side's start."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that will be heard, from frame 0 to `length`."""

    rate: int
    placements: tuple[Placement, ...]
    """In the order of their starts; spoken ones never overlap."""
    chapters: tuple[Chapter, ...]
    length: int
    ticks: tuple[int, ...] = ()
    """Starts of soft stroke ticks; never beside speech."""
    dropped: tuple[Cue, ...] = ()
    """Reminders and notices for which there was no room."""
