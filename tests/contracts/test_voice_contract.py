"""What every Voice keeps, on the fake and on the real engines."""

from collections.abc import Iterator

import numpy as np
import pytest

from massage_voice.clip import Speech
from massage_voice.errors import VoiceError
from massage_voice.voices.checks import check
from massage_voice.voices.engine import Engine
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.pace import CAUTION_WPM
from massage_voice.voices.shape import make_clip
from massage_voice.voices.trim import sounding
from massage_voice.voices.worker import WorkerVoice
from tests.support.absent import absent
from tests.support.piper import joe

SENTENCES = [
    "Rest both hands on top of their shoulders.",
    "Glide down the neck, down the back, to the waist.",
    "Keep out of the notch under the ear.",
    "Repeat.",
]


@pytest.fixture(scope="module", params=["fake", "heart", "system", "espeak", "piper"])
def voice(request: pytest.FixtureRequest) -> Iterator[Engine]:
    where = f"piper:{joe()}" if request.param == "piper" else request.param
    made: Engine = FakeVoice() if where == "fake" else WorkerVoice(where)
    try:
        made.load()
        made.synthesise("Ready.", 0.7)
    except VoiceError as error:
        absent(f"{request.param}: {error.message}")
    yield made
    made.close()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_sound(voice: Engine, sentence: str) -> None:
    """Mono float32 that passes the checks at its own pace."""
    take = voice.synthesise(sentence, 0.7)
    assert take.samples.dtype == np.float32
    assert check(take, sentence, voice.curve.wpm(0.7)) is take


def test_slower_is_longer(voice: Engine) -> None:
    """A lower speed never makes a sentence shorter, and over the usual range it is clearly longer."""
    lengths = [len(sounding(voice.synthesise(SENTENCES[1], speed)).samples) for speed in (0.55, 0.7, 0.85, 1.0)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 1.3 * lengths[-1]


def test_the_same_again(voice: Engine) -> None:
    """The same sentence at the same speed has the same length to within 20 ms, whatever was said between."""
    first = len(voice.synthesise(SENTENCES[0], 0.7).samples)
    take = voice.synthesise(SENTENCES[1], 1.0)
    assert abs(len(voice.synthesise(SENTENCES[0], 0.7).samples) - first) <= 0.02 * take.rate


def test_what_it_is_called(voice: Engine) -> None:
    """A name to type and a fingerprint for the cache."""
    assert voice.name
    assert voice.fingerprint


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_caution_is_fast(voice: Engine, sentence: str) -> None:
    """At the fastest pace a caution still has at most 140 words a minute."""
    clip = make_clip(sentence, Speech(140, caution=True), voice, packaged())
    assert len(sentence.split()) * 60 * 48_000 / clip.frames <= CAUTION_WPM


def test_trade_words(voice: Engine) -> None:
    """Every word of the lexicon can be said, as that engine is told it."""
    for word in packaged().terms:
        told = packaged().respelt(f"This is the {word}.", voice.spelling)
        assert len(sounding(voice.synthesise(told, 0.7)).samples)


def test_closing_twice() -> None:
    """An engine may be closed twice."""
    other = FakeVoice()
    other.close()
    other.close()
    assert other.closed


def test_heart_is_the_same_in_every_process() -> None:
    """Two workers give the same bytes."""
    takes = []
    for _ in range(2):
        voice = WorkerVoice("heart")
        takes.append(voice.synthesise(SENTENCES[0], 0.7).samples)
        voice.close()
    assert np.array_equal(takes[0], takes[1])
