"""What is forgiven in a recording of a whole session, and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples
from tests.live.listening import unlike, without_gaps

WRITTEN = np.random.default_rng(0).integers(-3_000, 3_000, 5 * RATE).astype(np.int16)
WRITTEN[RATE : RATE + 100] = 0


def gapped(at: int, frames: int) -> Samples:
    return np.insert(WRITTEN, at, np.zeros(frames, np.int16))


def test_what_is_the_same_has_no_gap() -> None:
    """With whatever follows it."""
    samples, gaps = without_gaps(np.concatenate([WRITTEN, WRITTEN[:99]]), WRITTEN)
    assert gaps == 0
    assert np.array_equal(samples, WRITTEN)


@pytest.mark.parametrize("at", [0, 1, RATE - 1, RATE, RATE + 50, RATE + 100, 3 * RATE, len(WRITTEN) - 1])
@pytest.mark.parametrize("frames", [1, 480, 2 * RATE])
def test_a_gap_is_found_and_counted(at: int, frames: int) -> None:
    """Anywhere, also where zeros were written."""
    samples, gaps = without_gaps(gapped(at, frames), WRITTEN)
    assert gaps == frames
    assert np.array_equal(samples, WRITTEN)


def test_what_is_lost_or_changed_is_not_forgiven() -> None:
    """A missing frame, a softer stretch, a silence instead of a sound."""
    missing = np.delete(WRITTEN, 2 * RATE)
    softer, silenced = WRITTEN.copy(), WRITTEN.copy()
    softer[2 * RATE : 2 * RATE + 4_800] //= 2
    silenced[2 * RATE : 2 * RATE + 4_800] = 0
    assert without_gaps(missing, WRITTEN)[1] == 0
    assert not np.array_equal(without_gaps(missing, WRITTEN)[0], WRITTEN)
    (found,) = unlike(without_gaps(softer, WRITTEN)[0], WRITTEN)
    assert found.at_s == 2.0
    assert found.match > 0.99
    assert -6.1 < found.level_db < -5.9
    assert len(without_gaps(silenced, WRITTEN)[0]) < len(WRITTEN)


def test_a_recording_that_ends_early_is_too_short() -> None:
    """So that its length tells."""
    assert len(without_gaps(WRITTEN[: 3 * RATE], WRITTEN)[0]) == 3 * RATE
