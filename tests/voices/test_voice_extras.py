"""espeak and piper: chosen by name, never by themselves; and what is said when one is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from massage_voice.errors import UsageError, VoiceError
from massage_voice.voices.chain import MAKERS, Chain
from massage_voice.voices.engine import CHOSEN_ONLY, make
from massage_voice.voices.piper import PiperVoice
from tests.support.piper import joe


def order(name: str | None) -> list[str]:
    """Who is tried, one after the other."""
    chain, found = Chain(name), []
    while voice := chain.next(VoiceError("gone")):
        found.append(voice.name)
    return found


def test_extras_replace_nobody() -> None:
    """Without being asked for they do not speak; asked for, the usual ones stand behind them."""
    assert set(CHOSEN_ONLY) <= MAKERS.keys()
    assert order(None) == ["heart", "system"]
    assert order("espeak") == ["espeak", "heart", "system"]
    assert order("system") == ["system", "heart"]
    assert order(f"piper:{joe()}") == [f"piper:{joe()}", "heart", "system"]


def test_a_name_that_is_none_lists_them() -> None:
    """With how a voice of one's own is named."""
    with pytest.raises(UsageError, match=r"There are: heart, system, espeak, piper:FILE.onnx, none"):
        Chain("joe")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("gone.onnx", None, "There is no Piper voice at .*gone.onnx"),
        ("bare.onnx", b"no json beside it", "There is no Piper voice at .*bare.onnx"),
    ],
)
def test_a_file_that_is_no_voice(name: str, content: bytes | None, complaint: str, tmp_path: Path) -> None:
    """Said before anything is loaded, with how it should look."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(VoiceError, match=complaint) as told:
        make(f"piper:{tmp_path / name}")
    assert "FILE.onnx.json" in told.value.hint


def test_a_broken_model_is_told(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    (tmp_path / "x.onnx").write_bytes(b"nothing")
    (tmp_path / "x.onnx.json").write_bytes(Path(f"{joe()}.json").read_bytes())
    with pytest.raises(VoiceError, match="is no Piper voice"):
        make(f"piper:{tmp_path / 'x.onnx'}").load()


def test_piper_without_a_file_says_what_it_needs() -> None:
    """As `massage-voice voices` shows it."""
    with pytest.raises(VoiceError, match="with a voice file of your own"):
        PiperVoice()


def test_another_file_has_another_fingerprint(tmp_path: Path) -> None:
    """Clips of one voice never answer for another, whatever its file is called."""
    model, described = joe().read_bytes(), Path(f"{joe()}.json").read_bytes()
    for folder, bytes_ in (("a", model), ("b", model), ("c", model + b" ")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "v.onnx").write_bytes(bytes_)
        (tmp_path / folder / "v.onnx.json").write_bytes(described)
    prints = [make(f"piper:{tmp_path / folder / 'v.onnx'}").fingerprint for folder in "abc"]
    assert prints[0] == prints[1] != prints[2]


def test_piper_says_the_same_twice() -> None:
    """Without the engine's random variation, so that a clip made again is the same."""
    voice = PiperVoice(str(joe()))
    one, other = (voice.synthesise("Rest both hands.", 0.7).samples for _ in range(2))
    assert np.array_equal(one, other)


@pytest.mark.skipif(sys.platform == "win32", reason="no long links there")
def test_espeak_finds_its_data_at_the_end_of_a_long_path() -> None:
    """A virtual environment deep in folders: the library cannot hold its path, so a short one leads there."""
    code = "from massage_voice.voices import espeak; espeak.LONGEST_PATH = 10; voice = espeak.EspeakVoice();"
    code += "take = voice.synthesise('Rest both hands.', 0.7); print(len(take.samples) / take.rate, take.samples.max())"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    seconds, peak = map(float, told.split())
    assert seconds > 0.5
    assert peak > 0.1
