"""Config files that are broken, hostile or not ours: one clear error with its place, nothing executed, nothing lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Run

LAUGHS = "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))
WRONG = {
    "a bomb": (LAUGHS, ":1:5: file: expected no anchors or aliases"),
    "a bomb in a value": ("pace: &a [x, x]\nvoice: [*a, *a]\n", ":1:7: file: expected no anchors"),
    "a list for a word": ("voice: [heart]\n", ":1:8: expected lines such as `wpm: 120`, found a list"),
    "a mapping for a word": ("wpm: 120\nvoice: {a: b}\n", ":2:8: expected lines such as `wpm: 120`, found a mapping"),
    "a list for a key": ("? [a]\n: b\n", ":1:3: expected lines such as `wpm: 120`, found a list"),
    "a list": ("- a\n", ":1:1: expected lines such as `wpm: 120`, found a list"),
    "a word": ("pace\n", ":1:1: expected lines such as `wpm: 120`, found 'pace'"),
    "a tag": ("voice: !!python/object/apply:os.mkdir [x]\n", ":1:8: expected lines such as `wpm: 120`, found the tag"),
    "a binary value": ("voice: !!binary aGVhcnQ=\n", ":1:8: expected lines such as `wpm: 120`, found the tag"),
    "merged keys": ("<<: {pace: slow}\n", ":1:5: expected lines such as `wpm: 120`, found a mapping"),
    "the same twice": ("pace: slow\nwpm: 120\npace: brisk\n", ":3:1: 'pace' is set twice"),
    "an unknown setting": ("wpm: 120\npase: slow\n", ":2:1: there is no setting 'pase'"),
    "a setting that steers": ('"\\e[31m": 1\n', r":1:1: there is no setting '\x1b[31m'"),
    "a number that is none": ("wpm: many\n", ":1:1: wpm: 'many' is not a valid integer"),
    "a number out of range": ("\nwpm: 9000\n", ":2:1: wpm: 9000 is not in the range"),
    "a number without end": (f"wpm: {'9' * 5000}\n", ":1:1: wpm: "),
    "a date": ("pace: 2001-99-99\n", ":1:1: pace: '2001-99-99' is not slow"),
    "a value that steers": ('partner: "\\e]0;x\\a"\n', r":1:1: partner: '\x1b]0;x\x07' is not a word"),
    "not a boolean": ("bells: perhaps\n", ":1:1: bells: 'perhaps' is not a valid boolean"),
    "a tab": ("pace:\n\t- slow\n", ":2:1: file: expected readable YAML, found a tab"),
    "brackets": ("[" * 5000, "at most 20 levels"),
    "two documents": ("pace: slow\n---\npace: brisk\n", "a second document"),
    "a zero byte": ("pace: slow\0\n", ":1:11: file: expected a text file, found a zero byte"),
    "too large": ("#" * 70_000, "is too large for a config file"),
}


@pytest.fixture
def config(home: Path) -> Path:
    """Where the config file is looked for."""
    (home / "config").mkdir()
    return home / "config" / "config.yaml"


def refused(run: Run, message: str) -> str:
    """The one error that `list` ends with."""
    ran = run("list")
    assert (ran.code, message in ran.err) == (2, True), ran.err[:500]
    assert len(ran.err.splitlines()) <= 2
    assert all(line.isprintable() for line in ran.err.splitlines())
    return ran.err


@pytest.mark.parametrize("what", WRONG)
def test_a_config_file_nobody_meant(run: Run, config: Path, what: str) -> None:
    """One error with file, line and column; the file stays as it is."""
    text, message = WRONG[what]
    config.write_text(text, "utf-8")
    assert "config.yaml" in refused(run, message)
    assert config.read_text("utf-8") == text
    assert not Path("x").exists()


def test_bytes_that_are_no_text(run: Run, config: Path) -> None:
    """Another encoding is named with its place."""
    config.write_bytes("pace: slow\n".encode("utf-16"))
    refused(run, ":1:1: file: expected UTF-8 text")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (os.mkfifo, "is not a file"),
        (lambda path: path.mkdir(), "is not a file"),
        (lambda path: path.symlink_to(path), "cannot read"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a file"),
    ],
    ids=["a pipe", "a folder", "a link in a circle", "a device without end"],
)
def test_what_is_no_file(run: Run, config: Path, make: Callable[[Path], object], message: str) -> None:
    """Nothing is waited for and nothing without end is read."""
    make(config)
    refused(run, message)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "pace:\n", "\ufeffpace: slow\n", "voice: ~\n"])
def test_a_file_that_sets_little_is_fine(run: Run, config: Path, text: str) -> None:
    """Empty, comments alone, a key without a value, a byte order mark."""
    config.write_text(text, "utf-8")
    assert run("list").code == 0


def test_values_mean_what_one_would_type(run: Run, config: Path) -> None:
    """`no` shuts the bells off, `12:30` is a length, `1:40` is no number."""
    config.write_text("bells: no\nlength: 12:30\nvoice: none\nfirst: true\n", "utf-8")
    ran = run("plan", "neck", "--json")
    assert ran.code == 0, ran.err
    assert '"length": 750.0' in ran.out
    assert '"kind": "bell"' not in ran.out


@pytest.mark.parametrize("where", ["a file", "with\nnewline\x1b[31m", "relative"])
def test_an_odd_home(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """A file in the place of the home is told; any other folder is one, and nothing is made by looking."""
    monkeypatch.chdir(tmp_path)
    if where == "a file":
        Path(where).write_text("mine")
    monkeypatch.setenv("MASSAGE_VOICE_HOME", where)
    ran = run("list")
    assert ran.code == (2 if where == "a file" else 0)
    assert all(line.isprintable() for line in ran.err.splitlines())
    assert Path(where).exists() == (where == "a file")
