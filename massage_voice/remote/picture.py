"""Small pictures of a body with the areas of a step marked, drawn here and kept as files for the desktop."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

SIZE: Final = 256
"""Pixels, both ways."""
EDITION: Final = 1
"""Counted up when the drawing changes, so that old files are not taken for it."""
Stroke = tuple[float, float, float, float, float]
"""A thick line with round ends, in pixels of the whole figure: from x, y to x, y, and its radius."""

BODY: Final[tuple[Stroke, ...]] = (
    (128, 24, 128, 30, 14),
    (128, 40, 128, 54, 7),
    (106, 66, 150, 66, 11),
    (128, 84, 128, 118, 27),
    (116, 132, 140, 132, 17),
    (98, 68, 82, 112, 9),
    (82, 112, 74, 148, 7),
    (72, 154, 70, 164, 7),
    (115, 142, 112, 190, 13),
    (112, 190, 110, 232, 9),
    (109, 240, 103, 244, 6),
)
"""One side; the other is its mirror."""
AREAS: Final[dict[str, Stroke]] = {
    "scalp": (128, 16, 128, 20, 11),
    "temples": (116, 24, 116, 26, 4),
    "face": (128, 26, 128, 28, 9),
    "jaw": (119, 36, 122, 38, 4),
    "skull-base": (121, 38, 128, 40, 4),
    "neck-back": (123, 44, 123, 55, 4),
    "neck-side": (121, 43, 120, 54, 4),
    "neck-front": (124, 46, 124, 54, 3),
    "collarbone": (106, 66, 122, 68, 4),
    "shoulders": (102, 64, 120, 59, 8),
    "shoulder-blades": (112, 74, 114, 88, 9),
    "upper-back": (117, 68, 117, 86, 9),
    "mid-back": (117, 88, 117, 104, 9),
    "low-back": (117, 112, 117, 122, 8),
    "flanks": (104, 104, 106, 118, 6),
    "sacrum": (128, 128, 128, 134, 8),
    "buttocks": (113, 136, 115, 140, 11),
    "upper-arm": (96, 74, 86, 102, 8),
    "forearm": (81, 116, 75, 142, 7),
    "wrist": (74, 147, 74, 149, 6),
    "hands": (72, 154, 70, 162, 8),
    "fingers": (70, 164, 69, 168, 6),
    "thigh": (115, 150, 112, 182, 11),
    "calves": (112, 196, 110, 220, 9),
    "ankles": (110, 230, 110, 232, 8),
    "feet": (109, 240, 103, 244, 7),
    "toes": (102, 245, 100, 246, 5),
}
"""Where the areas of the safety registry lie, one side of each; the throat and the spine stay free."""
_GROUND, _SKIN, _MARK = (30, 40, 52), (214, 190, 168), (224, 108, 40)
_UPPER: Final = 110.0
"""Areas above this line are shown larger, without the legs."""
_ZOOM: Final = 2.0


def picture(folder: Path, areas: tuple[str, ...]) -> str:
    """The URL of the picture for `areas`, which is drawn when it is not in `folder` yet; empty when it cannot be."""
    name = hashlib.sha256(repr((EDITION, sorted(areas))).encode()).hexdigest()[:16]
    path = folder.absolute() / f"{name}.png"
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(png(drawn(areas)))
            part.replace(path)
    except OSError:  # no picture is no loss
        return ""
    return path.as_uri()


def drawn(areas: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """The figure as SIZE by SIZE pixels of red, green, blue; areas that it does not know are not marked."""
    marks = [AREAS[area] for area in areas if area in AREAS]
    zoom = _ZOOM if marks and all(max(y1, y2) < _UPPER for _, y1, _, y2, _ in marks) else 1.0
    pixels = np.full((SIZE, SIZE, 3), _GROUND, np.float32)
    _paint(pixels, list(BODY), _SKIN, zoom)
    _paint(pixels, marks, _MARK, zoom)
    return pixels.round().astype(np.uint8)


def _paint(pixels: npt.NDArray[np.float32], strokes: list[Stroke], colour: tuple[int, int, int], zoom: float) -> None:
    """Cover `pixels` with strokes and their mirrors."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + 0.5) / zoom
    x += SIZE / 2 - SIZE / 2 / zoom
    cover = np.zeros((SIZE, SIZE), np.float32)
    for x1, y1, x2, y2, radius in strokes:
        dx, dy = x2 - x1, y2 - y1
        along = np.clip(((x - x1) * dx + (y - y1) * dy) / max(dx * dx + dy * dy, 1e-6), 0, 1)
        distance = np.hypot(x - x1 - along * dx, y - y1 - along * dy)
        cover = np.maximum(cover, np.clip((radius - distance) * zoom + 0.5, 0, 1))
    cover = np.maximum(cover, cover[:, ::-1])
    pixels += (np.array(colour, np.float32) - pixels) * cover[..., None]


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG file of 8-bit red, green, blue (ISO/IEC 15948)."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
