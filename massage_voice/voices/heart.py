"""The default voice: hibari-tts 0.2.1, "heart", which comes inside its package and needs no download."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.engine import Curve

SEED = 1
"""With a fixed seed the same sentence gives the same bytes in every process."""


def installed(package: str) -> str:
    """The version of an installed package, read without importing it.

    Raises:
        VoiceError: it is not installed.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        raise VoiceError(f"{package} is not installed", f"pip install {package}") from None


SAMPLE_RATE = 24_000
"""What the packaged voice was made for; at another rate it is as slow and as deep as that is wrong."""


class HeartVoice:
    """hibari-tts with its packaged voice; never another one, because those are downloaded.

    Raises:
        VoiceError: hibari-tts is not installed.
    """

    name = "heart"
    hands = 1
    spelling = "heart"
    # Measured, trimmed, over the neck routine; the engine's durations move in steps, this is their trend.
    curve = Curve(
        ((0.2, 43.0), (0.4, 86.0), (0.5, 104.0), (0.6, 125.0), (0.7, 146.0), (0.8, 168.0), (1.0, 214.0)),
        aims=((110.0, 115.0), (120.0, 126.5), (130.0, 142.5), (140.0, 161.0)),
    )

    def __init__(self) -> None:
        self.fingerprint = f"hibari-tts {installed('hibari-tts')} heart seed {SEED}"
        self._engine: Any = None

    def load(self) -> None:
        """Load the model and its text front end: about 0.6 s.

        Raises:
            VoiceError: a part of it is missing.
        """
        if self._engine is not None:
            return
        try:
            from hibari import Hibari

            self._engine = Hibari(voice="heart", threads=1)
            self._engine("Ready.", seed=SEED)  # the front end loads with the first sentence
            if int(self._engine.sample_rate) != SAMPLE_RATE:
                raise RuntimeError(f"it speaks at {self._engine.sample_rate} frames a second, not {SAMPLE_RATE}")
        except (ImportError, OSError, RuntimeError) as error:
            raise VoiceError(f"The voice heart cannot be loaded: {error}", "pip install hibari-tts") from error

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence at 24000 frames a second; empty when nothing in it can be read aloud.

        Raises:
            VoiceError: a part of the engine is missing.
        """
        self.load()
        samples = self._engine(sentence, speed=float(speed), seed=SEED)
        return Take(np.asarray(samples, dtype=np.float32), int(self._engine.sample_rate))

    def close(self) -> None:
        """Forget the model."""
        self._engine = None
