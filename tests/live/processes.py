"""The real command in a process of its own: in a pipe, or at a terminal of its own."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import massage_voice

COMMAND = str(Path(sys.executable).with_name("massage-voice"))
NO_DEVICE = {"PULSE_SERVER": "unix:/nonexistent"}
_AT_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


def environment(home: Path, more: Mapping[str, str] = {}) -> dict[str, str]:
    """The environment of a command whose home is `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASSAGE_VOICE_")}
    return {**kept, "MASSAGE_VOICE_HOME": str(home), "WAKEPY_FAKE_SUCCESS": "1", "TERM": "xterm", **more}


def short_routine(home: Path, name: str = "short") -> str:
    """The neck routine with a preparation of one line, in the user's own folder; its name."""
    text = (Path(massage_voice.__file__).parent / "data" / "routines" / "neck.yaml").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    prepare = [number for number, line in enumerate(lines) if line.startswith('  - "')]
    kept = [line for number, line in enumerate(lines) if number not in prepare[1:]]
    folder = home / "config" / "routines"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text("".join(kept), "utf-8")
    return name


@dataclass
class Piped:
    """A command without a terminal."""

    process: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)

    def says(self, text: str, limit_s: float = 60.0) -> None:
        """Wait for a line on stdout that contains `text`."""
        assert self.process.stdout is not None
        end = time.monotonic() + limit_s
        while not any(text in line for line in self.out):
            assert time.monotonic() < end, self.out
            line = self.process.stdout.readline()
            assert line, (self.out, self.rest())
            self.out.append(line)

    def ended(self, limit_s: float = 60.0) -> tuple[int, str, str]:
        """Exit code, everything from stdout, everything from stderr."""
        rest, error = self.process.communicate(timeout=limit_s)
        return self.process.returncode, "".join(self.out) + rest, error

    def rest(self) -> str:
        """What it had to say on stderr, for a failing test."""
        self.process.kill()
        return self.process.communicate()[1]


@contextmanager
def piped(home: Path, *arguments: str, env: Mapping[str, str] = {}, together: bool = False) -> Iterator[Piped]:
    """The command with nobody at its stdin; ended in any case. `together`: what it says on stderr comes on stdout."""
    process = subprocess.Popen(
        [COMMAND, *arguments],
        env=environment(home, env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if together else subprocess.PIPE,
        text=True,
    )
    try:
        yield Piped(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Terminal:
    """A command at a terminal, and the hands at its keys."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, slave: int) -> None:
        self.process = process
        self.master = master
        self.slave = slave
        self.said = ""
        self._looked = 0
        self.before = termios.tcgetattr(slave)

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self.master, key.encode())

    def says(self, text: str, limit_s: float = 60.0) -> None:
        """Wait until `text` appears after what was last waited for."""
        end = time.monotonic() + limit_s
        while (found := self.said.find(text, self._looked)) < 0:
            assert time.monotonic() < end, f"not said: {text!r} in {self.said[self._looked :]!r}"
            self._read(0.05)
        self._looked = found + len(text)

    def pause(self, seconds: float) -> None:
        """Let time pass, as people do."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def ended(self, limit_s: float = 60.0) -> int:
        """The exit code."""
        end = time.monotonic() + limit_s
        while self.process.poll() is None:
            assert time.monotonic() < end, self.said
            self._read(0.05)
        self._read(0.05)
        return self.process.returncode

    def stopped(self) -> bool:
        """Wait until it has been stopped; False when it has ended instead."""
        return os.WIFSTOPPED(os.waitpid(self.process.pid, os.WUNTRACED)[1])

    def comes_back(self, limit_s: float = 10.0) -> bool:
        """Whether the terminal is as it was, or soon will be."""
        end = time.monotonic() + limit_s
        while not self.restored() and time.monotonic() < end:
            self._read(0.01)
        return self.restored()

    def vanish(self) -> None:
        """The window is closed."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def quick(self) -> bool:
        """The terminal gives every key at once, unechoed."""
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def restored(self) -> bool:
        """The terminal is as it was."""
        return termios.tcgetattr(self.slave) == self.before

    def _read(self, timeout_s: float) -> None:
        if select.select([self.master], [], [], timeout_s)[0]:
            self.said += os.read(self.master, 65_536).decode("utf-8", "replace").replace("\r\n", "\n")


@contextmanager
def terminal(
    home: Path, *arguments: str, env: Mapping[str, str] = {}, stdout: int | None = None, most_bytes: int | None = None
) -> Iterator[Terminal]:
    """The command at a pseudo terminal of its own; ended in any case.

    Its data goes to `stdout`, if given; it can write no file of more than `most_bytes`, as if the disk were full.
    """
    master, slave = pty.openpty()
    limited = "" if most_bytes is None else f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({most_bytes},) * 2); "
    command = [sys.executable, "-c", limited + _AT_TERMINAL, COMMAND, *arguments]
    process = subprocess.Popen(
        command,
        env=environment(home, env),
        stdin=slave,
        stdout=slave if stdout is None else stdout,
        stderr=slave,
        start_new_session=True,
    )
    made = Terminal(process, master, slave)
    try:
        yield made
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if made.master >= 0:
            os.close(master)
            os.close(slave)


def leave(process: subprocess.Popen[Any], number: int = signal.SIGTERM) -> None:
    """Ask to end, and once more."""
    for _ in range(2):
        process.send_signal(number)
        time.sleep(0.3)


def lines_of(text: str) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def records(home: Path, kind: str) -> list[dict[str, Any]]:
    """The one journal or ledger in a home."""
    (path,) = (home / "data" / "sessions").glob(f"*.{kind}.jsonl")
    return lines_of(path.read_text("utf-8"))
