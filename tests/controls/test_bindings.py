from __future__ import annotations

import pytest

from massage_voice.controls.bindings import event_of
from massage_voice.session.events import Event, Signal


@pytest.mark.parametrize(
    ("keys", "signal"),
    [
        ("Space x z Escape F5 Unknown Home ä", Signal.TOGGLE), ("n PageDown Right", Signal.NEXT),
        ("b PageUp Left", Signal.BACK), ("r", Signal.REPEAT), ("s", Signal.STOP), ("t", Signal.TIME_LEFT),
        ("-", Signal.SLOWER), ("+ =", Signal.FASTER), ("m", Signal.ADD_TIME), ("q", Signal.FINISH),
        ("Up", Signal.LOUDER), ("Down", Signal.QUIETER), ("Enter", Signal.READY), ("y", Signal.YES),
    ],
)  # fmt: skip
def test_each_key_has_one_meaning(keys: str, signal: Signal) -> None:
    """The table of the manual; every other key pauses; the event keeps the key."""
    for key in keys.split():
        assert event_of(key) == Event(signal, key=key)
