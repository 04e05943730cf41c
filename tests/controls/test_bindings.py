from __future__ import annotations

import pytest

from massage_voice.controls.bindings import BINDINGS, DEFAULT, Bindings, event_of
from massage_voice.controls.effects import EFFECTS
from massage_voice.session.events import Event, Signal


@pytest.mark.parametrize(
    ("keys", "signal"),
    [
        ("Space x z Escape F5 . Unknown Home ä", Signal.TOGGLE), ("n PageDown Right", Signal.NEXT),
        ("b PageUp Left", Signal.BACK), ("r", Signal.REPEAT), ("s", Signal.STOP), ("t", Signal.TIME_LEFT),
        ("-", Signal.SLOWER), ("+ =", Signal.FASTER), ("m", Signal.ADD_TIME), ("q", Signal.FINISH),
        ("Up", Signal.LOUDER), ("Down", Signal.QUIETER), ("Enter", Signal.READY), ("y", Signal.YES),
        ("w", Signal.WAIT),
    ],
)  # fmt: skip
def test_each_key_has_one_meaning(keys: str, signal: Signal) -> None:
    """The table of the manual; every other key pauses, what presenters send too; the event keeps the key."""
    for key in keys.split():
        assert event_of(key) == Event(signal, key=key)


def test_own_keys_come_first_and_the_others_stay() -> None:
    """As a view names them."""
    own = Bindings({"F5": Signal.NEXT, "b": Signal.NEXT, "n": Signal.TOGGLE})
    assert own.keys(Signal.NEXT) == ("F5", "b", "PageDown", "Right")
    assert own.keys(Signal.BACK) == ("PageUp", "Left")
    assert own.keys(Signal.TOGGLE) == ("n", "Space")
    assert own.event("n") == Event(Signal.TOGGLE, key="n")
    assert DEFAULT.keys(Signal.STOP) == ("s",)


def test_every_meaning_is_explained() -> None:
    """In the words that `keys` and the documents print."""
    assert set(BINDINGS.values()) <= EFFECTS.keys()
