"""Records on their way to a disk that hangs, refuses, or comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from massage_voice.errors import OutputError
from massage_voice.session.journal import LineFile, MemoryLines
from massage_voice.session.writer import BackgroundLines


class Disk(MemoryLines):
    """A disk that hangs while `free` is not set, and refuses while `full`."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.free.set()
        self.full = ""
        self.tries = 0
        self.closed = threading.Event()

    def append(self, entry: Mapping[str, object]) -> None:
        """See `LineFile`."""
        self.tries += 1
        self.free.wait(30)
        if self.full:
            raise OutputError(self.full)
        super().append(entry)

    def close(self) -> None:
        """See `LineFile`."""
        self.closed.set()


def numbers(disk: MemoryLines) -> list[object]:
    return [entry["n"] for entry in disk.entries]


def took(do: Callable[[], object]) -> float:
    """Seconds."""
    began = time.monotonic()
    do()
    return time.monotonic() - began


def test_all_entries_reach_the_disk_in_order(tmp_path: Path) -> None:
    """What was handed in is on the disk when it has settled."""
    path = tmp_path / "a.jsonl"
    lines = BackgroundLines(LineFile(path))
    for n in range(200):
        lines.append({"n": n})
    assert lines.settle(30)
    assert path.read_text().splitlines() == [f'{{"n": {n}}}' for n in range(200)]
    lines.close()


def test_a_disk_that_hangs_holds_nobody_up() -> None:
    """Handing in is at once, settling is as long as was said; all is written when the disk is back."""
    disk = Disk()
    disk.free.clear()
    lines = BackgroundLines(disk)

    def hand_in() -> None:
        for n in range(100):
            lines.append({"n": n})

    assert took(hand_in) < 1
    assert 0.05 <= took(lambda: lines.settle(0.05)) < 1
    assert not lines.settle(0)
    disk.free.set()
    assert lines.settle(30)
    assert numbers(disk) == list(range(100))
    assert lines.complaint() == ""
    lines.close()


def test_closing_waits_so_long_and_no_longer() -> None:
    """What the disk has not taken by then, it still gets, and the file is closed after that."""
    disk = Disk()
    disk.free.clear()
    lines = BackgroundLines(disk)
    lines.append({"n": 1})
    lines.append({"n": 2})
    assert 0.1 <= took(lambda: lines.close(0.1)) < 2
    assert not disk.closed.is_set()
    lines.append({"n": 3})
    disk.free.set()
    assert disk.closed.wait(30)
    assert numbers(disk) == [1, 2]
    lines.close()


def test_a_disk_that_hangs_does_not_keep_the_program_from_ending() -> None:
    """The interpreter waits for no thread of this kind."""
    before = set(threading.enumerate())
    lines = BackgroundLines(Disk())
    (writer,) = set(threading.enumerate()) - before
    assert writer.daemon
    lines.close()


def test_closing_flushes() -> None:
    """Nothing that was handed in before is left out."""
    disk = Disk()
    lines = BackgroundLines(disk)
    for n in range(50):
        lines.append({"n": n})
    lines.close(30)
    assert numbers(disk) == list(range(50))
    assert disk.closed.is_set()


def test_a_disk_that_was_full_for_a_while_loses_nothing() -> None:
    """What it refused is tried again, before what came after it; nobody waits for it meanwhile."""
    disk = Disk()
    disk.full = "no space"
    lines = BackgroundLines(disk)
    lines.append({"n": 1})
    assert took(lambda: lines.settle(30)) < 10
    assert not lines.settle(0)
    lines.append({"n": 2})
    disk.full = ""
    end = time.monotonic() + 30
    while not lines.settle(0.05):
        assert time.monotonic() < end
    assert numbers(disk) == [1, 2]
    lines.close()


def test_a_disk_that_stays_full_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first complaint; closing tries once more, at once, and is not held up by a second refusal."""
    monkeypatch.setattr("massage_voice.session.writer.RETRY_S", 20.0)
    disk = Disk()
    disk.full = "no space"
    lines = BackgroundLines(disk)
    lines.append({"n": 1})
    assert not lines.settle(30)
    disk.full = "still no space"
    assert took(lambda: lines.close(30)) < 10
    assert disk.closed.is_set()
    assert (lines.complaint(), lines.complaint()) == ("no space", "")
    assert (disk.tries, disk.entries) == (2, [])


def test_an_entry_is_what_it_was_when_it_was_handed_in() -> None:
    """Whoever goes on changing it changes nothing on the disk."""
    disk = Disk()
    disk.free.clear()
    lines = BackgroundLines(disk)
    entry: dict[str, object] = {"n": 1, "steps": [1]}
    lines.append(entry)
    lines.append(entry)
    entry["n"], entry["steps"] = 2, [2]
    disk.free.set()
    lines.close(30)
    assert disk.entries == [{"n": 1, "steps": [1]}] * 2
