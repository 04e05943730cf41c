"""Every moment at which a reminder is due. The one place that calls the library `schedule`.

`schedule` knows what "every weekday at 20:30" means: it turns the rules into jobs, each with its next run and
its period. That alone is asked of it, once. Its `run_pending` is never called: when the clock is set back an
hour it waits that hour, after three days of sleep it does not say for which day it runs, and of summer time it
knows nothing without a time zone of its own. So what is due is worked out here, from those two, as
moments that no change of the clock moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import schedule

from massage_voice.reminders import WEEK

_DAYS: Final[Mapping[str, tuple[str, ...]]] = {"weekday": WEEK[:5], "weekend": WEEK[5:]}
_CHANGE: Final = timedelta(days=1)
"""No clock on a wall is ever set back by more, where it is set by law."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One reminder of one day."""

    at_s: float
    """Seconds since the epoch."""
    day: datetime = field(compare=False)
    """The day and time that were asked for, without a time zone: they tell one reminder from another."""

    @property
    def when(self) -> datetime:
        """What the clock on the wall shows then; an hour later than asked for where the clock leaves that hour out."""
        return datetime.fromtimestamp(self.at_s)


class Timetable:
    """Reminders on the days that `every` names, out of `EVERY`, each at every HH:MM of `at`."""

    def __init__(self, every: Iterable[str], at: Iterable[str]) -> None:
        scheduler = schedule.Scheduler()
        times = tuple(at)
        for day in (day for name in every for day in _DAYS.get(name, (name,))):
            for time in times:
                getattr(scheduler.every(), day).at(time).do(str)
        self._series: list[tuple[datetime, timedelta]] = [
            (job.next_run, timedelta(weeks=1) if job.start_day else timedelta(days=1))
            for job in scheduler.get_jobs()
            if job.next_run
        ]

    def between(self, after_s: float, until_s: float) -> list[Due]:
        """What is due later than `after_s` and not later than `until_s`, in order, each once.

        Where the clock is set forward over it, a time comes an hour later; where the clock is set back, it is
        the first of the two (RFC 5545, 3.3.5; Python's `fold=0`).
        """
        first, last = datetime.fromtimestamp(after_s), datetime.fromtimestamp(until_s) + _CHANGE
        days = {day for series in self._series for day in _within(*series, first, last)}
        return sorted(due for day in days if after_s < (due := Due(day.timestamp(), day)).at_s <= until_s)


def _within(some: datetime, period: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    """The days of a series, of which `some` is one, from the last one before `first` to `last`."""
    for number in count((first - some) // period):
        day = some + number * period
        if day > last:
            return
        yield day
