"""Where the hands are, from the frame that was played: pure arithmetic on a timeline."""

from __future__ import annotations

from dataclasses import dataclass

from massage_voice.clip import RATE
from massage_voice.safety.script import Kind
from massage_voice.timeline.layout import Landing, Memory
from massage_voice.timeline.model import Chapter, Placement, Timeline

LEAD = RATE // 10
"""Silence before what is said again: the start of a run is ramped."""
SCRAP = 3 * RATE
"""So little practice is not worth saying a step's cautions again: the next step begins."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of each hazard before frame 0 of a run: ends (negative) and counts of short forms."""

    ends: tuple[tuple[str, int], ...] = ()
    turns: tuple[tuple[str, int], ...] = ()

    def at(self, timeline: Timeline, frame: int) -> Memory:
        """The memory at `frame` of the run that plays `timeline`, its times counted from `frame`."""
        ends, turns = dict(self.ends), dict(self.turns)
        for placement in timeline.placements:
            hazard = placement.cue.hazard
            if hazard is not None and placement.end <= frame:
                ends[hazard] = placement.end
                turns[hazard] = turns.get(hazard, 0) + 1
        return Memory({hazard: end - frame for hazard, end in ends.items()}, turns)


def heard(memory: Memory) -> Heard:
    """`memory` as what a new run starts from."""
    return Heard(tuple(memory.last.items()), tuple(memory.turn.items()))


def chapter_at(timeline: Timeline, frame: int) -> Chapter:
    """The chapter that holds `frame`; the last one after the end."""
    for chapter in reversed(timeline.chapters):
        if chapter.start <= frame:
            return chapter
    return timeline.chapters[0]


def speaking(timeline: Timeline, frame: int) -> Placement | None:
    """The text under way at `frame`, if any."""
    for placement in timeline.placements:
        if placement.start > frame:
            return None
        if placement.cue.is_spoken and frame < placement.end:
            return placement
    return None


def rewound(timeline: Timeline, placement: Placement) -> int:
    """Where to begin so that `placement` is heard whole again, and nothing before it."""
    before = (p.end for p in timeline.placements if p.cue.is_spoken and p.end <= placement.start)
    return max(placement.start - LEAD, *before, 0)


def cautioning(timeline: Timeline, frame: int) -> bool:
    """A caution is being said at `frame`."""
    placement = speaking(timeline, frame)
    return placement is not None and placement.cue.is_caution


def next_caution(timeline: Timeline, frame: int) -> Placement | None:
    """The first caution after `frame`, if any."""
    return next((p for p in timeline.placements if p.cue.is_caution and p.start > frame), None)


def landing_at(timeline: Timeline, frame: int) -> Landing | None:
    """How to go on from `frame`, or None when only the closing is left."""
    chapter = chapter_at(timeline, frame)
    if frame < chapter.practice_start:
        if chapter.practised == 0:
            return Landing(chapter.secured.index)
        left = chapter.practice_end - chapter.practice_start
        return Landing(chapter.secured.index, chapter.practised, left, instruct=True)
    if frame < chapter.practice_end - SCRAP or (frame < chapter.practice_end and _is_last(chapter, timeline)):
        practised = chapter.practised + frame - chapter.practice_start
        return Landing(chapter.secured.index, practised, chapter.practice_end - frame)
    if not _is_last(chapter, timeline):
        return Landing(chapter.secured.index + 1)
    return None if _has_closing(timeline) else Landing(chapter.secured.index + 1)


def _is_last(chapter: Chapter, timeline: Timeline) -> bool:
    return chapter is timeline.chapters[-1]


def _has_closing(timeline: Timeline) -> bool:
    return any(placement.cue.kind is Kind.CLOSING for placement in reversed(timeline.placements))
