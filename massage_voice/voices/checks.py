"""A take is looked at before it is trusted: an engine that fails often does so without an error."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.trim import sounding

SILENT = 0.003
"""Peaks below this (-50 dBFS) are nobody speaking; the quietest real sentence measured reaches 0.2."""
SHORTEST, LONGEST = 0.6, 3.0
"""Sounding time as a share of the expected: real sentences 0.8 to 1.55, half a sentence 0.5."""
MUMBLE_S = 0.06
"""No word is shorter."""


def expected_s(sentence: str, wpm: float) -> float:
    """About how many seconds a sentence sounds when the voice averages `wpm` words a minute.

    Letters tell more than words ("Repeat." against "of the"); the weights are a fit over the neck routine.
    """
    letters = len(re.findall(r"[^\W\d_]", sentence)) + 4 * len(re.findall(r"\d", sentence))
    pauses = len(re.findall(r"[,;:?!.] ", sentence))
    return (2.4 + letters + 4.3 * pauses) / 5.0 * 60 / wpm


def check(take: Take, sentence: str, wpm: float) -> Take:
    """The same take, when it can be that sentence at about `wpm` words a minute.

    Raises:
        VoiceError: it cannot; the message names the sentence and what is wrong.
    """
    wrong = _wrong(take, sentence, wpm)
    if wrong:
        raise VoiceError(f"“{sentence}” came out wrong: {wrong}", "Try another voice with --voice.")
    return take


def _wrong(take: Take, sentence: str, wpm: float) -> str:
    if not 8_000 <= take.rate <= 192_000:
        return f"{take.rate} frames a second is no rate of speech"
    if take.samples.ndim != 1 or not len(take.samples):
        return "no samples"
    if not np.isfinite(take.samples).all():
        return "samples that are no numbers"
    if np.abs(take.samples).max() < SILENT:
        return "silence"
    return _implausible(sounding(take), sentence, wpm)


def _implausible(take: Take, sentence: str, wpm: float) -> str:
    seconds, expected = len(take.samples) / take.rate, expected_s(sentence, wpm)
    if seconds < max(SHORTEST * expected - 0.2, MUMBLE_S):
        return f"too short ({seconds:.1f} s, about {expected:.1f} s expected)"
    if seconds > LONGEST * expected + 1.0:
        return f"too long ({seconds:.1f} s, about {expected:.1f} s expected)"
    return _no_speech(take.samples, take.rate)


def _no_speech(samples: npt.NDArray[np.float32], rate: int) -> str:
    loud = np.abs(samples)
    size = rate // 50
    blocks = loud[: len(loud) // size * size].reshape(-1, size).mean(axis=1)
    if float((np.diff(np.signbit(samples)) != 0).mean()) * rate > 9_000:  # real sentences: up to 5,300
        return "noise"
    if len(blocks) > 50 and np.percentile(blocks, 10) > 0.6 * np.percentile(blocks, 90):  # real: below 0.2
        return "one steady sound"
    return "clipped flat" if float((loud > 0.98 * loud.max()).mean()) > 0.02 else ""
