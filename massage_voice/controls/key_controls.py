"""Keys as Controls, whatever they come from."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from massage_voice.controls.bindings import HELD, event_of
from massage_voice.controls.held import Presses
from massage_voice.controls.waiting import NoControls
from massage_voice.ports import Controls
from massage_voice.session.events import Event


class Keyboard(Protocol):
    """Where key names come from; one per operating system."""

    def key(self, timeout_s: float) -> str:
        """The next key's name; empty when `timeout_s` seconds passed without one, or the keys are gone."""
        ...

    def close(self) -> None:
        """Give the terminal back as it was; safe to call twice."""
        ...


class KeyControls:
    """Events from a keyboard, a pedal or a presenter's remote."""

    def __init__(self, keyboard: Keyboard, clock: Callable[[], float] = time.monotonic) -> None:
        self._keyboard = keyboard
        self._clock = clock
        self._presses = Presses()
        self._ahead: deque[str] = deque()

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`; a held or bouncing key counts once."""
        until = self._clock() + timeout_s
        while key := self._next(until - self._clock()):
            if self._counts(key):
                return event_of(key)
        return None

    def close(self) -> None:
        """See `ports.Controls`."""
        self._keyboard.close()

    def _next(self, timeout_s: float) -> str:
        return self._ahead.popleft() if self._ahead else self._keyboard.key(max(0.0, timeout_s))

    def _counts(self, key: str) -> bool:
        return key in HELD or self._presses.counts(key, self._clock(), lambda wait_s: self._follows(key, wait_s))

    def _follows(self, key: str, wait_s: float) -> bool:
        """Whether the next key, within `wait_s` seconds, is the same; it is kept for the next read."""
        if not self._ahead and (following := self._keyboard.key(wait_s)):
            self._ahead.append(following)
        return bool(self._ahead) and self._ahead[0] == key


def open_keys() -> Controls:
    """The terminal's keys; `NoControls` when the input is none.

    The terminal is given back by `close`, at the interpreter's exit, and while the process is stopped.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return NoControls()
    if sys.platform == "win32":
        from massage_voice.controls.windows_keys import WindowsKeyboard

        return KeyControls(WindowsKeyboard())
    from massage_voice.controls.posix_keys import PosixKeyboard

    return KeyControls(PosixKeyboard(sys.stdin.fileno()))
