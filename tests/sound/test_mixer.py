from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.ports import Program
from massage_voice.sound.mixer import Mixer
from massage_voice.sound.ramp import CURVE, RAMP
from massage_voice.sound.samples import Samples
from tests.sound.programs import Broken, Constant, Counting, Tone

Act = tuple[int, Callable[[Mixer], None]]
"""At a frame of the stream, something done to the mixer."""

BUSY: list[Act] = [
    (100, lambda mixer: mixer.play(1, Counting(9_000))),
    (1_500, lambda mixer: mixer.gain(-6.0)),
    (1_600, lambda mixer: mixer.gain(3.0)),
    (3_000, lambda mixer: mixer.play(2, Tone(50_000), 777)),
    (3_100, lambda mixer: mixer.play(3, Counting(700))),
    (5_000, lambda mixer: mixer.play(4, Constant(9_000))),
    (5_200, lambda mixer: mixer.silence()),
    (6_000, lambda mixer: mixer.gain(0.0)),
    (7_000, lambda mixer: mixer.play(5, Constant(50_000, -30_000), 40_000)),
    (7_100, lambda mixer: mixer.gain(2.0)),
    (9_000, lambda mixer: mixer.silence()),
]


def stream(acts: list[Act], sizes: list[int], length: int) -> tuple[Samples, list[tuple[int, int]]]:
    """The sound of `length` frames in blocks of those sizes over and over, and the counter at each act."""
    mixer, blocks, counts, now, turn = Mixer(), [np.zeros(0, np.int16)], [], 0, 0
    borders = [*acts, (length, lambda _: None)]
    for frame, act in borders:
        while now < frame:
            blocks.append(mixer.fill(min(sizes[turn % len(sizes)], frame - now)))
            now, turn = now + len(blocks[-1]), turn + 1
        counts.append(mixer.played())
        act(mixer)
    return np.concatenate(blocks), counts


def playing(program: Program, frame: int = 0) -> Mixer:
    mixer = Mixer()
    mixer.play(1, program, frame)
    return mixer


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=6))
def test_every_block_size_gives_the_same_stream(sizes: list[int]) -> None:
    """Ramps, gains, replacements: all go by frames, so blocks do not matter, bit for bit."""
    whole, whole_counts = stream(BUSY, [12_000], 12_000)
    parts, counts = stream(BUSY, sizes, 12_000)
    assert np.array_equal(whole, parts)
    assert whole_counts == counts


@pytest.mark.parametrize("size", [1, 7, 480, 1_920])
def test_pinned_block_sizes_give_the_same_stream(size: int) -> None:
    """The same for one frame at a time, an odd number, and what devices ask for."""
    assert np.array_equal(stream(BUSY, [size], 12_000)[0], stream(BUSY, [12_000], 12_000)[0])


def test_before_the_first_run_there_is_silence() -> None:
    """A new mixer is silent and counts nothing."""
    mixer = Mixer()
    assert not mixer.fill(1_000).any()
    assert mixer.played() == (0, 0)


def test_samples_pass_bit_for_bit_after_the_ramp() -> None:
    """At 0 dB nothing is done to what a program gives, and none of its frames is left out."""
    heard = playing(Counting(5_000)).fill(5_000)
    expected = Counting(5_000).fill(0, 5_000)
    assert np.array_equal(heard[RAMP:], expected[RAMP:])
    assert np.array_equal(heard[:RAMP], np.rint(expected[:RAMP] * CURVE[1:]))


def test_a_run_begins_at_its_frame() -> None:
    """Play at frame 700 plays frame 700 first and counts from there."""
    mixer = playing(Counting(9_000), 700)
    assert mixer.fill(1_000)[999] == 1_700
    assert mixer.played() == (1, 1_700)


def test_replacing_fades_the_old_run_then_plays_the_new_one_whole() -> None:
    """The new run starts one ramp later and loses none of its frames."""
    mixer = playing(Counting(9_000))
    mixer.fill(1_000)
    mixer.play(2, Constant(3_000, 10_000))
    heard = mixer.fill(RAMP + 3_000)
    assert heard[RAMP - 1] == 0
    assert np.array_equal(heard[RAMP:], playing(Constant(3_000, 10_000)).fill(3_000))
    assert mixer.played() == (2, 3_000)


def test_the_old_run_is_reported_until_the_new_one_begins() -> None:
    """During the fade the counter is still the old run's, and stands still."""
    mixer = playing(Counting(9_000))
    mixer.fill(1_000)
    mixer.play(2, Counting(9_000))
    mixer.fill(100)
    assert mixer.played() == (1, 1_000)
    mixer.fill(RAMP)
    assert mixer.played() == (2, 100)


