"""Many routines as files, on every core at once; what one of them fails at does not stop the others."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from massage_voice.child import started
from massage_voice.commands.outcomes import Failed, Outcome, Share, Written, failed
from massage_voice.commands.recorder import Job, warm
from massage_voice.commands.signals import held_back
from massage_voice.errors import ExitCode, OutputError
from massage_voice.routine.shown import label
from massage_voice.screen.progress import Progress
from massage_voice.screen.talk import talk

WORKER: Final = "massage_voice.commands.folder_worker"
MOST: Final = 8
"""Processes; each takes about 150 MB."""
_UNITS: Final = 1000
"""Of progress, a file …"""
_SPOKEN: Final = 300
"""… and how many of them are for its voice."""
_LEAVE_S: Final = 20.0
"""In which a process must have cleared away what it was at."""
_LOST: Final = Failed("the process that wrote it has ended", "", ExitCode.ENDED_EARLY)


def render_all(jobs: Sequence[Job]) -> ExitCode:
    """Write all files; the worst failure decides the exit code."""
    _make_folder(jobs[0].output.parent)
    with Progress("Rendering", percent=True).shown() as told:
        crew = _Crew(jobs, told)
        try:
            crew.prepare()
            with held_back() as interrupted:
                while not crew.finished(0.2):
                    interrupted()
        finally:
            crew.leave()
    return _report(jobs, crew.outcomes)


def _make_folder(folder: Path) -> None:
    """Raises OutputError where it cannot be made."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {error.strerror}") from error


def _report(jobs: Sequence[Job], outcomes: dict[int, Outcome]) -> ExitCode:
    """What was written, then what was not."""
    ended = [outcomes.get(number, _LOST) for number in range(len(jobs))]
    done = [one for one in ended if isinstance(one, Written)]
    for note in dict.fromkeys(note for one in done for note in one.notes):
        talk(note)
    for one in done:
        talk(one.summary)
    worst = ExitCode.FINISHED
    for job, outcome in zip(jobs, ended, strict=True):
        if isinstance(outcome, Failed):
            talk(f"{label(job.routine)}: not written")
            talk(outcome.message)
            if outcome.hint:
                talk(f"  {outcome.hint}")
            worst = max(worst, outcome.code)
    talk(f"{len(done)} of {len(jobs)} written to {jobs[0].output.parent}")
    return worst


class _Crew:
    """Processes that write, each with a thread that hands it one job after the other."""

    def __init__(self, jobs: Sequence[Job], told: Progress) -> None:
        self.outcomes: dict[int, Outcome] = {}
        """By the job's number."""
        self._jobs, self._told = jobs, told
        self._waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._units: dict[int, int] = {}
        self._lock = threading.Lock()
        hands = min(os.cpu_count() or 1, len(jobs), MOST)
        self._processes = [started(WORKER, stderr=subprocess.DEVNULL) for _ in range(hands)]
        self._threads = [threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._processes]
        for thread in self._threads:
            thread.start()

    def prepare(self) -> None:
        """Speak what is not spoken yet, one routine after the other: a voice takes more memory than an encoder."""
        for number, job in enumerate(self._jobs):
            try:
                warm(job, partial(self._reach, number, _SPOKEN))
            except Exception as error:  # noqa: BLE001 - one routine's fault is told, and the others go on
                self._end(number, failed(error))
            else:
                self._waiting.put(number)
        for _ in self._threads:
            self._waiting.put(None)

    def finished(self, timeout_s: float) -> bool:
        """Whether, within that time, all threads have come to their end."""
        for thread in self._threads:
            thread.join(timeout_s / len(self._threads))
        return not any(thread.is_alive() for thread in self._threads)

    def leave(self) -> None:
        """Let every process end, and clear away what it was at."""
        for process in self._processes:
            assert process.stdin is not None  # noqa: S101 - `started` makes a pipe
            with contextlib.suppress(BrokenPipeError):  # it has ended by itself
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(_LEAVE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for _ in self._threads:
            self._waiting.put(None)
        for process in self._processes:
            assert process.stdout is not None  # noqa: S101 - the same
            process.stdout.close()

    def _serve(self, process: subprocess.Popen[bytes]) -> None:
        while (number := self._waiting.get()) is not None:
            try:
                self._end(number, self._asked(process, number))
            except (OSError, EOFError, ValueError):
                self._end(number, _LOST)

    def _asked(self, process: subprocess.Popen[bytes], number: int) -> Outcome:
        """Give it the job, and follow it to its end."""
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - the same
        pickle.dump(self._jobs[number], process.stdin)
        process.stdin.flush()
        while isinstance(said := pickle.load(process.stdout), Share):  # noqa: S301 - our own process
            self._reach(number, _UNITS - _SPOKEN, said.done, said.total, _SPOKEN)
        return said  # type: ignore[no-any-return]

    def _end(self, number: int, outcome: Outcome) -> None:
        self.outcomes[number] = outcome
        self._reach(number, _UNITS, 1, 1)

    def _reach(self, number: int, most: int, done: int, total: int, before: int = 0) -> None:
        """So much is `done` of the `total` of a part that counts `most` units, after as many `before` it."""
        with self._lock:
            self._units[number] = before + most * done // max(total, 1)
            self._told(sum(self._units.values()), _UNITS * len(self._jobs))
