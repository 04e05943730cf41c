"""Two clocks: how fast they drift apart, from places of an echo, and sound read at the pace of the other one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.hearing.drift import ASIDE, ENOUGH, HALF, KEPT, LEAST, MOST, PLACES, Drift, Track, place
from massage_voice.hearing.mel import RATE, Array
from tests.hearing.sounds import in_room, speechlike
from tests.support.profiles import tries


def followed(places: list[tuple[float, float]]) -> Drift:
    """After an echo was found at these seconds, so many frames late."""
    drift = Drift()
    for at_s, delay in places:
        drift.add(round(at_s * RATE), delay)
    return drift


def line(ppm: float, count: int, beside: float = 0.05) -> list[tuple[float, float]]:
    """As on clocks that are so far apart, measured once a second to `beside` frames."""
    rng = np.random.default_rng(4)
    return [(second, 800 + ppm * 1e-6 * RATE * second + rng.normal(0, beside)) for second in range(count)]


@pytest.mark.parametrize("ppm", [-100.0, -20.0, -5.0, 5.0, 20.0, 100.0, 250.0])
def test_the_rate_is_that_of_the_clocks(ppm: float) -> None:
    """Known to a tenth when there are places enough, and to one in a million when there are many."""
    assert followed(line(ppm, ENOUGH - 1)).rate == 0
    assert followed(line(ppm, ENOUGH + 6)).rate == pytest.approx(ppm * 1e-6, rel=0.1, abs=1e-6)
    assert followed(line(ppm, 2 * PLACES)).rate == pytest.approx(ppm * 1e-6, abs=1e-6)


@given(wrong=st.sets(st.integers(0, PLACES - 1), max_size=PLACES // 4), where=st.floats(-48, 48))
@tries(40)
def test_places_that_are_none_do_not_matter(wrong: set[int], where: float) -> None:
    """A quarter of them may be what a voice beside the echo makes of it."""
    places = [
        (at_s, 800 + where * (n % 3 - 1)) if n in wrong else (at_s, d) for n, (at_s, d) in enumerate(line(40, PLACES))
    ]
    assert followed(places).rate == pytest.approx(40e-6, abs=6e-6)


def test_on_one_clock_nothing_moves() -> None:
    """Not by a breath: what is played is taken as it is."""
    assert followed(line(0, PLACES)).rate == 0
    assert followed(line(LEAST * 1e6 / 2, PLACES, beside=0.01)).rate == 0


def test_what_is_no_clock_is_not_followed() -> None:
    """Places all over, and an echo that runs away."""
    rng = np.random.default_rng(2)
    assert followed([(second, rng.uniform(-48, 48)) for second in range(PLACES)]).rate == 0
    assert followed(line(1.2 * MOST * 1e6, PLACES)).rate == 0


def test_an_echo_that_lies_elsewhere_leaves_the_clocks_as_they_were() -> None:
    """The places before it are forgotten, the rate is not; a new line replaces it."""
    drift = followed(line(30, PLACES))
    drift.forget()
    for at_s, delay in line(30, ENOUGH - 1):
        drift.add(round((100 + at_s) * RATE), delay + 300)
    assert drift.rate == pytest.approx(30e-6, abs=1e-6)


@pytest.mark.parametrize("late", [-40.0, -3.25, 0.0, 0.5, 11.75, 40.0])
def test_the_place_of_an_echo_is_found_to_a_part_of_a_frame(late: float) -> None:
    """Through a room, to a tenth of a frame."""
    track = Track()
    track.add(speechlike(3, seed=5))
    whole = track.read(RATE - 2000 - late, RATE + 2000)
    heard = in_room(whole, 0.3)[2000:]
    found = place(heard, track.read(RATE - ASIDE, RATE + 2 * ASIDE))
    assert found == pytest.approx(late, abs=0.1)


def test_where_there_is_no_echo_there_is_no_place() -> None:
    """Another sound, and silence."""
    reference = speechlike(2, seed=6)[: RATE + 2 * ASIDE]
    assert place(speechlike(1, seed=7), reference) is None
    assert place(np.zeros(RATE, np.float32), reference) is None


@given(start=st.floats(100, 4000), step=st.floats(1 - MOST, 1 + MOST), hertz=st.floats(50, 5000))
@tries(40)
def test_sound_between_two_frames_is_as_it_was(start: float, step: float, hertz: float) -> None:
    """A tone read anywhere, at any pace, is the tone: what differs is 40 dB below it."""
    track = Track()
    track.add(tone(np.arange(6000.0), hertz))
    wanted = tone(start + step * np.arange(1000), hertz)
    assert np.abs(track.read(start, 1000, step) - wanted).max() < 0.01


def tone(at: np.ndarray[tuple[int, ...], np.dtype[np.floating]], hertz: float) -> Array:
    return np.asarray(np.sin(2 * np.pi * hertz * at / RATE), np.float32)


def test_whole_frames_are_given_as_they_came() -> None:
    """Bit for bit, with silence where nothing has come or nothing is kept."""
    track, sound = Track(), np.random.default_rng(1).standard_normal(KEPT + 500).astype(np.float32)
    for at in range(0, len(sound), 700):
        track.add(sound[at : at + 700])
    assert track.count == len(sound)
    assert np.array_equal(track.read(1000, 4000), sound[1000:5000])
    assert np.array_equal(track.read(len(sound) - 10, 20), [*sound[-10:], *np.zeros(10)])
    assert not track.read(-5, 505).any()
    assert np.isfinite(track.read(len(sound) - HALF - 0.5, 20)).all()
