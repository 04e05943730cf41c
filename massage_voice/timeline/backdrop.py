"""Where music sounds under a timeline, and where softly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from massage_voice.clip import RATE
from massage_voice.timeline.model import Timeline

FALL_S: Final = 4.0
"""In which it dies away at the end."""
HUSH_S: Final = 0.4
"""From full to soft before words, and back after them."""
HOLD_S: Final = 0.3
"""How long it stays soft after the last word."""
BREATH_S: Final = 2.0
"""Between words less than this apart it does not come back."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Where in a program a bed sounds, and where softly."""

    start: int
    end: int
    """It sounds in `[start, end)`, and then dies away."""
    changes: tuple[int, ...]
    """Frames, rising, at which it is to become soft and full by turns."""

    def pieces(self, start: int, frames: int) -> Iterator[tuple[int, bool, bool]]:
        """`(frames, sounding, soft)` of what lies in `[start, start + frames)`, in order."""
        end = start + frames
        inner = {cut for cut in (self.start, self.end) if start < cut < end}
        first = bisect_right(self.changes, start)
        while first < len(self.changes) and self.changes[first] < end:
            inner.add(self.changes[first])
            first += 1
        for cut in (*sorted(inner), end):
            soft = bisect_right(self.changes, start) % 2 == 1
            yield cut - start, self.start <= start < self.end, soft
            start = cut


NOWHERE: Final = Backdrop(0, 0, ())
"""Where no bed sounds."""


def backdrop(timeline: Timeline) -> Backdrop:
    """Music sounds from the first step's start, softly under words, and has died away at the end.

    A timeline without steps (questions, a stop, the preparation) has none.
    """
    if not timeline.chapters:
        return NOWHERE
    lead, hold, breath = (round(seconds * RATE) for seconds in (HUSH_S, HOLD_S, BREATH_S))
    changes: list[int] = []
    for place in timeline.placements:
        if not place.cue.is_spoken:
            continue
        start, end = place.start - lead, place.end + hold
        if changes and start - changes[-1] < breath:
            changes[-1] = end
        else:
            changes += [start, end]
    first = timeline.chapters[0].start
    return Backdrop(first, max(first, timeline.length - round(FALL_S * RATE)), tuple(changes))