def test_silence_ramps_and_stops_the_counter() -> None:
    """After silence the counter stands where it stood, and nothing sounds one ramp later."""
    mixer = playing(Constant(9_000))
    mixer.fill(1_000)
    mixer.silence()
    heard = mixer.fill(2_000)
    assert heard[0] > 19_000
    assert not heard[RAMP - 1 :].any()
    assert mixer.played() == (1, 1_000)


def test_silence_in_the_middle_of_the_first_ramp_turns_back() -> None:
    """A start that is cancelled at once goes down from where it was."""
    mixer = playing(Constant(9_000))
    mixer.fill(100)
    mixer.silence()
    heard = mixer.fill(300)
    assert heard[0] == round(20_000 * float(CURVE[99]))
    assert not heard[99:].any()


def test_a_run_cancelled_before_it_began_is_never_heard() -> None:
    """Play and silence between two blocks: nothing sounds, nothing is counted."""
    mixer = playing(Constant(9_000))
    mixer.silence()
    assert not mixer.fill(1_000).any()
    assert mixer.played() == (0, 0)


def test_the_counter_reaches_the_length_exactly_and_stays() -> None:
    """After the end there is silence, and the frame is the program's length."""
    mixer = playing(Counting(2_500))
    heard = np.concatenate([mixer.fill(1_920), mixer.fill(1_920), mixer.fill(1_920)])
    assert mixer.played() == (1, 2_500)
    assert not heard[2_500:].any()


def test_a_run_after_the_end_needs_no_fade() -> None:
    """A finished program is silent, so the next one starts with the next frame."""
    mixer = playing(Counting(500))
    mixer.fill(1_000)
    mixer.play(2, Counting(9_000))
    mixer.fill(1_000)
    assert mixer.played() == (2, 1_000)


def test_a_start_beyond_the_end_is_the_end() -> None:
    """Frame never exceeds length, whatever was asked."""
    mixer = playing(Counting(500), 900)
    mixer.fill(10)
    assert mixer.played() == (1, 500)


def test_a_start_before_the_beginning_is_refused() -> None:
    """A negative frame is a mistake of the caller's."""
    with pytest.raises(ValueError, match="not -1"):
        playing(Counting(500), -1)


def test_no_ramp_clicks() -> None:
    """No step from sample to sample is larger than ramp and tone together can make it."""
    acts: list[Act] = [
        (0, lambda mixer: mixer.play(1, Tone(90_000))),
        (2_000, lambda mixer: mixer.gain(-12.0)),
        (2_100, lambda mixer: mixer.gain(3.0)),
        (4_000, lambda mixer: mixer.play(2, Tone(90_000), 12_345)),
        (6_000, lambda mixer: mixer.silence()),
    ]
    heard, _ = stream(acts, [480], 8_000)
    gain = 10 ** (3 / 20)
    bound = gain * Tone.steepest + gain * Tone.peak * np.pi / 2 / RAMP + 2
    assert np.abs(np.diff(heard.astype(int))).max() <= bound


def test_gain_is_in_decibels_and_kept_for_later_runs() -> None:
    """-6.02 dB halves; the next run has it from its first ramp on."""
    mixer = playing(Constant(9_000, 20_000))
    mixer.gain(20 * np.log10(0.5))
    assert mixer.fill(2_000)[-1] == 10_000
    mixer.play(2, Constant(9_000, 20_000))
    assert mixer.fill(2_000).max() == 10_000


def test_loud_sums_saturate() -> None:
    """Turned up too far, sound stays at the edge of 16 bits and does not wrap round."""
    mixer = playing(Constant(9_000, -30_000))
    mixer.gain(6.0)
    assert mixer.fill(2_000)[-1] == -32_768


def test_a_program_that_raises_becomes_silence_and_is_recorded() -> None:
    """The stream goes on, the counter stands still, and the failure can be asked for."""
    mixer = playing(Broken(breaks_at=1_000))
    assert mixer.fill(900).any()
    assert mixer.failure is None
    assert not mixer.fill(900).any()
    assert not mixer.fill(900).any()
    assert isinstance(mixer.failure, RuntimeError)
    assert mixer.played() == (1, 900)


def test_a_new_run_after_a_failure_plays() -> None:
    """A failed program does not take the stream with it."""
    mixer = playing(Broken(breaks_at=0))
    mixer.fill(900)
    mixer.play(2, Counting(5_000))
    mixer.fill(RATE)
    assert mixer.failure is None
    assert mixer.played() == (2, 5_000)
