"""The example programs run, as somebody who reads them would run them."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def output_of(home: Path, program: str, *arguments: str) -> str:
    """What an example prints; it must end well and complain of nothing."""
    command = [sys.executable, str(EXAMPLES / program), *arguments]
    env = {**os.environ, "MASSAGE_VOICE_HOME": str(home)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_print_plan_prints_every_caution(tmp_path: Path) -> None:
    """It opens with the warning signs and closes with rising."""
    lines = output_of(tmp_path, "print_plan.py", "back").splitlines()
    assert lines[0].endswith("Sharp pain, tingling, numbness or dizziness means stop at once.")
    assert "sit up slowly" in lines[-2]
    assert lines[-1].endswith("the end")


def test_render_step_writes_a_step(tmp_path: Path) -> None:
    """A file of about the step's length, with no voice needed."""
    path = tmp_path / "step.wav"
    output_of(tmp_path, "render_step.py", "neck", "2", str(path), "none")
    with wave.open(str(path)) as file:
        assert 60 < file.getnframes() / file.getframerate() < 240


def test_take_one_out_is_noticed(tmp_path: Path) -> None:
    """The audit misses every caution of the back."""
    first, *others = output_of(tmp_path, "take_one_out.py", "back").splitlines()
    assert first == "as it is: nothing is wrong"
    assert len(others) > 20
    assert [line for line in others if line.endswith("not missed")] == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_example_is_short(path: Path) -> None:
    """A whole program on one screen."""
    assert len(path.read_text("utf-8").splitlines()) < 40
