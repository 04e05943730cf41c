"""From sentences to a clip: trimmed, half a second apart, at `RATE`, at one loudness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE, Clip, Speech, Take
from massage_voice.errors import VoiceError
from massage_voice.routine.respelling import respelt
from massage_voice.voices import pace
from massage_voice.voices.checks import check
from massage_voice.voices.engine import Engine
from massage_voice.voices.level import levelled
from massage_voice.voices.lexicon import Lexicon
from massage_voice.voices.sentences import split
from massage_voice.voices.trim import sounding

PAUSE = RATE // 2
"""Frames of silence between two sentences of one text."""


def make_clip(text: str, speech: Speech, voice: Engine, lexicon: Lexicon) -> Clip:
    """The text as that voice says it, sentence by sentence; the clip's caption stays as it is written.

    Raises:
        VoiceError: the voice failed, or what it gave cannot be the text; the message names the text.
    """
    sentences = split(text)
    if not sentences:
        raise VoiceError(f"Nothing to say in {text!r}")
    return Clip(text, shaped([_sentence(one, speech, voice, lexicon) for one in sentences]))


def shaped(takes: Sequence[Take]) -> npt.NDArray[np.int16]:
    """Trimmed takes as one array: mono int16 at `RATE`, exactly `PAUSE` frames between two of them."""
    pieces: list[npt.NDArray[np.float64]] = []
    for take in takes:
        pieces += [np.zeros(PAUSE), resampled(take)]
    samples = levelled(np.concatenate(pieces[1:]))
    return np.round(samples * 32767).astype(np.int16)


def resampled(take: Take) -> npt.NDArray[np.float64]:
    """The samples of a take at `RATE`."""
    import soxr

    samples = take.samples.astype(np.float64)
    return samples if take.rate == RATE else np.asarray(soxr.resample(samples, take.rate, RATE, quality="HQ"))


def _sentence(sentence: str, speech: Speech, voice: Engine, lexicon: Lexicon) -> Take:
    plain = lexicon.in_words(respelt(sentence, speech.say_as))
    told = lexicon.respelt(plain, voice.spelling)

    def say(speed: float) -> Take:
        take = voice.synthesise(told, speed)
        return sounding(check(take, plain, voice.curve.wpm(speed)))

    return pace.spoken(say, plain, speech, voice.curve)
