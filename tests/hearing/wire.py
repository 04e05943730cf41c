"""In place of the process that hears: says what is written into a file, notes what it is told in another.

    python -m tests.hearing.wire FOLDER

A line of `FOLDER/say` goes to the parent as it is; of each message from the parent a line comes into `FOLDER/got`.
Nothing in it knows what a microphone is, so that the parent's side can be tried without one.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path


def main(folder: Path) -> None:
    """Until stdin closes."""
    threading.Thread(target=_note, args=(folder,), daemon=True).start()
    (folder / "say").touch()
    with (folder / "say").open() as lines:
        while True:
            line = lines.readline()
            if line.endswith("\n"):
                sys.stdout.write(line)
                sys.stdout.flush()
            else:
                time.sleep(0.002)


def _note(folder: Path) -> None:
    with (folder / "got").open("w", buffering=1) as got:
        for line in sys.stdin.buffer:
            message = json.loads(line)
            if "played" in message:
                message["samples"] = list(sys.stdin.buffer.read(message["played"]))
            got.write(json.dumps(message) + "\n")
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
