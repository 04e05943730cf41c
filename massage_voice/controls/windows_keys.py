"""The keys of a Windows console, by msvcrt; it needs no mode to be set and none to be given back."""

from __future__ import annotations

import time
from typing import Any, Final

from massage_voice.controls.keys import character_name, console_name

POLL_S: Final = 0.010
"""How often the console is asked: it cannot be waited for."""
_PREFIXES: Final = ("\x00", "\xe0")


class WindowsKeyboard:
    """Reads key names from the console; `console` is what has `kbhit` and `getwch`, by default msvcrt."""

    def __init__(self, console: Any = None) -> None:
        if console is None:
            import msvcrt as console
        self._console = console

    def key(self, timeout_s: float) -> str:
        """See `Keyboard`."""
        until = time.monotonic() + timeout_s
        while not self._console.kbhit():
            left_s = until - time.monotonic()
            if left_s <= 0:
                return ""
            time.sleep(min(POLL_S, left_s))
        return self._name(self._console.getwch())

    def close(self) -> None:
        """Nothing to give back."""

    def _name(self, character: str) -> str:
        """A special key comes as two characters; a typed à (0xE0) comes alone, and is told so by `kbhit`."""
        if character in _PREFIXES and self._console.kbhit():
            return console_name(self._console.getwch())
        if character == "\x03":
            raise KeyboardInterrupt
        return character_name(character)
