"""An ID3v2.3 tag (https://id3.org/id3v2.3.0) with chapters (https://id3.org/id3v2-chapters-1.0).

Version 2.3, because more players read it than 2.4.
"""

from __future__ import annotations

import struct
from typing import Final

from massage_voice.recording.model import ALBUM, GENRE, MAKER, About, Mark

_FRONT_COVER: Final = 3
_MOST_LISTED: Final = 255
"""Chapters a table of contents can count; those beyond are chapters all the same."""
_NO_OFFSET: Final = 0xFFFFFFFF
"""Times count, not bytes."""


def id3(about: About, length_ms: int) -> bytes:
    """The tag that stands before the first sound."""
    texts = {
        "TIT2": about.title,
        "TPE1": MAKER,
        "TALB": ALBUM,
        "TCON": GENRE,
        "TLAN": about.language_code,
        "TLEN": str(length_ms),
    }
    frames = [_frame(name, _text(text)) for name, text in texts.items()]
    if about.comment:
        frames.append(_frame("COMM", _comment(about)))
    if about.cover:
        frames.append(_frame("APIC", b"\0image/png\0" + bytes([_FRONT_COVER]) + b"\0" + about.cover))
    if about.marks:
        frames.append(_frame("CTOC", _contents(about.marks)))
    frames += [_frame("CHAP", _chapter(number, mark)) for number, mark in enumerate(about.marks)]
    body = b"".join(frames)
    return b"ID3\x03\x00\x00" + _syncsafe(len(body)) + body


def _frame(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack(">IH", len(body), 0) + body


def _text(text: str) -> bytes:
    """As Latin where that is enough, else as UTF-16 with a mark of its order."""
    return b"\0" + text.encode() if text.isascii() else b"\1" + _utf16(text)


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _comment(about: About) -> bytes:
    return b"\1" + about.language_code.encode() + _utf16("") + b"\0\0" + _utf16(about.comment)


def _contents(marks: tuple[Mark, ...]) -> bytes:
    """Top level and in order."""
    names = [_name(number) for number in range(min(len(marks), _MOST_LISTED))]
    return b"toc\0" + bytes([3, len(names)]) + b"".join(names)


def _chapter(number: int, mark: Mark) -> bytes:
    times = struct.pack(">IIII", mark.start_ms, mark.end_ms, _NO_OFFSET, _NO_OFFSET)
    return _name(number) + times + _frame("TIT2", _text(mark.title))


def _name(number: int) -> bytes:
    return f"chp{number}".encode() + b"\0"


def _syncsafe(size: int) -> bytes:
    """Seven bits a byte, so that it never looks like the start of sound."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
