"""The picture: a PNG that any reader opens, always the same for a title."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mutagen.flac

from massage_voice.recording.cover import SIZE, cover
from massage_voice.recording.vorbis import picture


def test_the_same_title_gives_the_same_bytes_everywhere() -> None:
    """Also in another process, whose hashes differ."""
    code = "import sys; from massage_voice.recording.cover import cover; sys.stdout.buffer.write(cover('Neck'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert cover("Neck") == other


def test_titles_have_their_colours() -> None:
    """A shelf of sessions is not all alike; and a picture stays small beside its sound."""
    shelf = {cover(f"Session {number}") for number in range(40)}
    assert len(shelf) == 5
    assert all(len(one) < 40_000 for one in shelf)


def test_a_reader_opens_it(tmp_path: Path) -> None:
    """Every pixel is decoded by ffmpeg every pixel: dark in the middle, light at the corners."""
    (tmp_path / "a.png").write_bytes(cover("Neck"))
    command = ["ffmpeg", "-v", "error", "-i", str(tmp_path / "a.png"), "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    pixels = subprocess.run(command, capture_output=True, check=True).stdout
    assert len(pixels) == SIZE * SIZE
    middle, corner = pixels[SIZE * SIZE // 2 + SIZE // 2], pixels[0]
    assert middle < 90
    assert corner > 200


def test_the_block_of_a_picture() -> None:
    """As mutagen reads RFC 9639."""
    read = mutagen.flac.Picture(picture(cover("Neck")))
    assert (read.type, read.mime, read.width, read.height, read.depth) == (3, "image/png", SIZE, SIZE, 24)
