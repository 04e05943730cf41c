"""Times of the day: typed, said, read."""

from __future__ import annotations

from datetime import datetime

import pytest

from massage_voice.errors import UsageError
from massage_voice.reminders.words import clock_time, spoken_time, written


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20:30", "20:30"), ("8:05", "08:05"), ("00:00", "00:00"), ("23:59", "23:59"), ("8.30", "08:30"),
        ("8:30pm", "20:30"), ("8 PM", "20:00"), ("12am", "00:00"), ("12:15 pm", "12:15"), (" 7:00 ", "07:00"),
    ],
)  # fmt: skip
def test_a_time_that_can_be_meant(typed: str, meant: str) -> None:
    """24 hours, or 12 with am and pm."""
    assert clock_time(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "8", "20", "24:00", "20:60", "13pm", "0am", "half past eight", "20:30:10", "-1:00", "٢٠:٣٠"]
)
def test_a_time_that_cannot_be_meant(typed: str) -> None:
    """Named, with how to write it; a bare 8 could be morning or evening."""
    with pytest.raises(UsageError, match="--at") as error:
        clock_time(typed)
    assert "20:30" in error.value.hint


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("20:30", "half past eight"), ("08:00", "eight o'clock"), ("20:45", "quarter to nine"),
        ("23:45", "quarter to twelve"), ("12:15", "quarter past twelve"), ("00:00", "midnight"), ("12:00", "noon"),
        ("20:25", "twenty-five past eight"), ("12:40", "twenty to one"), ("20:42", "eight forty-two"),
        ("00:07", "twelve oh seven"),
    ],
)  # fmt: skip
def test_a_time_as_it_is_said(clock: str, said: str) -> None:
    """As one says it in a room."""
    assert spoken_time(datetime.fromisoformat(f"2026-11-23 {clock}")) == said


def test_every_minute_has_words_of_its_own() -> None:
    """Twice 720 minutes; noon and midnight are no twelve o'clock."""
    said = {spoken_time(datetime(2026, 11, 23, hour, minute)) for hour in range(24) for minute in range(60)}
    assert len(said) == 721
    assert not any("  " in words or "{" in words for words in said)


def test_a_day_as_it_is_read() -> None:
    """Weekday, day, month, time."""
    assert written(datetime(2026, 11, 3, 8, 5)) == "Tuesday 3 November, 08:05"
