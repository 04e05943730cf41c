"""Which reminder is to be announced now. This file owns what has been announced; it is told the time.

The clock may jump in both directions between two looks, because it is set or because the computer slept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from massage_voice.reminders.timetable import Due, Timetable

GRACE_S: Final = 30 * 60.0
"""A reminder missed by at most this is made up for."""
_WEEK_S: Final = 7 * 24 * 3600.0
"""Older than this, nobody wants to hear what was missed."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the clock found."""

    due: Due | None = None
    """To be announced now; of several the latest."""
    missed: tuple[Due, ...] = ()
    """Too old to be announced."""


class Watch:
    """Finds each reminder at most once, never before it is due; those before `now_s`, its start, are nobody's."""

    def __init__(self, timetable: Timetable, now_s: float) -> None:
        self._timetable = timetable
        self._start_s = self._looked_s = now_s
        self._found: set[datetime] = set()
        self._later: Due | None = None
        self._delay_s = 0.0

    def look(self, now_s: float) -> Look:
        """What is due at `now_s`, in seconds since the epoch, and was not found before."""
        self._start_s = min(self._start_s, now_s)  # set back, the clock comes to the same times once more
        due = self._open(now_s)
        fresh = [one for one in due if one.at_s >= now_s - GRACE_S]
        missed = tuple(one for one in due if self._looked_s < one.at_s < now_s - GRACE_S)
        self._looked_s = now_s
        self._found.update(one.day for one in fresh)
        if self._later in due or fresh:
            self._later = None
        return Look(fresh[-1] if fresh else None, missed)

    def postpone(self, now_s: float, seconds: float) -> None:
        """One more reminder, so many seconds from now, unless another one comes before it."""
        self._later = Due(now_s + seconds, datetime.fromtimestamp(now_s + seconds))
        self._delay_s = seconds

    def next(self, now_s: float) -> Due | None:
        """What will be found next; None when there is nothing within two weeks."""
        return min(self._not_found(self._timetable.between(now_s, now_s + 2 * _WEEK_S)), default=None)

    def _open(self, now_s: float) -> list[Due]:
        """What has come and was not found, in order."""
        if self._later and self._later.at_s > now_s + self._delay_s:  # set back: nobody waits longer than was said
            self.postpone(now_s, self._delay_s)
        since_s = max(self._start_s, now_s - _WEEK_S)
        return sorted(due for due in self._not_found(self._timetable.between(since_s, now_s)) if due.at_s <= now_s)

    def _not_found(self, regular: list[Due]) -> list[Due]:
        """Without what was found, and with the one that was postponed."""
        return [*(due for due in regular if due.day not in self._found), *([self._later] if self._later else [])]
