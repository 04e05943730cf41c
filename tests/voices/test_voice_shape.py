import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE, Speech, Take
from massage_voice.errors import VoiceError
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.sentences import split, words
from massage_voice.voices.shape import PAUSE, make_clip, resampled, shaped
from massage_voice.voices.stretch import stretched
from massage_voice.voices.trim import sounding


def tone(peak_db: float, seconds: float = 5.0, hertz: float = 997.0) -> np.ndarray:
    return 10 ** (peak_db / 20) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def test_half_a_second_between_sentences() -> None:
    """Two sentences are exactly 24000 frames of zeros apart, and nothing stands before or after them."""
    one = sounding(FakeVoice().synthesise("Rest.", 0.7))
    length = len(resampled(one))
    both = shaped([one, one])
    assert len(both) == 2 * length + PAUSE
    assert not both[length : length + PAUSE].any()


def test_no_click_at_the_edges() -> None:
    """A trimmed sentence starts and ends at zero, and rises over 5 ms."""
    hum = Take(np.full(24_000, 0.5, np.float32), 24_000)
    found = sounding(hum).samples
    assert found[0] == found[-1] == 0
    assert np.abs(np.diff(found)).max() < 0.01


def test_trim_keeps_only_the_sound() -> None:
    """The silence around a sentence is gone to within 15 ms a side."""
    take = FakeVoice().synthesise("Rest both hands.", 0.7)
    quiet_s = 0.4
    assert len(take.samples) / take.rate - len(sounding(take).samples) / take.rate == pytest.approx(quiet_s, abs=0.06)


def test_stretch_keeps_pitch_and_level() -> None:
    """A stretched tone is as much longer as asked, with the same number of swings a second and the same level."""
    hum = Take(tone(-20, 2.0, 200).astype(np.float32), RATE)
    longer = stretched(hum, 1.3)
    assert len(longer.samples) == int(2 * RATE * 1.3)
    middle = longer.samples[RATE // 2 : -RATE // 2]
    swings = (np.diff(np.signbit(middle)) != 0).sum() / len(middle) * RATE / 2
    assert swings == pytest.approx(200, rel=0.02)
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.0707, rel=0.1)


def test_a_text_without_words_is_named() -> None:
    """An empty text is an error, not silence."""
    with pytest.raises(VoiceError, match="Nothing to say"):
        make_clip("  ", Speech(130), FakeVoice(), packaged())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Ear to ear. Light.", 2),
        ("Ask your partner: zero to ten? Stay at four or less.", 2),
        ("Ask Dr. Smith first. Then rest.", 2),
        ("Rub approx. 30 times.", 1),
        ("“Softer?” Ask them.", 2),
        ("Wait 1.5 minutes.", 1),
        ("Lift off.\nRepeat.", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    """Sentences end at . ! ? before a capital or a figure, not after a title or an abbreviation."""
    assert len(split(text)) == count


@given(st.text())
def test_no_word_is_lost(text: str) -> None:
    """Splitting neither adds nor loses a word."""
    assert sum(map(words, split(text))) == words(text)
