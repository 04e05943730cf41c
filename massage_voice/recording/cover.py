"""A picture for a session: soft rounded rings, as ripples in a bowl of water. Always the same for the same title."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

SIZE: Final = 640
"""Pixels a side."""
RINGS: Final = 7
_SHADES: Final = 256
_EDGE: Final = 0.006
"""How wide the soft edge of a ring is, as a part of the picture."""
_COLOURS: Final = (
    ((18, 66, 77), (232, 240, 226)),  # deep water to pale leaf
    ((56, 45, 94), (244, 228, 232)),  # plum to rose
    ((98, 52, 40), (250, 236, 214)),  # clay to sand
    ((26, 74, 58), (240, 240, 210)),  # moss to straw
    ((34, 58, 104), (224, 238, 246)),  # evening to mist
)


def cover(title: str) -> bytes:
    """A PNG picture, some ten kilobytes; `title` chooses the colours."""
    inner, outer = _COLOURS[zlib.crc32(title.encode()) % len(_COLOURS)]
    shares = np.linspace(0.0, 1.0, _SHADES)[:, None]
    palette = np.rint(np.array(inner) * (1 - shares) + np.array(outer) * shares).astype(np.uint8)
    return _png(_rings(), palette)


def _rings() -> npt.NDArray[np.uint8]:
    """Shades from the middle outwards: steps with soft edges, between a circle and a square."""
    axis = np.abs((np.arange(SIZE) + 0.5) / SIZE * 2 - 1)
    radius = (axis[:, None] ** 2.6 + axis[None, :] ** 2.6) ** (1 / 2.6) * 0.86
    steps = np.clip(radius * RINGS, 0, RINGS)
    whole = np.floor(steps)
    soft = np.clip((steps - whole - 1) / (_EDGE * RINGS) + 1, 0, 1)
    return np.rint((whole + soft) / RINGS * (_SHADES - 1)).clip(0, _SHADES - 1).astype(np.uint8)


def _png(shades: npt.NDArray[np.uint8], palette: npt.NDArray[np.uint8]) -> bytes:
    """One byte a pixel (https://www.w3.org/TR/png-3/)."""
    height, width = shades.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), shades]).tobytes()
    return b"\x89PNG\r\n\x1a\n" + b"".join([
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", palette.tobytes()),
        _chunk(b"IDAT", zlib.compress(rows, 9)),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
