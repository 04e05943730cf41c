"""Rights of files, also where the tests run as root, who has them all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65_534


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """A new folder; inside the block it belongs to whoever runs this, and that is not root."""
    folder = Path(tempfile.mkdtemp(prefix="massage-voice-rights."))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)
