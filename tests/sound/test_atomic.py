from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from massage_voice.errors import OutputError
from massage_voice.sound.atomic import replacing, write_text_atomic


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    """UTF-8, newlines unchanged, and nothing else in the folder."""
    write_text_atomic(tmp_path / "a.vtt", "später\n")
    assert (tmp_path / "a.vtt").read_bytes() == "später\n".encode()
    assert os.listdir(tmp_path) == ["a.vtt"]  # noqa: PTH208 - hidden files count here


def write_then_raise(path: Path, mishap: type[BaseException]) -> None:
    with replacing(path) as file:
        file.write(b"new")
        raise mishap


@pytest.mark.parametrize("mishap", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_a_mishap_leaves_what_was_there_before(tmp_path: Path, mishap: type[BaseException]) -> None:
    """Interrupted in the middle, the old file stands and no part of the new one is left."""
    path = tmp_path / "a.wav"
    path.write_text("old")
    with pytest.raises(mishap):
        write_then_raise(path, mishap)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_full_disk_is_told_in_words(tmp_path: Path) -> None:
    """ENOSPC becomes an OutputError with a hint, and nothing is left behind."""
    with pytest.raises(OutputError, match="No space left") as caught, replacing(tmp_path / "a.wav"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "free some space" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a Linux device")
def test_a_device_is_not_replaced() -> None:
    """`-o /dev/full` does not put a file in the place of the device."""
    with pytest.raises(OutputError, match="not a regular file"):
        write_text_atomic(Path("/dev/full"), "x")


def test_missing_folder_is_told_in_words(tmp_path: Path) -> None:
    """The hint says to make the folder."""
    with pytest.raises(OutputError, match="No such file or directory") as caught:
        write_text_atomic(tmp_path / "no" / "a.vtt", "x")
    assert "Make the folder" in caught.value.hint


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    """A folder's name is told from a file's."""
    with pytest.raises(OutputError, match="it is a folder"):
        write_text_atomic(tmp_path, "x")


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """A symbolic link stays one; the file behind it is new."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_text_atomic(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "x"


@pytest.mark.skipif(not hasattr(os, "umask") or os.name == "nt", reason="POSIX permissions")
def test_the_file_has_ordinary_permissions(tmp_path: Path) -> None:
    """Others may read it as far as the umask lets them: it is no secret temporary file."""
    before = os.umask(0o022)
    try:
        write_text_atomic(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
