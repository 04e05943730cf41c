"""The live view finds its terminal: its size as it is now, and whether it can redraw at all."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from massage_voice.screen.live import LiveView, live_view
from tests.session.places import session_at


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """A terminal: the end with its screen, and the one of the program."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


@contextmanager
def viewed(terminal: tuple[int, int], encoding: str = "utf-8") -> Iterator[LiveView | None]:
    """The view for that terminal, as standard output; pytest has its own between a fixture and its test."""
    with os.fdopen(os.dup(terminal[1]), "w", encoding=encoding) as file, pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stdout", file)
        yield live_view("Neck")


def resize(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def written(terminal: tuple[int, int], encoding: str = "utf-8", size: tuple[int, int] | None = None) -> str:
    """What the view writes of a session, whole, when the terminal has changed to `size`."""
    with viewed(terminal, encoding) as view:
        assert view is not None
        if size:
            resize(terminal[1], *size)
        view.update(session_at("practising"))
        data = b""
        while select.select([terminal[0]], [], [], 0.2)[0]:  # it comes in pieces
            data += os.read(terminal[0], 65_536)
        return data.decode()


@pytest.mark.parametrize(("columns", "lines"), [(40, 12), (100, 30)])
def test_the_size_is_that_of_the_terminal(terminal: tuple[int, int], columns: int, lines: int) -> None:
    """Whatever the environment says, and also when it changes."""
    assert written(terminal, size=(columns, lines)).count("\n") == lines - 1


def test_a_terminal_that_does_not_know_its_size(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says."""
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("LINES", "20")
    assert written(terminal).count("\n") == 19


def test_colour_is_left_out_where_it_is_not_wanted(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves bold."""
    assert "\x1b[1;36m" in written(terminal, size=(80, 24))
    monkeypatch.setenv("NO_COLOR", "1")
    text = written(terminal, size=(80, 24))
    assert "\x1b[1m" in text
    assert "\x1b[1;36m" not in text


def test_a_dumb_terminal_and_a_pipe_have_none(terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """They get plain lines."""
    monkeypatch.setenv("TERM", "dumb")
    with viewed(terminal) as view:
        assert view is None
    monkeypatch.setenv("TERM", "xterm")
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", nothing)
        assert live_view("Neck") is None


def test_a_terminal_with_few_letters(terminal: tuple[int, int]) -> None:
    """No letter that its encoding lacks."""
    text = written(terminal, "latin-1", (80, 24))
    assert "##" in text
    assert text.isascii()
