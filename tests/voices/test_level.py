"""Loudness and peaks, measured by ours and by another meter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE, Take
from massage_voice.loudness import Loudness, lufs, peaks, true_peak
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.level import CEILING_DBTP, TARGET_LUFS, levelled, limits
from massage_voice.voices.shape import shaped
from tests.live.support import FIRST, stage
from tests.support.meter import metered


def tone(peak_db: float, seconds: float = 5.0, hertz: float = 997.0) -> np.ndarray:
    return 10 ** (peak_db / 20) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


@pytest.mark.parametrize(("peak_db", "expected"), [(0.0, -3.01), (-23.0, -26.01), (-40.0, -43.01)])
def test_reference_tones(peak_db: float, expected: float) -> None:
    """A 997 Hz sine of 0 dBFS in one channel is -3.01 LUFS, as BS.1770 says itself, and falls with its level."""
    assert lufs(tone(peak_db)) == pytest.approx(expected, abs=0.02)


def test_low_hertz_count_less() -> None:
    """The filter of BS.1770 takes a 25 Hz tone down by more than 10 dB, and an 8 kHz tone up by 3 to 5 dB."""
    assert lufs(tone(-20, hertz=25)) < lufs(tone(-20)) - 10
    assert 3 < lufs(tone(-20, hertz=8000)) - lufs(tone(-20)) < 5


def test_silence_does_not_count() -> None:
    """The gate leaves pauses out: a tone with as much silence after it measures the same within 0.5 LU."""
    assert lufs(np.concatenate([tone(-20), np.zeros(5 * RATE)])) == pytest.approx(lufs(tone(-20)), abs=0.5)


def test_between_the_samples_there_are_peaks_too() -> None:
    """A tone of a quarter of the rate, sampled beside its peaks: 3 dB more than any sample shows."""
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)
    assert np.abs(wave).max() == pytest.approx(0.3536, abs=0.001)
    assert true_peak(wave) == pytest.approx(-6.02, abs=0.1)
    assert len(peaks(wave)) == len(wave)


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=8))
def test_piece_by_piece_it_is_the_same(sizes: list[int]) -> None:
    """However long the pieces are that come."""
    rng = np.random.default_rng(5)
    wave = rng.standard_normal(6 * RATE) * np.repeat([0.01, 0.1, 0.001, 0.05, 0.0, 0.2], RATE)
    meter, at, turn = Loudness(), 0, 0
    while at < len(wave):
        size = sizes[turn % len(sizes)] + 500
        meter.add(wave[at : at + size])
        at, turn = at + size, turn + 1
    assert meter.integrated() == pytest.approx(lufs(wave), abs=0.01)
    assert meter.peak() == pytest.approx(20 * np.log10(np.abs(wave).max()))


def test_another_meter_says_the_same() -> None:
    """Integrated, momentary and true peak of noise that comes and goes."""
    rng = np.random.default_rng(5)
    wave = np.round(rng.standard_normal(6 * RATE) * np.repeat([0.01, 0.1, 0.02, 0.05, 0.0, 0.15], RATE) * 32767)
    samples = np.clip(wave, -32768, 32767).astype(np.int16)
    meter = Loudness()
    meter.add(samples / 32768)
    other = metered(samples)
    assert meter.integrated() == pytest.approx(other.integrated, abs=0.15)
    assert meter.loudest() == pytest.approx(other.loudest, abs=0.15)
    assert true_peak(samples / 32768) == pytest.approx(other.true_peak, abs=0.3)


@pytest.mark.parametrize("level", [0.02, 0.4, 0.9])
def test_every_text_has_one_loudness(level: float) -> None:
    """A text that came soft and one that came loud leave alike."""
    take = FakeVoice().synthesise("Rest both hands on their shoulders.", 0.7)
    out = shaped([Take(take.samples * np.float32(level / 0.4), take.rate)]) / 32767
    assert lufs(out) == pytest.approx(TARGET_LUFS, abs=0.1)
    assert true_peak(out) <= CEILING_DBTP + 0.05


def test_one_sharp_peak_does_not_make_a_text_soft() -> None:
    """It is taken down by itself; the words are as loud as ever."""
    take = FakeVoice().synthesise("Rest both hands on their shoulders.", 0.7)
    spiked = take.samples * np.float32(0.01)
    middle = len(spiked) // 2
    spiked[middle] = 1.0
    out = shaped([Take(spiked, RATE)]) / 32767
    assert lufs(out) == pytest.approx(TARGET_LUFS, abs=0.1)
    assert true_peak(out) <= CEILING_DBTP + 0.05


def test_what_needs_no_limit_is_only_scaled() -> None:
    """Bit for bit the same shape."""
    wave = tone(-30)
    out = levelled(wave)
    assert np.allclose(out, wave * (out.max() / wave.max()), atol=1e-12)


def test_silence_stays_silence() -> None:
    """No gain makes something of nothing."""
    assert not levelled(np.zeros(RATE)).any()


@given(st.lists(st.tuples(st.integers(0, 9_999), st.floats(0.1, 8.0)), max_size=6))
def test_limits_hold_and_are_smooth(spikes: list[tuple[int, float]]) -> None:
    """At each peak low enough, never above one, and without steps."""
    highest = np.full(10_000, 0.1)
    for at, height in spikes:
        highest[at] = max(highest[at], height)
    gains = limits(highest)
    assert (highest * gains).max() <= 10 ** (CEILING_DBTP / 20) + 1e-9
    assert gains.max() <= 1 + 1e-9
    assert np.abs(np.diff(gains)).max() < 0.02
    assert len(gains) == len(highest)


def test_every_text_of_the_neck_by_another_meter() -> None:
    """Real words: each at -19 LUFS of one channel (-16 by two loudspeakers), no true peak above -1 dB."""
    made = stage("neck", FIRST, real=True)
    placed = (*made.plan.preparation().placements, *made.plan.timeline().placements)
    spoken = {place.cue.text: place.cue for place in placed if place.cue.is_spoken}
    found = {text: metered(made.sound(cue)) for text, cue in spoken.items()}
    assert len(found) > 80
    for text, measured in found.items():
        assert measured.integrated == pytest.approx(TARGET_LUFS, abs=0.4), text
        assert measured.true_peak <= -1, text
    cautions = [found[text].integrated for text, cue in spoken.items() if cue.is_caution]
    others = [found[text].integrated for text, cue in spoken.items() if not cue.is_caution]
    assert np.mean(cautions) >= np.mean(others) - 0.1
