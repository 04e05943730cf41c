"""Where the hands are in a session, told by the frame that the device plays; and where a crash may leave them."""

from __future__ import annotations

from dataclasses import dataclass

from massage_voice.clip import RATE
from massage_voice.timeline.model import Timeline
from tests.live.hands import Hands
from tests.live.heeding import hazard_of, repeat_s
from tests.live.life import COARSE_S

AGAIN, SKIPPED = 5 * RATE, 3 * RATE
"""The most practice that may be done again, or left out, after a crash."""
TURN = round(COARSE_S * RATE)
"""The longest time between two looks."""


class Watching(Hands):
    """Hands that stay where they are while a torn caution is said again, which takes its time."""

    playing: Timeline | None = None
    again: tuple[tuple[int, int], ...] = ()
    """(when, how many frames) were played once more."""
    seen: int = 0
    """Up to this frame it was played before."""

    def look(self, played: tuple[int, int], timeline: Timeline) -> None:
        """See `Hands`."""
        if timeline is self.playing and played[0] != self._run:
            self.again += ((self.ears.frame, max(self._frame - played[1], 0) + TURN),)
            self._run, self.seen = played[0], max(self.seen, self._frame)
        elif played[0] != self._run:
            self.seen = 0
        self.playing = timeline
        if played[1] < self.seen:  # which may begin in the last moment of the step before
            self._run, self._frame = played
            return
        super().look(played, timeline)

    def rest(self, played: tuple[int, int]) -> None:
        """Instead of a look, while the session waits: the hands are off."""
        self._run, self._frame = played
        self.since.clear()
        self._visit = (0, 0)

    def _is_old(self, name: str) -> bool:
        ends = [end for text, _, end in self.ears.whole if hazard_of(text) == name]
        repeated = sum(frames for at, frames in self.again if ends and at > ends[-1])
        limit = repeat_s(name)
        return super()._is_old(name) and not (ends and limit and self.ears.frame - ends[-1] <= limit * RATE + repeated)


@dataclass(frozen=True)
class Place:
    """Where the hands are."""

    index: int
    """Of the step, from 1; 0 before the first."""
    name: str = ""
    practised: int = 0
    left: int = 0
    work: bool = False
    """They are at work."""
    gated: bool = False
    last: bool = False

    @staticmethod
    def of(timeline: Timeline, frame: int, steps: int) -> Place:
        """Where frame `frame` of what is played has them."""
        chapter = [c for c in timeline.chapters if c.start <= frame or c is timeline.chapters[0]][-1]
        gone = min(max(frame, chapter.practice_start), chapter.practice_end)
        step = chapter.secured
        work = chapter.practice_start < frame < chapter.practice_end and not step.hands_off
        practised, left = chapter.practised + gone - chapter.practice_start, chapter.practice_end - gone
        return Place(step.index, step.step.name, practised, left, work, step.step.gate is not None, step.index == steps)


NOWHERE = Place(0)
"""Before the first step."""


def continues(was: Place, now: Place) -> bool:
    """Whether who was at `was` may go on at `now`."""
    if was.name == now.name:
        return was.practised - AGAIN - TURN <= now.practised <= was.practised + SKIPPED
    left_out = was.gated and was.practised == 0 and not now.gated  # what stands in for the front comes at once
    return now.practised == 0 and (left_out or was.left <= SKIPPED) and now.index <= was.index + 2
