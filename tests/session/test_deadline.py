"""When a session is to end: from its first step on, or at a time of the day, and never before now."""

from __future__ import annotations

import time

import pytest

from massage_voice.session.deadline import Deadline


class Clocks:
    """A clock that no pause stops, and the wall's; moved by hand."""

    def __init__(self) -> None:
        self.now_s, self.wall_s = 100.0, 50_000.0

    def deadline(self, length_s: float | None = None, until_s: float | None = None) -> Deadline:
        """One on these clocks."""
        return Deadline(length_s, until_s, clock=lambda: self.now_s, wall=lambda: self.wall_s)


def test_nothing_asked_for_is_never_over() -> None:
    """Also when the steps have begun."""
    deadline = Clocks().deadline()
    assert deadline.left_s() is None
    deadline.begin()
    assert deadline.left_s() is None


def test_a_length_is_that_of_the_steps() -> None:
    """Neither the preparation nor a later run of the steps begins it anew; when it is over, nothing is left."""
    clocks = Clocks()
    deadline = clocks.deadline(60.0)
    clocks.now_s += 500
    assert deadline.left_s() is None
    deadline.begin()
    clocks.now_s += 20
    deadline.begin()
    assert deadline.left_s() == 40.0
    clocks.now_s += 39.5
    assert deadline.left_s() == 0.5
    clocks.now_s += 500
    assert deadline.left_s() == 0.0


def test_a_time_of_the_day_is_the_walls() -> None:
    """It counts at once; somebody who sets the clock moves the end."""
    clocks = Clocks()
    deadline = clocks.deadline(until_s=50_090.0)
    assert deadline.left_s() == 90.0
    clocks.now_s += 80
    assert deadline.left_s() == 90.0
    clocks.wall_s += 89.5
    assert deadline.left_s() == 0.5
    clocks.wall_s += 10
    assert deadline.left_s() == 0.0


@pytest.mark.parametrize(("until_s", "left_s"), [(50_030.0, 30.0), (50_090.0, 60.0)])
def test_of_both_the_earlier_counts(until_s: float, left_s: float) -> None:
    """Whichever it is."""
    deadline = Clocks().deadline(60.0, until_s)
    deadline.begin()
    assert deadline.left_s() == left_s


def test_the_clocks_of_this_machine() -> None:
    """Unless told otherwise."""
    for deadline in (Deadline(60.0), Deadline(until_s=time.time() + 60)):
        deadline.begin()
        left_s = deadline.left_s()
        assert left_s is not None
        assert 30 < left_s <= 60
