"""A recording that knows when each of its frames came."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from tests.virtual_sound.device import RATE, wait_until

Sound = npt.NDArray[np.int16]
"""Mono, at `RATE`."""


class Capture:
    """What a source has brought since the recording began; it can be read while it grows."""

    def __init__(self, recorder: subprocess.Popen[bytes]) -> None:
        self._recorder = recorder
        self._data = bytearray()
        self.begun_s = float("inf")
        """When the first frame came: by the least delayed block, so never too early, and late by 15 ms at most."""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def samples(self) -> Sound:
        """All of it."""
        data = bytes(self._data)
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2")

    @property
    def frames(self) -> int:
        """How much there is."""
        return len(self._data) // 2

    def frame_at(self, time_s: float) -> int:
        """The frame that came at `time_s` on `time.monotonic`'s clock."""
        return max(0, round((time_s - self.begun_s) * RATE))

    def between(self, start_s: float, end_s: float) -> Sound:
        """What came between two moments; waits for the second."""
        end = self.frame_at(end_s)
        wait_until(lambda: self.frames >= end, "it is recorded", 10 + end_s - time.monotonic())
        return self.samples[self.frame_at(start_s) : end]

    def until(self, heard: Callable[[Sound], bool], what: str, limit_s: float = 10.0) -> None:
        """Wait until `heard` is true of the last 200 ms."""

        def last() -> bool:
            part = self.samples[-RATE // 5 :]
            return len(part) == RATE // 5 and heard(part)

        wait_until(last, what, limit_s)

    def close(self) -> None:
        """End the recording; what it has stays."""
        self._recorder.kill()
        self._recorder.wait()
        self._thread.join()

    def _read(self) -> None:
        assert self._recorder.stdout
        with self._recorder.stdout as pipe:
            while chunk := os.read(pipe.fileno(), RATE):
                now_s = time.monotonic()
                self._data += chunk
                self.begun_s = min(self.begun_s, now_s - self.frames / RATE)


@contextmanager
def capture(env: Mapping[str, str], source: str | None = None) -> Iterator[Capture]:
    """Record a source, or whatever is the default one, while the block runs."""
    command = ["parec", "--raw", "--latency-msec=10", f"--rate={RATE}", "--channels=1", "--format=s16le"]
    command += [f"--device={source}"] if source else []
    made = Capture(subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **env}))
    try:
        wait_until(lambda: made.frames > RATE // 10, "the recorder writes")
        yield made
    finally:
        made.close()
