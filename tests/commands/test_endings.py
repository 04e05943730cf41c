"""Ends that are not chosen: full disks, closed pipes, no sound device."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.live.processes import COMMAND, NO_DEVICE, environment, terminal

pytestmark = pytest.mark.real_time

ONE_MEGABYTE = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20}, {1 << 20})); \
os.execv(sys.argv[1], sys.argv[1:])"


def test_render_writes_a_whole_file_and_its_captions(run: Run, tmp_path: Path) -> None:
    """As long as it says; nothing else is left beside them."""
    out = tmp_path / "out"
    out.mkdir()
    ran = run("render", "neck", "-o", str(out / "neck.wav"), "--voice", "none")
    assert (ran.code, ran.out) == (0, "")
    with wave.open(str(out / "neck.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() > 900 * 48_000
    assert sorted(path.name for path in out.iterdir()) == ["neck.vtt", "neck.wav"]
    assert (out / "neck.vtt").read_text("utf-8").startswith("WEBVTT")


@pytest.mark.parametrize("name", ["a.ogg", "a", "a.wav.txt"])
def test_render_to_another_kind_of_file(run: Run, tmp_path: Path, name: str) -> None:
    """Said before anything is made."""
    ran = run("render", "neck", "-o", str(tmp_path / name), "--voice", "none")
    assert (ran.code, ".wav" in ran.err) == (2, True)
    assert not (tmp_path / name).exists()


def test_render_into_a_folder_that_is_missing(run: Run, tmp_path: Path) -> None:
    """The folder is not made; the message says to make it."""
    ran = run("render", "neck", "-o", str(tmp_path / "gone" / "a.wav"), "--voice", "none")
    assert ran.code == 5
    assert "Make the folder first" in ran.err
    assert not (tmp_path / "gone").exists()


def test_render_over_a_folder(run: Run, tmp_path: Path) -> None:
    """It stays a folder."""
    (tmp_path / "a.wav").mkdir()
    ran = run("render", "neck", "-o", str(tmp_path / "a.wav"), "--voice", "none")
    assert (ran.code, "it is a folder" in ran.err) == (5, True)


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are POSIX")
def test_render_onto_a_full_disk(home: Path, tmp_path: Path) -> None:
    """No half file under the final name, nothing left over, what stood there before still there."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.wav").write_text("before")
    arguments = ["render", "neck", "-o", str(out / "a.wav"), "--voice", "none"]
    command = [sys.executable, "-c", ONE_MEGABYTE, COMMAND, *arguments]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 5, done.stderr
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in out.iterdir()] == ["a.wav"]
    assert (out / "a.wav").read_text() == "before"


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [("list",), ("plan", "neck", "--json", "--voice", "none"), ("--help",)])
def test_a_reader_that_has_left(home: Path, arguments: tuple[str, ...]) -> None:
    """`| head`: no traceback, no complaint."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [COMMAND, *arguments]
    done = subprocess.run(
        command, env=environment(home), stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, check=False,
        timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode in {1, 5}  # 1 is click's own


def test_require_sound_without_a_device(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, what to plug in, and nothing is said or shown as if it guided."""
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    ran = run("run", "neck", "--screened", "--require-sound")
    if ran.code == 0:
        pytest.skip("this machine has a sound card")
    assert ran.code == 4
    assert "no sound device" in ran.err
    assert ran.out == ""


@pytest.mark.skipif(os.name == "nt", reason="pseudo terminals are POSIX")
@pytest.mark.parametrize(("key", "code"), [("q", 5), ("\x03", 130)])
def test_waiting_for_a_device_can_be_left(home: Path, key: str, code: int) -> None:
    """At a terminal without a device: it says so and waits; q or Ctrl-C leave, and the terminal is given back."""
    with terminal(home, "run", "neck", "--screened", env=NO_DEVICE) as command:
        command.says("Waiting for a sound device")
        command.pause(0.2)
        command.press(key)
        assert command.ended() == code
        assert command.restored()
        assert "Traceback" not in command.said
