from __future__ import annotations

import itertools

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.sound.bells import ATTACK_S, BELLS, LOUDNESS_LUFS, TICK_DBFS, bell
from massage_voice.sound.samples import Samples

STRUCK = sorted(set(BELLS) - {"tick"})


def loudest_400_ms_db(samples: Samples) -> float:
    energy = np.cumsum((samples / 32768.0) ** 2)
    window = round(0.4 * RATE)
    return float(10 * np.log10((energy[window:] - energy[:-window]).max() / window))


def test_there_is_a_bell_for_every_occasion() -> None:
    """The names that timelines use all sound."""
    assert set(BELLS) == {"start", "step", "switch", "half-minute", "end", "hold", "tick"}
    assert [len(BELLS[name]) for name in ("end", "switch", "step", "half-minute")] == [3, 2, 1, 1]


@pytest.mark.parametrize("name", STRUCK)
def test_bells_are_equally_loud_and_softer_than_speech(name: str) -> None:
    """Momentary loudness is -24 LUFS; speech lies near -18."""
    assert loudest_400_ms_db(bell(name)) - 0.691 == pytest.approx(LOUDNESS_LUFS, abs=0.3)
    assert np.abs(bell(name).astype(int)).max() < 0.4 * 32767


def test_tick_is_very_soft() -> None:
    """A tick peaks at -34 dBFS."""
    peak = np.abs(bell("tick").astype(int)).max() / 32767
    assert 20 * np.log10(peak) == pytest.approx(TICK_DBFS, abs=0.1)


@pytest.mark.parametrize("name", sorted(BELLS))
def test_no_bell_begins_or_ends_with_a_click(name: str) -> None:
    """Both ends are silent, and the first 20 ms stay below the loudest that follows."""
    samples = np.abs(bell(name).astype(int))
    assert samples[:5].max() <= 1
    assert samples[-20:].max() <= 1
    assert ATTACK_S >= 0.020
    assert samples[: round(0.005 * RATE)].max() < 0.25 * samples.max()


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(STRUCK, 2)))
def test_bells_are_told_apart(one: str, other: str) -> None:
    """No two bells have the same notes at the same moments."""
    assert {(note.at_s, note.hz) for note in BELLS[one]} != {(note.at_s, note.hz) for note in BELLS[other]}


def test_a_bell_is_made_once_and_nobody_can_change_it() -> None:
    """The same read-only samples every time."""
    assert bell("end") is bell("end")
    with pytest.raises(ValueError, match="read-only"):
        bell("end")[0] = 1


def test_unknown_bell_is_an_error() -> None:
    """A misspelt name does not become silence."""
    with pytest.raises(KeyError):
        bell("gong")
