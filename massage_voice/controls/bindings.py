"""The one table of what each key does, and what a person may make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from massage_voice.session.events import Event, Signal

BINDINGS: Final[Mapping[str, Signal]] = {
    "Space": Signal.TOGGLE,
    "n": Signal.NEXT,
    "PageDown": Signal.NEXT,
    "Right": Signal.NEXT,
    "b": Signal.BACK,
    "PageUp": Signal.BACK,
    "Left": Signal.BACK,
    "r": Signal.REPEAT,
    "s": Signal.STOP,
    "t": Signal.TIME_LEFT,
    "-": Signal.SLOWER,
    "+": Signal.FASTER,
    "=": Signal.FASTER,  # the same key on many keyboards, without Shift
    "m": Signal.ADD_TIME,
    "w": Signal.WAIT,
    "q": Signal.FINISH,
    "Up": Signal.LOUDER,
    "Down": Signal.QUIETER,
    "Enter": Signal.READY,
    "y": Signal.YES,
}
"""Every other key is hit by someone who cannot look, and pauses: a presenter's F5, Esc and "." as well."""

HELD: Final = frozenset({Signal.LOUDER, Signal.QUIETER})
"""What a key that is held does again and again; every other one counts once."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """What each key does, after somebody's own wishes."""

    own: Mapping[str, Signal] = field(default_factory=dict)
    """Keys that do something else than in `BINDINGS`, by name."""

    def signal(self, key: str) -> Signal:
        """What `key` does."""
        return self.own.get(key) or BINDINGS.get(key, Signal.TOGGLE)

    def keys(self, signal: Signal) -> tuple[str, ...]:
        """The keys that do this, a person's own first."""
        own = [key for key, does in self.own.items() if does is signal]
        return (*own, *(key for key, does in BINDINGS.items() if does is signal and key not in self.own))

    def event(self, key: str) -> Event:
        """What a press of `key` means; `Event.key` keeps its name, because questions look at it."""
        return Event(self.signal(key), key=key)


DEFAULT: Final = Bindings()


def event_of(key: str) -> Event:
    """What a key press means when nobody has wished for anything else."""
    return DEFAULT.event(key)
