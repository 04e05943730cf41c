"""The chapters of a recording: what comes before the steps, each step, and the closing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from massage_voice.recording.model import Mark, one_line
from massage_voice.safety.script import Kind
from massage_voice.timeline.model import Placement, Timeline

BEFORE, PREPARATION, CLOSING = "Before you begin", "Preparation", "Closing"


def marks(timeline: Timeline) -> tuple[Mark, ...]:
    """One a step, its cautions in it; without gaps, from the first frame to the last."""
    starts = sorted([*_around(timeline), *_steps(timeline)], key=lambda start: start[0])
    ends = [*starts, (timeline.length, "")]
    return tuple(Mark(one_line(title), start, end) for (start, title), (end, _) in pairwise(ends) if start < end)


def _steps(timeline: Timeline) -> Iterator[tuple[int, str]]:
    """Cautions alone belong to the step after them: who jumps there hears them."""
    begun: int | None = None
    for chapter in timeline.chapters:
        begun = chapter.start if begun is None else begun
        if not chapter.secured.hands_off:
            name = chapter.secured.step.name.replace("-", " ")
            yield begun, name[:1].upper() + name[1:]
            begun = None


def _around(timeline: Timeline) -> Iterator[tuple[int, str]]:
    """What belongs to no step; each begins where the sound, or the work, before it ends."""
    chapters = timeline.chapters
    if not chapters or chapters[0].start > 0:
        yield 0, BEFORE
    worked = chapters[-1].practice_end if chapters else 0
    end = 0
    told: set[str] = set()
    for placement in timeline.placements:
        title = _title(placement)
        if title and title not in told:
            told.add(title)
            yield max(end, worked) if title == CLOSING else end, title
        end = placement.end


def _title(placement: Placement) -> str:
    if placement.cue.id.startswith("0.prepare"):
        return PREPARATION
    return CLOSING if placement.cue.kind is Kind.CLOSING else ""
