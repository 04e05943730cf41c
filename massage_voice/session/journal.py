"""The record of a session on the disk: a journal written ahead, and a ledger of what was delivered.

One JSON object a line, flushed to the disk line by line; files are the user's alone (0600 in a 0700 folder).
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from massage_voice.errors import ExitCode, OutputError

JOURNAL, LEDGER = ".journal.jsonl", ".ledger.jsonl"


class Lines(Protocol):
    """Somewhere lines can be appended to, and that is closed in the end."""

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        ...

    def close(self) -> None:
        """Safe to call twice."""
        ...


class LineFile:
    """Appends JSON lines; each is on the disk when `append` returns.

    Raises:
        OutputError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from error
        self._file = os.fdopen(handle, "wb", buffering=0)  # what could not be written is not kept to fail again
        self._torn = False

    def append(self, entry: Mapping[str, object]) -> None:
        """Write one entry.

        Raises:
            OutputError: it could not be written.
        """
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        try:
            self._write(b"\n" + line if self._torn else line)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _write(self, data: bytes) -> None:
        """Write all of it, or remember that a torn line stands at the end."""
        self._torn = True
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False

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

    def close(self) -> None:
        """Nothing to close."""


class JsonLines:
    """Lines that are also told to somebody else, as JSON."""

    def __init__(self, lines: Lines, tell: Callable[[str], None]) -> None:
        self._lines = lines
        self._tell = tell

    def append(self, entry: Mapping[str, object]) -> None:
        """See `LineFile`."""
        self._lines.append(entry)
        self._tell(json.dumps(entry, ensure_ascii=False))


def new_session(folder: Path, now: datetime) -> tuple[LineFile, LineFile]:
    """Journal and ledger of a session that starts at `now`.

    Raises:
        OutputError: they cannot be made.
    """
    stem = f"{now:%Y%m%dT%H%M%S.%f}"
    return LineFile(folder / f"{stem}{JOURNAL}"), LineFile(folder / f"{stem}{LEDGER}")


def finished_before(folder: Path) -> bool:
    """Whether some session in `folder` was finished: the first one then lies behind."""
    try:
        journals = sorted(folder.glob(f"*{JOURNAL}"), reverse=True)
    except OSError:
        return False
    return any(entry.get("code") == ExitCode.FINISHED for path in journals for entry in _entries(path))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """The readable entries of a journal; whether the others matter is for whoever resumes it."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"cannot write {path}: {reason}", "free some space, or point MASSAGE_VOICE_HOME at another one")
