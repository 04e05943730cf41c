"""Noticing that the process did not run: the lid was closed, or somebody stopped it.

No wall clock is looked at, so nobody who sets it, and no summer time, is taken for sleep. `awake` is the clock
by which programs wait; `always` counts through a suspended machine. Where a system has no second one (Windows,
where the first counts through sleep anyway, and rarer systems), a suspend is noticed as far as the one clock
counts it, as a main loop that did not run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SUSPENDED_S: Final = 2.0
"""The clocks must part by more than this before it counts as a suspended machine."""
STALLED_S: Final = 2.0
"""A main loop that did not run for so long was stopped: it runs 25 times a second, and on a machine with ten times the
work that it can do it still ran within two seconds."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Two clocks, in seconds from any moment."""

    awake: Callable[[], float]
    """Stands still while the machine is suspended, on most systems."""
    always: Callable[[], float]
    """Counts through that."""


class Sleep:
    """Looks at both clocks whenever it is asked, and tells what passed unseen."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._seen = self._look()

    def check(self) -> float:
        """Seconds that passed since the last check without the process running; 0.0 if it was about its work."""
        before, self._seen = self._seen, self._look()
        ran = self._seen[0] - before[0]
        suspended = self._seen[1] - before[1] - ran
        return sum(part for part, least in ((suspended, SUSPENDED_S), (ran, STALLED_S)) if part >= least)

    def _look(self) -> tuple[float, float]:
        return self._clocks.awake(), self._clocks.always()


def system_clocks() -> Clocks:
    """The clocks of this system."""
    if sys.platform == "darwin":  # its CLOCK_MONOTONIC counts through sleep, time.monotonic does not
        return Clocks(time.monotonic, lambda: time.clock_gettime(time.CLOCK_MONOTONIC))
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux
        return Clocks(time.monotonic, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
    return Clocks(time.monotonic, time.monotonic)
