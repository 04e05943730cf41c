"""`python -m benchmarks.encoding WAV SUFFIX SECONDS FILE`: write so much sound, and print the memory as JSON.

The sound is a minute of WAV, over and over: nothing of it grows with the length.
"""

from __future__ import annotations

import json
import resource
import sys
import wave
from pathlib import Path

import numpy as np

from massage_voice.clip import RATE
from massage_voice.recording.cover import cover
from massage_voice.recording.formats import FORMATS
from massage_voice.recording.model import About, Mark
from massage_voice.sound.samples import Samples
from massage_voice.timeline.backdrop import NOWHERE

_CHAPTER = 120 * RATE
OWN_AND_HELPER = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN


class Loop:
    """A Program that repeats the samples it has."""

    backdrop = NOWHERE

    def __init__(self, samples: Samples, length: int) -> None:
        self._samples, self.length = samples, length

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        first = start % len(self._samples)
        return np.take(self._samples, np.arange(first, first + frames), mode="wrap")


def main(wav: str, suffix: str, seconds: str, file: str) -> None:
    """Write, measure, print."""
    with wave.open(wav) as source:
        source.setpos(min(6 * 60 * RATE, source.getnframes() // 2))
        samples = np.frombuffer(source.readframes(60 * RATE), np.int16)
    sound = Loop(samples, round(float(seconds) * RATE))
    marks = tuple(
        Mark(f"Step {at // _CHAPTER}", at, min(at + _CHAPTER, sound.length)) for at in range(0, sound.length, _CHAPTER)
    )
    FORMATS[suffix].write(Path(file), sound, About("Measured", "en", marks, cover("Measured")), None)
    peak, helper = (resource.getrusage(who).ru_maxrss / 1024 for who in OWN_AND_HELPER)
    print(json.dumps({"peak_mb": peak, "helper_mb": helper}))


if __name__ == "__main__":
    main(*sys.argv[1:])
