"""The small pictures that a desktop shows beside a step."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from massage_voice.remote.picture import AREAS, SIZE, drawn, picture, png
from massage_voice.safety.registry import load_registry


def test_every_area_has_its_place() -> None:
    """All of the registry and no others, and each one is marked on the body."""
    assert set(AREAS) == set(load_registry().areas)
    plain = drawn(())
    assert all((drawn((area,)) != plain).any() for area in AREAS)


@pytest.mark.parametrize("area", ["neck-front", "neck-back", "upper-back", "mid-back", "low-back"])
def test_throat_and_spine_stay_free(area: str) -> None:
    """As the cautions say: on both sides of the middle, and the same on both."""
    pixels = drawn((area,)).astype(int)
    redness = pixels[..., 0] - pixels[..., 2]
    marked = redness > redness[:, SIZE // 2].max() + 40
    assert marked.any()
    assert not marked[:, SIZE // 2 - 1 : SIZE // 2 + 1].any()
    assert (pixels == pixels[:, ::-1]).all()


def test_areas_it_does_not_know_are_not_marked() -> None:
    """A registry may grow."""
    assert (drawn(("third-eye",)) == drawn(())).all()


def test_a_png_holds_what_was_drawn() -> None:
    """Read back chunk by chunk, checksums and all."""
    pixels = drawn(("shoulders",))
    data = png(pixels)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name] = body
        at += 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (SIZE, SIZE, 8, 2, 0, 0, 0)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(SIZE, 1 + 3 * SIZE)
    assert (lines[:, 0] == 0).all()
    assert (lines[:, 1:].reshape(SIZE, SIZE, 3) == pixels).all()


def test_a_picture_is_drawn_once(tmp_path: Path) -> None:
    """The same areas in any order are the same file, and nothing else is left in the folder."""
    folder = tmp_path / "new folder"
    url = picture(folder, ("shoulders", "neck-back"))
    (made,) = folder.iterdir()
    assert url == made.as_uri()
    made.write_bytes(b"kept")
    assert picture(folder, ("neck-back", "shoulders")) == url
    assert made.read_bytes() == b"kept"


def test_no_place_for_a_picture(tmp_path: Path) -> None:
    """A folder that cannot be: no picture, and no more is said."""
    (tmp_path / "file").write_text("")
    assert picture(tmp_path / "file" / "pictures", ("shoulders",)) == ""
