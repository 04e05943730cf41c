"""Recordings read by others: ffmpeg, ffprobe and mutagen."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from massage_voice.clip import RATE
from massage_voice.recording.cover import cover
from massage_voice.recording.model import About, Mark
from massage_voice.sound.bells import BELLS, bell
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples
from tests.support.absent import absent

TITLE = "Neck, größer"
ABOUT = About(
    TITLE,
    "en",
    (
        Mark("Before you begin", 0, RATE),
        Mark("Ünder; the = # skull", RATE, 2 * RATE + 77),
        Mark("End", 98_077, 3 * RATE),
    ),
    cover(TITLE),
    "For learning the words only.",
)


def bells(length: int = 3 * RATE) -> Pieces:
    """A program with a bell every second."""
    names = sorted(BELLS)
    starts = range(0, length, RATE)
    return Pieces([Piece(start, bell(names[n % len(names)])) for n, start in enumerate(starts)], length)


class Breaking(Pieces):
    """Raises when the sound has come so far."""

    def __init__(self, error: BaseException, breaks_at: int = 2 * RATE, length: int = 5 * RATE) -> None:
        super().__init__([], length)
        self._error, self._breaks_at = error, breaks_at

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        if start + frames > self._breaks_at:
            raise self._error
        noise = np.random.default_rng(start).integers(-8000, 8000, frames)
        return noise.astype(np.int16)


@dataclass(frozen=True)
class Chapter:
    """As ffprobe reads it."""

    title: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Read:
    """What ffprobe says of a file."""

    tags: dict[str, str]
    chapters: list[Chapter]
    pictures: int
    seconds: float


def ffprobe(path: Path) -> Read:
    """Tags in lower case, of the file or of its sound."""
    words = ["-v", "error", "-show_chapters", "-show_format", "-show_streams", "-of", "json"]
    told = json.loads(_said("ffprobe", *words, f"file:{path}"))
    sound = next(stream for stream in told["streams"] if stream["codec_type"] == "audio")
    tags = {**sound.get("tags", {}), **told["format"].get("tags", {})}
    return Read(
        {name.lower(): value for name, value in tags.items()},
        list(_chapters(told["chapters"])),
        sum(stream["disposition"]["attached_pic"] for stream in told["streams"]),
        float(told["format"]["duration"]),
    )


def _chapters(told: list[dict[str, Any]]) -> Iterator[Chapter]:
    for chapter in told:
        yield Chapter(chapter["tags"]["title"], float(chapter["start_time"]), float(chapter["end_time"]))


def decoded(path: Path) -> Samples:
    """The sound, as ffmpeg decodes it."""
    words = ["-v", "error", "-i", f"file:{path}", "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
    return np.frombuffer(_said("ffmpeg", *words), "<i2").astype(np.int16)


def picture(path: Path) -> bytes:
    """The cover, as ffmpeg takes it out."""
    return _said("ffmpeg", "-v", "error", "-i", f"file:{path}", "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-")


def _said(program: str, *words: str) -> bytes:
    if shutil.which(program) is None:
        absent(f"{program} reads recordings: apt install ffmpeg")
    done = subprocess.run([program, *words], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout
