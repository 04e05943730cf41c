from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE, Clip
from massage_voice.errors import SafetyError
from massage_voice.safety.script import Cue, Kind
from massage_voice.sound.bells import bell
from massage_voice.sound.program import Piece, Pieces, TimelineProgram, sounds_from
from massage_voice.sound.samples import Samples
from massage_voice.timeline.model import Placement, Timeline


def words(frames: int, value: int = 5_000) -> Samples:
    return np.full(frames, value, np.int16)


def cue(name: str, kind: Kind = Kind.INSTRUCTION) -> Cue:
    return Cue(id=name, kind=kind, text=name, step=1)


def timeline(*placements: Placement, length: int, ticks: tuple[int, ...] = ()) -> Timeline:
    return Timeline(RATE, placements, (), length, ticks)


def in_blocks(program: Pieces, sizes: list[int]) -> Samples:
    blocks, start = [], 0
    for size in sizes:
        blocks.append(program.fill(start, size))
        start += size
    return np.concatenate(blocks)


def test_cues_bells_and_ticks_stand_where_they_were_placed() -> None:
    """Samples lie at their placements, ticks at theirs, all else is silence."""
    tick_at, length = 5 * RATE, 6 * RATE
    ring, said = Placement(cue("step", Kind.BELL), 0, 80_000), Placement(cue("hello"), 100_000, 100_100)
    clips = {"hello": Clip("hello", words(100))}
    program = TimelineProgram(timeline(ring, said, length=length, ticks=(tick_at,)), sounds_from(clips.__getitem__))
    expected = np.zeros(length, np.int16)
    for start, samples in ((0, bell("step")), (100_000, words(100)), (tick_at, bell("tick"))):
        expected[start : start + len(samples)] += samples
    assert program.length == length
    assert np.array_equal(program.fill(0, length), expected)


def test_bell_tail_under_speech_is_added_and_saturates() -> None:
    """Where a tail overlaps speech both are heard; a sum beyond 16 bits stays at the edge."""
    pieces = [Piece(0, words(100, 30_000)), Piece(50, words(100, 10_000)), Piece(60, words(10, -1_000))]
    heard = Pieces(pieces, 200).fill(0, 200)
    assert heard[[0, 49, 50, 59, 60, 70, 99, 100, 149, 150]].tolist() == [
        30_000, 30_000, 32_767, 32_767, 31_767, 32_767, 32_767, 10_000, 10_000, 0
    ]  # fmt: skip


def test_spoken_cue_of_another_length_than_its_place_is_refused() -> None:
    """A clip that is not as long as planned would make every time after it a lie."""
    place = Placement(cue("hello"), 10, 20)
    with pytest.raises(SafetyError, match="'hello' has 11 frames of sound in a place of 10"):
        TimelineProgram(timeline(place, length=100), lambda _: words(11))


def test_what_reaches_beyond_the_end_is_faded_out_there() -> None:
    """A tail that does not fit ends with a ramp, not with a click."""
    heard = Pieces([Piece(0, words(2_000)), Piece(1_900, words(9)), Piece(3_000, words(9))], 1_000).fill(0, 2_000)
    assert heard[500] == 5_000
    assert heard[999] == 0
    assert np.abs(np.diff(heard.astype(int))).max() < 50


def test_tail_shorter_than_a_ramp_is_faded_too() -> None:
    """A piece that begins just before the end does not click either."""
    heard = Pieces([Piece(990, words(500))], 1_000).fill(980, 40)
    assert heard[19] == 0
    assert heard[10:19].max() < 50


@st.composite
def laid_out(draw: st.DrawFn) -> Pieces:
    starts = draw(st.lists(st.integers(0, 900), max_size=8))
    sizes = draw(st.lists(st.integers(1, 400), min_size=len(starts), max_size=len(starts)))
    level = st.integers(-32_768, 32_767)
    return Pieces([Piece(a, words(n, draw(level))) for a, n in zip(starts, sizes, strict=True)], 1_000)


@given(laid_out(), st.lists(st.integers(1, 300), min_size=1, max_size=20))
def test_every_block_size_gives_the_same_samples(program: Pieces, sizes: list[int]) -> None:
    """Blocks of any size, put together, are the whole."""
    assert np.array_equal(in_blocks(program, sizes), program.fill(0, sum(sizes)))


def test_pinned_blocks_across_an_overlap() -> None:
    """The same as above, for one case that once mattered: a block border inside an overlap."""
    program = Pieces([Piece(0, words(300, 30_000)), Piece(100, words(100, 20_000))], 1_000)
    assert np.array_equal(in_blocks(program, [150, 1, 49, 300]), program.fill(0, 500))


def test_starting_anywhere_gives_the_same_as_the_whole() -> None:
    """A session that goes on in the middle hears what it would have heard."""
    program = Pieces([Piece(0, np.arange(2_000, dtype=np.int16)), Piece(1_500, words(900))], 3_000)
    whole = program.fill(0, 3_000)
    for start in (0, 1, 1_499, 1_500, 1_999, 2_399, 2_400, 2_999):
        assert np.array_equal(program.fill(start, 100), np.append(whole, np.zeros(100))[start : start + 100])
