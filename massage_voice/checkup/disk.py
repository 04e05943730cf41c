"""The folders the program writes to: whether they take a line, how soon, and who else may read it."""

from __future__ import annotations

import errno
import os
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Final

from massage_voice.checkup.finding import Finding, Verdict
from massage_voice.checkup.remedies import Remedies
from massage_voice.errors import OutputError
from massage_voice.session.journal import LineFile

ROUTINE_MB: Final = 25
"""What the clips of one routine take."""
SLOW_MS: Final = 50.0
"""A journal line that takes longer to reach the disk holds up the cue that it announces."""
LINES: Final = 5
_OTHERS: Final = 0o077


def folder(path: Path, remedies: Remedies, *, needed: bool) -> Finding:
    """Write to the folder at `path` as a session does, and take it away again.

    `needed` says that no session can be held without it.
    """
    try:
        median_ms = _line_ms(path)
    except OutputError as error:
        return Finding(
            Verdict.FAILING if needed else Verdict.WARNING,
            f"{error.message}. Expected: a folder that can be written to.",
            _remedy(error, path, remedies),
        )
    return _looked_at(path, median_ms, remedies)


def _line_ms(path: Path) -> float:
    """The median time until a line of a journal is on the disk.

    Raises:
        OutputError: it cannot be written.
    """
    file = LineFile(path / f".doctor-{os.getpid()}.jsonl")
    times: list[float] = []
    try:
        for number in range(LINES):
            began = time.perf_counter()
            file.append({"doctor": number, "text": "Rest both hands on the shoulders. " * 3})
            times.append((time.perf_counter() - began) * 1000)
    finally:
        file.close()
        file.path.unlink()
    return statistics.median(times)


def _remedy(error: OutputError, path: Path, remedies: Remedies) -> str:
    cause = error.__cause__
    denied = isinstance(cause, OSError) and cause.errno in {errno.EACCES, errno.EPERM}
    ours = denied and path.exists()  # of a folder that cannot even be made, the parent is somebody else's
    return remedies("disk-owner", folder=str(path)) if ours else remedies("disk-elsewhere")


def _looked_at(path: Path, median_ms: float, remedies: Remedies) -> Finding:
    free_mb = shutil.disk_usage(path).free / 1_000_000
    about = f"{path}: {_size(free_mb)} free, a line is on the disk after {median_ms:.1f} ms"
    if free_mb < ROUTINE_MB:
        found = f"{about}; the clips of a routine need about {ROUTINE_MB} MB."
        return Finding(Verdict.WARNING, found, remedies("disk-elsewhere"))
    if median_ms > SLOW_MS:
        found = f"{about}, expected at most {SLOW_MS:g} ms: spoken texts may come late."
        return Finding(Verdict.WARNING, found, remedies("disk-elsewhere"))
    open_to_others = _open_to_others(path)
    if open_to_others:
        found = f"{path}: other users of this machine can read {open_to_others}."
        return Finding(Verdict.WARNING, found, remedies("disk-private", folder=str(path)))
    return Finding(Verdict.OK, f"{about}, private.")


def _open_to_others(path: Path) -> str:
    """What others may read there; the rights of Windows are another matter.

    `LineFile` has just closed the folder to them; a disk without rights stays open.
    """
    if sys.platform == "win32":
        return ""
    if path.stat().st_mode & _OTHERS:
        return "the folder"
    readable = [entry for entry in path.iterdir() if entry.lstat().st_mode & _OTHERS]
    return f"{len(readable)} files in it" if readable else ""


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.0f} GB" if megabytes >= 10_000 else f"{megabytes:.0f} MB"
