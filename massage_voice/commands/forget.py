"""`forget`: removes everything that sessions have left on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from massage_voice.commands.places import places
from massage_voice.errors import ExitCode, OutputError, RecordError, UsageError
from massage_voice.screen.talk import talk
from massage_voice.session.record import KINDS, running, stems


def forget(*, sure: bool) -> ExitCode:
    """Remove the answers, journals and ledgers of all sessions, and the spoken clips, which may name somebody.

    Raises:
        RecordError: a session runs.
        UsageError: nobody is there to be asked.
        OutputError: a file cannot be removed.
    """
    home = places()
    if any(running(stem) for stem in stems(home.sessions)):
        raise RecordError("a session is running", "end it first: q twice, or Ctrl-C")
    files = [path for kind in KINDS for path in _files(home.sessions, kind)]
    clips = _files(home.clips, ".clip") + _files(home.clips, ".part")
    if not files and not clips:
        talk("There is nothing to forget.")
        return ExitCode.FINISHED
    what = f"{len(files)} files of past sessions and {len(clips)} spoken clips"
    if not sure and not _agreed(what):
        talk("Nothing was removed.")
        return ExitCode.ENDED_EARLY
    for path in (*files, *clips):
        _remove(path)
    talk(f"Removed: {what}. The next session counts as the first again.")
    return ExitCode.FINISHED


def _files(folder: Path, ending: str) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(ending))
    except OSError:
        return []


def _agreed(what: str) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"nobody is here to agree that {what} are removed", "add --yes")
    return click.confirm(f"Remove {what}?", err=True)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot remove {path}: {error.strerror}") from error
