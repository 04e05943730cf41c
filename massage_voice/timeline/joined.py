"""Timelines one after the other, as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from massage_voice.clip import RATE
from massage_voice.timeline.model import Chapter, Placement, Timeline

Moved = Callable[[int], int]
"""Where a frame goes."""


def joined(timelines: Sequence[Timeline]) -> Timeline:
    """What each says, in this order; none of them hears of the others."""
    parts = list(_shifted(timelines))
    return Timeline(
        rate=RATE,
        placements=tuple(placement for part in parts for placement in part.placements),
        chapters=tuple(chapter for part in parts for chapter in part.chapters),
        length=sum(timeline.length for timeline in timelines),
        ticks=tuple(tick for part in parts for tick in part.ticks),
        dropped=tuple(cue for part in parts for cue in part.dropped),
    )


def _shifted(timelines: Sequence[Timeline]) -> Iterator[Timeline]:
    shift = 0
    for timeline in timelines:
        yield shifted(timeline, shift)
        shift += timeline.length


def shifted(timeline: Timeline, frames: int) -> Timeline:
    """The same, so many frames later."""

    def moved(frame: int) -> int:
        return frame + frames

    return replace(
        timeline,
        placements=tuple(Placement(p.cue, moved(p.start), moved(p.end)) for p in timeline.placements),
        chapters=tuple(moved_chapter(chapter, moved) for chapter in timeline.chapters),
        ticks=tuple(map(moved, timeline.ticks)),
        length=moved(timeline.length),
    )


def moved_chapter(chapter: Chapter, moved: Moved) -> Chapter:
    """The same step at other times."""
    switch = chapter.switch
    return replace(
        chapter,
        start=moved(chapter.start),
        practice_start=moved(chapter.practice_start),
        practice_end=moved(chapter.practice_end),
        end=moved(chapter.end),
        switch=None if switch is None else (moved(switch[0]), moved(switch[1])),
    )
