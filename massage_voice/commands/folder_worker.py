"""The process that writes files beside others: jobs come as pickles on stdin, what became of them goes to stdout.

`commands/folder.py` starts it. When stdin closes it leaves what it is at, and nothing half-written stays.
"""

from __future__ import annotations

import pickle
import queue
import sys
import threading
import time
from typing import BinaryIO, Final

from massage_voice.child import private_stdout
from massage_voice.commands.outcomes import Outcome, Share, Written, failed
from massage_voice.commands.recorder import Job, prepare, write
from massage_voice.errors import ExitCode

TELL_S: Final = 0.2
"""Between two reports of how far a file is."""


class _Desk:
    """One job after the other, until nobody is there to give more."""

    def __init__(self, source: BinaryIO, wire: BinaryIO) -> None:
        self._source, self._wire = source, wire
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._alone = threading.Event()
        self._told_s = 0.0

    def work(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        while (job := self._jobs.get()) is not None:
            self._send(self._done(job))

    def _listen(self) -> None:
        try:
            while True:
                self._jobs.put(pickle.load(self._source))  # noqa: S301 - from the process that started this one
        except EOFError:
            self._alone.set()
            self._jobs.put(None)

    def _done(self, job: Job) -> Outcome:
        try:
            made = prepare(job, lambda _ready, _asked: None)
            return Written(write(made, self._tell), made.notes)
        except Exception as error:  # noqa: BLE001 - one routine's fault is told, and the others go on
            return failed(error)

    def _tell(self, done: int, total: int) -> None:
        if self._alone.is_set():
            raise KeyboardInterrupt
        now = time.monotonic()
        if now - self._told_s >= TELL_S:
            self._told_s = now
            self._send(Share(done, total))

    def _send(self, what: Share | Outcome) -> None:
        pickle.dump(what, self._wire)
        self._wire.flush()


def main() -> None:
    """Work until stdin closes."""
    wire = private_stdout()
    try:
        _Desk(sys.stdin.buffer, wire).work()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()
