"""The record that a live session leaves: opened for a new one or one that goes on, closed with what may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from massage_voice.commands.asked import Asked
from massage_voice.errors import ExitCode, OutputError
from massage_voice.routine.model import Routine
from massage_voice.safety.script import Script
from massage_voice.screen.talk import talk
from massage_voice.session.checkpoint import spelled
from massage_voice.session.journal import LineFile, MemoryLines, Stamped
from massage_voice.session.past import FORMAT
from massage_voice.session.record import JOURNAL, LEDGER, Hold, drop_answers, keep_answers, new_stem, take
from massage_voice.session.writer import BackgroundLines
from massage_voice.timeline.plan import Plan


def now() -> datetime:
    """The wall clock, with the time zone of this place."""
    return datetime.now().astimezone()


class Records:
    """Journal and ledger of a session; written by threads of their own, in memory where the disk takes none."""

    def __init__(self, hold: Hold | None) -> None:
        self._hold = hold
        self.ledger_path: Path | None = hold.path(LEDGER) if hold else None
        self._writers = [BackgroundLines(LineFile(hold.path(k)) if hold else MemoryLines()) for k in (JOURNAL, LEDGER)]
        self.journal = Stamped(self._writers[0], now)
        self.ledger = self._writers[1]

    def keep(self, answers: Mapping[str, object]) -> None:
        """Keep today's answers, so that the session can be gone on with today."""
        if self._hold is not None:
            with suppress(OutputError):  # without them nobody goes on, and `resume` says why
                keep_answers(self._hold, now().date(), answers)

    def close(self, code: ExitCode | None, *, barred: bool) -> None:
        """Write what is left. The answers go too, unless the session may be gone on with today."""
        for writer in self._writers:
            writer.close()
        if self._hold is not None:
            if barred or code in {ExitCode.FINISHED, ExitCode.ENDED_EARLY}:
                drop_answers(self._hold.stem)
            self._hold.release()


def new_records(folder: Path) -> Records:
    """Of a session that starts now; in memory, and said so, where the disk takes none."""
    try:
        hold = take(new_stem(folder, now()))
        try:
            return Records(hold)
        except OutputError:
            hold.release()
            raise
    except OutputError as error:
        talk(f"{error.message}: this session leaves no record, so nothing can go on after a crash.")
        return Records(None)


def head(name: str, routine: Routine, digest: str, asked: Asked, script: Script) -> dict[str, object]:
    """The first entry of a journal: everything that a session's plan was made from, but no answer.

    By `name` the routine is found again, wherever one stands.
    """
    return {
        "event": "session",
        "format": FORMAT,
        "routine": name,
        "title": routine.title,
        "digest": digest,
        "registry": script.registry_digest,
        "front": script.front,
        "first": script.first,
        "asked": asked.kept(),
    }


def begun_again(plan: Plan, voice: str) -> dict[str, object]:
    """The entry of a session that goes on, perhaps with another voice or pace."""
    return {"event": "resumed", "voice": voice, "durations": spelled(plan.durations)}
