"""Microphones for tests, with `tests.hearing.wire` in place of the process that hears."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from massage_voice import child
from massage_voice.sound.bells import bell
from tests.hearing.ears import TONES, Ear


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """Started, its process saying nothing yet."""
    made = Ear(tmp_path)
    started = child.started
    for tone in TONES:  # here, or two threads make one each
        bell(tone)

    def instead(_: str, *__: str, stderr: IO[bytes] | int) -> subprocess.Popen[bytes]:
        made.processes.append(started("tests.hearing.wire", str(tmp_path), stderr=stderr))
        return made.processes[-1]

    monkeypatch.setattr(child, "started", instead)
    made.microphone.start(made.tones.append)
    yield made
    made.microphone.close()


@pytest.fixture
def hearing(ear: Ear) -> Ear:
    """Which hears."""
    ear.say(listening="Table microphone")
    assert ear.microphone.wait(10)
    ear.notices.clear()
    return ear
