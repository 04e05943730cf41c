"""Telling one press from many: a pedal bounces, a knuckle rests on the space bar.

A terminal sends no key-up. A held key sends itself again after 250 to 1,000 ms and then at least ten times a
second, so the second press of the same key is doubtful until it is known whether a third follows at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

ECHO_S: Final = 0.250
"""The same key again within this time is the same press."""
DOUBT_S: Final = 1.000
"""The longest that systems wait before a held key repeats."""
REPEAT_S: Final = 0.100
"""The slowest repeat of a held key: macOS at its default sends one every 90 ms."""


class Presses:
    """Counts the presses of one keyboard; time is handed in, in seconds."""

    def __init__(self) -> None:
        self._key = ""
        self._at_s = 0.0

    def counts(self, key: str, at_s: float, repeated: Callable[[float], bool]) -> bool:
        """Whether `key`, come at `at_s`, is a press of its own.

        `repeated(seconds)` waits that long for the next key and says whether it is the same one again; it is
        asked only when in doubt.
        """
        gap = at_s - self._at_s if key == self._key else float("inf")
        self._key, self._at_s = key, at_s
        if gap < ECHO_S:
            return False
        return gap > DOUBT_S or not repeated(REPEAT_S)
