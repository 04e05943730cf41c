"""A command as its user meets it, inside this process: exit code, stdout, stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from massage_voice.cli import main
from tests.live.support import home_in


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own, with the clips that all tests share; nothing of the user's settings."""
    for name in [name for name in os.environ if name.startswith("MASSAGE_VOICE_")]:
        monkeypatch.delenv(name)
    made = home_in(tmp_path)
    monkeypatch.setenv("MASSAGE_VOICE_HOME", str(made))
    return made


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001
    """`run("plan", "neck")` as `massage-voice plan neck`."""

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["massage-voice", *arguments])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Ran(code, told.out, told.err)

    return ran
