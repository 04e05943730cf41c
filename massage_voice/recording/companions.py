"""Files beside the sound: captions, chapters and the words, for players that show them and people who read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from massage_voice.clip import RATE
from massage_voice.recording.model import About, milliseconds, one_line
from massage_voice.sound.webvtt import webvtt
from massage_voice.timeline.model import Placement

_LONGEST_LINE = 1000
"""Characters of a caption."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording says, and when."""

    placements: tuple[Placement, ...]
    about: About
    begins: int
    """The frame at which the session itself begins, after questions and preparation."""

    @property
    def spoken(self) -> list[Placement]:
        """Its words in order, without the bells."""
        return sorted((place for place in self.placements if place.cue.is_spoken), key=lambda place: place.start)


def vtt(heard: Heard) -> str:
    """WebVTT captions."""
    begins = f"{heard.about.title}; the session begins at {heard.begins / RATE:.3f} s"
    return webvtt(heard.placements, begins)


def srt(heard: Heard) -> str:
    """SubRip captions, for players that know no WebVTT."""
    return "\n".join(_captions(heard.spoken))


def _captions(places: Iterable[Placement]) -> Iterator[str]:
    for number, place in enumerate(places, 1):
        start, end = milliseconds(place.start), milliseconds(place.end)
        text = one_line(place.cue.text, _LONGEST_LINE).replace("-->", "→")
        yield f"{number}\n{_clock(start, ',')} --> {_clock(max(end, start + 1), ',')}\n{text}\n"


def chapters(heard: Heard) -> str:
    """JSON chapters (https://github.com/Podcastindex-org/podcast-namespace, chapters/jsonChapters.md)."""
    marks = [
        {"startTime": mark.start_ms / 1000, "endTime": mark.end_ms / 1000, "title": mark.title}
        for mark in heard.about.marks
    ]
    document = {"version": "1.2.0", "title": heard.about.title, "chapters": marks}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def transcript(heard: Heard) -> str:
    """Every word, below the chapter and behind the time at which it is said."""
    return "\n".join(_transcript(heard)) + "\n"


def _transcript(heard: Heard) -> Iterator[str]:
    yield heard.about.title
    if heard.about.comment:
        yield heard.about.comment
    marks = list(heard.about.marks)
    for place in heard.spoken:
        while marks and marks[0].start <= place.start:
            mark = marks.pop(0)
            yield f"\n{mark.title} ({_clock(mark.start_ms)[:8]})\n"
        yield f"[{_clock(milliseconds(place.start))[:8]}] {one_line(place.cue.text, _LONGEST_LINE)}"


def _clock(thousandths: int, point: str = ".") -> str:
    seconds, rest = divmod(thousandths, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


@dataclass(frozen=True, slots=True)
class Companion:
    """A kind of file beside the sound."""

    suffix: str
    """Takes the place of the sound's."""
    text: Callable[[Heard], str]


COMPANIONS: Mapping[str, Companion] = MappingProxyType(
    {
        "vtt": Companion(".vtt", vtt),
        "srt": Companion(".srt", srt),
        "chapters": Companion(".chapters.json", chapters),
        "transcript": Companion(".txt", transcript),
    }
)
"""By what the user calls them."""
