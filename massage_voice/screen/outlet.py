"""Text on its way to a terminal or a pipe that may not take it: writing here never waits.

A terminal stopped by Ctrl-S, a pager that does not read, a dead ssh: each blocks whoever writes to it, and a
blocked session hears no stop. So while a session plays, a thread of its own does the writing.

What waits is bounded. Redraws of a view (text that steers the terminal) and lines are counted apart, so a view
that nobody takes never pushes a line out; beyond its limit the oldest of a kind is dropped, always a whole write.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

LINES: Final = 4 << 20
"""Bytes of lines that may wait: some twenty sessions' ledgers."""
REDRAWS: Final = 64 << 10
"""Bytes of redraws that may wait: ten seconds or so, for older ones are of no use to anybody."""
FLUSH_S: Final = 1.0
"""How long the end waits for a reader."""


class _Kept:
    """Numbered writes that wait, at most `limit` bytes of them, or the latest one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._writes: deque[tuple[int, bytes]] = deque()

    @property
    def first(self) -> float:
        """The number of the oldest; infinite when there is none."""
        return self._writes[0][0] if self._writes else float("inf")

    def put(self, number: int, data: bytes) -> None:
        self._writes.append((number, data))
        self._size += len(data)
        while self._size > self._limit and len(self._writes) > 1:
            self.take()

    def take(self) -> bytes:
        data = self._writes.popleft()[1]
        self._size -= len(data)
        return data


class Sink:
    """An open file and the thread that writes to it, in the order in which things were handed in."""

    def __init__(self, fd: int) -> None:
        # a file of its own: no lock of sys.stdout is held while it blocks, and nobody points it elsewhere meanwhile
        self._file = os.fdopen(os.dup(fd), "wb", buffering=0)
        self._lines, self._redraws = _Kept(LINES), _Kept(REDRAWS)
        self._change = threading.Condition()
        self._count = 0
        self._writing = False
        self._closed = False
        self.error: OSError | None = None
        """Why it takes nothing any more, once that is so."""
        threading.Thread(target=self._run, name="outlet", daemon=True).start()

    def put(self, data: bytes) -> None:
        """Hand in one write; returns at once."""
        with self._change:
            if self.error is None and not self._closed:
                self._count += 1
                kept = self._redraws if b"\x1b" in data else self._lines
                kept.put(self._count, data)
                self._change.notify_all()

    def settle(self, timeout_s: float) -> bool:
        """Whether, within `timeout_s` seconds, all is written or the reader has gone."""
        with self._change:
            return self._change.wait_for(lambda: self.error is not None or self._is_idle(), timeout_s)

    def close(self) -> None:
        """Let the thread end when all is written; safe to call twice."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _is_idle(self) -> bool:
        return not self._writing and not self._is_waiting()

    def _is_waiting(self) -> bool:
        return min(self._lines.first, self._redraws.first) < float("inf")

    def _run(self) -> None:
        with self._file:
            while data := self._next():
                try:
                    self._write(data)
                except OSError as error:
                    self.error = error
                    break
        with self._change:
            self._writing = False
            self._change.notify_all()

    def _next(self) -> bytes:
        """The next write; empty when it is closed and all is written."""
        with self._change:
            self._writing = False
            self._change.notify_all()
            self._change.wait_for(lambda: self._closed or self._is_waiting())
            if not self._is_waiting():
                return b""
            self._writing = True
            return min(self._lines, self._redraws, key=lambda kept: kept.first).take()

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            written = self._file.write(left)
            if written is None:  # somebody made it non-blocking, and it is full
                select.select([], [self._file], [])
            else:
                left = left[written:]


class Outlet(io.TextIOBase):
    """Stands in for text stream `stream`, which is as wide, as colourful and as much a terminal as before."""

    def __init__(self, stream: TextIO, sink: Sink) -> None:
        self._stream = stream
        self._sink = sink

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As the stream has it."""
        return self._stream.encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What cannot be written is replaced: it is no reason to end a session."""
        errors = self._stream.errors
        return "replace" if errors in {None, "strict"} else errors

    def write(self, text: str) -> int:
        """Hand `text` in; returns at once."""
        data = text.replace("\n", os.linesep).encode(self.encoding, self.errors)
        if data:
            self._sink.put(data)
        return len(text)

    def flush(self) -> None:
        """Nothing to do: what is written is on its way, and nobody waits for it."""

    def isatty(self) -> bool:
        """As the stream."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """As the stream."""
        return self._stream.fileno()

    def writable(self) -> bool:
        """True."""
        return True


@contextmanager
def unblocked() -> Iterator[None]:
    """Inside the block, writing to `sys.stdout` and `sys.stderr` never waits; the order of each is kept.

    At the end it waits at most `FLUSH_S` seconds for what is under way. A stream that still blocks then is not
    put back, so that the last words of the program cannot hang either. Streams that are no files stay as they are.
    """
    streams = {name: stream for name in ("stdout", "stderr") if _is_file(stream := getattr(sys, name))}
    sinks = _sinks(streams)
    for name, stream in streams.items():
        with suppress(OSError):
            stream.flush()
        setattr(sys, name, Outlet(stream, sinks[name]))
    try:
        yield
    finally:
        until = time.monotonic() + FLUSH_S
        for name, stream in streams.items():
            if sinks[name].settle(max(0.0, until - time.monotonic())):
                setattr(sys, name, stream)
                sinks[name].close()


def _is_file(stream: TextIO | None) -> bool:
    """Not a buffer of a test, not closed, and not missing as under pythonw."""
    try:
        return stream is not None and stream.fileno() >= 0
    except (OSError, ValueError):
        return False


def _sinks(streams: dict[str, TextIO]) -> dict[str, Sink]:
    """One for both where both go to the same file, so that the order between them is kept."""
    sinks: dict[str, Sink] = {}
    for name, stream in streams.items():
        same = (sinks[n] for n in sinks if os.path.sameopenfile(streams[n].fileno(), stream.fileno()))
        sinks[name] = next(same, None) or Sink(stream.fileno())
    return sinks
