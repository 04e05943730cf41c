"""`show` as its user meets it: in the terminal, in sentences, and as a page."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import pytest
from mutagen.mp3 import MP3

from tests.commands.conftest import Run


def test_the_picture_has_steps_a_map_and_cautions(run: Run) -> None:
    """In a pipe as in a terminal of eighty columns."""
    ran = run("show", "neck")
    assert ran.code == 0
    for part in (
        "Neck · seated",
        " 2 back strokes",
        "keep off",
        "neck back",
        "!! 1-9: Sharp pain",
        "before: Skip broken",
    ):
        assert part in ran.out


@pytest.mark.parametrize("way", ["--plain", "TERM"])
def test_in_sentences(run: Run, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """When it is asked for, and in a terminal that can do nothing else."""
    if way == "TERM":
        monkeypatch.setenv("TERM", "dumb")
    ran = run("show", "neck", *(["--plain"] if way == "--plain" else []))
    assert ran.code == 0
    assert ran.out.startswith("Neck, seated, ")
    assert "Step 2, back strokes: explained from 00:45" in ran.out


def test_a_page_is_written_and_its_size_said(run: Run, tmp_path: Path) -> None:
    """Whole, beside nothing else; nothing on stdout."""
    path = tmp_path / "neck.html"
    ran = run("show", "neck", "--html", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(path))}: \d+ kB\n", ran.err)
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["neck.html"]
    assert path.stat().st_size < 200_000


def test_a_page_with_the_sound_holds_an_mp3(run: Run, tmp_path: Path) -> None:
    """The session from the preparation on, the questions apart; the size is said."""
    path = tmp_path / "quick.html"
    ran = run("show", "quick-neck", "--html", str(path), "--with-sound", "--voice", "none")
    assert ran.code == 0, ran.err
    assert re.search(r"quick\.html: \d+\.\d MB", ran.err)
    text = path.read_text("utf-8")
    sounds = re.findall(r'id="(questions-sound|sound)">([^<]*)<', text)
    assert [name for name, _ in sounds] == ["questions-sound", "sound"]
    questions, session = (MP3(io.BytesIO(base64.b64decode(sound))).info for _, sound in sounds)
    (program,) = (json.loads(data) for data in re.findall(r'id="program">([^<]*)<', text))
    assert (round(session.bitrate, -3), "CBR" in str(session.bitrate_mode)) == (48_000, True)
    assert session.length == pytest.approx(program["length"], abs=0.01)
    assert questions.length == pytest.approx(program["reading"][-1][1], abs=2)
    assert not any("chest pain, trouble" in cue[2] for cue in program["cues"])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--with-sound"], 2, "--with-sound is for a page"),
        (["--html", "nowhere/page.html"], 5, "cannot write nowhere/page.html: No such file or directory"),
        (["--html", "nowhere/page.html", "--with-sound"], 5, "cannot write nowhere/page.html"),
        (["--html", "."], 5, "cannot write .: it is a folder"),
        (["--html", f"{'x' * 300}.html"], 5, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_said_once_and_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    """One message, the right exit code, and nothing is left behind."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    ran = run("show", "neck", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert list(work.iterdir()) == []


def test_what_stood_there_stays_when_the_routine_is_broken(run: Run, tmp_path: Path) -> None:
    """The page of yesterday is not lost to a slip of the finger."""
    page, routine = tmp_path / "page.html", tmp_path / "broken.yaml"
    page.write_text("yesterday", "utf-8")
    routine.write_text("title: [", "utf-8")
    assert run("show", str(routine), "--html", str(page)).code == 3
    assert page.read_text("utf-8") == "yesterday"
