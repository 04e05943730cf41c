"""The folders a session writes to: full, read-only, somebody else's, slow, open to others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from massage_voice.checkup import disk
from massage_voice.checkup.disk import folder
from massage_voice.checkup.finding import Verdict
from massage_voice.checkup.remedies import Remedies
from tests.support.rights import ordinary_user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")


@contextmanager
def small_disk(path: Path) -> Iterator[None]:
    """A disk of 64 kB at `path`; only root can have one."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(path)], check=True)


def test_a_folder_that_takes_lines(tmp_path: Path, debian: Remedies) -> None:
    """It is made where it is missing, private, and nothing is left in it."""
    path = tmp_path / "sessions"
    found = folder(path, debian, needed=True)
    assert (found.verdict, found.remedy) == (Verdict.OK, "")
    assert found.found.endswith("private.")
    assert path.stat().st_mode & 0o777 == 0o700
    assert list(path.iterdir()) == []


@pytest.mark.parametrize(("needed", "verdict"), [(True, Verdict.FAILING), (False, Verdict.WARNING)])
def test_a_file_where_the_folder_should_be(tmp_path: Path, debian: Remedies, *, needed: bool, verdict: Verdict) -> None:
    """Without records there is no session; without a place for clips there is."""
    (tmp_path / "data").write_text("not a folder")
    found = folder(tmp_path / "data" / "sessions", debian, needed=needed)
    assert (found.verdict, found.remedy) == (verdict, "export MASSAGE_VOICE_HOME=/a/folder/on/another/disk")
    assert "cannot write" in found.found


def test_a_full_disk(tmp_path: Path, debian: Remedies) -> None:
    """Said to be full; another disk is the way out, and nothing is left behind."""
    path = tmp_path / "small"
    with small_disk(path):
        (path / "all").write_bytes(bytes(64 << 10))
        (path / "all").chmod(0o600)
        found = folder(path, debian, needed=True)
        assert [entry.name for entry in path.iterdir()] == ["all"]
    assert (found.verdict, found.remedy) == (Verdict.FAILING, debian("disk-elsewhere"))
    assert "No space left" in found.found


def test_little_room(tmp_path: Path, debian: Remedies) -> None:
    """Lines still go there; the clips of a routine do not."""
    path = tmp_path / "small"
    with small_disk(path):
        found = folder(path, debian, needed=True)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, debian("disk-elsewhere"))
    assert "0 MB free" in found.found


def test_a_disk_that_cannot_be_written(tmp_path: Path, debian: Remedies) -> None:
    """Mounted to be read only: its owner can do nothing about it."""
    path = tmp_path / "small"
    with small_disk(path):
        subprocess.run(["mount", "-o", "remount,ro", str(path)], check=True)
        found = folder(path, debian, needed=True)
    assert (found.verdict, found.remedy) == (Verdict.FAILING, debian("disk-elsewhere"))
    assert "Read-only" in found.found


def test_a_folder_without_rights(debian: Remedies) -> None:
    """The command that gives them back."""
    with ordinary_user() as home:
        path = home / "sessions"
        path.mkdir(0o500)
        found = folder(path, debian, needed=True)
    assert (found.verdict, found.remedy) == (Verdict.FAILING, debian("disk-owner", folder=str(path)))


def test_a_folder_that_was_open_is_closed(tmp_path: Path, debian: Remedies) -> None:
    """As a session would close it."""
    path = tmp_path / "sessions"
    path.mkdir()
    path.chmod(0o755)
    assert folder(path, debian, needed=True).verdict is Verdict.OK
    assert path.stat().st_mode & 0o777 == 0o700


def test_what_others_can_read(tmp_path: Path, debian: Remedies) -> None:
    """What is massaged is nobody else's business: the command that says so, and it does."""
    path = tmp_path / "sessions"
    path.mkdir()
    (path / "a.journal.jsonl").touch()
    (path / "a.journal.jsonl").chmod(0o644)
    found = folder(path, debian, needed=True)
    assert (found.verdict, "other users" in found.found) == (Verdict.WARNING, True)
    subprocess.run(found.remedy, shell=True, check=True)  # noqa: S602 - as its reader would
    assert folder(path, debian, needed=True).verdict is Verdict.OK


def test_a_slow_disk(tmp_path: Path, debian: Remedies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit for a line, a warning with the time it took."""
    monkeypatch.setattr(disk, "SLOW_MS", 0.0)
    found = folder(tmp_path / "sessions", debian, needed=True)
    assert (found.verdict, "expected at most 0 ms" in found.found) == (Verdict.WARNING, True)
