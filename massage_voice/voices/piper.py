"""A Piper voice of the user's own: `--voice piper:FILE.onnx`, with its `.onnx.json` beside it.

The extra `[piper]`, which is GPL. Nothing is downloaded, and no voice comes with it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.engine import Curve
from massage_voice.voices.heart import installed

PACKAGE: Final = "piper-tts"
HINT: Final = "--voice piper:FILE.onnx, with FILE.onnx.json beside it"


class PiperVoice:
    """The voice in `file`.

    Raises:
        VoiceError: piper-tts is not installed, or there is no such voice.
    """

    hands = 1
    spelling = "system"
    # Measured, trimmed, over the neck routine, with the voice "joe"; another one is corrected sentence by sentence.
    curve = Curve(
        ((0.4, 97.0), (0.46, 110.0), (0.6, 137.0), (0.8, 183.0), (1.0, 207.0), (1.4, 268.0)),
        aims=((110.0, 114.5), (120.0, 125.0), (130.0, 138.5), (140.0, 155.5)),
    )

    def __init__(self, file: str = "") -> None:
        version = installed(PACKAGE)
        self._file = Path(file).expanduser().absolute()
        if not file:
            raise VoiceError("piper speaks with a voice file of your own", HINT)
        self.name = f"piper:{self._file}"
        self.fingerprint = f"{PACKAGE} {version} {_digest(self._file)}"
        self._voice: Any = None

    def load(self) -> None:
        """Load the model: about a second.

        Raises:
            VoiceError: the file is no Piper voice.
        """
        if self._voice is not None:
            return
        from piper import PiperVoice as Voice

        try:
            self._voice = Voice.load(self._file)
        except Exception as error:  # onnxruntime has errors of its own
            raise VoiceError(f"{self._file} is no Piper voice: {error}", HINT) from error

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence at the rate of the voice; without the engine's random variation."""
        self.load()
        from piper import SynthesisConfig

        how = SynthesisConfig(length_scale=1 / speed, noise_scale=0.0, noise_w_scale=0.0)
        chunks = list(self._voice.synthesize(sentence, how))
        parts = [np.asarray(chunk.audio_float_array, np.float32) for chunk in chunks]
        rate = chunks[0].sample_rate if chunks else 22_050
        return Take(np.concatenate([np.zeros(0, np.float32), *parts]), rate)

    def close(self) -> None:
        """Forget the model."""
        self._voice = None


def _digest(file: Path) -> str:
    """Of the voice and what describes it.

    Raises:
        VoiceError: one of the two files is missing or cannot be read.
    """
    sums = hashlib.sha256()
    try:
        described = json.loads(Path(f"{file}.json").read_bytes())
        sums.update(json.dumps(described, sort_keys=True).encode())
        with file.open("rb") as model:
            while part := model.read(1 << 20):
                sums.update(part)
    except (OSError, ValueError) as error:
        raise VoiceError(f"There is no Piper voice at {file}: {error}", HINT) from error
    return sums.hexdigest()
