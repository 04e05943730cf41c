"""What has sounded, and where the device ran dry, from callbacks at handed-in times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.ports import Gap
from massage_voice.sound.sounded import TOLERANCE, Sounded

BLOCK = RATE * 40 // 1000
LATENCY = 2 * BLOCK
BLOCK_S = BLOCK / RATE


class Feed:
    """Calls back as a device does."""

    def __init__(self) -> None:
        self.sounded = Sounded(LATENCY)
        self.now_s = 100.0
        self.frame = 0
        self.run = 1

    def call(self, after_s: float, moves: int = BLOCK, frames: int = BLOCK, *, ended: bool = False) -> None:
        """A callback `after_s` seconds after the last one, whose block takes the run `moves` frames further."""
        self.now_s += after_s
        self.frame += moves
        self.sounded.asked(self.now_s)
        self.sounded.handed(frames, (self.run, self.frame), ended=ended)

    def fill_up(self) -> None:
        """The first callbacks come at once, until the device is full."""
        self.call(0)
        self.call(0)


def test_nothing_has_sounded_before_the_buffer_was_emptied() -> None:
    """What was only handed over does not count."""
    feed = Feed()
    feed.fill_up()
    assert feed.sounded.position() == (0, 0)
    assert feed.sounded.frames() == 0
    feed.call(BLOCK_S)
    assert feed.sounded.position() == (1, BLOCK)
    assert feed.sounded.frames() == BLOCK


def test_the_end_is_reached_by_the_silence_after_it() -> None:
    """A program's last frame has sounded as soon as enough silence was handed over."""
    feed = Feed()
    feed.fill_up()
    feed.call(BLOCK_S, moves=7, ended=True)
    feed.call(BLOCK_S, moves=0, ended=True)
    assert feed.sounded.position() < (1, feed.frame)
    feed.call(BLOCK_S, moves=0, ended=True)
    assert feed.sounded.position() == (1, feed.frame)


@given(st.lists(st.integers(1, 3 * LATENCY), max_size=60))
def test_it_is_never_ahead_and_never_far_behind(blocks: list[int]) -> None:
    """For blocks of any size: at least the latency behind, at most a block more."""
    feed = Feed()
    for frames in blocks:
        feed.call(0.01, moves=frames, frames=frames)
        assert feed.frame - feed.sounded.position()[1] >= min(LATENCY, feed.frame)
        assert feed.frame - feed.sounded.position()[1] < LATENCY + max(blocks)


def test_a_steady_device_has_no_gaps() -> None:
    """An hour at a clock that is 200 ppm slow, every callback up to 15 ms early or late."""
    feed = Feed()
    feed.fill_up()
    late_s = [0.0, 0.015, -0.015, 0.007]
    before_s = 0.0
    for number in range(90_000):
        feed.call(BLOCK_S * 1.0002 + late_s[number % 4] - before_s)
        before_s = late_s[number % 4]
    assert feed.sounded.gaps() == ()


@pytest.mark.parametrize("stall_s", [0.15, 0.3, 0.6])
def test_a_late_callback_is_a_gap(stall_s: float) -> None:
    """It lies after what had been handed over, and is as long as the buffer was too short; it is told once."""
    feed = Feed()
    feed.fill_up()
    feed.call(BLOCK_S)
    feed.call(stall_s)
    (gap,) = feed.sounded.gaps()
    assert (gap.run, gap.frame) == (1, 3 * BLOCK)
    assert gap.frames == pytest.approx(stall_s * RATE - LATENCY, abs=RATE * 0.001)
    assert feed.sounded.gaps() == ()


def test_what_is_within_the_tolerance_is_none() -> None:
    """The reckoning is no better than a few milliseconds."""
    feed = Feed()
    feed.fill_up()
    feed.call((LATENCY + TOLERANCE - 200) / RATE)
    assert feed.sounded.gaps() == ()


def test_callbacks_late_in_a_row_add_up() -> None:
    """None of them later than the buffer lasts, but together they empty it."""
    feed = Feed()
    feed.fill_up()
    for _ in range(4):
        feed.call(0.07)
    assert sum(gap.frames for gap in feed.sounded.gaps()) >= TOLERANCE


def test_silence_has_no_gaps() -> None:
    """Nothing is lost before a run, after its end, or while it stands still."""
    feed = Feed()
    feed.run = 0
    feed.call(0, moves=0)
    feed.call(1.0, moves=0)
    feed.run = 1
    feed.call(1.0, moves=100, ended=True)
    feed.call(1.0, moves=0, ended=True)
    assert feed.sounded.gaps() == ()


def test_gaps_are_told_in_order() -> None:
    """Two between two questions are both told."""
    feed = Feed()
    feed.fill_up()
    feed.call(1.0)
    feed.call(2.0)
    assert [gap.frame for gap in feed.sounded.gaps()] == [2 * BLOCK, 3 * BLOCK]
    assert all(isinstance(gap, Gap) for gap in feed.sounded.gaps())
