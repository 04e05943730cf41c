"""What the tests and the process that is the air tell one another. A number ties an answer to its question."""

from __future__ import annotations

from dataclasses import dataclass

from tests.rooms.acoustics import Wave


@dataclass(frozen=True, slots=True)
class Say:
    """Mix `wave` into the microphone, from the next block on; `Said` answers."""

    number: int
    wave: Wave


@dataclass(frozen=True, slots=True)
class Hush:
    """Break off all that is being said; what is broken off has ended."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Let the output go before it is unplugged, else PulseAudio moves the recorder elsewhere; or record it again."""

    number: int
    on: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How often was the echo disturbed? `Counted` answers."""

    number: int


@dataclass(frozen=True, slots=True)
class Said:
    """When the first (`ended` is False) or the last sample sounded at the microphone, on `time.monotonic`'s clock."""

    number: int
    ended: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Done; and how often the echo has jumped or had a hole, and whether it is where it belongs."""

    number: int
    disturbances: int
    settled: bool
