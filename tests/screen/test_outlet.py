"""Text for readers that read late, never, or no more; what each got, and how long the writer was held up."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

import click
import pytest
from rich.console import Console

from massage_voice.screen.outlet import LINES, REDRAWS, Outlet, Sink, unblocked

AT_ONCE_S = 1.0
"""Nothing waits; this long because the machine may be busy. What blocks here blocks for ever."""


@contextmanager
def as_stdout(fd: int, name: str = "stdout") -> Iterator[TextIO]:
    """A text file on `fd` in the place of `sys.stdout`."""
    before = getattr(sys, name)
    with os.fdopen(os.dup(fd), "w", encoding="utf-8") as file:
        setattr(sys, name, file)
        try:
            yield file
        finally:
            setattr(sys, name, before)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The end that is read, and the end that is written."""
    reading, writing = os.pipe()
    yield reading, writing
    for fd in (reading, writing):
        os.close(fd)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The end with the screen, and the end of the program; what is written is not changed on the way."""
    master, slave = pty.openpty()
    mode = termios.tcgetattr(slave)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    yield master, slave
    os.close(master)
    os.close(slave)


def read(fd: int, size: int, limit_s: float = 30.0) -> bytes:
    """`size` bytes."""
    data = b""
    end = time.monotonic() + limit_s
    while len(data) < size:
        assert select.select([fd], [], [], max(0.0, end - time.monotonic()))[0], (len(data), size)
        data += os.read(fd, 65_536)
    return data


def read_to(fd: int, last: bytes) -> list[bytes]:
    """Whole lines, up to `last`."""
    data = b""
    while not data.endswith(last):
        data += read(fd, 1)
    return data.splitlines(keepends=True)


def is_quiet(fd: int) -> bool:
    """Nothing comes for a while."""
    return not select.select([fd], [], [], 0.2)[0]


def lines(count: int) -> str:
    return "".join(f"line {n} {'x' * 90}\n" for n in range(count))


def test_a_reader_that_reads_late_gets_all(pipe: tuple[int, int]) -> None:
    """Half a megabyte into a pipe that takes 64 KiB: at once, and nothing is lost or out of order."""
    reading, writing = pipe
    with as_stdout(writing), unblocked():
        began = time.monotonic()
        for line in lines(5_000).splitlines():
            click.echo(line)
        assert time.monotonic() - began < AT_ONCE_S
        wanted = lines(5_000).encode()
        assert read(reading, len(wanted)) == wanted


def test_a_terminal_stopped_by_ctrl_s(terminal: tuple[int, int]) -> None:
    """It holds nobody up; after Ctrl-Q it shows everything, in order."""
    master, slave = terminal
    with as_stdout(slave) as file, unblocked():
        os.write(master, b"\x13")
        assert is_quiet(master)
        began = time.monotonic()
        sys.stdout.write("first\n")
        sys.stdout.write(lines(500))
        assert time.monotonic() - began < AT_ONCE_S
        assert is_quiet(master)
        os.write(master, b"\x11")
        wanted = b"first\n" + lines(500).encode()
        assert read(master, len(wanted)) == wanted
        assert sys.stdout is not file


def test_at_the_end_what_is_under_way_is_written(pipe: tuple[int, int]) -> None:
    """The block ends when the reader has it, and the stream is put back."""
    reading, writing = pipe
    with as_stdout(writing) as file:
        with unblocked():
            click.echo("the last words")
        assert sys.stdout is file
        assert read(reading, 15) == b"the last words\n"


def test_at_the_end_a_reader_that_never_reads_is_left(pipe: tuple[int, int]) -> None:
    """After a second; what is said then does not hang either, and still arrives should it read after all."""
    reading, writing = pipe
    wanted = lines(2_000).encode() + b"and more\n"
    with as_stdout(writing) as file:
        began = time.monotonic()
        with unblocked():
            sys.stdout.write(lines(2_000))
        click.echo("and more")
        assert 1.0 <= time.monotonic() - began < 1.0 + AT_ONCE_S
        assert sys.stdout is not file
        assert read(reading, len(wanted)) == wanted


def test_a_program_with_a_reader_that_never_reads_can_end(pipe: tuple[int, int]) -> None:
    """Python's exit does not wait for the thread that writes, nor is it an error."""
    program = (
        "from massage_voice.screen.outlet import unblocked\n"
        "with unblocked(): print('x' * 500_000)\n"
        "print('the end')"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=pipe[1], stderr=subprocess.PIPE, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_reader_that_has_left_is_told_nothing_more(pipe: tuple[int, int]) -> None:
    """No error reaches whoever writes."""
    reading, writing = os.pipe()
    os.close(reading)
    sink = Sink(writing)
    os.close(writing)
    for n in range(3):
        sink.put(b"%d\n" % n)
        assert sink.settle(30)
    assert isinstance(sink.error, BrokenPipeError)
    assert pipe


def test_redraws_never_push_a_line_out(pipe: tuple[int, int]) -> None:
    """Of what nobody takes, the oldest redraws go and the latest stay; every line stays, at its place."""
    reading, writing = pipe
    sink = Sink(writing)
    sink.put(b"-" * 200_000 + b"\n")  # more than the pipe takes: from here on, everything waits
    assert not sink.settle(0.05)
    redraws = [b"\x1b[2J%06d" % n + b"." * 1_000 + b"\n" for n in range(1_000)]
    for n, redraw in enumerate(redraws):
        sink.put(b"line %d\n" % n)
        sink.put(redraw)
    sink.put(b"end\n")
    got = read_to(reading, b"end\n")
    kept = len(got) - 1_002
    assert 0 < kept <= REDRAWS // 1_000
    wanted = [line for n in range(1_000) for line in (b"line %d\n" % n, redraws[n])[: 1 + (n >= 1_000 - kept)]]
    assert got[1:-1] == wanted
    sink.close()


def test_what_waits_is_bounded(pipe: tuple[int, int]) -> None:
    """A reader that never reads costs a few megabytes, and when it reads it finds whole lines, the latest."""
    reading, writing = pipe
    sink = Sink(writing)
    written = [b"%08d" % n + b"x" * 9_990 + b"\n" for n in range(LINES // 10_000 * 3)]
    for line in written:
        sink.put(line)
    got = read_to(reading, written[-1])
    assert LINES * 0.99 < sum(map(len, got)) < LINES + 300_000
    assert set(got) <= set(written)
    assert got[-400:] == written[-400:]
    sink.close()


def test_both_streams_at_one_terminal_keep_their_order(terminal: tuple[int, int]) -> None:
    """Talk and data come out as they were said."""
    master, slave = terminal
    wanted = "".join(f"{'out' if n % 2 else 'err'} {n}\n" for n in range(400))
    with ExitStack() as stack:
        stack.enter_context(as_stdout(slave))
        stack.enter_context(as_stdout(slave, "stderr"))
        stack.enter_context(unblocked())
        for line in wanted.splitlines():
            click.echo(line, err=line.startswith("err"))
        assert read(master, len(wanted)).decode() == wanted


def test_a_blocked_stream_does_not_silence_the_other(pipe: tuple[int, int], terminal: tuple[int, int]) -> None:
    """The data in a pager that does not read; what is said beside it is seen."""
    with ExitStack() as stack:
        stack.enter_context(as_stdout(pipe[1]))
        stack.enter_context(as_stdout(terminal[1], "stderr"))
        stack.enter_context(unblocked())
        sys.stdout.write(lines(2_000))
        click.echo("STOP", err=True)
        assert read(terminal[0], 5) == b"STOP\n"
        read(pipe[0], len(lines(2_000)))


def test_it_looks_like_the_stream_it_stands_for(terminal: tuple[int, int], pipe: tuple[int, int]) -> None:
    """Colours on a terminal, none in a pipe."""
    for fd, coloured in ((terminal[1], True), (pipe[1], False)):
        with as_stdout(fd) as file, unblocked():
            assert isinstance(sys.stdout, Outlet)
            assert (sys.stdout.isatty(), sys.stdout.fileno()) == (coloured, file.fileno())
            assert sys.stdout.encoding == "utf-8"
            assert Console().is_terminal is coloured


def test_what_the_encoding_lacks_is_replaced(pipe: tuple[int, int]) -> None:
    """An old terminal ends no session."""
    reading, writing = pipe
    with os.fdopen(os.dup(writing), "w", encoding="latin-1") as file:
        sink = Sink(writing)
        Outlet(file, sink).write("ä “b”\n")
        sink.close()
    assert read(reading, 6) == "ä ?b?\n".encode("latin-1")


def test_a_stream_that_is_no_file_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them: pythonw has no stdout."""
    monkeypatch.setattr(sys, "stdout", None)
    with unblocked():
        assert sys.stdout is None
