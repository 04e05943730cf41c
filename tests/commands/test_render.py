"""`render` as its user meets it: names of files, companions, parts of a session, folders, and runs that break."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import massage_voice
from massage_voice.commands import asked, folder
from massage_voice.recording.companions import COMPANIONS
from massage_voice.recording.formats import FORMATS
from massage_voice.timeline import wording
from tests.commands.conftest import Run
from tests.live.processes import COMMAND, environment, short_routine, terminal
from tests.recording.reading import ffprobe
from tests.support.absent import absent

ROUTINES = Path(massage_voice.__file__).parent / "data" / "routines"
SILENT = ("--voice", "none")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def folder_of(tmp_path: Path, *more: str) -> Path:
    """Two good routines, and `more` that are not."""
    folder = tmp_path / "routines"
    folder.mkdir()
    for name in ("neck", "back"):
        shutil.copy(ROUTINES / f"{name}.yaml", folder)
    for name in more:
        (folder / name).write_text("title: [")
    return folder


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".opus", ".m4b", ".MP3"])
def test_the_suffix_chooses_the_format(run: Run, tmp_path: Path, suffix: str) -> None:
    """One chapter a step, and one for what comes before and after; captions beside it, and nothing else."""
    if shutil.which("ffmpeg") is None:
        absent("ffmpeg writes .m4b and reads the others: apt install ffmpeg")
    out = tmp_path / "out"
    out.mkdir()
    ran = run("render", "neck", "-o", str(out / f"neck{suffix}"), "--only", "settle", *SILENT)
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert names(out) == sorted([f"neck{suffix}", "neck.vtt"])
    read = ffprobe(out / f"neck{suffix}")
    if suffix != ".wav":
        titles = [chapter.title for chapter in read.chapters]
        assert titles == ["Before you begin", "Preparation", "Settle", "Closing"]
        assert read.tags["title"] == "Neck: settle"


def test_what_is_asked_for_lies_beside(run: Run, tmp_path: Path) -> None:
    """Captions always, the others by name or all of them."""
    out = tmp_path / "out"
    out.mkdir()
    one = ("render", "neck", "--only", "settle", *SILENT)
    assert run(*one, "-o", str(out / "a.flac"), "--with", "srt", "--with", "chapters").code == 0
    assert names(out) == ["a.chapters.json", "a.flac", "a.srt", "a.vtt"]
    assert run(*one, "-o", str(out / "b.flac"), "--with", "all").code == 0
    assert names(out)[4:] == ["b.chapters.json", "b.flac", "b.srt", "b.txt", "b.vtt"]
    told = json.loads((out / "a.chapters.json").read_text("utf-8"))
    assert [chapter["title"] for chapter in told["chapters"]][2:] == ["Settle", "Closing"]


def test_the_words_alone_say_what_they_are(run: Run, tmp_path: Path) -> None:
    """First of all, in the title, and in the comment; the questions are there all the same."""
    path = tmp_path / "a.flac"
    assert run("render", "neck", "-o", str(path), "--gap", "none", "--with", "transcript", *SILENT).code == 0
    text = (tmp_path / "a.txt").read_text("utf-8")
    spoken = [line for line in text.splitlines() if line.startswith("[")]
    assert spoken[0].endswith(wording.LEARNING)
    assert "Do not start." in text
    read = ffprobe(path)
    assert read.tags["title"] == "Neck (words only)"
    assert read.tags["comment"] == wording.LEARNING
    assert read.seconds < 900


def test_words_for_learning_are_short_and_say_first_what_to_do() -> None:
    """As cautions are written: at most 18 words."""
    assert len(wording.LEARNING.split()) <= 18
    assert wording.LEARNING.startswith("For learning")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("neck", "-o", "{}/a.wav", "--only", "nose"), "there is no step 'nose'"),
        (("neck", "-o", "{}/a.wav", "--format", "mp3"), "is not the name of a .mp3 file"),
        (("neck", "back", "-o", "{}/a.wav"), "several routines into one file"),
        (("neck", "neck", "-o", "{}/out"), "two routines would be written to neck.mp3"),
        (("neck", "back", "-o", "{}/out", "--ledger", "{}/l"), "one routine at a time"),
        (("neck", "-o", "{}/a.wav", "--ledger", "{}/a.vtt"), "the ledger cannot have the name"),
        (("neck", "-o", "{}/a.wav", "--with", "srt", "--ledger", "{}/a.srt"), "the ledger cannot have the name"),
        (("{}", "-o", "{}/out"), "there is no routine in"),
        (("neck", "--front", "--only", "front-circles", "-o", "{}/a.wav"), "cannot begin or end with front-circles"),
    ],
)
def test_what_cannot_be_meant(run: Run, home: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Wrong usage, said in a line, before anything is written."""
    del home
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = run("render", *(word.format(empty) for word in arguments), *SILENT)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert names(empty) == []


