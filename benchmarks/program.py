"""The program under measurement: how it is started, in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COMMAND = (str(Path(sys.executable).with_name("massage-voice")),)
"""The installed command beside this interpreter: what a user starts."""
ROUTINE = "neck"
SESSION = ("run", ROUTINE, "--screened", "--plain")
"""A live session in which nobody answers: the questions were asked before."""


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a session whose things stand in `home`, and of nothing the user has set."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MASSAGE_VOICE_")}
    return {**own, "MASSAGE_VOICE_HOME": str(home), **(more or {})}


@contextmanager
def cold_home() -> Iterator[Path]:
    """A home without a single clip."""
    with tempfile.TemporaryDirectory(prefix="mv-bench.") as folder:
        yield Path(folder)


def finish(arguments: list[str], home: Path) -> str:
    """Run the command to its end; returns its stdout."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment(home), check=True, capture_output=True, text=True, timeout=600
    )
    return done.stdout
