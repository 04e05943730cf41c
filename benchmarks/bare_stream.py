"""The limit: the least Python program that plays by the same library with the same periods, a tone or silence.

Run as a program it plays until it is killed; with the argument `tone` it is heard.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator

import miniaudio
import numpy as np

RATE = 48_000


def main() -> None:
    """Play for ever."""
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=RATE,
        buffersize_msec=40,
        callback_periods=2,
        backends=[miniaudio.Backend.PULSEAUDIO],
        thread_prio=miniaudio.ThreadPriority.REALTIME,
    )
    feed = _feed(tone="tone" in sys.argv)
    next(feed)
    device.start(feed)
    time.sleep(3600)


def _feed(*, tone: bool) -> Generator[bytes, int, None]:
    frames = yield b""
    while True:
        block = np.full(frames, 3_000, np.int16) if tone else np.zeros(frames, np.int16)
        frames = yield block.tobytes()


if __name__ == "__main__":
    main()
