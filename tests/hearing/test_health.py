"""What a microphone brings: sound of a room, nothing at all, or too much of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.hearing.capture import CUT_S, DEAD_S, TROUBLES, Health, Trouble
from massage_voice.hearing.mel import RATE, Array
from tests.hearing.sounds import room_noise, speechlike
from tests.support.profiles import tries

PERIOD = RATE // 50


def fed(health: Health, sound: Array, block: int = PERIOD) -> list[Trouble]:
    """What it says after each block."""
    found = []
    for at in range(0, len(sound), block):
        health.look(sound[at : at + block])
        found.append(health.trouble)
    return found


def zeros(seconds: float) -> Array:
    return np.zeros(round(seconds * RATE), np.float32)


def too_loud(seconds: float, seed: int = 1) -> Array:
    """Speech with its peaks cut off."""
    return np.asarray(np.clip(speechlike(seconds, seed) * 40, -1, 1), np.float32)


def test_nothing_but_zeros_is_muted_after_three_seconds() -> None:
    """Not before, and no longer than until the first sound."""
    health = Health()
    found = fed(health, zeros(5))
    assert found.index(Trouble.MUTED) == round(DEAD_S * RATE / PERIOD) - 1
    assert {*found[: found.index(Trouble.MUTED)]} == {Trouble.NONE}
    assert {*found[found.index(Trouble.MUTED) :]} == {Trouble.MUTED}
    assert fed(health, room_noise(PERIOD, 1)) == [Trouble.NONE]


def test_zeros_with_a_sample_among_them_are_no_dead_line() -> None:
    """A microphone that gates its noise away is not muted as long as something comes through."""
    sound = zeros(20)
    sound[:: round(2.9 * RATE)] = 1 / 32768
    assert {*fed(Health(), sound)} == {Trouble.NONE}


def test_cut_off_for_three_seconds_is_too_loud() -> None:
    """A shout or a knock is not; and after as long without it, all is well."""
    assert {*fed(Health(), np.concatenate([too_loud(2), room_noise(5 * RATE, 2)]))} == {Trouble.NONE}
    health = Health()
    found = fed(health, too_loud(8))
    first_s = found.index(Trouble.CLIPPING) * PERIOD / RATE
    assert CUT_S - 0.1 <= first_s <= CUT_S + 1
    found = fed(health, speechlike(8, 3))
    well_s = found.index(Trouble.NONE) * PERIOD / RATE
    assert well_s <= CUT_S + 2
    assert {*found[found.index(Trouble.NONE) :]} == {Trouble.NONE}


def test_an_hour_too_loud_is_forgiven_as_soon_as_a_minute() -> None:
    """What counts is how it is now."""
    health = Health()
    fed(health, too_loud(60), block=RATE)
    assert fed(health, speechlike(2 * CUT_S, 4), block=RATE)[-1] is Trouble.NONE


@given(level_db=st.floats(-96, -20), seed=st.integers(0, 50), block=st.integers(80, 4 * PERIOD))
@tries(20)
def test_a_room_is_well_however_quiet(level_db: float, seed: int, block: int) -> None:
    """Noise of any level, as a device gives it in 16 bits, in blocks of any size."""
    sound = np.round(room_noise(4 * RATE, seed, level_db) * 32768) / np.float32(32768)
    assert {*fed(Health(), np.asarray(sound, np.float32), block)} == {Trouble.NONE}


@given(st.lists(st.integers(100, 5000), min_size=1, max_size=20))
@tries(20)
def test_the_size_of_the_blocks_does_not_matter_to_a_dead_line(blocks: list[int]) -> None:
    """Three seconds are three seconds."""
    health, frames = Health(), 0
    while frames < 4 * RATE:
        for size in blocks:
            health.look(np.zeros(size, np.float32))
            frames += size
            assert (health.trouble is Trouble.MUTED) is (frames >= DEAD_S * RATE)


def test_loud_speech_that_is_whole_is_well() -> None:
    """At -6 dBFS of peak nothing is cut off."""
    sound = speechlike(8, 5)
    assert {*fed(Health(), np.asarray(sound * (0.5 / np.abs(sound).max()), np.float32))} == {Trouble.NONE}


@pytest.mark.parametrize("trouble", [trouble for trouble in Trouble if trouble])
def test_every_trouble_has_words(trouble: Trouble) -> None:
    """A sentence; none for a microphone that is well."""
    assert TROUBLES[trouble].endswith(".")
    assert Trouble.NONE not in TROUBLES
