"""From a path to text that is safe to parse: one regular file, small, UTF-8, no control characters."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO, Final

from massage_voice.errors import UsageError
from massage_voice.routine.problem import Place, Problem, refuse
from massage_voice.routine.shown import label, shown

MOST_BYTES: Final = 4 * 1024 * 1024
WHOLE_FILE: Final = "file"
"""The path of a problem that is not about one value."""

_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
# What YAML allows, less NEL, LS, PS and BOM: libyaml counts the first three as line breaks, editors do not.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def load(path: Path) -> str:
    """The text of a routine file.

    Raises:
        UsageError: there is no such file, or it is a folder, a device, or not readable.
        RoutineError: it is too large or not UTF-8 text.
    """
    return decode(_bytes(path), label(str(path)))


def _bytes(path: Path) -> bytes:
    name = label(str(path))
    try:
        with open_regular(path) as file:
            return file.read(MOST_BYTES + 1)
    except NotRegularError:
        raise UsageError(f"{name} is not a file", "a routine is one YAML file") from None
    except FileNotFoundError:
        raise UsageError(f"there is no file {name}", "massage-voice list shows the routines there are") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise UsageError(f"{name} cannot be read: {reason}") from None


class NotRegularError(OSError):
    """A folder, a pipe, a socket or a device stands where a file should."""


def open_regular(path: Path) -> BinaryIO:
    """The file at `path`, opened for reading; a pipe is not waited for, a device is not even opened.

    Raises:
        NotRegularError: it is no regular file.
        OSError: it cannot be opened.
        ValueError: `path` holds a zero byte.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotRegularError
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    if stat.S_ISREG(os.fstat(handle).st_mode):  # asked again: it may have been replaced meanwhile
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise NotRegularError


def decode(raw: bytes, file: str) -> str:
    """`raw` as text.

    Raises:
        RoutineError: it is too large or not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        refuse(_too_large(file))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        refuse(_not_text(file, before, raw[error.start]))


def _too_large(file: str) -> Problem:
    return Problem(Place(file, 1, 1), WHOLE_FILE, "at most 4 MiB", "more", "split the routine")


def _not_text(file: str, before: str, byte: int) -> Problem:
    hint = "save the file as UTF-8"
    return Problem(place_at(file, before, len(before)), WHOLE_FILE, "UTF-8 text", f"the byte 0x{byte:02x}", hint)


def place_at(file: str, text: str, index: int) -> Place:
    """The line and column of `text[index]`."""
    lines = split_lines(text[:index])
    return Place(file, len(lines), len(lines[-1]) + 1)


def split_lines(text: str) -> list[str]:
    """The lines as the parser counts them; str.splitlines knows more line breaks than YAML."""
    return _LINE_BREAK.split(text)


def check_characters(text: str, file: str) -> None:
    """Refuse a text that is too large or holds characters no text file should.

    Raises:
        RoutineError: it does.
    """
    if len(text) > MOST_BYTES:
        refuse(_too_large(file))
    found = _FORBIDDEN.search(text)
    if found:
        refuse(_forbidden(file, text, found.start()))
    if len(text.encode()) > MOST_BYTES:
        refuse(_too_large(file))


def _forbidden(file: str, text: str, index: int) -> Problem:
    place = place_at(file, text, index)
    if text[index] == "\0":
        return Problem(place, WHOLE_FILE, "a text file", "a zero byte", "this is not a routine")
    hint = "delete this invisible character"
    return Problem(place, WHOLE_FILE, "plain text", f"the control character {shown(text[index])}", hint)
