"""A terminal's modes: as a shell wants to find it, and as a session wants it."""

from __future__ import annotations

import os
import termios
from typing import Any, Final

Mode = list[Any]
"""What `termios.tcgetattr` gives: input, output, control and local flags, two speeds, special characters."""
INPUT, OUTPUT, LOCAL, CHARACTERS = 0, 1, 3, 6

_QUICK_OFF: Final = (
    (INPUT, termios.IXON, "ixon"),  # Ctrl-S is a key: it does not stop the screen, and all that writes to it
    (LOCAL, termios.ICANON, "icanon"),
    (LOCAL, termios.ECHO, "echo"),
    (LOCAL, termios.IEXTEN, "iexten"),  # nor does Ctrl-V swallow the next key, or Ctrl-O on macOS all output
)
"""What a session turns off, and how stty calls it."""
_SANE_ON: Final = {
    INPUT: termios.BRKINT | termios.ICRNL | termios.IXON,
    OUTPUT: termios.OPOST | termios.ONLCR,
    LOCAL: termios.ISIG | termios.ICANON | termios.IEXTEN | termios.ECHO | termios.ECHOE | termios.ECHOK,
}
_SANE_OFF: Final = {INPUT: termios.INLCR | termios.IGNCR}
_LEAST: Final = {OUTPUT: termios.OPOST, LOCAL: termios.ISIG | termios.ICANON | termios.ECHO}
"""A terminal without one of these was left behind by a program that did not clean up."""


def tidied(mode: Mode) -> Mode:
    """`mode`, or a sane one instead of one that was left behind."""
    made = _copy(mode)
    if not _is_left_behind(mode):
        return made
    for part, flags in _SANE_ON.items():
        made[part] |= flags
    for part, flags in _SANE_OFF.items():
        made[part] &= ~flags
    return made


def quick(mode: Mode) -> Mode:
    """Every key at once and none echoed; Ctrl-C, Ctrl-Z and the output stay as in `mode`."""
    made = _copy(mode)
    for part, flag, _ in _QUICK_OFF:
        made[part] &= ~flag
    made[CHARACTERS][termios.VMIN], made[CHARACTERS][termios.VTIME] = 1, 0
    return made


def way_back(mode: Mode) -> list[str]:
    """The words that tell `stty` to make `mode` of `quick(mode)`."""
    words = [name for part, flag, name in _QUICK_OFF if mode[part] & flag]
    special = mode[CHARACTERS]
    for name, place, known in (("min", termios.VMIN, 1), ("time", termios.VTIME, 0)):
        value = special[place] if isinstance(special[place], int) else ord(special[place])
        words += [name, str(value)] if value != known else []
    return words


def _is_left_behind(mode: Mode) -> bool:
    """Emacs, a dumb terminal, echoes what is typed by itself."""
    wanted = {**_LEAST, LOCAL: _LEAST[LOCAL] & ~termios.ECHO} if os.environ.get("TERM") == "dumb" else _LEAST
    return any(mode[part] & flags != flags for part, flags in wanted.items())


def _copy(mode: Mode) -> Mode:
    return [*mode[:CHARACTERS], list(mode[CHARACTERS])]
