"""The terminal as its shell finds it again, after each way out of a program."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

_PROGRAM = """
import fcntl, os, sys, termios
if len(sys.argv) == 1: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from massage_voice.controls.key_controls import open_keys
controls = open_keys()
print("open", flush=True)
while True:
    event = controls.read(0.05)  # as a session does: Python sees a signal between two waits
    if event is None: continue
    print(event.key, flush=True)
    if event.key == "c": os.close(1)
    if event.key == "e": raise RuntimeError
    if event.key == "q": sys.exit(0)
"""

_SHELL = """
import fcntl, os, signal, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = subprocess.Popen([sys.executable, "-c", sys.argv[1], "job"], process_group=0)
def foreground(*_):
    os.tcsetpgrp(0, job.pid)
    job.send_signal(signal.SIGCONT)
signal.signal(signal.SIGUSR1, foreground)
sys.exit(job.wait())
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
            assert select.select([self.master], [], [], 30)[0], self.said
            self.said += os.read(self.master, 1024)

    def quick(self) -> bool:
        """Whether the terminal gives every key at once, unechoed."""
        return not self.mode()[3] & (termios.ICANON | termios.ECHO)

    def mode(self) -> list[Any]:
        """Of its terminal."""
        return termios.tcgetattr(self.slave)

    def ended(self) -> int:
        """Its exit code, negative for a signal."""
        return self.process.wait(10)

    def children(self) -> list[str]:
        """The processes that it has started and that run still."""
        ran = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return ran.stdout.split()


def state(pid: str) -> str:
    """The letter that `ps` gives it: T for stopped, Z or nothing when it has ended."""
    ran = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False)
    return ran.stdout.strip()[:1]


def has_gone(pid: str) -> bool:
    """The process has ended, whether or not somebody has taken note of it."""
    return state(pid) in {"", "Z"}


def until(true: Callable[[], bool]) -> None:
    """Poll, for half a minute at most: the machine may be busy."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def started(
    *command: str, mode: Callable[[int], object] = lambda _: None, stdout: int | None = None
) -> Iterator[Child]:
    """A program at a terminal that was brought into a `mode` before."""
    master, slave = pty.openpty()
    mode(slave)
    process = subprocess.Popen(
        [sys.executable, "-c", *command],
        stdin=slave,
        stdout=slave if stdout is None else stdout,
        stderr=slave,
        start_new_session=True,
    )
    program = Child(process, master, slave)
    try:
        yield program
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


@pytest.fixture
def child() -> Iterator[Child]:
    """The program, with its terminal in the state it made."""
    with started(_PROGRAM) as program:
        program.says(b"open")
        assert program.quick()
        yield program


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


@pytest.mark.parametrize("went_on", [False, True])
def test_after_a_kill(child: Child, went_on: bool) -> None:
    """Killed without a chance to clean up: the terminal is given back, and whoever did that has gone as well."""
    if went_on:  # what it does at Ctrl-Z is no reason to think that it has ended
        os.write(child.master, b"\x1a")
        os.waitpid(child.process.pid, os.WUNTRACED)
        child.process.send_signal(signal.SIGCONT)
        until(child.quick)
    (guard,) = child.children()
    child.process.kill()
    child.ended()
    until(lambda: not child.quick())
    until(lambda: has_gone(guard))


def test_a_kill_while_stopped_leaves_the_terminal_to_the_shell(child: Child) -> None:
    """It is in the mode of whoever edits a line there."""
    os.write(child.master, b"\x1a")
    os.waitpid(child.process.pid, os.WUNTRACED)
    tty.setcbreak(child.slave)
    mode = child.mode()
    (guard,) = child.children()
    child.process.kill()
    until(lambda: has_gone(guard))
    assert child.mode() == mode


def test_after_the_end_nobody_stays(child: Child) -> None:
    """No process is left behind at the terminal."""
    (guard,) = child.children()
    os.write(child.master, b"q")
    assert child.ended() == 0
    assert has_gone(guard)


def test_a_pipe_ends_when_the_program_closes_it() -> None:
    """`massage-voice … | cat`: nobody else holds the pipe."""
    reading, writing = os.pipe()
    with started(_PROGRAM, stdout=writing) as child:
        os.close(writing)
        assert os.read(reading, 4) == b"open"
        os.write(child.master, b"c")
        while os.read(reading, 1024):
            pass
        assert child.process.poll() is None
        assert child.quick()
    os.close(reading)


def test_ctrl_s_is_a_key(child: Child) -> None:
    """The screen goes on, and so does whoever writes to it."""
    os.write(child.master, b"\x13s")
    child.says(b"Unknown\r\ns\r\n")


def cooked(fd: int) -> None:
    """As a shell hands it over."""


def left_raw(fd: int) -> None:
    tty.setraw(fd)


def left_silent(fd: int) -> None:
    mode = termios.tcgetattr(fd)
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(fd, termios.TCSANOW, mode)


@pytest.mark.parametrize("kill", [False, True])
@pytest.mark.parametrize("mode", [cooked, left_raw, left_silent])
def test_a_terminal_is_given_back_as_a_shell_wants_it(mode: Callable[[int], None], kill: bool) -> None:
    """As it was, or sane if a program before us left it otherwise; meanwhile lines end and Ctrl-C works."""
    with started(_PROGRAM, mode=mode) as child:
        child.says(b"open\r\n")
        if kill:
            child.process.kill()
        else:
            os.write(child.master, b"\x03")
        child.ended()
        until(lambda: is_sane(child.mode()))


def is_sane(mode: list[Any]) -> bool:
    """It gives edited lines, echoes them, ends lines, and Ctrl-C, Ctrl-Z and Ctrl-S mean what they mean."""
    local = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
    wanted = ((0, termios.ICRNL | termios.IXON), (1, termios.OPOST | termios.ONLCR), (3, local))
    return all(mode[part] & flags == flags for part, flags in wanted)


def test_a_job_in_the_background_leaves_the_terminal_alone() -> None:
    """Neither its mode nor what is typed is its own before it is in the foreground."""
    with started(_SHELL, _PROGRAM) as shell:
        shell.says(b"open")
        assert not shell.quick()
        os.write(shell.master, b"x\n")
        shell.says(b"x\r\n")  # the echo
        time.sleep(0.3)
        (job,) = shell.children()
        assert state(job) != "T"  # as whoever reads from there is
        shell.process.send_signal(signal.SIGUSR1)
        until(shell.quick)
        shell.says(b"x\r\n\r\n")  # what was typed before: two keys at once, the second of which is a pause
        time.sleep(0.3)
        shell.said = b""
        os.write(shell.master, b"q")
        shell.says(b"q\r\n")
        assert shell.ended() == 0
        assert not shell.quick()