def test_an_audio_book_without_ffmpeg_is_refused_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a voice is prepared."""
    monkeypatch.setenv("PATH", "")
    ran = run("render", "neck", "-o", str(tmp_path / "a.m4b"), *SILENT)
    assert (ran.code, "ffmpeg is not installed" in ran.err) == (2, True)


def test_one_file_into_a_folder(run: Run, tmp_path: Path) -> None:
    """With --format the name may be left to the program."""
    ran = run("render", "neck", "-o", str(tmp_path), "--format", "flac", "--only", "1", *SILENT)
    assert ran.code == 0, ran.err
    assert {"neck.flac", "neck.vtt"} <= set(names(tmp_path))


def test_a_folder_of_routines_with_a_broken_one(run: Run, tmp_path: Path) -> None:
    """The others are written, the folder is made, the broken one is told at the end, and the worst decides the code."""
    folder, out = folder_of(tmp_path, "broken.yaml", ".hidden.yaml", "notes.txt"), tmp_path / "out"
    ran = run("render", str(folder), "-o", str(out), "--format", "flac", "--only", "1", *SILENT)
    assert ran.code == 3, ran.err
    assert names(out) == ["back.flac", "back.vtt", "neck.flac", "neck.vtt"]
    assert "broken.yaml: not written" in ran.err
    assert ran.err.rstrip().endswith(f"2 of 3 written to {out}")
    assert ffprobe(out / "back.flac").tags["title"].startswith("Back")


def test_several_routines_by_name(run: Run, tmp_path: Path) -> None:
    """As mp3 unless something else is asked for; the same bytes as one alone, but for what encoders add."""
    out = tmp_path / "out"
    ran = run("render", "neck", "back", "-o", str(out), "--only", "1", *SILENT)
    assert ran.code == 0, ran.err
    assert names(out) == ["back.mp3", "back.vtt", "neck.mp3", "neck.vtt"]
    assert run("render", "neck", "-o", str(tmp_path / "neck.mp3"), "--only", "1", *SILENT).code == 0
    assert (tmp_path / "neck.mp3").read_bytes() == (out / "neck.mp3").read_bytes()


def test_one_that_cannot_be_written_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    """A folder stands where the file should: told by name, exit code 5."""
    out = tmp_path / "out"
    (out / "neck.flac").mkdir(parents=True)
    ran = run("render", "neck", "back", "-o", str(out), "--format", "flac", "--only", "1", *SILENT)
    assert (ran.code, "it is a folder" in ran.err) == (5, True)
    assert names(out) == ["back.flac", "back.vtt", "neck.flac"]


def test_a_process_that_dies_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each routine that it had is named, and nothing waits for it."""
    monkeypatch.setattr(folder, "WORKER", "massage_voice.no_such_module")
    ran = run("render", "neck", "back", "-o", str(tmp_path / "out"), *SILENT)
    assert ran.code == 5
    assert ran.err.count("the process that wrote it has ended") == 2
    assert "0 of 2 written" in ran.err


def test_what_can_be_chosen_is_what_there_is() -> None:
    """The command line lists the formats and companions without importing them."""
    assert [f".{name}" for name in asked.FORMATS] == list(FORMATS)
    assert [*asked.BESIDE, "vtt"] == [*(name for name in COMPANIONS if name != "vtt"), "all", "vtt"]


@pytest.mark.real_time
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "routines"),
    [
        *((number, ("neck",)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)),
        (signal.SIGINT, ("neck", "back")),
    ],
)
def test_a_run_that_is_ended_leaves_nothing(
    home: Path, tmp_path: Path, number: signal.Signals, routines: tuple[str, ...]
) -> None:
    """In the middle of writing: exit code 130, no half file, no captions without their sound."""
    out = tmp_path / "out"
    out.mkdir()
    target = str(out / "neck.opus") if len(routines) == 1 else str(out)
    command = [COMMAND, "render", *routines, "-o", target, *SILENT]
    more = [] if len(routines) == 1 else ["--format", "opus"]
    process = subprocess.Popen(
        [*command, *more], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 60
    while not any(path.stat().st_size > 10_000 for path in out.glob(".*.part")):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(number)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert error.strip() == ""
    assert names(out) == []


@pytest.mark.real_time
@pytest.mark.skipif(os.name == "nt", reason="pseudo terminals are POSIX")
def test_progress_tells_the_time_left(home: Path, tmp_path: Path) -> None:
    """At a terminal: a share, and how long it still takes."""
    with terminal(home, "render", "neck", "-o", str(tmp_path / "a.opus"), *SILENT) as command:
        command.says("Writing a.opus: ")
        command.says(" %, ")
        command.says(" s left")
        assert command.ended() == 0


def test_a_routine_of_ones_own_stands_before_a_folder(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder called like a routine does not hide it."""
    short_routine(home)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short").mkdir()
    ran = run("render", "short", "-o", "a.flac", "--only", "1", *SILENT)
    assert ran.code == 0, ran.err
