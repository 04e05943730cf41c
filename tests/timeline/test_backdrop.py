from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.timeline.backdrop import BREATH_S, FALL_S, HOLD_S, HUSH_S, NOWHERE, Backdrop, backdrop
from massage_voice.timeline.model import Timeline
from tests.live.support import FIRST, stage

NECK = stage("neck", FIRST).plan.timeline()
MUSIC = backdrop(NECK)


def soft_at(there: Backdrop, frame: int) -> bool:
    return next(there.pieces(frame, 1))[2]


def test_it_is_soft_under_every_word_and_before_it() -> None:
    """From the time a hush takes before a text begins until a little after it has ended."""
    for place in NECK.placements:
        if place.cue.is_spoken:
            first, last = place.start - round(HUSH_S * RATE), place.end + round(HOLD_S * RATE) - 1
            inside = list(MUSIC.pieces(first, last - first + 1))
            assert [soft for _, _, soft in inside] == [True] * len(inside), place.cue.id


def test_it_comes_back_where_the_hands_work_in_silence() -> None:
    """A silence of more than a breath is not soft in its middle; bells are no words."""
    spoken = [place for place in NECK.placements if place.cue.is_spoken]
    least = round((HUSH_S + HOLD_S + BREATH_S) * RATE)
    middles = [(a.end + b.start) // 2 for a, b in pairwise(spoken) if b.start - a.end > least]
    assert len(middles) > 20
    assert not any(soft_at(MUSIC, frame) for frame in middles)


def test_it_does_not_come_back_for_a_moment() -> None:
    """Between words close together it stays soft: no stretch that is full is shorter than a breath."""
    full = list(zip(MUSIC.changes[1::2], MUSIC.changes[2::2], strict=False))
    assert len(full) > 20
    assert min(b - a for a, b in full) >= round(BREATH_S * RATE)


def test_it_dies_away_within_the_timeline() -> None:
    """From the first step on; it has four seconds to die away before the end."""
    assert MUSIC.start == NECK.chapters[0].start
    assert MUSIC.end == NECK.length - round(FALL_S * RATE)


@pytest.mark.parametrize("length", [0, 90 * RATE])
def test_nothing_without_steps(length: int) -> None:
    """Questions, a stop, the preparation."""
    assert backdrop(Timeline(RATE, NECK.placements[:2], (), length)) is NOWHERE


@given(st.data())
def test_pieces_tell_each_frame(data: st.DataObject) -> None:
    """Whatever is asked for, in one go or frame by frame."""
    changes = data.draw(
        st.lists(st.integers(-20, 120), unique=True, max_size=8).map(lambda c: sorted(c[: len(c) // 2 * 2]))
    )
    there = Backdrop(data.draw(st.integers(0, 60)), data.draw(st.integers(40, 130)), tuple(changes))
    start, frames = data.draw(st.integers(0, 100)), data.draw(st.integers(1, 50))
    spans = list(zip(changes[::2], changes[1::2], strict=True))
    found = [(on, soft) for count, on, soft in there.pieces(start, frames) for _ in range(count)]
    assert found == [
        (there.start <= frame < there.end, any(a <= frame < b for a, b in spans))
        for frame in range(start, start + frames)
    ]
