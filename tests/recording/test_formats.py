"""Every format: the sound to the sample or close to it, chapters, tags and picture, and no half file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from massage_voice.clip import RATE
from massage_voice.errors import OutputError, UsageError
from massage_voice.recording.formats import FORMATS
from massage_voice.recording.lame import info_frame
from massage_voice.recording.model import About, Mark, one_line
from massage_voice.recording.mp3 import write_mp3
from tests.live.listening import find
from tests.recording.reading import ABOUT, Breaking, bells, decoded, ffprobe, picture
from tests.support.absent import absent
from tests.support.full_disk import at_most

SUFFIXES = sorted(FORMATS)
CHAPTERED = [suffix for suffix in SUFFIXES if suffix != ".wav"]
EXACT = {".wav", ".flac"}


@pytest.fixture(autouse=True)
def _ffmpeg() -> None:
    if shutil.which("ffmpeg") is None:
        absent("ffmpeg reads recordings, and writes .m4b: apt install ffmpeg")


def written(folder: Path, suffix: str, about: About = ABOUT) -> Path:
    path = folder / f"a{suffix}"
    FORMATS[suffix].write(path, bells(), about, None)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_sound_lies_where_it_should(tmp_path: Path, suffix: str) -> None:
    """Decoded by another program it is as long, and not a sample early or late; without loss where that is promised."""
    sound = bells(3 * RATE + 777)
    path = tmp_path / f"a{suffix}"
    FORMATS[suffix].write(path, sound, ABOUT, None)
    heard, meant = decoded(path), sound.fill(0, sound.length)
    if suffix in EXACT:
        assert np.array_equal(heard, meant)
    assert abs(len(heard) - sound.length) <= RATE // 20
    assert abs(find(heard, meant[RATE // 2 : 2 * RATE]).frame - RATE // 2) <= RATE // 1000


@pytest.mark.parametrize("suffix", CHAPTERED)
def test_another_reader_finds_chapters_title_and_picture(tmp_path: Path, suffix: str) -> None:
    """It is ffprobe: it reads every chapter to the millisecond; ffmpeg takes the picture out, byte for byte."""
    path = written(tmp_path, suffix)
    read = ffprobe(path)
    assert [chapter.title for chapter in read.chapters] == [mark.title for mark in ABOUT.marks]
    for chapter, mark in zip(read.chapters, ABOUT.marks, strict=True):
        assert chapter.start_s == pytest.approx(mark.start / RATE, abs=0.0011)
        assert chapter.end_s == pytest.approx(mark.end / RATE, abs=0.05)
    assert (read.tags["title"], read.tags["artist"], read.tags["album"]) == (
        ABOUT.title, "massage-voice", "Guided massage",
    )  # fmt: skip
    assert read.tags["comment"] == ABOUT.comment
    assert read.tags["language"] in {"en", "eng"}
    assert read.pictures == 1
    assert picture(path) == ABOUT.cover


def test_mutagen_reads_the_mp3s_tag(tmp_path: Path) -> None:
    """A table of contents that lists every chapter in order, and the frames that players show."""
    tag = ID3(written(tmp_path, ".mp3"), translate=False)
    assert tag.version == (2, 3, 0)
    (contents,) = tag.getall("CTOC")
    assert (contents.element_id, contents.child_element_ids) == ("toc", ["chp0", "chp1", "chp2"])
    times = [(c.start_time, c.end_time, c.sub_frames["TIT2"].text[0]) for c in tag.getall("CHAP")]
    assert times == [(mark.start_ms, mark.end_ms, mark.title) for mark in ABOUT.marks]
    assert [tag[name].text[0] for name in ("TIT2", "TLAN", "TCON", "TLEN")] == [ABOUT.title, "eng", "Speech", "3000"]
    assert (tag["APIC:"].mime, tag["APIC:"].type, tag["APIC:"].data) == ("image/png", 3, ABOUT.cover)


def test_an_mp3_spends_the_same_on_every_second(tmp_path: Path) -> None:
    """So that a player that counts bytes finds a chapter where it is; and the head tells the true length."""
    info = MP3(written(tmp_path, ".mp3")).info
    assert (info.bitrate, info.sample_rate, info.channels) == (64_000, RATE, 1)
    assert "CBR" in str(info.bitrate_mode)
    assert info.length == pytest.approx(3.0, abs=0.001)


@pytest.mark.parametrize("kbits", [48, 64])
def test_a_page_takes_fewer_bits_where_there_is_lame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kbits: int
) -> None:
    """With the same care: as long, to the sample, as what went in, and every sound where it was."""
    if kbits == 64:
        monkeypatch.setitem(sys.modules, "lameenc", None)
    path, sound = tmp_path / "a.mp3", bells(3 * RATE + 777)
    write_mp3(path, sound, ABOUT, kbits=48)
    info = MP3(path).info
    assert (round(info.bitrate, -3), info.sample_rate, "CBR" in str(info.bitrate_mode)) == (1000 * kbits, RATE, True)
    heard, meant = decoded(path), sound.fill(0, sound.length)
    assert len(heard) == sound.length
    assert abs(find(heard, meant[RATE // 2 : 2 * RATE]).frame - RATE // 2) <= RATE // 1000


def test_where_nobody_built_lame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Soundfile writes the same: chapters, length and times."""
    monkeypatch.setitem(sys.modules, "lameenc", None)
    sound = bells(3 * RATE + 777)
    path = tmp_path / "a.mp3"
    FORMATS[".mp3"].write(path, sound, ABOUT, None)
    heard, meant = decoded(path), sound.fill(0, sound.length)
    assert len(heard) == sound.length
    assert abs(find(heard, meant[RATE // 2 : 2 * RATE]).frame - RATE // 2) <= RATE // 1000
    info = MP3(path).info
    assert (info.bitrate, "CBR" in str(info.bitrate_mode)) == (64_000, True)
    assert [chapter.title for chapter in ffprobe(path).chapters] == [mark.title for mark in ABOUT.marks]


def test_the_head_of_an_mp3_counts_whole_frames() -> None:
    """Anything else would be a lie about the length."""
    assert len(info_frame(48_000, 44 * 192)) == 192
    for coded in (44 * 192 + 1, 10 * 192, 60 * 192):
        with pytest.raises(ValueError, match="bytes of MP3"):
            info_frame(48_000, coded)


def test_mutagen_reads_comments_of_flac_and_opus(tmp_path: Path) -> None:
    """The names that players look for, and a picture with its true size."""
    flac = FLAC(written(tmp_path, ".flac"))
    opus = OggOpus(written(tmp_path, ".opus"))
    for tags in (flac, opus):
        assert (tags["title"], tags["artist"], tags["language"]) == ([ABOUT.title], ["massage-voice"], ["en"])
        assert (tags["chapter001"], tags["chapter001name"]) == (["00:00:01.000"], [ABOUT.marks[1].title])
    assert [(p.width, p.height, p.data) for p in flac.pictures] == [(640, 640, ABOUT.cover)]
    assert "metadata_block_picture" in opus
    assert flac.info.total_samples == 3 * RATE


def test_mutagen_reads_an_audio_book(tmp_path: Path) -> None:
    """Apple's players are told that it is one."""
    book = MP4(written(tmp_path, ".m4b"))
    assert book["stik"] == [2]
    assert [chapter.title for chapter in book.chapters] == [mark.title for mark in ABOUT.marks]
    assert bytes(book["covr"][0]) == ABOUT.cover


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_a_run_that_breaks_leaves_nothing(tmp_path: Path, suffix: str, error: BaseException) -> None:
    """Neither a half file nor a part of one; what stood there before still stands there."""
    (tmp_path / f"old{suffix}").write_text("before")
    for name in (f"new{suffix}", f"old{suffix}"):
        with pytest.raises(type(error)):
            FORMATS[suffix].write(tmp_path / name, Breaking(error), ABOUT, None)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {f"old{suffix}": "before"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_nothing(tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    """An error that says so, and no file; nothing is printed by C code."""
    loud = Breaking(RuntimeError(), breaks_at=60 * RATE, length=60 * RATE)
    with at_most(60_000), pytest.raises(OutputError, match=f"cannot write .*a{suffix}"):
        FORMATS[suffix].write(tmp_path / f"a{suffix}", loud, ABOUT, None)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_progress_comes_every_second_and_ends_whole(tmp_path: Path, suffix: str) -> None:
    """Frames done and frames in all."""
    told: list[tuple[int, int]] = []
    FORMATS[suffix].write(tmp_path / f"a{suffix}", bells(), ABOUT, lambda done, total: told.append((done, total)))
    assert told == [(second * RATE, 3 * RATE) for second in (1, 2, 3)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_hardly_any_sound(tmp_path: Path, suffix: str) -> None:
    """A frame or none, no chapters, no picture: still a file, or an error that says what is wrong."""
    bare = About("T", "xx")
    for length in (0, 1):
        path = tmp_path / f"{length}{suffix}"
        try:
            FORMATS[suffix].write(path, bells(length), bare, None)
        except OutputError:
            assert not path.exists()
        else:
            assert path.stat().st_size > 40


@pytest.mark.parametrize("suffix", CHAPTERED)
def test_hostile_titles_stay_text(tmp_path: Path, suffix: str) -> None:
    """Control signs, the signs of ffmpeg's own format, other scripts, and far too much: one line each, in its place."""
    hostile = [
        "a\n[CHAPTER]\ntitle=b",
        "x=1;#\\",
        "\x1b[2J\x00\u202eevil",
        "首の後ろ 💆",
        "long " * 500,
        "CHAPTER000=",
        "",
    ]
    titles = [one_line(text) for text in hostile]
    step = RATE // 4
    spans = [Mark(title, n * step, (n + 1) * step) for n, title in enumerate(titles)]
    read = ffprobe(written(tmp_path, suffix, About(titles[0], "en", tuple(spans), b"", titles[1])))
    shown = [title.replace("\\", "/") if suffix == ".m4b" else title for title in titles]
    assert [chapter.title for chapter in read.chapters] == shown
    assert read.tags["title"] == "a [CHAPTER] title=b"


@pytest.mark.parametrize("suffix", CHAPTERED)
def test_very_many_chapters(tmp_path: Path, suffix: str) -> None:
    """Three hundred steps of forty-five minutes: all of them, though an MP3's table can list 255."""
    step = RATE // 100
    spans = tuple(Mark(f"Step {n} " + "ö" * 60, n * step, (n + 1) * step) for n in range(300))
    assert len(ffprobe(written(tmp_path, suffix, About("T", "en", spans, ABOUT.cover))).chapters) == 300


def test_comments_too_long_for_a_page_leave_the_chapters_out(tmp_path: Path) -> None:
    """Opus: a file that plays is worth more than its chapters."""
    spans = tuple(Mark("ö" * 200, n * 100, n * 100 + 100) for n in range(900))
    path = written(tmp_path, ".opus", About("T", "en", spans, ABOUT.cover))
    assert ffprobe(path).tags["title"] == "T"
    assert len(decoded(path)) == 3 * RATE


def test_an_audio_book_without_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says what to install, and what works without."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError) as raised:
        FORMATS[".m4b"].ready()
    assert "apt install ffmpeg" in raised.value.hint
    assert ".mp3" in raised.value.hint


def test_an_ffmpeg_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last line, and no file; it may end before it has read a byte."""
    tools = tmp_path / "tools"
    tools.mkdir()
    fake = tools / "ffmpeg"
    fake.write_text("#!/bin/sh\necho first >&2\necho 'no such encoder: aac' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    with pytest.raises(OutputError, match="no such encoder: aac"):
        FORMATS[".m4b"].write(tmp_path / "a.m4b", bells(), ABOUT, None)
    assert [path.name for path in tmp_path.iterdir()] == ["tools"]


def test_without_soundfile_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system whose libsndfile is missing."""
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(OutputError) as raised:
        FORMATS[".flac"].write(tmp_path / "a.flac", bells(), ABOUT, None)
    assert "pip install soundfile" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_ffmpeg_is_the_only_program_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other format needs one."""

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    for suffix in set(SUFFIXES) - {".m4b"}:
        written(tmp_path, suffix)
