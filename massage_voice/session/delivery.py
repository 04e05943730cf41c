"""What became of each cue: the lines of the ledger, from what the output device has sounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from massage_voice.clip import RATE
from massage_voice.session.orders import Deliver
from massage_voice.timeline.model import Placement, Timeline

LATE: Final = RATE // 4
"""Gaps shortly before a cue that add up to more make it late …"""
RECENT: Final = 10 * RATE
"""… for so long: hands that have waited a moment longer go on from there, and nothing after that is late."""
HARM: Final = RATE * 60 // 1000
"""A gap this long inside a cue can swallow a short word: the cue counts as cut."""
ATTEMPTS: Final = 3
"""So often a caution is begun before it counts as one that cannot be delivered."""


class Delivery:
    """Turns what was sounded of a run into the ledger's lines; cues said again get their run's number."""

    def __init__(self) -> None:
        self._listed: set[str] = set()
        self._lost: list[tuple[int, int]] = []
        """Gaps of this run: after which frame, how many frames."""
        self._torn: Counter[str] = Counter()
        """How often a caution was begun and torn since it was last heard whole, by its text."""

    def begin(self) -> None:
        """A new run: its gaps are its own."""
        self._lost.clear()

    def gap(self, frame: int, frames: int) -> None:
        """The device ran dry after `frame`."""
        self._lost.append((frame, frames))

    def heard(self, timeline: Timeline, since: int, frame: int) -> Iterator[Placement]:
        """The cues that ended after `since`, at `frame` or before."""
        for placement in timeline.placements:
            if since < placement.end <= frame:
                yield placement

    def whole(self, placement: Placement) -> bool:
        """No gap inside it was long enough to swallow a word."""
        return not any(placement.start <= at < placement.end and frames >= HARM for at, frames in self._lost)

    def torn(self, placement: Placement) -> bool:
        """Count one more attempt at a caution that was torn; True when there have been too many."""
        self._torn[placement.cue.text] += 1
        return self._torn[placement.cue.text] >= ATTEMPTS

    def deliver(self, placement: Placement, run: int, base: int) -> Deliver:
        """The line of a cue that was played to its end; `base` is the session time of the run's frame 0."""
        if not self.whole(placement):
            return self.line(placement, placement.end, run, base, "cut")
        self._torn.pop(placement.cue.text, None)
        late = self._before(placement) > LATE
        return self.line(placement, placement.end, run, base, "late" if late else "delivered")

    def line(self, placement: Placement, end: int, run: int, base: int, outcome: str) -> Deliver:
        """The line of a cue that sounded as far as `end`."""
        cue = placement.cue
        name = f"{cue.id}@{run}" if cue.id in self._listed else cue.id
        self._listed.add(cue.id)
        lost = self._before(placement)
        return Deliver(
            {
                "cue": name,
                "kind": cue.kind.value,
                "step": cue.step,
                "planned": _seconds(base + placement.start),
                "started": _seconds(base + placement.start + lost),
                "ended": _seconds(base + end + lost),
                "outcome": outcome,
            }
        )

    def _before(self, placement: Placement) -> int:
        return sum(frames for at, frames in self._lost if placement.start - RECENT <= at < placement.start)


def _seconds(frame: int) -> float:
    return round(frame / RATE, 6)
