from dataclasses import replace

import numpy as np
import pytest

from massage_voice.clip import Speech, Take
from massage_voice.errors import VoiceError
from massage_voice.voices.engine import Curve
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.pace import CAUTION_WPM, spoken
from massage_voice.voices.shape import make_clip
from massage_voice.voices.trim import sounding

CAUTION = "Keep out of the notch under the ear."


def wpm(take: Take, sentence: str) -> float:
    return len(sentence.split()) * 60 * take.rate / len(take.samples)


def at(voice: FakeVoice, sentence: str, speech: Speech) -> Take:
    return spoken(lambda speed: sounding(voice.synthesise(sentence, speed)), sentence, speech, voice.curve)


class Hasty(FakeVoice):
    """Speaks faster than its curve says, and never below 190 words a minute."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """As if the speed were higher."""
        return super().synthesise(sentence, max(speed * 1.5, self.floor))

    floor = 0.95


@pytest.mark.parametrize("asked", [110, 120, 130, 140])
def test_words_a_minute_mean_what_they_say(asked: int) -> None:
    """An ordinary sentence of ordinary words lies within 15 % of the pace asked for."""
    sentence = "Stroke down over the same places, from the neck to the waist."
    assert wpm(at(FakeVoice(), sentence, Speech(asked)), sentence) == pytest.approx(asked, rel=0.15)


def test_a_caution_is_never_fast() -> None:
    """A caution stays at or below 140 words a minute with an engine that hurries, by asking again and again."""
    voice = Hasty()
    voice.floor = 0.3
    take = at(voice, CAUTION, Speech(140, caution=True))
    assert wpm(take, CAUTION) <= CAUTION_WPM
    assert len(voice.asked) > 1


def test_the_last_resort_is_stretching() -> None:
    """A caution that the engine cannot say below 180 words a minute is stretched below 140."""
    voice = Hasty()
    voice.floor = 0.9
    assert wpm(at(voice, CAUTION, Speech(130, caution=True)), CAUTION) <= CAUTION_WPM


def test_a_caution_that_cannot_be_slow_is_refused() -> None:
    """When stretching does not help either, there is no caution rather than a fast one."""
    voice = Hasty()
    voice.floor = 1.3
    with pytest.raises(VoiceError, match="above 140"):
        at(voice, CAUTION, Speech(130, caution=True))


def test_a_respelling_does_not_change_the_pace() -> None:
    """What the engine is told instead of a word does not change the words that are counted."""
    bare = replace(packaged(), terms={"nothing": {}})
    text = "Rest on the sacrum, flat and light."
    plain, told = (make_clip(text, Speech(130), FakeVoice(), lexicon) for lexicon in (bare, packaged()))
    assert np.array_equal(plain.samples, told.samples)


def test_what_is_spoken_in_more_words_takes_longer() -> None:
    """For "2-3 min" four words are said, whatever it looks like; the caption stays as it is written."""
    short, long = (make_clip(text, Speech(130), FakeVoice(), packaged()) for text in ("Rest 2 min.", "Rest 2-3 min."))
    assert long.frames > short.frames
    assert long.text == "Rest 2-3 min."


def test_a_curve_answers_both_ways() -> None:
    """Speed and words a minute are each other's inverse inside the limits, and held at them outside."""
    curve = Curve(((0.5, 100.0), (1.0, 200.0)), aims=((110.0, 112.0), (140.0, 150.0)))
    assert curve.wpm(curve.speed(150)) == pytest.approx(150)
    assert (curve.speed(10), curve.speed(1000)) == (0.5, 1.0)
    assert curve.aim(125) == pytest.approx(131)
