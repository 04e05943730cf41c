"""`doctor` as its user meets it: what is told, what is asked, and the exit code."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from massage_voice.checkup.finding import Check, Finding, Verdict
from massage_voice.commands.doctor import exit_code, what_first
from tests.commands.conftest import Run
from tests.live.processes import NO_DEVICE, lines_of, terminal
from tests.virtual_sound.device import VirtualSound

NAMES = [
    *("voice heart", "voice system", "sound out", "microphone", "keys", "keep awake"),
    *("disk records", "disk clips", "terminal", "machine"),
]


def no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)


def by_name(out: str) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in lines_of(out)[:-1]}


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_ready(run: Run) -> None:
    """With a voice and a device: one object a line, every check, the verdict last, nothing asked; exit code 0."""
    ran = run("doctor", "--json")
    lines = lines_of(ran.out)
    assert (ran.code, lines[-1]) == (0, {"ready": True, "first": ""}), ran.out
    assert [line["name"] for line in lines[:-1]] == NAMES
    assert all(list(line) == ["name", "verdict", "found", "remedy", "seconds"] for line in lines[:-1])
    assert by_name(ran.out)["voice heart"]["verdict"] == "ok"
    sound = by_name(ran.out)["sound out"]["found"]
    told = re.match(r"vs_out plays (\d+) frames a second.*the bell came out (\d+) ms after", sound)
    assert told is not None, sound
    assert int(told[1]) == pytest.approx(48_000, rel=0.1)
    assert 0 < int(told[2]) < 500
    assert "keys cannot be read" in by_name(ran.out)["keys"]["found"]
    assert ran.err == ""


def test_without_a_device(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4; the remedy stands below what failed, and again in the last line."""
    no_device(monkeypatch)
    ran = run("doctor")
    if ran.code == 0:
        pytest.skip("this machine has a sound card")
    assert ran.code == 4
    lines = ran.out.splitlines()
    (failing,) = [number for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert lines[failing].startswith("FAIL  sound out     no sound device")
    remedy = lines[failing + 1]
    assert remedy.startswith(" " * 20)
    assert lines[-1] == f"first: {remedy.strip()}"
    assert lines[0].startswith("ok    voice heart   ")


def test_a_home_that_cannot_be_written(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other checks go on, and the folder is named."""
    no_device(monkeypatch)
    (home / "data").write_text("not a folder")
    checks = by_name(run("doctor", "--json").out)
    assert list(checks) == NAMES
    assert checks["disk records"]["verdict"] == "failing"
    assert str(home / "data" / "sessions") in checks["disk records"]["found"]
    assert "MASSAGE_VOICE_HOME" in checks["disk records"]["remedy"]


@pytest.mark.sound
@pytest.mark.skipif(os.name == "nt", reason="pseudo terminals are POSIX")
def test_at_a_terminal(home: Path, virtual_sound: VirtualSound) -> None:
    """It asks whether the sound was heard, and for a key; unheard is exit code 4; the terminal is given back."""
    with terminal(home, "doctor", env=virtual_sound.env) as command:
        command.says("Did you hear")
        command.press("n")
        command.says("you hear nothing", limit_s=10)
        command.says("Press the space bar")
        command.pause(0.3)  # sooner it would be an elbow on two keys
        command.press(" ")
        command.says("Space came after")
        command.says("first: ")
        assert command.ended() == 4
        assert command.restored()
        assert "Traceback" not in command.said


def check(name: str, verdict: Verdict, remedy: str = "") -> Check:
    return Check(name, Finding(verdict, f"{name} was found so.", remedy), 0.0)


@pytest.mark.parametrize(
    ("failing", "code", "first"),
    [
        ((), 0, ""),
        (("sound out",), 4, "mend sound out"),
        (("voice heart", "voice system"), 4, "mend voice heart"),
        (("heard", "disk records"), 4, "mend heard"),
        (("disk records",), 5, "mend disk records"),
        (("machine",), 5, "machine was found so."),
    ],
)
def test_what_comes_first(failing: tuple[str, ...], code: int, first: str) -> None:
    """The first failing check decides; without a remedy its sentence does. Warnings do not count."""
    checks = [
        check(
            name, Verdict.FAILING if name in failing else Verdict.WARNING, "" if name == "machine" else f"mend {name}"
        )
        for name in [*NAMES[:3], "heard", *NAMES[3:]]
    ]
    assert (exit_code(checks), what_first(checks)) == (code, first)


def test_help_tells_the_exit_codes(run: Run) -> None:
    """0, 4 and 5, in words."""
    told = " ".join(run("doctor", "--help").out.split())
    assert "exit code 0, also with warnings" in told
    assert json.dumps(4) in told
