"""What a sound file tells about itself: title, chapters, picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from massage_voice.clip import RATE

MAKER: Final = "massage-voice"
ALBUM: Final = "Guided massage"
GENRE: Final = "Speech"
LONGEST: Final = 200
"""Characters of a title; some players cut or refuse longer ones."""
_LONG_CODES: Final = {"en": "eng"}
"""ISO 639-2 for what routines may be written in."""

Told = Callable[[int, int], object]
"""Called with the frames written and the frames in all."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter: a part of the sound that has a name."""

    title: str
    start: int
    """Its first frame."""
    end: int
    """The frame after its last."""

    @property
    def start_ms(self) -> int:
        """Where it begins, to the millisecond."""
        return milliseconds(self.start)

    @property
    def end_ms(self) -> int:
        """Where it ends, to the millisecond."""
        return milliseconds(self.end)


@dataclass(frozen=True, slots=True)
class About:
    """Title, chapters and picture of a sound file; the texts are clean single lines."""

    title: str
    language: str
    """As BCP 47 writes it: en."""
    marks: tuple[Mark, ...] = ()
    """In order, without gaps."""
    cover: bytes = b""
    """A PNG picture, or nothing."""
    comment: str = ""

    @property
    def language_code(self) -> str:
        """In three letters, as ID3 and MP4 want it; `und` for one that is not known."""
        return _LONG_CODES.get(self.language[:2].lower(), "und")


def one_line(text: str, most: int = LONGEST) -> str:
    """`text` on one line of 1 to `most` characters, without control and formatting characters."""
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text[: 4 * most])
    line = " ".join(seen.split()) or "…"
    return line if len(line) <= most else line[: most - 1] + "…"


def milliseconds(frames: int) -> int:
    """Frames as whole milliseconds."""
    return round(1000 * frames / RATE)
