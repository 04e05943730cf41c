import pytest

from massage_voice.clip import RATE, Speech
from massage_voice.errors import VoiceError
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.sentences import split, words
from massage_voice.voices.shape import PAUSE, make_clip
from massage_voice.voices.worker import WorkerVoice
from tests.support.absent import absent
from tests.voices.neck_texts import CAUTIONS, ORDINARY


@pytest.mark.parametrize(("name", "asked"), [("heart", 120), ("heart", 140), ("system", 110), ("system", 140)])
def test_a_routine_has_the_pace_asked_for(name: str, asked: int) -> None:
    """Over the whole neck routine, words a minute are within 8 of what was asked, with and without inner pauses."""
    voice = WorkerVoice(name)
    try:
        voice.synthesise("Ready.", 1.0)
    except VoiceError as error:
        absent(error.message)
    speech = {text: Speech(asked, text in CAUTIONS) for text in [*ORDINARY, *CAUTIONS]}
    clips = [make_clip(text, how, voice, packaged()) for text, how in speech.items()]
    voice.close()
    count = sum(words(text) for text in speech)
    frames = sum(clip.frames for clip in clips)
    pauses = sum(len(split(text)) - 1 for text in speech) * PAUSE
    assert abs(count * 60 * RATE / frames - asked) <= 8
    assert abs(count * 60 * RATE / (frames - pauses) - asked) <= 8
