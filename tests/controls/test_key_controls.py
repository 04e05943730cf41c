from __future__ import annotations

import sys

import pytest

from massage_voice.controls.bindings import DEFAULT, Bindings
from massage_voice.controls.key_controls import KeyControls, open_keys
from massage_voice.controls.waiting import NoControls
from massage_voice.controls.windows_keys import WindowsKeyboard
from massage_voice.session.events import Event, Signal


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


OWN = Bindings({"F5": Signal.STOP, "x": Signal.NEXT, "PageUp": Signal.LOUDER, "Up": Signal.BACK, "s": Signal.REPEAT})


def events(*typed: tuple[float, str], bindings: Bindings = DEFAULT) -> list[Event]:
    """What the keys typed come to."""
    keyboard = TypedKeyboard(*typed)
    controls = KeyControls(keyboard, lambda: keyboard.now, bindings)
    made = []
    while keyboard.now < 10:
        event = controls.read(0.05)
        made += [event] if event else []
    return made


def heard(*typed: tuple[float, str], bindings: Bindings = DEFAULT) -> list[str]:
    """The keys that count, of those typed; several at once have no name."""
    return [event.key for event in events(*typed, bindings=bindings)]


def test_different_keys_all_count() -> None:
    """However fast fingers follow each other."""
    assert heard((1.0, "n"), (1.06, "b"), (1.12, "n"), (1.2, "Space")) == ["n", "b", "n", "Space"]


@pytest.mark.parametrize("elbow", ["qwe", "nb", "yu", "Space n b m", "x n", "n x", "Enter q", "Up Down n", "Unknown n"])
def test_several_keys_at_once_are_a_pause(elbow: str) -> None:
    """An elbow on the keyboard holds the session, whatever it hits first; it neither jumps nor ends nor answers."""
    keys = elbow.split() if " " in elbow else list(elbow)
    made = events(*((1 + number * 0.02, key) for number, key in enumerate(keys)))
    assert made[-1] == Event(Signal.PAUSE)
    assert all(event.signal is Signal.TOGGLE for event in made[:-1])
    assert len(made) <= 2


def test_an_elbow_that_stays_and_rolls_is_one_pause() -> None:
    """The key that repeats, and those that are hit a moment later, belong to it; a finger afterwards counts."""
    repeats = [(1.3 + number * 0.033, "k") for number in range(40)]
    roll = [(1.0, "j"), (1.02, "k"), (1.15, "n"), (1.25, "k")]
    assert heard(*roll, *repeats, (4.0, "n")) == ["j", "", "n"]


@pytest.mark.parametrize("elbow", ["sn", "ns", "nbs", "as", "Space s", "Up s"])
def test_a_stop_among_several_is_a_stop(elbow: str) -> None:
    """Nothing outranks it, and nothing that comes with it goes on."""
    keys = elbow.split() if " " in elbow else list(elbow)
    made = [event.signal for event in events(*((1 + number * 0.02, key) for number, key in enumerate(keys)))]
    assert made.count(Signal.STOP) == 1
    assert set(made) <= {Signal.STOP, Signal.PAUSE, Signal.TOGGLE}


@pytest.mark.parametrize(("key", "signal"), [("s", Signal.STOP), ("Space", Signal.TOGGLE), ("x", Signal.TOGGLE)])
def test_stop_and_pause_wait_for_nothing(key: str, signal: Signal) -> None:
    """They are told in the moment of the press; what jumps is told 40 ms later."""
    keyboard = TypedKeyboard((1.0, key), (3.0, "n"))
    controls = KeyControls(keyboard, lambda: keyboard.now)
    assert controls.read(2.0) == Event(signal, key=key)
    assert keyboard.now == 1.0
    assert controls.read(5.0) == Event(Signal.NEXT, key="n")
    assert keyboard.now == pytest.approx(3.04)


def test_keys_do_what_somebody_wishes() -> None:
    """Own keys first; the others as before; the key keeps its name, because questions look at it."""
    typed = [(1.0, "F5"), (2.0, "x"), (3.0, "n"), (4.0, "s"), (5.0, "z")]
    assert events(*typed, bindings=OWN) == [
        Event(Signal.STOP, key="F5"),
        Event(Signal.NEXT, key="x"),
        Event(Signal.NEXT, key="n"),
        Event(Signal.REPEAT, key="s"),
        Event(Signal.TOGGLE, key="z"),
    ]


def test_own_keys_count_once_too() -> None:
    """A pedal that is held or bounces, whatever it was made to do."""
    for key in ("F5", "x", "s"):
        repeats = [(1.5 + number * 0.09, key) for number in range(30)]
        assert heard((1.0, key), (1.02, key), *repeats, bindings=OWN) == [key]


def test_it_is_the_meaning_that_may_be_held() -> None:
    """A key made to be louder repeats, and an arrow made to go back does not."""
    assert heard((1.0, "PageUp"), (1.03, "PageUp"), (1.06, "PageUp"), bindings=OWN) == ["PageUp"] * 3
    assert heard((1.0, "Up"), (1.03, "Up"), (1.06, "Up"), bindings=OWN) == ["Up"]


def test_an_own_stop_among_several_is_a_stop() -> None:
    """As the one that everybody has."""
    made = events((1.0, "x"), (1.01, "F5"), bindings=OWN)
    assert [event.signal for event in made] == [Signal.PAUSE, Signal.STOP]


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
        ("\x00H\x00?\x00~", ["Up", "F5", "Unknown"]),
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
