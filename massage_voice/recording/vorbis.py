"""Vorbis comments (https://xiph.org/vorbis/doc/v-comment.html), as FLAC and Opus carry them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator

from massage_voice.recording.model import ALBUM, GENRE, MAKER, About, Mark


def comments(about: About) -> Iterator[str]:
    """`NAME=value`, chapters as https://wiki.xiph.org/Chapter_Extension has them."""
    yield f"TITLE={about.title}"
    yield f"ARTIST={MAKER}"
    yield f"ALBUM={ALBUM}"
    yield f"GENRE={GENRE}"
    yield f"LANGUAGE={about.language}"
    if about.comment:
        yield f"DESCRIPTION={about.comment}"
    for number, mark in enumerate(about.marks):
        yield from _chapter(number, mark)


def _chapter(number: int, mark: Mark) -> Iterator[str]:
    seconds, thousandths = divmod(mark.start_ms, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
    yield f"CHAPTER{number:03}={clock}"
    yield f"CHAPTER{number:03}NAME={mark.title}"


def packed(lines: Iterable[str], vendor: bytes) -> bytes:
    """Comments as bytes: the vendor, how many, and each with its length."""
    encoded = [line.encode() for line in lines]
    head = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(encoded))
    return head + b"".join(struct.pack("<I", len(line)) + line for line in encoded)


def picture(png: bytes) -> bytes:
    """A FLAC picture block (RFC 9639, 8.8): the front cover."""
    width, height = struct.unpack_from(">II", png, 16)
    mime = b"image/png"
    return b"".join([
        struct.pack(">II", 3, len(mime)), mime,
        struct.pack(">IIIIII", 0, width, height, 24, 0, len(png)), png,
    ])  # fmt: skip


def picture_comment(png: bytes) -> str:
    """The same, as a comment."""
    return f"METADATA_BLOCK_PICTURE={base64.b64encode(picture(png)).decode()}"
