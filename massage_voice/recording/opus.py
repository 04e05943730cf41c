"""An Opus file (RFC 7845): the smallest one, for speech as good as any."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from massage_voice.ports import Program
from massage_voice.recording.model import About, Told
from massage_voice.recording.stream import Rewritten, encode
from massage_voice.recording.vorbis import comments, packed, picture_comment
from massage_voice.sound.atomic import replacing

_MOST: Final = 255 * 255 - 1
"""Bytes of a packet that fits on one page, so that the pages after it keep their numbers."""
_POLYNOMIAL: Final = 0x04C11DB7


def write_opus(path: Path, sound: Program, about: About, told: Told | None = None) -> None:
    """Write the whole of `sound`.

    Raises:
        OutputError: it could not be written; nothing new stands under `path`.
    """
    with replacing(path) as file:
        encode(Rewritten(file, lambda seen: _rewritten(seen, about)), sound, told, format="OGG", subtype="OPUS")


def _rewritten(seen: bytes, about: About) -> bytes | None:
    """The second page, which holds the comments, replaced by ours; None while it is not complete."""
    first = _page_end(seen, 0)
    second = _page_end(seen, first) if first else None
    if first is None or second is None:
        return None
    body = seen[first + 27 + seen[first + 26] : second]
    name = body[12 : 12 + int.from_bytes(body[8:12], "little")]
    return seen[:first] + _page(seen[first : first + 26], _packet(about, name)) + seen[second:]


def _page_end(seen: bytes, start: int) -> int | None:
    """Where the Ogg page that begins at `start` ends (RFC 3533, 6)."""
    if len(seen) < start + 27 or len(seen) < start + 27 + seen[start + 26]:
        return None
    sizes = seen[start + 27 : start + 27 + seen[start + 26]]
    end = start + 27 + len(sizes) + sum(sizes)
    return end if end <= len(seen) else None


def _packet(about: About, vendor: bytes) -> bytes:
    """The comments; of very many, those that fit on a page: first the picture goes, then the chapters."""
    lines = list(comments(about))
    pictures = [picture_comment(about.cover)] if about.cover else []
    tries = [[*lines, *pictures], lines, [line for line in lines if not line.startswith("CHAPTER")]]
    packets = (b"OpusTags" + packed(one, vendor) for one in tries)
    return next(packet for packet in packets if len(packet) <= _MOST)


def _page(head: bytes, packet: bytes) -> bytes:
    """`packet` as one page, with the other fields from `head`."""
    sizes = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    page = bytearray(head[:22] + bytes(4) + bytes([len(sizes)]) + sizes + packet)
    struct.pack_into("<I", page, 22, _checksum(bytes(page)))
    return bytes(page)


def _checksum(page: bytes) -> int:
    """Ogg's CRC: 32 bits, the highest first."""
    table = [_shifted(byte << 24) for byte in range(256)]
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ table[checksum >> 24 ^ byte]
    return checksum


def _shifted(value: int) -> int:
    for _ in range(8):
        value = value << 1 ^ (_POLYNOMIAL if value & 1 << 31 else 0)
    return value & 0xFFFFFFFF
