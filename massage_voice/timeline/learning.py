"""The words of a timeline without the time to work: for learning them by ear, never for a massage."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Final

from massage_voice.clip import RATE
from massage_voice.timeline.joined import moved_chapter
from massage_voice.timeline.model import Placement, Timeline

GAP: Final = RATE
"""The longest silence that stays between two sounds."""


def closed_up(timeline: Timeline) -> Timeline:
    """The same sounds in the same order, no silence longer than `GAP`, and no ticks: there is nothing to stroke."""
    way = _Way(timeline)
    return replace(
        timeline,
        placements=tuple(Placement(p.cue, way(p.start), way(p.start) + p.end - p.start) for p in timeline.placements),
        chapters=tuple(moved_chapter(chapter, way) for chapter in timeline.chapters),
        length=way(timeline.length),
        ticks=(),
    )


class _Way:
    """Where each frame of a timeline goes when its silences are shortened."""

    def __init__(self, timeline: Timeline) -> None:
        self._silences = [0]
        """Where each silence begins, …"""
        self._moved = [0]
        """… and where that goes."""
        end = 0
        for placement in sorted(timeline.placements, key=lambda p: p.start):
            start = self(placement.start)
            if placement.end > end:
                end = placement.end
                self._silences.append(end)
                self._moved.append(start + placement.end - placement.start)

    def __call__(self, frame: int) -> int:
        number = bisect_right(self._silences, frame) - 1
        return self._moved[number] + min(frame - self._silences[number], GAP)
