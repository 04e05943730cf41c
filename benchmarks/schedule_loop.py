"""The loop most people would write: `schedule`, `pyttsx3` and a nap of a second. The peer of onset.py.

Run as a program it speaks a cue every `EVERY_S` seconds until it is killed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

EVERY_S = 10
CUE = "Now move on to the next stroke"
"""One breath without a pause, so that its beginning is the only sound after a silence."""
_APLAY = '#!/bin/sh\nexec paplay "$1"\n'


def environment(env: dict[str, str]) -> dict[str, str]:
    """What the loop needs: pyttsx3 plays by `aplay`; where alsa-utils is missing, `paplay` answers to that name."""
    if shutil.which("aplay"):
        return {**os.environ, **env}
    folder = Path(tempfile.gettempdir()) / f"mv-bench-aplay-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    program = folder / "aplay"
    program.write_text(_APLAY)
    program.chmod(0o755)
    return {**os.environ, **env, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def main() -> None:
    """Speak for ever."""
    import time

    import pyttsx3
    import schedule

    engine = pyttsx3.init()

    def cue() -> None:
        engine.say(CUE)
        engine.runAndWait()

    schedule.every(EVERY_S).seconds.do(cue)
    while True:
        schedule.run_pending()
        time.sleep(1)


if __name__ == "__main__":
    main()
