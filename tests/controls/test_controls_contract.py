"""What every Controls keeps: on a real terminal (a pty), scripted, and with none at all."""

from __future__ import annotations

import os
import pty
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from massage_voice.controls.bindings import event_of
from massage_voice.controls.key_controls import KeyControls
from massage_voice.controls.posix_keys import PosixKeyboard
from massage_voice.controls.waiting import NoControls, ScriptedControls
from massage_voice.ports import Controls
from massage_voice.session.events import Event, Signal


@dataclass
class Desk:
    """Controls, and someone who presses `n` at them."""

    controls: Controls
    press_n: Callable[[], object]


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A pty: the end that types, and the end that is read."""
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


@pytest.fixture(params=["terminal", "scripted"])
def desk(request: pytest.FixtureRequest, terminal: tuple[int, int]) -> Iterator[Desk]:
    if request.param == "scripted":
        scripted = ScriptedControls([(0.0, event_of("n"))])
        made = Desk(scripted, lambda: None)
    else:
        master, slave = terminal
        made = Desk(KeyControls(PosixKeyboard(slave)), lambda: os.write(master, b"n"))
    yield made
    made.controls.close()


def test_a_press_is_an_event(desk: Desk) -> None:
    """The signal, and the key it came from; then nothing more."""
    desk.press_n()
    assert desk.controls.read(2.0) == Event(Signal.NEXT, key="n")
    assert desk.controls.read(0.0) is None


def test_closing_twice_is_fine(desk: Desk) -> None:
    """A `finally` and `atexit` may both close."""
    desk.controls.close()
    desk.controls.close()


def typed(master: int, slave: int, data: bytes, count: int) -> list[str]:
    keyboard = PosixKeyboard(slave)
    os.write(master, data)
    names = [keyboard.key(2.0) for _ in range(count)]
    keyboard.close()
    return names


def test_a_terminal_gives_keys_and_sequences(terminal: tuple[int, int]) -> None:
    """Letters, arrows and umlauts in one go, without Enter."""
    assert typed(*terminal, "n\x1b[6~ä \x1b[As\x1b".encode(), 6) == ["n", "PageDown", "ä", "Space", "Up", "s"]


def test_a_lone_escape_is_told_within_30_ms(terminal: tuple[int, int]) -> None:
    """Esc is not kept back for long."""
    began = time.monotonic()
    assert typed(*terminal, b"\x1b", 1) == ["Escape"]
    assert time.monotonic() - began < 0.5


def test_a_sequence_in_two_parts_is_one_key(terminal: tuple[int, int]) -> None:
    """A slow line between terminal and program does not make an Escape of an arrow."""
    master, slave = terminal
    keyboard = PosixKeyboard(slave)
    os.write(master, "ä".encode()[:1])
    assert keyboard.key(0.0) == ""
    os.write(master, "ä".encode()[1:])
    assert keyboard.key(2.0) == "ä"
    keyboard.close()


def test_a_terminal_echoes_nothing_and_is_given_back(terminal: tuple[int, int]) -> None:
    """After closing all is as it was; `test_terminal` looks at what happens in between."""
    _, slave = terminal
    before = termios.tcgetattr(slave)
    keyboard = PosixKeyboard(slave)
    keyboard.close()
    assert termios.tcgetattr(slave) == before


def test_a_terminal_that_goes_away_is_only_time(terminal: tuple[int, int]) -> None:
    """Hung up, there are no keys any more, and no busy loop."""
    inner, outer = pty.openpty()
    keyboard = PosixKeyboard(outer)
    os.close(inner)
    began = time.monotonic()
    assert keyboard.key(0.1) == ""
    assert keyboard.key(0.1) == ""
    assert time.monotonic() - began >= 0.2
    keyboard.close()
    os.close(outer)
    assert terminal


def test_no_controls_waits() -> None:
    """Without anyone there, the time of a read passes."""
    waited: list[float] = []
    controls = NoControls(waited.append)
    assert controls.read(0.25) is None
    controls.close()
    assert waited == [0.25]


def test_a_script_moves_a_clock() -> None:
    """Events come at their seconds; every second in between is handed to `wait`."""
    waited: list[float] = []
    stop, go_on = Event(Signal.STOP), Event(Signal.RESUME)
    controls = ScriptedControls([(3.0, go_on), (1.0, stop)], waited.append)
    assert [controls.read(0.75) for _ in range(5)] == [None, stop, None, None, go_on]
    assert waited == [0.75, 0.25, 0.75, 0.75, 0.5]
    controls.close()
    assert controls.closed
