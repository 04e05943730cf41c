"""Lengths of time as an author writes them: `90`, `90s`, `1:40`, `1m40s`, `2m`.

They mean what they look like: YAML 1.1 would read `1:40` as the number 100, `0:45` as text and `1_0` as 10.
Here the characters alone count.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LENGTH_PATTERN: Final = (
    r"^(?:[0-9]{1,5}(?:\.[0-9]{1,3})? ?s?|[0-9]{1,3}:[0-5][0-9]|[0-9]{1,3} ?m(?: ?[0-5]?[0-9](?:\.[0-9]{1,3})? ?s)?)$"
)
"""Every way to write a length; the schema uses the same one."""
FORMS: Final = "a length such as 90, 90s, 1:40, 1m40s or 2m"

_LENGTH: Final = re.compile(LENGTH_PATTERN)
_NUMBERS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@lru_cache(maxsize=1024)
def milliseconds(text: str) -> int | None:
    """The length that `text` spells, or None when it spells none."""
    if not _LENGTH.fullmatch(text):
        return None
    numbers = [float(number) for number in _NUMBERS.findall(text)]
    minutes, seconds = _shares(numbers, has_minutes=":" in text or "m" in text)
    return round((minutes * 60 + seconds) * 1000)


def _shares(numbers: list[float], *, has_minutes: bool) -> tuple[float, float]:
    if not has_minutes:
        return 0, numbers[0]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0


def spelled(length_ms: int) -> str:
    """A length as an author would write it: `45s`, `2m`, `1m40s`, `1.5s`."""
    minutes, rest_ms = divmod(length_ms, 60_000)
    seconds = f"{rest_ms / 1000:g}s" if rest_ms or not minutes else ""
    return (f"{minutes}m" if minutes else "") + seconds
