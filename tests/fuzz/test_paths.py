"""Names and paths that are tricks, accidents, or not what they seem."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from massage_voice.errors import RoutineError, UsageError
from massage_voice.routine.source import MOST_BYTES, NotRegularError, load, open_regular
from massage_voice.routine.store import Store
from tests.commands.conftest import Run
from tests.routine.samples import SMALL
from tests.support.builders import ROUTINES
from tests.support.rights import ordinary_user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

TRICKS = (
    "../../etc/x", "/etc/gone", "~", "~/neck", "~root", "./", "..", "/", "//", "\\\\host\\share", "C:neck", "con",
    "-", "neck\0", "neck/../neck", "neck ", " neck", "NECK", "file:///etc/x", "/dev/zero", "/dev/stdin", "/dev/tty",
    "/proc/self/mem", "/dev/fd/0", "x" * 300, "x/" * 3000, "\udcff", "%00", "neck.yaml:stream",
)  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_no_name_leads_astray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is no routine: told at once, on one line that is safe to print."""
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    with pytest.raises(UsageError) as caught:
        Store(tmp_path).find(name)
    assert caught.value.message.isprintable()
    assert time.monotonic() - began < 2


def links(folder: Path) -> dict[str, Path]:
    """One of each kind of thing that is no plain file."""
    made = {
        name: folder / f"{name}.yaml"
        for name in ("pipe", "folder", "zero", "circle", "nowhere", "to-pipe", "to-itself")
    }
    os.mkfifo(made["pipe"])
    made["folder"].mkdir()
    targets: dict[str, str | Path] = {
        "zero": "/dev/zero",
        "circle": made["to-itself"],
        "to-itself": made["circle"],
        "nowhere": folder / "gone",
        "to-pipe": made["pipe"],
    }
    for name, target in targets.items():
        made[name].symlink_to(target)
    return made


def test_what_is_no_plain_file_is_neither_listed_nor_read(tmp_path: Path) -> None:
    """A pipe, a folder, a device without end, links to them, in a circle or to nowhere."""
    for path in links(tmp_path).values():
        with pytest.raises(UsageError, match=r"is not a file|cannot be read|there is no file"):
            load(path)
    assert Store(tmp_path).names() == Store().names()


def test_a_link_to_a_routine_is_one(tmp_path: Path) -> None:
    """Who keeps routines elsewhere may link to them, and to the folder."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "folder").symlink_to(tmp_path / "kept", target_is_directory=True)
    (tmp_path / "kept" / "linked.yaml").symlink_to("mine.yaml")
    store = Store(tmp_path / "folder")
    assert [name for name in store.names() if store.is_own(name)] == ["linked", "mine"]
    assert store.find("linked").text == SMALL


def test_a_file_that_becomes_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaced between the look and the opening: noticed, and not waited for."""
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, "utf-8")
    really_open = os.open

    def swap_and_open(name: Path, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", swap_and_open)
    with pytest.raises(NotRegularError):
        open_regular(path)


@pytest.mark.parametrize("change", [b"", SMALL.encode()[:60], b"\0" * 100], ids=["emptied", "cut", "overwritten"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: bytes) -> None:
    """What was read is what counts: one text, judged as a whole."""
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, "utf-8")
    with open_regular(path) as file:
        first = file.read(1 << 20)
        path.write_bytes(change)
    assert first == SMALL.encode()


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A hundred gigabytes of nothing: four megabytes are read, and it is refused."""
    path = tmp_path / "mine.yaml"
    with path.open("wb") as file:
        file.truncate(100 << 30)
    began = time.monotonic()
    with pytest.raises(RoutineError, match="at most 4 MiB"):
        load(path)
    assert time.monotonic() - began < 5
    assert MOST_BYTES == 4 << 20


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_a_folder_nobody_may_read() -> None:
    """The built-in routines are still there."""
    with ordinary_user() as home:
        folder = home / "routines"
        folder.mkdir(mode=0)
        assert Store(folder).names() == Store().names()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("a file"),
        os.mkfifo,
        lambda path: path.symlink_to(path),
        lambda path: path.symlink_to("/dev/zero"),
    ],
    ids=["a file", "a pipe", "a circle", "a device"],
)
def test_a_folder_that_is_none(run: Run, home: Path, make: Callable[[Path], object]) -> None:
    """The built-in routines are still listed."""
    (home / "config").mkdir()
    make(home / "config" / "routines")
    ran = run("list")
    assert (ran.code, len(ran.out.splitlines())) == (0, len(ROUTINES))


def test_ten_thousand_files_in_the_folder(tmp_path: Path) -> None:
    """A look at the folder asks the disk once for all of them, and finds the one that is meant."""
    for number in range(10_000):
        (tmp_path / f"r{number}.yaml").touch()
    (tmp_path / "mine.yaml").write_text(SMALL, "utf-8")
    store = Store(tmp_path)
    began = time.process_time()
    assert len(store.names()) == 10_001 + len(ROUTINES)
    assert store.find("mine").text == SMALL
    assert time.process_time() - began < 2
