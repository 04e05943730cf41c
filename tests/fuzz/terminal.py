"""A command at a terminal of its own: what it writes there, byte by byte."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

OWN: Final = re.compile(rb"\x1b\[(?:(?:[0-2]|3[36])(?:;(?:[0-2]|3[36]))*m|[0-9]*[AK]|\?25[lh])")
"""The sequences that the program's own views are made of; none of the hostile ones is among them."""

PRESS_S: Final = 0.7


def at_a_terminal(
    arguments: Sequence[str], environment: Mapping[str, str], seconds: float, until: bytes = b""
) -> bytes:
    """What `massage-voice` with these arguments writes, while somebody presses `n` now and then.

    It is killed after so many seconds, or when it has written `until`.
    """
    import pty

    ours, its = pty.openpty()
    command = [sys.executable, "-m", "massage_voice", *arguments]
    ours_alone = {name: value for name, value in os.environ.items() if not name.startswith("MASSAGE_VOICE_")}
    process = subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env={**ours_alone, **environment}, start_new_session=True
    )
    os.close(its)
    try:
        return _read(ours, process, time.monotonic() + seconds, until)
    finally:
        os.close(ours)
        process.kill()
        process.wait()


def _read(ours: int, process: subprocess.Popen[bytes], until_s: float, until: bytes) -> bytes:
    written, pressed_s = b"", time.monotonic()
    while time.monotonic() < until_s and not (until and until in written):
        if time.monotonic() - pressed_s > PRESS_S:
            pressed_s = time.monotonic()
            os.write(ours, b"n")
        if select.select([ours], [], [], 0.1)[0]:
            try:
                written += os.read(ours, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                return written
        elif process.poll() is not None:
            return written
    return written


def steering(written: bytes) -> set[str]:
    """Every character in it that a terminal or a reader's eye could be misled by."""
    text = written.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace")
    return {c for c in text if c != "\n" and (unicodedata.category(c)[0] == "C" or c in "\u2028\u2029")}
