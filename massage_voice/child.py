"""Processes of our own that run one module beside this one: an engine, or the microphone.

They may hang, crash or print, and no session notices. They end when their stdin closes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, BinaryIO


def started(module: str, *words: str, stderr: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """`python -m module words`, a pipe each way."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", module, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=_environment(),
        start_new_session=True,  # Ctrl-C in the terminal is for the session to answer
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment() -> dict[str, str]:
    """The child imports what the parent imports, also from a checkout that is not installed."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def private_stdout() -> BinaryIO:
    """In the child, first of all: keep the pipe for ourselves.

    What is printed, from Python or C, goes to stderr, and Ctrl-C is the parent's.
    """
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return wire
