"""What a user asked of a session, as far as it touches the words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from massage_voice.safety.restrictions import NO_RESTRICTIONS, Restrictions


class Verbosity(StrEnum):
    """How much of the author's text is spoken. Cautions are always spoken."""

    FULL = "full"
    BRIEF = "brief"
    """Instructions and changes of sides."""
    BELLS = "bells"
    """Changes of sides, and the gated parts whole."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for, as far as it touches the words."""

    front: bool = False
    first: bool = True
    partner: str = "partner"
    """A noun ("client") or a name ("Mum") for the receiver."""
    verbosity: Verbosity = Verbosity.FULL
    restrictions: Restrictions = NO_RESTRICTIONS
