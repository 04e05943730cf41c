"""The keys of a POSIX terminal."""

from __future__ import annotations

import codecs
import os
import select
import time
from typing import Final

from massage_voice.controls.keys import take_key
from massage_voice.controls.terminal import QuickTerminal

ESCAPE_S: Final = 0.030
"""A terminal sends an escape sequence at once: what comes later than this after Esc is another key."""


class PosixKeyboard:
    """Reads key names from terminal `fd`."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._terminal = QuickTerminal(fd)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._text = ""
        self._gone = False

    def key(self, timeout_s: float) -> str:
        """See `Keyboard`; when the terminal is gone, only time passes."""
        until = time.monotonic() + timeout_s
        while not (key := self._take()):
            left_s = until - time.monotonic()
            if not self._receive(max(0.0, left_s)) and left_s <= 0:
                return ""
        return key

    def close(self) -> None:
        """See `Keyboard`."""
        self._terminal.close()

    def _take(self) -> str:
        """The next key of what has been read, after waiting whether an escape sequence goes on."""
        key, used = take_key(self._text, final=False)
        while self._text and not used:
            more = self._receive(ESCAPE_S)
            key, used = take_key(self._text, final=not more)
        self._text = self._text[used:]
        return key

    def _receive(self, timeout_s: float) -> bool:
        """Wait for bytes and keep them; False when none came."""
        if self._gone:
            time.sleep(timeout_s)
            return False
        if not select.select([self._fd], [], [], timeout_s)[0]:
            return False
        if self._terminal.in_background():  # what is typed now is for the shell
            time.sleep(timeout_s)
            return False
        data = self._read()
        self._gone = not data
        self._text += self._decoder.decode(data)
        return bool(data)

    def _read(self) -> bytes:
        try:
            return os.read(self._fd, 1024)
        except OSError:  # EIO: the terminal was closed
            return b""
