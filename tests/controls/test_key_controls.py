from __future__ import annotations

import sys

import pytest

from massage_voice.controls.key_controls import KeyControls, open_keys
from massage_voice.controls.waiting import NoControls
from massage_voice.controls.windows_keys import WindowsKeyboard


class TypedKeyboard:
    """A keyboard with its own clock: keys at given seconds."""

    def __init__(self, *typed: tuple[float, str]) -> None:
        self.typed = list(typed)
        self.now = 0.0
        self.closed = False

    def key(self, timeout_s: float) -> str:
        """See `Keyboard`."""
        if not self.typed or self.typed[0][0] > self.now + timeout_s:
            self.now += timeout_s
            return ""
        at_s, key = self.typed.pop(0)
        self.now = max(self.now, at_s)
        return key

    def close(self) -> None:
        """See `Keyboard`."""
        self.closed = True


def heard(*typed: tuple[float, str]) -> list[str]:
    """The keys that count, of those typed."""
    keyboard = TypedKeyboard(*typed)
    controls = KeyControls(keyboard, lambda: keyboard.now)
    events = []
    while keyboard.now < 10:
        event = controls.read(0.05)
        events += [event.key] if event else []
    return events


def test_different_keys_all_count() -> None:
    """However fast they follow."""
    assert heard((1.0, "n"), (1.01, "s"), (1.02, "n")) == ["n", "s", "n"]


def test_a_bouncing_pedal_counts_once() -> None:
    """The same key within 250 ms is the same press."""
    assert heard((1.0, "n"), (1.02, "n"), (1.2, "n")) == ["n"]


def test_two_presses_count_twice() -> None:
    """A second press half a second later is meant, and so is a third much later."""
    assert heard((1.0, "n"), (1.5, "n"), (4.0, "n")) == ["n", "n", "n"]


def test_a_held_key_counts_once() -> None:
    """A knuckle that rests on the space bar pauses, and does not go on when the repeats begin."""
    repeats = [(1.5 + number * 0.09, "Space") for number in range(30)]
    assert heard((1.0, "Space"), *repeats) == ["Space"]


def test_a_key_after_a_doubtful_one_is_kept() -> None:
    """Looking ahead for repeats loses nothing."""
    assert heard((1.0, "n"), (1.5, "n"), (1.55, "s"), (1.6, "n")) == ["n", "n", "s", "n"]


def test_loudness_keys_may_be_held() -> None:
    """Up and down mean more of the same."""
    assert heard((1.0, "Up"), (1.03, "Up"), (1.06, "Up")) == ["Up", "Up", "Up"]


def test_dropped_repeats_do_not_stretch_the_timeout() -> None:
    """A read comes back in its time, also under a held key."""
    keyboard = TypedKeyboard(*((number * 0.03, "x") for number in range(1, 200)))
    controls = KeyControls(keyboard, lambda: keyboard.now)
    assert controls.read(0.05) is not None
    before = keyboard.now
    assert controls.read(0.5) is None
    assert keyboard.now - before == pytest.approx(0.5, abs=0.04)


def test_closing_closes_the_keyboard() -> None:
    """The terminal is given back."""
    keyboard = TypedKeyboard()
    KeyControls(keyboard).close()
    assert keyboard.closed


def test_without_a_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, or no input at all: a session without controls."""
    with open("/dev/null") as nothing:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdin", nothing)
        assert isinstance(open_keys(), NoControls)
    monkeypatch.setattr(sys, "stdin", None)
    assert isinstance(open_keys(), NoControls)


class Console:
    """What msvcrt gives, character by character."""

    def __init__(self, typed: str) -> None:
        self.typed = list(typed)

    def kbhit(self) -> bool:
        """A character waits."""
        return bool(self.typed)

    def getwch(self) -> str:
        """The next character."""
        return self.typed.pop(0)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("n ", ["n", "Space"]),
        ("\xe0Q\xe0I", ["PageDown", "PageUp"]),
        ("\x00H\x00;", ["Up", "Unknown"]),
        ("\r", ["Enter"]),
        ("\xe0", ["à"]),
    ],
)
def test_windows_names_its_keys(typed: str, names: list[str]) -> None:
    """Special keys come as two characters."""
    keyboard = WindowsKeyboard(Console(typed))
    assert [keyboard.key(0) for _ in names] == names
    assert keyboard.key(0.01) == ""
    keyboard.close()


def test_windows_ctrl_c_interrupts() -> None:
    """Raw reads swallow Ctrl-C, so it is raised here."""
    with pytest.raises(KeyboardInterrupt):
        WindowsKeyboard(Console("\x03")).key(0)
