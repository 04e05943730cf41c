"""Terminal bytes and console codes as key names: the one place that knows both.

A name is what stands on the key: `Space`, `Enter`, `PageDown`, `a`, `+`. Letters are lower-case whatever
Shift and Caps Lock say, because a knuckle does not care. What has no name here is `Unknown`.
"""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "Unknown"

_CONTROL: Final = {
    "\r": "Enter",
    "\n": "Enter",
    "\t": "Tab",
    " ": "Space",
    "\x7f": "Backspace",
    "\x08": "Backspace",
    "\x1b": "Escape",
}
_FINAL: Final = {
    "A": "Up",
    "B": "Down",
    "C": "Right",
    "D": "Left",
    "E": "Begin",
    "F": "End",
    "H": "Home",
    "P": "F1",
    "Q": "F2",
    "R": "F3",
    "S": "F4",
    "Z": "Tab",
    "M": "Enter",
}
"""By the last letter of `ESC [ … letter` and `ESC O letter`: xterm, VT220, Linux console."""
_TILDE: Final = {
    1: "Home",
    2: "Insert",
    3: "Delete",
    4: "End",
    5: "PageUp",
    6: "PageDown",
    7: "Home",
    8: "End",
    11: "F1",
    12: "F2",
    13: "F3",
    14: "F4",
    15: "F5",
    17: "F6",
    18: "F7",
    19: "F8",
    20: "F9",
    21: "F10",
    23: "F11",
    24: "F12",
}
"""By the number of `ESC [ number ~`."""
_CONSOLE: Final = {
    "H": "Up",
    "P": "Down",
    "K": "Left",
    "M": "Right",
    "I": "PageUp",
    "Q": "PageDown",
    "G": "Home",
    "O": "End",
    "R": "Insert",
    "S": "Delete",
    **{chr(ord(";") + number): f"F{number + 1}" for number in range(10)},
    "\x85": "F11",
    "\x86": "F12",
}
"""By the character after NUL or 0xE0, as Windows' getwch gives it."""

_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[\[(?P<console>[A-E])|\[(?P<numbers>[0-?]*)[ -/]*(?P<last>[@-~])|O(?P<app>[@-~]))"
)
"""A whole escape sequence (ECMA-48 5.4); `ESC [ [ A` to `E` are the Linux console's F1 to F5."""
_BEGUN: Final = re.compile(r"\x1b(?:\[\[?[0-?]*[ -/]*|O)?\Z")

NAMES: Final = frozenset({*_CONTROL.values(), *_FINAL.values(), *_TILDE.values(), *_CONSOLE.values()})
"""Every name but those of keys that type a character."""


def is_name(name: str) -> bool:
    """A key has this name: one of `NAMES`, or the character that it types, a letter in lower case."""
    return name in NAMES or (len(name) == 1 and name.isprintable() and name == name.lower() and name != " ")


def take_key(text: str, *, final: bool) -> tuple[str, int]:
    """The first key in `text` and how many characters it took; `("", 0)` when more must be read to know.

    `final` says that nothing follows, so that a lone Esc is the Escape key.
    """
    if not text or (_BEGUN.match(text) and not final):
        return "", 0
    if sequence := _SEQUENCE.match(text):
        return _sequence_name(sequence), sequence.end()
    if len(text) > 1 and text[0] == "\x1b":
        return UNKNOWN, 2  # Alt with another key
    return character_name(text[0]), 1


def character_name(character: str) -> str:
    """The key that types one character."""
    plain = character.lower() if character.isprintable() else UNKNOWN
    return _CONTROL.get(character, plain)


def console_name(code: str) -> str:
    """The key that Windows' console reports by `code` after NUL or 0xE0."""
    return _CONSOLE.get(code, UNKNOWN)


def _sequence_name(sequence: re.Match[str]) -> str:
    if console := sequence["console"]:
        return f"F{'ABCDE'.index(console) + 1}"
    last = sequence["app"] or sequence["last"] or ""
    if last != "~":
        return _FINAL.get(last, UNKNOWN)
    number = (sequence["numbers"] or "").partition(";")[0]  # after the semicolon: Shift, Alt, Ctrl
    return _TILDE.get(int(number), UNKNOWN) if number.isdigit() else UNKNOWN
