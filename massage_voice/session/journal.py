"""Lines of JSON that are on the disk when `append` returns: what journal and ledger of a session are made of."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from massage_voice.errors import OutputError, RecordError
from massage_voice.ports import Journal

_NOT_ELSEWHERE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Never through a link, and no waiting for whoever reads a pipe."""


LARGEST = 64 << 20
"""Bytes; a long session's journal takes a hundred thousand."""
DAMAGED = "the session cannot be gone on with; massage-voice forget removes what is damaged"
"""What to do about lines that nobody can read."""


class Lines(Protocol):
    """Somewhere lines can be appended to, and that is closed in the end."""

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        ...

    def close(self) -> None:
        """Safe to call twice."""
        ...


class LineFile:
    """Appends JSON lines; each is on the disk when `append` returns. Files are the user's alone: 0600 in 0700.

    A line that could not be written whole is taken back. So is one that a crash has torn, when the file is opened.

    Raises:
        OutputError: the file cannot be made, or is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _NOT_ELSEWHERE, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from error
        self._file = os.fdopen(handle, "r+b", buffering=0)
        try:
            self._private()
            self._end = self._whole()
            self._file.truncate(self._end)
        except OSError as error:
            self._file.close()
            raise _unwritable(path, error) from error

    def _private(self) -> None:
        if not stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        if hasattr(os, "fchmod"):
            self.path.parent.chmod(0o700)
            os.fchmod(self._file.fileno(), 0o600)

    def _whole(self) -> int:
        """Bytes up to the end of the last whole line."""
        data = self._file.read()
        return data.rfind(b"\n") + 1

    def append(self, entry: Mapping[str, object]) -> None:
        """Write one entry.

        Raises:
            OutputError: it could not be written.
        """
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise _unwritable(self.path, error) from error
        self._end += len(line)

    def close(self) -> None:
        """Safe to call twice."""
        self._file.close()


class MemoryLines:
    """The fake: keeps the entries."""

    def __init__(self) -> None:
        self.entries: list[Mapping[str, object]] = []

    def append(self, entry: Mapping[str, object]) -> None:
        """See `LineFile`."""
        self.entries.append(entry)

    def settle(self, timeout_s: float) -> bool:  # noqa: ARG002 (see `ports.Journal`)
        """True: memory is written at once."""
        return True

    def complaint(self) -> str:
        """None: memory takes everything."""
        return ""

    def close(self) -> None:
        """Nothing to close."""


class _Onward:
    """A Journal in front of another."""

    def __init__(self, lines: Journal) -> None:
        self._lines = lines

    def settle(self, timeout_s: float) -> bool:
        """See `ports.Journal`."""
        return self._lines.settle(timeout_s)

    def complaint(self) -> str:
        """See `ports.Journal`."""
        return self._lines.complaint()


class Stamped(_Onward):
    """Entries get the wall clock's time: for people, never for the session."""

    def __init__(self, lines: Journal, now: Callable[[], datetime]) -> None:
        super().__init__(lines)
        self._now = now

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        self._lines.append({**entry, "at": self._now().isoformat(timespec="milliseconds")})


class JsonLines(_Onward):
    """Entries are also told to somebody else, as JSON."""

    def __init__(self, lines: Journal, tell: Callable[[str], None]) -> None:
        super().__init__(lines)
        self._tell = tell

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        self._lines.append(entry)
        self._tell(json.dumps(entry, ensure_ascii=False))


def _unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"cannot write {path}: {reason}", "free some space, or point MASSAGE_VOICE_HOME at another one")


def entries_of(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a journal or ledger; the last one is left out when a crash has torn it.

    Raises:
        RecordError: it cannot be read, or another line is no JSON object.
    """
    try:
        if not path.is_file():
            raise RecordError(f"{path}: expected a file, found none", "")
        if path.stat().st_size > LARGEST:
            raise RecordError(f"{path}: expected at most {LARGEST >> 20} MB, found more", DAMAGED)
        data = path.read_bytes()
    except OSError as error:
        raise RecordError(f"{path}: expected a file that can be read: {error.strerror}", "") from error
    lines = data.rstrip(b"\0").split(b"\n")[:-1]  # a power cut may leave a file longer than what was written
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line.decode())
        except (ValueError, RecursionError) as error:
            raise RecordError(f"{path}:{number}: expected one JSON object, found {displayed(line)}", DAMAGED) from error
        if not isinstance(entry, dict):
            raise RecordError(f"{path}:{number}: expected one JSON object, found {displayed(entry)}", DAMAGED)
        yield entry


def displayed(what: object) -> str:
    """What was found instead, shortened, with nothing in it that a terminal would obey."""
    text = repr(what)
    return text if len(text) <= 60 else f"{text[:60]}…"
