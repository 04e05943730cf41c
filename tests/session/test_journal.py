"""Lines of JSON on the disk: whole or not at all, said with their file and number when they are damaged."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from massage_voice.errors import OutputError, RecordError
from massage_voice.session.journal import LARGEST, JsonLines, LineFile, MemoryLines, Stamped, displayed, entries_of
from tests.support.full_disk import at_most


def test_a_line_is_on_the_disk_when_it_was_appended(tmp_path: Path) -> None:
    """Readable as it is written, in a folder that is made for it."""
    path = tmp_path / "deep" / "sessions" / "a.jsonl"
    lines = LineFile(path)
    lines.append({"title": "Rücken"})
    assert path.read_text("utf-8") == '{"title": "Rücken"}\n'
    lines.append({"n": 2})
    assert list(entries_of(path)) == [{"title": "Rücken"}, {"n": 2}]
    lines.close()
    lines.close()


def test_a_line_that_finds_no_room_is_taken_back(tmp_path: Path) -> None:
    """What stood there stays, it is said which file it was and why, and with room again it goes on."""
    path = tmp_path / "a.jsonl"
    lines = LineFile(path)
    lines.append({"n": 1})
    lines.append({"n": 2})
    whole = path.read_bytes()
    for room in (0, 5):
        with at_most(len(whole) + room), pytest.raises(OutputError) as error:
            lines.append({"n": "a long line"})
        assert error.value.message.startswith(f"cannot write {path}: ")
        assert path.read_bytes() == whole
    assert error.value.message.endswith(os.strerror(28))  # no space left on device
    lines.append({"n": 3})
    lines.close()
    assert [entry["n"] for entry in entries_of(path)] == [1, 2, 3]


def test_a_file_that_goes_on_keeps_every_whole_line(tmp_path: Path) -> None:
    """Only what a crash has torn is cut off; a line that finds no room then is taken back as well."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n": 2}\n{"n": 3}\n{"n"')
    lines = LineFile(path)
    assert path.read_bytes() == b'{"n": 1}\n{"n": 2}\n{"n": 3}\n'
    with at_most(path.stat().st_size + 3), pytest.raises(OutputError):
        lines.append({"n": "a long line"})
    lines.append({"n": 4})
    lines.close()
    assert [entry["n"] for entry in entries_of(path)] == [1, 2, 3, 4]


def test_a_disk_that_takes_nothing_back_is_still_only_a_complaint(tmp_path: Path) -> None:
    """Neither the line nor its removal gets through."""
    lines = LineFile(tmp_path / "a.jsonl")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, lines._file.fileno())  # noqa: SLF001 (as a disk that went read-only leaves it)
    os.close(nothing)
    with pytest.raises(OutputError, match=r"cannot write .*a\.jsonl: "):
        lines.append({"n": 1})
    lines.close()


def test_what_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With its path, the reason, and what to do."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("file/a.jsonl", "link", "pipe"):
        with pytest.raises(OutputError) as error:
            LineFile(tmp_path / name)
        assert error.value.message.startswith(f"cannot write {tmp_path / name}: ")
        assert not error.value.message.endswith((": ", "None"))
        assert "MASSAGE_VOICE_HOME" in error.value.hint


def test_a_time_is_put_on_each_entry() -> None:
    """The wall clock's, to the millisecond, for people."""
    kept = MemoryLines()
    lines = Stamped(kept, lambda: datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC))
    lines.append({"event": "at"})
    assert kept.entries == [{"event": "at", "at": "2026-11-22T12:00:00.123+00:00"}]


def test_what_is_written_is_also_told() -> None:
    """To whoever asked for --json, in the same words."""
    kept = MemoryLines()
    told: list[str] = []
    lines = JsonLines(kept, told.append)
    lines.append({"cue": "Grüße"})
    assert kept.entries == [{"cue": "Grüße"}]
    assert told == ['{"cue": "Grüße"}']


class Waiting(MemoryLines):
    """A disk that needs a second, and has something to say."""

    def settle(self, timeout_s: float) -> bool:
        """See `ports.Journal`."""
        return timeout_s >= 1

    def complaint(self) -> str:
        """See `ports.Journal`."""
        return "no space"


def test_in_front_of_a_journal_nothing_is_lost_of_what_it_says() -> None:
    """Whether it has written, within the time that was asked for; and its complaint."""
    for lines in (Stamped(Waiting(), lambda: datetime.now(UTC)), JsonLines(Waiting(), print)):
        assert (lines.settle(0.5), lines.settle(1.0), lines.complaint()) == (False, True, "no space")


def test_in_memory_everything_is_written_at_once() -> None:
    """And there is nothing to complain about."""
    assert (MemoryLines().settle(0), MemoryLines().complaint()) == (True, "")


def test_a_file_of_any_other_size_is_no_journal(tmp_path: Path) -> None:
    """64 MB are read, a byte more is not."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"n": 1}\n')
    os.truncate(path, LARGEST)
    assert list(entries_of(path)) == [{"n": 1}]
    os.truncate(path, LARGEST + 1)
    with pytest.raises(RecordError, match="at most 64 MB"):
        list(entries_of(path))


@pytest.mark.parametrize("found", ['"text"', "[1]", "5", "null", "{oh no", "\x1b[31m", "[" * 100_000])
def test_a_line_that_is_no_object_is_named_by_its_number(tmp_path: Path, found: str) -> None:
    """Those before it are read; what was found is shown in short, with nothing a terminal would obey."""
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"n": 1}}\n{found}\n{{"n": 2}}\n', "utf-8")
    read = entries_of(path)
    assert next(read) == {"n": 1}
    with pytest.raises(RecordError) as error:
        next(read)
    assert error.value.message.startswith(f"{path}:2: expected one JSON object, found ")
    assert error.value.message.isprintable()
    assert len(error.value.message) < len(str(path)) + 110


def test_what_was_found_is_shown_up_to_sixty_characters() -> None:
    """More ends in an ellipsis."""
    assert displayed({"n": 1}) == json.dumps({"n": 1}).replace('"', "'")
    assert displayed("x" * 58) == "'" + "x" * 58 + "'"
    assert displayed("x" * 59) == "'" + "x" * 59 + "…"


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_file_is_private_from_its_first_instant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also before its mode is set: whoever had opened it by then could read all that follows."""
    monkeypatch.setattr(LineFile, "_private", lambda _: None)
    path = tmp_path / "sessions" / "a.jsonl"
    before = os.umask(0)
    try:
        LineFile(path).close()
    finally:
        os.umask(before)
    assert [one.stat().st_mode & 0o777 for one in (path, path.parent)] == [0o600, 0o700]
