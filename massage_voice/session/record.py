"""The files of one session: a journal written ahead, a ledger of what was delivered, and for today its answers.

One session at a time holds them; the lock goes with the process, however that ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from massage_voice.errors import OutputError, RecordError
from massage_voice.session.journal import LineFile, entries_of

JOURNAL, LEDGER, ANSWERS, LOCK = ".journal.jsonl", ".ledger.jsonl", ".answers.json", ".lock"
KINDS: Final = (JOURNAL, LEDGER, ANSWERS, LOCK)


class Hold:
    """The right to write one session's files, from `take` until `release`."""

    def __init__(self, stem: Path, lock: FileLock) -> None:
        self.stem = stem
        """Folder and name of the session's files, without their endings."""
        self._lock = lock

    def path(self, kind: str) -> Path:
        """The file of one of `KINDS`."""
        return self.stem.with_name(self.stem.name + kind)

    def release(self) -> None:
        """Safe to call twice."""
        if self._lock.is_locked:
            with suppress(OSError):
                self.path(LOCK).unlink()
            self._lock.release()


def new_stem(folder: Path, now: datetime) -> Path:
    """The name of a session that starts at `now`; names sort by time."""
    return folder / f"{now:%Y%m%dT%H%M%S.%f}"


def take(stem: Path) -> Hold:
    """Hold the files called `stem`.

    Raises:
        RecordError: another process holds them.
        OutputError: the folder cannot be written.
    """
    lock = FileLock(stem.with_name(stem.name + LOCK), mode=0o600)
    try:
        stem.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        message = "this session is running already, in another window"
        raise RecordError(message, "end that one first: q twice, or Ctrl-C") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {stem.parent}: {reason}", "") from error
    return Hold(stem, lock)


def running(stem: Path) -> bool:
    """Whether some process holds the session called `stem`."""
    if not stem.with_name(stem.name + LOCK).exists():
        return False
    try:
        take(stem).release()
    except RecordError:
        return True
    except OutputError:
        return False
    return False


def stems(folder: Path) -> list[Path]:
    """The sessions in `folder`, the newest first."""
    try:
        found = [path for path in folder.iterdir() if path.name.endswith(JOURNAL)]
    except OSError:
        return []
    return sorted((path.with_name(path.name.removesuffix(JOURNAL)) for path in found), reverse=True)


def keep_answers(hold: Hold, day: date, answers: Mapping[str, object]) -> None:
    """Keep what the screening left of the session, for this day and this session only.

    Raises:
        OutputError: it cannot be written.
    """
    lines = LineFile(hold.path(ANSWERS))
    try:
        lines.append({"day": day.isoformat(), **answers})
    finally:
        lines.close()


def kept_answers(stem: Path, today: date) -> dict[str, Any] | None:
    """The answers of the session called `stem`, when they were given `today`; else None, and they are gone."""
    path = stem.with_name(stem.name + ANSWERS)
    try:
        for answers in entries_of(path):
            if answers.get("day") == today.isoformat():
                return answers
    except RecordError:
        pass  # what cannot be read is no answer
    drop_answers(stem)
    return None


def drop_answers(stem: Path) -> None:
    """Forget the answers of one session."""
    with suppress(OSError):
        stem.with_name(stem.name + ANSWERS).unlink()


def sweep(folder: Path, today: date) -> None:
    """Forget the answers of every other day, whatever became of their sessions."""
    try:
        kept = [path for path in folder.iterdir() if path.name.endswith(ANSWERS)]
    except OSError:
        return
    for path in kept:
        kept_answers(path.with_name(path.name.removesuffix(ANSWERS)), today)
