from __future__ import annotations

import itertools

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.sound.bells import ATTACK_S, BELLS, LOUDNESS_LUFS, SOFT, TICK_DBFS, TONE_DBFS, bell
from massage_voice.sound.samples import Samples

STRUCK = sorted(set(BELLS) - set(SOFT))
TONES = ("heard", "unsure", "listening")


def loudest_400_ms_db(samples: Samples) -> float:
    energy = np.cumsum((samples / 32768.0) ** 2)
    window = round(0.4 * RATE)
    return float(10 * np.log10((energy[window:] - energy[:-window]).max() / window))


def test_there_is_a_bell_for_every_occasion() -> None:
    """The names that timelines use all sound."""
    assert set(BELLS) == {"start", "step", "switch", "half-minute", "end", "hold", "tick", *TONES}
    assert [len(BELLS[name]) for name in ("end", "switch", "step", "half-minute")] == [3, 2, 1, 1]


@pytest.mark.parametrize("name", STRUCK)
def test_bells_are_equally_loud_and_softer_than_speech(name: str) -> None:
    """Momentary loudness is -24 LUFS; speech lies near -18."""
    assert loudest_400_ms_db(bell(name)) - 0.691 == pytest.approx(LOUDNESS_LUFS, abs=0.3)
    assert np.abs(bell(name).astype(int)).max() < 0.4 * 32767


@pytest.mark.parametrize(("name", "dbfs"), [("tick", TICK_DBFS), *((name, TONE_DBFS) for name in TONES)])
def test_what_sounds_beside_words_is_very_soft(name: str, dbfs: float) -> None:
    """It has a peak of its own, far below the -3 dBFS of speech, and it is all that is below the other bells."""
    peak = np.abs(bell(name).astype(int)).max() / 32767
    assert 20 * np.log10(peak) == pytest.approx(dbfs, abs=0.1)
    assert SOFT[name] == dbfs <= -20
    assert np.abs(bell(name).astype(int)).max() < min(np.abs(bell(struck).astype(int)).max() for struck in STRUCK)


@pytest.mark.parametrize("name", TONES)
def test_an_answer_to_a_word_is_short_and_ends_in_silence(name: str) -> None:
    """It is over before anybody says the next word, and its last sample is zero."""
    assert len(bell(name)) <= 0.6 * RATE
    assert bell(name)[-1] == 0


def test_heard_rises_and_unsure_falls() -> None:
    """They are told apart without knowing their notes; the wake word's is one note alone."""
    pitches = {name: [note.hz for note in BELLS[name]] for name in TONES}
    assert pitches["heard"] == sorted(pitches["heard"])
    assert pitches["unsure"] == sorted(pitches["unsure"], reverse=True)
    assert [len(pitches[name]) for name in TONES] == [2, 2, 1]
    assert max(pitches["unsure"]) < min(pitches["heard"])


@pytest.mark.parametrize("name", sorted(BELLS))
def test_no_bell_begins_or_ends_with_a_click(name: str) -> None:
    """Both ends are silent, and the first 20 ms stay below the loudest that follows."""
    samples = np.abs(bell(name).astype(int))
    assert samples[:5].max() <= 1
    assert samples[-20:].max() <= 1
    assert ATTACK_S >= 0.020
    assert samples[: round(0.005 * RATE)].max() < 0.25 * samples.max()


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(sorted(BELLS), 2)))
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
