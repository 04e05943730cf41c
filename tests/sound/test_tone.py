"""The tone above a run: what answers a spoken command. It is part of no run and changes none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.sound.mixer import Mixer
from massage_voice.sound.samples import Samples
from tests.sound.programs import Broken, Constant, Counting
from tests.sound.test_mixer import Act, playing, stream

LENGTH = 3_000
SOUND: Samples = np.asarray(np.arange(LENGTH) % 700 - 350, np.int16)
OTHER: Samples = np.asarray(np.full(500, 77), np.int16)
RUN: list[Act] = [
    (100, lambda mixer: mixer.play(1, Counting(9_000))),
    (4_000, lambda mixer: mixer.play(2, Constant(9_000, 5_000))),
    (7_000, lambda mixer: mixer.silence()),
]


def ringing(at: int, samples: Samples = SOUND) -> Act:
    return at, lambda mixer: mixer.tone(samples)


def with_tones(*tones: Act) -> list[Act]:
    return sorted([*RUN, *tones], key=lambda act: act[0])


def alone(acts: list[Act], size: int = 480) -> Samples:
    """What the tones add to the run."""
    return stream(acts, [size], 10_000)[0] - stream(RUN, [size], 10_000)[0]


@pytest.mark.parametrize("at", [0, 960, 3_840, 7_200])
def test_a_tone_is_added_to_whatever_sounds(at: int) -> None:
    """Before the run, in it, over its ramps, in the silence after it: from that frame on, whole, and nothing after."""
    added = alone(with_tones(ringing(at)))
    wanted = np.zeros(10_000, np.int16)
    wanted[at : at + LENGTH] = SOUND[: 10_000 - at]
    assert np.array_equal(added, wanted)


def test_a_tone_moves_no_counter() -> None:
    """It is part of no run: how far that was played is the same with and without."""
    looks: list[Act] = [(at, lambda _: None) for at in range(500, 10_000, 500)]
    acts = with_tones(*looks, ringing(200), ringing(3_900), ringing(7_100))
    bare = with_tones(*looks, *((at, lambda _: None) for at in (200, 3_900, 7_100)))
    assert stream(acts, [480], 10_000)[1] == stream(bare, [480], 10_000)[1]


def test_in_silence_it_counts_nothing() -> None:
    """A mixer that never played."""
    mixer = Mixer()
    mixer.tone(SOUND)
    assert np.array_equal(mixer.fill(LENGTH + 100)[:LENGTH], SOUND)
    assert mixer.played() == (0, 0)


def test_the_same_samples_ordered_again_sound_again() -> None:
    """Each order is a tone; without one it sounds once."""
    mixer = Mixer()
    for _ in range(2):
        mixer.tone(SOUND)
        assert np.array_equal(mixer.fill(LENGTH + 50)[:LENGTH], SOUND)
    assert not mixer.fill(LENGTH).any()


def test_a_new_tone_ends_the_one_before() -> None:
    """From its own first frame on only it sounds."""
    mixer = Mixer()
    mixer.tone(SOUND)
    assert np.array_equal(mixer.fill(1_000), SOUND[:1_000])
    mixer.tone(OTHER)
    heard = mixer.fill(LENGTH)
    assert np.array_equal(heard[: len(OTHER)], OTHER)
    assert not heard[len(OTHER) :].any()


def test_of_two_tones_within_one_block_the_later_sounds() -> None:
    """As with runs: the last wish is what is wanted."""
    mixer = Mixer()
    mixer.tone(SOUND)
    mixer.tone(OTHER)
    assert np.array_equal(mixer.fill(len(OTHER)), OTHER)


@pytest.mark.parametrize("sign", [1, -1])
def test_loud_sums_with_a_tone_saturate(sign: int) -> None:
    """They stay at the edge of 16 bits and do not wrap round."""
    mixer = playing(Constant(9_000, sign * 30_000))
    mixer.fill(1_000)
    mixer.tone(np.full(500, sign * 9_000, np.int16))
    assert set(mixer.fill(500).tolist()) == {32_767 if sign > 0 else -32_768}
    assert set(mixer.fill(500).tolist()) == {sign * 30_000}


@pytest.mark.parametrize("decibels", [-12.0, -6.0, 3.0])
def test_a_tone_is_as_loud_as_everything(decibels: float) -> None:
    """It follows the gain, over a run and in silence."""
    mixer = Mixer()
    mixer.gain(decibels)
    mixer.tone(SOUND)
    assert np.array_equal(mixer.fill(LENGTH), np.rint(SOUND * 10 ** (decibels / 20)))


def test_a_tone_sounds_on_when_the_run_breaks() -> None:
    """A program that raises is silent; what answers a command is not."""
    mixer = playing(Broken(breaks_at=0))
    mixer.tone(SOUND)
    assert np.array_equal(mixer.fill(LENGTH), SOUND)
    assert mixer.failure is not None


def test_a_tone_of_nothing_is_nothing() -> None:
    """No frame of it is missing, because there is none."""
    mixer = playing(Counting(9_000))
    mixer.tone(np.zeros(0, np.int16))
    assert np.array_equal(mixer.fill(5_000), playing(Counting(9_000)).fill(5_000))


@given(sizes=st.lists(st.integers(1, 2_000), min_size=1, max_size=6), tones=st.lists(st.integers(0, 9_500), max_size=4))
def test_every_block_size_gives_the_same_stream_with_tones(sizes: list[int], tones: list[int]) -> None:
    """Ordered between the same two frames, they fall on the same frames, bit for bit."""
    acts = with_tones(*map(ringing, tones), (5_000, lambda mixer: mixer.gain(0.0)))
    whole, parts = stream(acts, [10_000], 10_000), stream(acts, sizes, 10_000)
    assert np.array_equal(whole[0], parts[0])
    assert whole[1] == parts[1]
