"""How loud the system plays: a session through a muted output is heard by nobody."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

LIMIT_S: Final = 1.0
"""A sound server that hangs is not waited for longer."""
_OSASCRIPT: Final = ("/usr/bin/osascript", "-e", "get volume settings")


@dataclass(frozen=True, slots=True)
class Volume:
    """The volume of the default output."""

    percent: int
    """100 is as loud as the samples; PulseAudio allows more."""
    muted: bool
    device: str
    """Its name; empty when the system does not say."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing can be heard."""
        return self.muted or self.percent == 0


def output_volume() -> Volume | None:
    """The volume of the default output; None where the system does not tell it within `LIMIT_S` seconds.

    Linux through PulseAudio or PipeWire, and macOS; Windows tells it only to COM.
    """
    return ask_volume()()


def ask_volume() -> Callable[[], Volume | None]:
    """Begin to ask, and return the function that waits for the answer: asking takes a tenth of a second.

    Asked in a thread, because libpulse waits for a hanging server for ever.
    """
    found: list[Volume | None] = []
    asking = threading.Thread(target=lambda: found.append(_ask()), daemon=True)
    asking.start()

    def answer() -> Volume | None:
        asking.join(LIMIT_S)
        return found[0] if found else None

    return answer


def parse_mac(settings: str) -> Volume | None:
    """The volume from what `get volume settings` prints; an HDMI output has none."""
    percent = re.search(r"output volume:(\d+)", settings)
    if percent is None:
        return None
    return Volume(int(percent[1]), "output muted:true" in settings, "")


def _ask() -> Volume | None:
    if sys.platform == "darwin":
        return _mac_volume()
    return _pulse_volume() if sys.platform == "linux" else None


def _mac_volume() -> Volume | None:
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - a fixed program of the system
            _OSASCRIPT, capture_output=True, text=True, timeout=LIMIT_S, check=True
        )
        return parse_mac(done.stdout)
    return None


def _pulse_volume() -> Volume | None:
    from massage_voice.sound.pulse import PulseServer

    with suppress(ConnectionError), closing(PulseServer()) as server:
        sink = server.default_sink()
        return Volume(sink.percent, sink.muted, sink.description) if sink else None
    return None
