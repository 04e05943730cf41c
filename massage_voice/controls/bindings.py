"""The one table of what each key does."""

from __future__ import annotations

from collections.abc import Mapping
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
    "q": Signal.FINISH,
    "Up": Signal.LOUDER,
    "Down": Signal.QUIETER,
    "Enter": Signal.READY,
    "y": Signal.YES,
}
"""Every other key is hit by someone who cannot look, and pauses."""

HELD: Final = frozenset({"Up", "Down"})
"""Keys that mean more of the same when they are held; every other key counts once."""


def event_of(key: str) -> Event:
    """What a key press means; `Event.key` keeps its name, because questions look at it."""
    return Event(BINDINGS.get(key, Signal.TOGGLE), key=key)
