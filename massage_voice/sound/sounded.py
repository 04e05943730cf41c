"""What has sounded of what a device was handed, and where it ran dry: told from the times of its callbacks alone.

The audio callback writes, the main thread reads; one immutable tuple and one deque pass between them, no lock.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from massage_voice.clip import RATE
from massage_voice.ports import Gap

Position = tuple[int, int]
"""`(run, frame)`."""

TOLERANCE: Final = 20 * RATE // 1000
"""Frames by which the device may run dry in the reckoning before it is called a gap."""
SLACK: Final = 0.999
"""A device whose clock is slower than the system's must not seem to run dry bit by bit: 1000 ppm are let go."""
KEPT_GAPS: Final = 1000


class Sounded:
    """Reckons for a device that holds at most `latency` frames."""

    def __init__(self, latency: int) -> None:
        self._latency = latency
        # The callback's, read by the main thread:
        self._recent: tuple[tuple[int, Position], ...] = ((0, (0, 0)),)  # (frames handed over in all, position), rising
        self._gaps: deque[Gap] = deque(maxlen=KEPT_GAPS)
        # The callback's own:
        self._at_s: float | None = None
        self._held = 0.0  # frames the device has not yet played
        self._moved = False  # the last block took its run further

    def asked(self, at_s: float) -> None:
        """The device asks for a block at `at_s`, in seconds: what it held until now may not have been enough."""
        if self._at_s is not None:
            self._held -= (at_s - self._at_s) * RATE * SLACK
            if self._held < -TOLERANCE and self._moved:
                self._gaps.append(Gap(*self._recent[-1][1], round(-self._held)))
            self._held = max(0.0, self._held)
        self._at_s = at_s

    def handed(self, frames: int, position: Position, *, ended: bool) -> None:
        """It was given a block of `frames` frames that ends at `position`; `ended` when that is the run's end."""
        total, before = self._recent[-1]
        total += frames
        self._held = min(self._latency, self._held + frames)
        self._moved = position != before and not ended
        entries = (*self._recent, (total, position))
        newest = max((at for at, _ in entries if at <= total - self._latency), default=0)
        self._recent = tuple(entry for entry in entries if entry[0] >= newest)

    def position(self) -> Position:
        """How far it has sounded for certain; never ahead of the device, at most `latency` and a block behind."""
        return self._recent[0][1]

    def frames(self) -> int:
        """How many frames have sounded in all, the silence between the runs included."""
        return self._recent[0][0]

    def gaps(self) -> tuple[Gap, ...]:
        """The gaps since this was last asked."""
        return tuple(self._gaps.popleft() for _ in range(len(self._gaps)))
