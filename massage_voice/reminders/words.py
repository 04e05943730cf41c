"""Times of the day as people type them, say them and read them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from massage_voice.errors import UsageError
from massage_voice.routine.shown import shown
from massage_voice.timeline.wording import number

_TYPED: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?", re.ASCII)
_NOON: Final = 12
_QUARTERS: Final = {0: "{now} o'clock", 15: "quarter past {now}", 30: "half past {now}", 45: "quarter to {next}"}


def clock_time(text: str) -> str:
    """What somebody typed as a time of the day, as HH:MM in 24 hours: 20:30, 8:30pm and 8 pm are understood.

    Raises:
        UsageError: it is no time of the day.
    """
    typed = _TYPED.fullmatch(text.strip().lower())
    hour, minute, half = typed.groups() if typed else ("99", None, None)
    in_24 = int(hour)
    if half:
        in_24 = in_24 % _NOON + (_NOON if half == "pm" else 0) if 1 <= in_24 <= _NOON else 99
    if in_24 > 23 or int(minute or 0) > 59 or not (minute or half):
        raise UsageError(f"--at: {shown(text)} is not a time of the day", "write it as 20:30 or 8:30pm")
    return f"{in_24:02}:{int(minute or 0):02}"


def spoken_time(when: datetime) -> str:
    """The time of the day as it is said: half past eight, twenty to nine, eight forty-two."""
    minute = when.minute
    if not minute and when.hour in {0, _NOON}:
        return "noon" if when.hour else "midnight"
    now, following = _hour(when.hour), _hour(when.hour + 1)
    if minute in _QUARTERS:
        return _QUARTERS[minute].format(now=now, next=following)
    if minute % 5 == 0:
        return f"{number(minute)} past {now}" if minute < 30 else f"{number(60 - minute)} to {following}"
    return f"{now} {'oh ' if minute < 10 else ''}{number(minute)}"


def written(when: datetime) -> str:
    """Day and time as they are read: Monday 23 November, 20:30."""
    return f"{when:%A} {when.day} {when:%B}, {when:%H:%M}"


def _hour(hour: int) -> str:
    return number(hour % _NOON or _NOON)
