"""A program as a WAV file: mono, 16 bits, `RATE` frames a second."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import OutputError
from massage_voice.ports import Program
from massage_voice.sound.atomic import replacing

_WIDTH: Final = 2
"""Bytes a frame."""
_LONGEST: Final = (2**32 - 1 - 36) // _WIDTH
"""Frames that a WAV header can count: twelve hours."""


def write_wav(path: Path, program: Program, progress: Callable[[int, int], object] | None = None) -> None:
    """Write the whole of `program`, a second at a time.

    `progress` is called after each second of sound with the frames done and the frames in all.

    Raises:
        OutputError: it could not be written, or is too long for the format; nothing new stands under `path`.
    """
    if program.length > _LONGEST:
        raise OutputError(f"cannot write {path}: longer than twelve hours, the most a WAV file can hold")
    with replacing(path) as file:
        file.write(_header(program.length))
        for start, frames in _blocks(program.length):
            file.write(program.fill(start, frames).astype("<i2", copy=False).data)
            if progress:
                progress(start + frames, program.length)


def _blocks(length: int) -> Iterator[tuple[int, int]]:
    return ((start, min(RATE, length - start)) for start in range(0, length, RATE))


def _header(frames: int) -> bytes:
    """RIFF, `fmt ` (PCM, one channel) and the head of `data`; see the WAVE specification of 1991."""
    size = frames * _WIDTH
    form = struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE")
    shape = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * _WIDTH, _WIDTH, 8 * _WIDTH)
    return form + shape + struct.pack("<4sI", b"data", size)
