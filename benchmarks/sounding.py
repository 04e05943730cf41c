"""The virtual device of the tests, and the recorder's clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from tests.virtual_sound.device import RATE, Recording, VirtualSound

_LOOK_S = 0.004


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """A device of one's own, plugged in."""
    sound = VirtualSound()
    try:
        sound.open()
        yield sound
    finally:
        sound.close()


class StreamClock:
    """Tells which frame of a recording was being played at a moment of `time.monotonic`.

    The file grows in lumps, some milliseconds behind the output. Of all looks at it the one that found it
    furthest ahead is the nearest to the truth, so a moment is placed too early rather than too late, and a
    time that is measured from it comes out too long rather than too short: by the recorder's own least delay.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._offset = -np.inf
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> StreamClock:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def frame(self, moment_s: float) -> int:
        """The frame at `moment_s`; asked when the recording is over."""
        return round(moment_s * RATE + self._offset)

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_S):
            frames = self._recording.frames
            self._offset = max(self._offset, frames - time.monotonic() * RATE)


def left(recording: Recording) -> npt.NDArray[np.int16]:
    """The left channel; a mono stream is the same in both."""
    return recording.samples[:, 0]
