"""A FLAC file (RFC 9639): nothing of the sound is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from massage_voice.ports import Program
from massage_voice.recording.model import About, Told
from massage_voice.recording.stream import Rewritten, encode
from massage_voice.recording.vorbis import comments, packed, picture
from massage_voice.sound.atomic import replacing

_STREAM_INFO, _COMMENT, _PICTURE = 0, 4, 6
_LAST: Final = 0x80
_INFO_END: Final = 42
"""The mark, and the stream's own block, which the encoder fills in at the end."""


def write_flac(path: Path, sound: Program, about: About, told: Told | None = None) -> None:
    """Write the whole of `sound`.

    Raises:
        OutputError: it could not be written; nothing new stands under `path`.
    """
    with replacing(path) as file:
        head = Rewritten(file, lambda seen: _rewritten(seen, about), kept=_INFO_END)
        encode(head, sound, told, format="FLAC", subtype="PCM_16")


def _rewritten(seen: bytes, about: About) -> bytes | None:
    """The encoder's own blocks, but for the first, replaced by ours; None while they are not complete."""
    blocks = dict(_blocks(seen))
    end = max((at + len(body) for at, body in blocks.values()), default=len(seen) + 1)
    if _STREAM_INFO not in blocks or _COMMENT not in blocks or end > len(seen):
        return None
    vendor = blocks[_COMMENT][1]
    name = vendor[4 : 4 + int.from_bytes(vendor[:4], "little")]
    ours = [(_COMMENT, packed(comments(about), name))]
    if about.cover:
        ours.append((_PICTURE, picture(about.cover)))
    heads = [bytes([kind | (_LAST if (kind, body) == ours[-1] else 0)]) for kind, body in ours]
    written = [head + len(body).to_bytes(3, "big") + body for head, (_, body) in zip(heads, ours, strict=True)]
    info = blocks[_STREAM_INFO][1]
    start = b"fLaC" + bytes([_STREAM_INFO]) + len(info).to_bytes(3, "big") + info
    return start + b"".join(written) + seen[end:]


def _blocks(seen: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """`kind: (where its body begins, the body)` of every block whose head is there; nothing after the last."""
    at = 4
    while at + 4 <= len(seen):
        kind, size = seen[at], int.from_bytes(seen[at + 1 : at + 4], "big")
        body = seen[at + 4 : at + 4 + size].ljust(size, b"\0")
        yield kind & ~_LAST, (at + 4, body)
        if kind & _LAST:
            return
        at += 4 + size
