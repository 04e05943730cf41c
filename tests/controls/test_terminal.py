"""The terminal as its shell finds it again, after each way out of a program."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

_PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from massage_voice.controls.key_controls import open_keys
controls = open_keys()
print("open", flush=True)
while True:
    event = controls.read(0.05)  # as a session does: Python sees a signal between two waits
    if event is None: continue
    print(event.key, flush=True)
    if event.key == "e": raise RuntimeError
    if event.key == "q": sys.exit(0)
"""


@dataclass
class Child:
    """A program that reads keys on a terminal of its own."""

    process: subprocess.Popen[bytes]
    master: int
    slave: int
    said: bytes = b""

    def says(self, text: bytes) -> None:
        """Wait for it."""
        while text not in self.said:
            self.said += os.read(self.master, 1024)

    def quick(self) -> bool:
        """Whether the terminal gives every key at once, unechoed."""
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def ended(self) -> int:
        """Its exit code, negative for a signal."""
        return self.process.wait(10)


def until(true: Callable[[], bool]) -> None:
    """Poll, for half a minute at most: the machine may be busy."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def child() -> Iterator[Child]:
    """The program, with its terminal in the state it made."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", _PROGRAM]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    program = Child(process, master, slave)
    try:
        program.says(b"open")
        assert program.quick()
        yield program
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def test_after_the_end(child: Child) -> None:
    """A program that forgets to close gives the terminal back at its exit."""
    os.write(child.master, b"q")
    assert child.ended() == 0
    assert not child.quick()


def test_after_an_error(child: Child) -> None:
    """An exception nobody caught."""
    os.write(child.master, b"e")
    assert child.ended() == 1
    assert not child.quick()


def test_after_ctrl_c(child: Child) -> None:
    """Ctrl-C keeps its meaning."""
    os.write(child.master, b"\x03")
    assert child.ended() != 0
    assert not child.quick()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_after_a_signal(child: Child, number: signal.Signals) -> None:
    """Ended from outside, it dies of that very signal, with the terminal given back."""
    child.process.send_signal(number)
    assert child.ended() == -number
    assert not child.quick()


def test_while_stopped(child: Child) -> None:
    """Ctrl-Z gives the terminal back, going on takes it again."""
    os.write(child.master, b"\x1a")
    os.waitpid(child.process.pid, os.WUNTRACED)
    assert not child.quick()
    child.process.send_signal(signal.SIGCONT)
    until(child.quick)
    os.write(child.master, b"q")
    assert child.ended() == 0
    assert not child.quick()
