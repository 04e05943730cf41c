"""A Script: what is said in every step, cautions included, before anyone knows how long it takes.

`secure()` in this package is the only maker of a Script; the seal below keeps it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from massage_voice.routine.model import At, Routine, Step


class Kind(StrEnum):
    """What a cue is for; the values are the fixed ones of `plan --json` and the ledger."""

    OPENING = "opening"
    SAFETY = "safety"
    SAFETY_REPEAT = "safety-repeat"
    INSTRUCTION = "instruction"
    REMINDER = "reminder"
    SWITCH = "switch"
    NOTICE = "notice"
    CLOSING = "closing"
    BELL = "bell"


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to be heard."""

    id: str
    """Unique in a session."""
    kind: Kind
    text: str
    """What is spoken; of a bell, its name."""
    step: int
    """The step it belongs to, from 1; 0 is the preparation."""
    hazard: str | None = None
    """The registry's id, when the text is a caution."""

    @property
    def is_caution(self) -> bool:
        """A text of the safety registry, in full or in its short form."""
        return self.hazard is not None

    @property
    def is_spoken(self) -> bool:
        """Has words, unlike a bell."""
        return self.kind is not Kind.BELL


class Saying(StrEnum):
    """What a step's beginning says about a hazard."""

    FULL = "full"
    """Entered here: the registry's words, whole."""
    SHORT = "short"
    """Goes on from the step before: its short form."""
    HEARD = "heard"
    """Said a moment ago, or said once a session: nothing now, its repeats go on."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A hazard in play during a step, with everything that may have to be said about it."""

    hazard: str
    full: str
    """The registry's words, unchanged."""
    shorts: tuple[str, ...]
    """The rotating short forms; empty when it is never repeated."""
    repeat_ms: int | None
    """Longest time from the end of one saying to the start of the next, or None."""
    saying: Saying
    kind: Kind = Kind.SAFETY
    """OPENING or SAFETY."""
    session_wide: bool = False
    """Of the session or the position, not of an area: not counted among the three a step."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A line that falls into the time in which the hands work."""

    at: At
    cue: Cue


@dataclass(frozen=True, slots=True)
class SecuredStep:
    """A step with its cautions in the order in which they are said."""

    index: int
    """From 1, in playing order."""
    step: Step
    cautions: tuple[Caution, ...]
    """Least severe first; the carotid artery last."""
    say: tuple[Cue, ...]
    remind: tuple[Timed, ...]
    bounds_ms: tuple[int, int]
    """The author's `between`, narrowed by the safety rules."""
    speech_share: float
    """The most of the step that may be speech, 0 to 1."""
    side_limit_ms: int | None = None
    """The longest the hands may work on one side, where a rule limits that."""
    hands_off: bool = False
    """Cautions and rest alone: the hands reach the areas in the next step."""

    @property
    def hazards(self) -> tuple[str, ...]:
        """Ids of all hazards in play."""
        return tuple(caution.hazard for caution in self.cautions)


SEAL: Final = object()
"""Held by `secure()`; nothing else may pass it on (a test looks)."""


@dataclass(frozen=True, slots=True)
class Script:
    """Every step with its cautions, and what is said before and after."""

    routine: Routine
    front: bool
    """The front of the neck plays."""
    first: bool
    """Bound by the limits of a first session."""
    preparation: tuple[Cue, ...]
    steps: tuple[SecuredStep, ...]
    closing: tuple[Cue, ...]
    limit_ms: int
    """The longest the whole session may last."""
    registry_digest: str
    flags: frozenset[str] = frozenset()
    """Facts about the receiver that fire hazards."""
    seal: object = None

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise TypeError("a Script is made by safety.secure() alone")
