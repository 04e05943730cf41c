"""Files that are whole or not there: nothing half-written ever stands under a final name."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from massage_voice.errors import OutputError

_HINTS: Final = {
    errno.ENOSPC: "The disk is full: free some space, or choose a folder on another disk.",
    errno.EDQUOT: "Your share of the disk is used up: free some space, or choose another folder.",
    errno.EFBIG: "This disk cannot hold a file of that size: choose another one.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.EROFS: "That disk is read-only: choose a folder on another one.",
    errno.ENOENT: "Make the folder first, or choose one that exists.",
    errno.ENOTDIR: "A part of that path is a file: choose a folder that exists.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the name `path` when the block ends well, and vanishes when it does not.

    It is written beside its final place and flushed to the disk before it gets its name; what stood there
    before stays until then.

    Raises:
        OutputError: it could not be written; says why.
    """
    try:
        target = _target(path)
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise _explained(path, error) from error
    part = target.with_name(f".{secrets.token_hex(6)}.part")
    try:
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _explained(path, error) from error


def write_text_atomic(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with newlines as they are.

    Raises:
        OutputError: it could not be written; nothing new stands under `path`.
    """
    with replacing(path) as file:
        file.write(text.encode())


def _target(path: Path) -> Path:
    """Where the bytes go: through symbolic links; never over a folder or a device."""
    if path.is_dir():
        raise OutputError(f"cannot write {path}: it is a folder", "Add a file name.")
    if path.exists() and not path.is_file():
        raise OutputError(f"cannot write {path}: it is not a regular file", "Choose another name.")
    try:
        return path.resolve()
    except RuntimeError as error:  # a link in a circle, before Python 3.13
        raise OutputError(f"cannot write {path}: it is a link that leads nowhere", "Choose another name.") from error


def _explained(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"cannot write {path}: {reason}", _HINTS.get(error.errno or 0, ""))
