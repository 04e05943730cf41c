"""A Microphone whose process says what a test writes down, and everything that comes of it."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from massage_voice.hearing.microphone import Microphone, Wishes
from massage_voice.sound.bells import bell
from massage_voice.sound.samples import Samples
from tests.virtual_sound.device import wait_until

AT_ONCE_S = 1.0
TONES = ("heard", "unsure", "listening")


class Ear:
    """A Microphone and everything that it has told; `say` is what its process says."""

    def __init__(self, folder: Path, wishes: Wishes | None = None) -> None:
        self.folder = folder
        self.notices: list[str] = []
        self.tones: list[Samples] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.microphone = Microphone(wishes or Wishes(), self.notices.append)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The last that was started."""
        return self.processes[-1]

    def say(self, **message: Any) -> None:
        """One line of the process."""
        with (self.folder / "say").open("a") as file:
            file.write(json.dumps(message) + "\n")

    def says(self, phrase: str, answer: str = "", from_s: float | None = None) -> None:
        """It accepts a phrase that began in that second, or just now, and has reached the parent."""
        since_s = time.monotonic() if from_s is None else from_s
        self.say(heard="accepted", signal=phrase, answer=answer, **{"from": since_s, "end": since_s + 0.3})
        self.reached()

    def reached(self) -> None:
        """Everything said so far has been taken in: the tone of what is said after it was sounded."""
        before = len(self.tones)
        self.say(heard="unsure")
        wait_until(lambda: any(tone is bell("unsure") for tone in self.tones[before:]), "the tone")
        self.tones[:] = [tone for tone in self.tones if tone is not bell("unsure")]

    def got(self, key: str, count: int = 1) -> list[dict[str, Any]]:
        """The first `count` messages with that key that came to the process."""

        def found() -> list[dict[str, Any]]:
            text = (self.folder / "got").read_text() if (self.folder / "got").exists() else ""
            lines = text[: text.rfind("\n") + 1].splitlines()  # it may be in the middle of one
            return [row for row in map(json.loads, lines) if key in row]

        wait_until(lambda: len(found()) >= count, f"{count} messages with {key}")
        return found()
