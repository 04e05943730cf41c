"""When a session is to end, on a clock that no pause stops."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """Counts from `begin` for a length, or to a moment of the wall clock; of both, the earlier counts."""

    def __init__(
        self,
        length_s: float | None = None,
        until_s: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._length_s = length_s
        self._until_s = until_s
        self._clock = clock
        self._wall = wall
        self._began_s: float | None = None

    def begin(self) -> None:
        """The steps begin; only the first call counts."""
        if self._began_s is None:
            self._began_s = self._clock()

    def left_s(self) -> float | None:
        """Seconds until the end; None where none was asked for, and for a length before the steps have begun."""
        left = []
        if self._length_s is not None and self._began_s is not None:
            left.append(self._length_s - (self._clock() - self._began_s))
        if self._until_s is not None:
            left.append(self._until_s - self._wall())
        return max(min(left), 0.0) if left else None
