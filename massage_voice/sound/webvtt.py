"""Captions of a timeline, as WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from massage_voice.clip import RATE
from massage_voice.timeline.model import Placement

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""`-->` may not stand anywhere in a caption; without `>` it cannot."""


def webvtt(placements: Iterable[Placement], title: str, *, rate: int = RATE, offset_s: float = 0.0) -> str:
    """Every spoken cue as a caption under its id, bells left out; `offset_s` is added to all times."""
    spoken = sorted((place for place in placements if place.cue.is_spoken), key=lambda place: place.start)
    captions = [_caption(place, rate, offset_s) for place in spoken]
    return "\n\n".join(["WEBVTT", f"NOTE {_line(title)}", *captions]) + "\n"


def _caption(place: Placement, rate: int, offset_s: float) -> str:
    start, end = (round(1000 * (frame / rate + offset_s)) for frame in (place.start, place.end))
    times = f"{_time(start)} --> {_time(max(end, start + 1))}"
    return "\n".join([_line(place.cue.id), times, _line(place.cue.text)])


def _time(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _line(text: str) -> str:
    """One line: a blank one would end the caption."""
    return " ".join(text.split()).translate(_ESCAPES)
