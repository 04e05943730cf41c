"""Past sessions, as their journals tell of them.

A line that a crash has torn off is no line. Anything else that is wrong is said with its number: a session is
never gone on with by guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from massage_voice.errors import ExitCode, RecordError
from massage_voice.session.checkpoint import Checkpoint, durations_of
from massage_voice.session.journal import DAMAGED, displayed, entries_of
from massage_voice.session.record import JOURNAL, LEDGER, stems

FORMAT = 1
"""Of a journal. Raised when an older program could not read it right."""


@dataclass(frozen=True, slots=True)
class Past:
    """One session."""

    stem: Path
    head: Mapping[str, Any]
    """The journal's first entry."""
    checkpoint: Checkpoint | None
    """Where it stood last; None when it never began."""
    code: ExitCode | None
    """How it ended; None when it was killed, or still runs."""
    worked: bool
    """Hands were on the front of the neck."""
    barred: bool
    """There was a sign after which nothing goes on."""
    last: datetime
    """The time of the last entry."""

    @property
    def started(self) -> datetime:
        """The time of the first entry."""
        return datetime.fromisoformat(self.head["at"]).astimezone()

    @property
    def interrupted(self) -> bool:
        """Neither finished nor ended on request."""
        return self.code not in {ExitCode.FINISHED, ExitCode.ENDED_EARLY}

    @property
    def seconds(self) -> float:
        """Session time at its last checkpoint; 0 when it never began."""
        return self.checkpoint.entry()["clock"] if self.checkpoint else 0.0  # type: ignore[return-value]


def read_past(stem: Path) -> Past:
    """The session called `stem`.

    Raises:
        RecordError: its journal cannot be read, with the number of the line at fault.
    """
    path = stem.with_name(stem.name + JOURNAL)
    entries = list(entries_of(path))
    if not entries:
        raise RecordError(f"{path}: expected a session's journal, found nothing", DAMAGED)
    head = _head(path, entries[0])
    checkpoint: Checkpoint | None = None
    durations: tuple[int, ...] = ()
    worked = barred = False
    code: ExitCode | None = None
    last = head["at"]
    for number, entry in enumerate(entries[1:], 2):
        try:
            durations = durations_of(entry) if "durations" in entry else durations
            code = ExitCode(entry["code"]) if entry["event"] == "end" else None  # it was gone on with
            if "phase" in entry:
                checkpoint = Checkpoint.read(entry, durations)
                worked, barred = worked or checkpoint.worked, barred or checkpoint.barred
            last = _time(entry["at"])
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            message = f"{path}:{number}: expected an entry of a session's journal, found {displayed(entry)}"
            raise RecordError(message, DAMAGED) from error
    return Past(stem, head, checkpoint, code, worked, barred, datetime.fromisoformat(last).astimezone())


def pasts(folder: Path) -> Iterator[Past | RecordError]:
    """Every session in `folder`, the newest first; for a damaged one what is wrong with it."""
    for stem in stems(folder):
        try:
            yield read_past(stem)
        except RecordError as error:
            yield error


def finished_before(folder: Path) -> bool:
    """Whether some session in `folder` was finished: the first one then lies behind."""
    return any(isinstance(past, Past) and past.code is ExitCode.FINISHED for past in pasts(folder))


def front_worked_on(folder: Path, day: date) -> bool:
    """Whether hands were on the front of the neck that day; a journal that cannot tell counts as yes."""
    for stem in stems(folder):
        try:
            past = read_past(stem)
        except RecordError:
            if _changed_on(stem, day):
                return True
        else:
            if past.worked and day in {past.started.date(), past.last.date()}:
                return True
    return False


def outcomes(stem: Path) -> dict[str, int]:
    """How many cues of a session ended how, as its ledger tells: `{"delivered": 120, "cut": 1}`.

    Raises:
        RecordError: the ledger cannot be read.
    """
    counts: dict[str, int] = {}
    for entry in entries_of(stem.with_name(stem.name + LEDGER)):
        outcome = str(entry.get("outcome"))
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _head(path: Path, entry: dict[str, Any]) -> dict[str, Any]:
    if entry.get("event") != "session":
        raise RecordError(f"{path}:1: expected the head of a session's journal, found {displayed(entry)}", DAMAGED)
    if entry.get("format") != FORMAT:
        raise RecordError(
            f"{path}:1: expected a journal of format {FORMAT}, found {displayed(entry.get('format'))}",
            "another version of massage-voice has written it; that version can go on with it",
        )
    try:
        _time(entry["at"])
    except (KeyError, ValueError, TypeError) as error:
        raise RecordError(f"{path}:1: expected a time in `at`, found {displayed(entry.get('at'))}", DAMAGED) from error
    return entry


def _time(text: Any) -> str:
    datetime.fromisoformat(text)
    return str(text)


def _changed_on(stem: Path, day: date) -> bool:
    try:
        changed = stem.with_name(stem.name + JOURNAL).stat().st_mtime
    except OSError:
        return True
    return datetime.fromtimestamp(changed).astimezone().date() == day
