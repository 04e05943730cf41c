"""The developers' scripts, in a small project of their own that installs without a network."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "massage-voice"
version = "1"

[dependency-groups]
test = []
"""

_BACKEND = '''
"""Builds the smallest wheel there is, and counts how often."""
import pathlib, zipfile

def build_editable(folder, settings=None, metadata=None):
    with open("installs", "a") as log: log.write("x")
    info, name = "massage_voice-1.dist-info", "massage_voice-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("massage_voice_here.pth", str(pathlib.Path.cwd()))
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: massage-voice\\nVersion: 1\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/entry_points.txt", "[console_scripts]\\nmassage-voice = program:main\\n")
        wheel.writestr(info + "/RECORD", "")
    return name
'''

_PROGRAM = """
import signal, sys
def main():
    print(sys.argv[1:], flush=True)
    if sys.argv[-1] == "wait": signal.pause()
    sys.exit(7)
"""


def make_tree(folder: Path) -> Path:
    """A repository with our scripts and a project that only prints its arguments."""
    shutil.copytree(SCRIPTS, folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    files = {"pyproject.toml": _PROJECT, "backend.py": _BACKEND, "program.py": _PROGRAM}
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Without the network, and without what pytest and its coverage set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}
    return {**kept, "PIP_NO_INDEX": "1", "PYTHONDONTWRITEBYTECODE": "1", **extra}


def run(tree: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """`scripts/run.py` with these arguments, and `extra` in its environment."""
    command = [sys.executable, str(tree / "scripts" / "run.py"), *arguments]
    env = environment(extra)
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def installs(tree: Path) -> int:
    """How often the project has been installed."""
    return len((tree / "installs").read_text()) if (tree / "installs").exists() else 0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree after its first run."""
    tree = make_tree(tmp_path_factory.mktemp("tree"))
    first = run(tree, "neck", "--pace", "slow")
    assert first.stderr == "Setting up .venv, once: this takes a minute or two.\n"
    assert (first.stdout, first.returncode) == ("['run', 'neck', '--pace', 'slow']\n", 7)
    return tree


def test_the_second_run_installs_nothing(installed: Path) -> None:
    """It starts at once, says nothing of its own, and hands on arguments and exit code."""
    before = installs(installed)
    began = time.monotonic()
    second = run(installed, "a b", "")
    assert time.monotonic() - began < 5
    assert (second.stdout, second.stderr, second.returncode) == ("['run', 'a b', '']\n", "", 7)
    assert installs(installed) == before


def test_another_pyproject_is_installed_again(installed: Path) -> None:
    """A changed dependency reaches the environment with the next run."""
    before = installs(installed)
    with (installed / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "Setting up" in run(installed).stderr
    assert run(installed).stderr == ""
    assert installs(installed) == before + 1


def test_an_interrupted_install_starts_anew(installed: Path) -> None:
    """What was left half-made does not look ready, and none of it is kept."""
    (installed / ".venv" / "massage-voice.stamp").unlink()
    (installed / ".venv" / "massage-voice.building").touch()
    (installed / ".venv" / "rubbish").touch()
    assert "Setting up" in run(installed).stderr
    assert not (installed / ".venv" / "rubbish").exists()
    assert not (installed / ".venv" / "massage-voice.building").exists()


def test_a_failing_install_shows_what_pip_said(tmp_path: Path) -> None:
    """Code 2, pip's words, one line of ours at the end, and nothing that looks ready."""
    tree = make_tree(tmp_path)
    (tree / "backend.py").write_text("raise RuntimeError('no backend today')")
    failed = run(tree)
    assert failed.returncode == 2
    assert "no backend today" in failed.stderr
    assert failed.stderr.splitlines()[-1] == "pip could not install massage-voice; see above"
    assert not (tree / ".venv" / "massage-voice.stamp").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_signals_reach_the_program(installed: Path) -> None:
    """It has become the program: a SIGTERM ends it as it would have ended the program."""
    command = [sys.executable, str(installed / "scripts" / "run.py"), "wait"]
    with subprocess.Popen(command, env=environment({}), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"['run', 'wait']\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == -signal.SIGTERM


def test_an_old_python_says_what_to_install(tmp_path: Path) -> None:
    """One line, code 2, nothing made."""
    tree = make_tree(tmp_path)
    (tmp_path / "old").mkdir()
    old = "import sys; sys.version_info = (3, 8, 1, 'final', 0)"
    (tmp_path / "old" / "sitecustomize.py").write_text(old)
    refused = run(tree, PYTHONPATH=str(tmp_path / "old"))
    assert refused.returncode == 2
    assert refused.stderr.startswith("massage-voice needs Python 3.11 or newer, this is 3.8: ")
    assert refused.stderr.count("\n") == 1
    assert not (tree / ".venv").exists()


def test_a_missing_venv_says_what_to_install(tmp_path: Path) -> None:
    """Debian's python3 comes without ensurepip: one line names the package, and nothing is made."""
    tree = make_tree(tmp_path)
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "ensurepip.py").write_text("raise ImportError")
    refused = run(tree, PYTHONPATH=str(tmp_path / "bare"))
    assert refused.returncode == 2
    assert refused.stderr == "Python cannot make environments here: apt install python3-venv\n"
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize("script", ["_environment.py", "run.py", "test.py"])
def test_python_3_6_can_read_what_it_may_be_asked_to_run(script: str) -> None:
    """Or it could not say that it is too old."""
    ast.parse((SCRIPTS / script).read_text(encoding="utf-8"), feature_version=(3, 6))
