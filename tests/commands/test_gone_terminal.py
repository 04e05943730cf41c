"""What Python still has to write when the terminal is gone."""

from __future__ import annotations

import os
import sys

import pytest

from massage_voice.cli import let_go

if sys.platform == "win32":
    pytest.skip("needs a Unix", allow_module_level=True)

import pty


def test_a_terminal_that_has_gone_swallows_the_rest() -> None:
    """Left in the buffer it would turn the exit code into 120 at the interpreter's end."""
    master, slave = pty.openpty()
    stream = os.fdopen(slave, "w")
    stream.write("The session ended before its end.")
    os.close(master)
    let_go(stream)
    stream.close()


def test_a_full_disk_is_not_swallowed() -> None:
    """What was asked for is not there, and the exit code says so."""
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device
        pytest.skip("needs /dev/full")
    stream = open("/dev/full", "w", encoding="utf-8")  # noqa: PTH123, SIM115
    stream.write("neck")
    let_go(stream)
    with pytest.raises(OSError, match="No space"):
        stream.close()
