"""Lines on their way to a disk that may hang: handing one in never waits.

The disk gets them in the order in which they were handed in. One that it refuses is tried again, together with
all that came after it, so a disk that was full for a while loses nothing, and one that stays full loses only
what it could not take. `LineFile` takes back what it could not finish, so nothing stands there twice.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from massage_voice.errors import OutputError
from massage_voice.session.journal import Lines

RETRY_S: Final = 1.0
"""Between two tries with a disk that refuses."""
CLOSE_S: Final = 2.0


class BackgroundLines:
    """Lines that are written on a thread of their own; from the first entry on, `lines` belongs to it."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._waiting: deque[Mapping[str, object]] = deque()
        """The first is being written. Not bounded: a whole session's records are less than a megabyte."""
        self._change = threading.Condition()
        self._refused = False
        """The last try failed."""
        self._complained = False
        self._complaint = ""
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def append(self, entry: Mapping[str, object]) -> None:
        """Hand in a copy of `entry`, which must be JSON; returns at once. After `close` it is dropped."""
        copy: dict[str, Any] = json.loads(json.dumps(entry))
        with self._change:
            if not self._closed:
                self._waiting.append(copy)
                self._change.notify_all()

    def settle(self, timeout_s: float) -> bool:
        """Whether, within `timeout_s` seconds, all that was handed in is on the disk.

        A disk that refuses is not waited for.
        """
        with self._change:
            self._change.wait_for(lambda: self._refused or not self._waiting, timeout_s)
            return not self._waiting

    def complaint(self) -> str:
        """What the disk said when it refused for the first time: told once, empty before and after."""
        with self._change:
            said, self._complaint = self._complaint, ""
            return said

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Wait at most `timeout_s` seconds for the disk, which is tried once more; safe to call twice.

        What it has not taken by then it still gets while the process lives.
        """
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (entry := self._next()) is not None:
            refusal = self._write(entry)
            with self._change:
                self._refused = bool(refusal)
                if not refusal:
                    self._waiting.popleft()
                elif not self._complained:
                    self._complained, self._complaint = True, refusal
                self._change.notify_all()
                if refusal and self._closed:
                    break
        self._lines.close()

    def _next(self) -> Mapping[str, object] | None:
        """The oldest entry, None when it is closed and all is written."""
        with self._change:
            if self._refused:
                self._change.wait_for(lambda: self._closed, RETRY_S)
            self._change.wait_for(lambda: self._closed or self._waiting)
            return self._waiting[0] if self._waiting else None

    def _write(self, entry: Mapping[str, object]) -> str:
        """Write one entry; why it could not be written, or nothing."""
        try:
            self._lines.append(entry)
        except OutputError as error:
            return error.message
        return ""
