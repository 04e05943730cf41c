"""When reminders are due: days, times, summer time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from massage_voice.reminders.timetable import Timetable
from tests.reminders.zones import BERLIN, at, needs_zones, zone


def days(timetable: Timetable, first: str, last: str) -> list[str]:
    """What is due, as the clock on the wall shows it."""
    return [f"{due.when:%a %d %H:%M}" for due in timetable.between(at(first), at(last))]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (("day",), ["Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Sat 28", "Sun 29"]),
        (("weekday",), ["Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27"]),
        (("weekend",), ["Sat 28", "Sun 29"]),
        (("thursday",), ["Thu 26"]),
        (("sunday", "monday", "weekend"), ["Mon 23", "Sat 28", "Sun 29"]),
    ],
)
def test_a_week(every: tuple[str, ...], expected: list[str]) -> None:
    """The days that were named, each once, whatever day it is today."""
    found = days(Timetable(every, ["20:30"]), "2026-11-23 00:00", "2026-11-29 23:59")
    assert found == [f"{day} 20:30" for day in expected]


def test_every_time_on_every_day() -> None:
    """In order."""
    found = days(Timetable(["saturday", "sunday"], ["20:30", "08:00"]), "2026-11-23 00:00", "2026-11-29 23:59")
    assert found == ["Sat 28 08:00", "Sat 28 20:30", "Sun 29 08:00", "Sun 29 20:30"]


def test_long_ago_and_far_ahead() -> None:
    """A clock may show any year."""
    evening = Timetable(["day"], ["20:30"])
    assert days(evening, "1999-12-31 12:00", "2000-01-01 12:00") == ["Fri 31 20:30"]
    assert days(evening, "2037-02-28 12:00", "2037-03-01 12:00") == ["Sat 28 20:30"]


def test_the_edges() -> None:
    """The first moment is left out, the last one belongs to it."""
    evening = Timetable(["day"], ["20:30"])
    assert days(evening, "2026-11-23 20:30", "2026-11-24 20:30") == ["Tue 24 20:30"]


@needs_zones
def test_a_time_that_summer_time_leaves_out() -> None:
    """02:30 on 29 March comes at 03:30, an hour after 01:30; the days around it are as ever."""
    with zone(BERLIN):
        found = days(Timetable(["day"], ["02:30"]), "2026-03-28 00:00", "2026-03-30 12:00")
    assert found == ["Sat 28 02:30", "Sun 29 03:30", "Mon 30 02:30"]


@needs_zones
def test_a_time_that_comes_twice() -> None:
    """02:30 on 25 October: the first of the two alone, also when the clock shows 02:15 for the second time."""
    with zone(BERLIN):
        night, midnight_s = Timetable(["day"], ["02:30"]), at("2026-10-25 00:00")
        for until_s in (midnight_s + 3.25 * 3600, at("2026-10-25 12:00")):
            assert [due.at_s - midnight_s for due in night.between(midnight_s, until_s)] == [2.5 * 3600]


def test_schedule_is_called_in_one_place_and_not_for_every_command() -> None:
    """Start-up is a promise: the command line does not read it."""
    code = "import sys, massage_voice.cli; sys.exit('schedule' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
