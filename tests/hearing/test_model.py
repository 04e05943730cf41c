"""Where the model comes from, and what is said when it does not."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from massage_voice.errors import HearingError
from massage_voice.hearing import model
from massage_voice.hearing.mel import log_mel
from massage_voice.hearing.model import FILES, Whisper, find_model


def test_the_packaged_model_is_the_one_that_was_measured() -> None:
    """The file in the pinned package has the digest that stands in the code."""
    assert all((find_model() / name).is_file() for name in FILES)


def test_another_file_in_the_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One author's package may change under its number; then nothing is run."""
    folder = tmp_path / "noter" / "model"
    folder.mkdir(parents=True)
    (tmp_path / "noter" / "__init__.py").touch()
    for name in FILES:
        (folder / name).write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(model, "PACKAGE", "noter")
    with pytest.raises(HearingError, match="not the model that was measured"):
        find_model()


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint is a command that can be typed."""
    monkeypatch.setattr(model, "PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(HearingError) as caught:
        find_model()
    assert "pip install 'massage-voice[mic]'" in caught.value.hint


def test_a_folder_of_the_users_needs_its_files(tmp_path: Path) -> None:
    """What is missing is named; nothing else stands in for it."""
    (tmp_path / "config.json").touch()
    with pytest.raises(HearingError, match=r"model\.bin, tokenizer\.json missing"):
        find_model(tmp_path)


def test_a_folder_of_the_users_may_hold_another_model(tmp_path: Path) -> None:
    """Its digest is its owner's business."""
    for name in FILES:
        (tmp_path / name).touch()
    assert find_model(tmp_path) == tmp_path


def test_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    """Files of the right names and the wrong content are an error of ours, not of a library's."""
    for name in FILES:
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(HearingError, match="no Whisper model"):
        Whisper(tmp_path)


def test_a_model_for_many_languages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It expects to be told the language, and would answer nonsense."""
    opened = SimpleNamespace(is_multilingual=True, n_mels=80)
    fake = SimpleNamespace(models=SimpleNamespace(Whisper=lambda *_, **__: opened))
    monkeypatch.setitem(sys.modules, "ctranslate2", fake)
    reader = SimpleNamespace(from_file=lambda _: None)
    monkeypatch.setitem(sys.modules, "tokenizers", SimpleNamespace(Tokenizer=reader))
    with pytest.raises(HearingError, match="many languages"):
        Whisper(tmp_path)


@pytest.mark.parametrize("package", ["ctranslate2", "tokenizers"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing is left to the last moment, and its failure is explained."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(HearingError, match=package) as caught:
        Whisper(find_model())
    assert "massage-voice[mic]" in caught.value.hint


def test_a_tone_lies_in_the_band_of_its_pitch() -> None:
    """Of eighty bands, 1000 Hz belongs to the one around it on Slaney's scale, in every column of the sound."""
    time = np.arange(16_000, dtype=np.float32) / 16_000
    picture = log_mel(np.sin(2 * np.pi * 1000 * time).astype(np.float32), 2.0)[0]
    assert picture.shape == (80, 200)
    assert set(picture[:, 5:95].argmax(axis=0)) == {26}
    assert np.ptp(picture[:, 105:]) == 0
