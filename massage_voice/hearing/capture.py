"""The microphone: opening it, taking what it brings, noticing what is wrong with it.

Samples are taken out by whoever reads them, and never written anywhere.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import suppress
from enum import StrEnum
from typing import Final

import numpy as np

from massage_voice.errors import SoundError
from massage_voice.hearing.mel import RATE, Array
from massage_voice.sound.devices import explained, open_input
from massage_voice.sound.outputs import OutputWatch, default_source

PERIOD_MS: Final = 20
HEARTBEAT_S: Final = 1.0
"""Nothing from the device for so long means that it is gone."""
KEPT: Final = 500
"""Blocks that wait for their reader: ten seconds."""
DEAD_S: Final = 3.0
"""So long nothing but zeros: even a quiet room is noise, so it is muted."""
LOUD: Final = 0.98
"""Of full scale: from here on samples are cut off."""
CUT_OFF: Final = 0.005
"""So many of the samples of a second, in `CUT_S` seconds together, and words are spoilt."""
CUT_S: Final = 3


class Trouble(StrEnum):
    """What can be wrong with a microphone."""

    NONE = ""
    MISSING = "missing"
    """There is none, it is busy or forbidden, or it was unplugged."""
    MUTED = "muted"
    CLIPPING = "clipping"
    """Too loud: it hears, and badly."""


TROUBLES: Final = {
    Trouble.MISSING: "There is no microphone.",
    Trouble.MUTED: "The microphone brings nothing at all: it is muted.",
    Trouble.CLIPPING: "The microphone is too loud: turn it down.",
}


class Capture:
    """An open microphone.

    Raises:
        SoundError: there is none; the hint says what to do.
    """

    def __init__(self) -> None:
        self._blocks: deque[tuple[bytes, float]] = deque(maxlen=KEPT)
        self._beat = time.monotonic()
        self._state = Health()
        self._device = open_input(rate=RATE, period_ms=PERIOD_MS)
        self.name = self._device.output.name
        """What the system calls it; empty when it does not say."""
        # PulseAudio goes on with what the output plays when the microphone is gone: that is another source
        self._watch = OutputWatch(self._device.backend_id, self._device.output, default_source)
        feed = self._feed()
        next(feed)
        try:
            with explained("the microphone does not start"):
                self._device.start(feed)
        except SoundError:
            self.close()
            raise

    def read(self) -> list[tuple[Array, float]]:
        """What has come since: mono at 16 kHz, and the monotonic second of each block's last frame."""
        found = []
        with suppress(IndexError):
            while True:
                data, at_s = self._blocks.popleft()
                samples = np.frombuffer(data, "<i2").astype(np.float32) * np.float32(1 / 32768)
                self._state.look(samples)
                found.append((samples, at_s))
        return found

    @property
    def trouble(self) -> Trouble:
        """What is wrong with it now. After `MISSING` it must be opened anew."""
        moved = self._watch.moved
        if time.monotonic() - self._beat > HEARTBEAT_S or moved is not None:
            return Trouble.MISSING
        return self._state.trouble

    def close(self) -> None:
        """Give it back; off this thread, because a device that is gone may block for ever."""
        self._watch.close()
        threading.Thread(target=self._device.close, daemon=True).start()

    def _feed(self) -> Generator[None, bytes, None]:
        while True:
            data = yield
            self._beat = time.monotonic()
            self._blocks.append((data, self._beat))


class Health:
    """Whether what a microphone brings can be sound of a room; fed with all of it."""

    def __init__(self) -> None:
        self._zeros = 0
        self._second: list[Array] = []
        self._cut_off = 0

    @property
    def trouble(self) -> Trouble:
        """Only `MUTED`, `CLIPPING` or `NONE`."""
        if self._zeros >= DEAD_S * RATE:
            return Trouble.MUTED
        return Trouble.CLIPPING if self._cut_off >= CUT_S else Trouble.NONE

    def look(self, samples: Array) -> None:
        """Take in `samples`."""
        self._zeros = 0 if samples.any() else self._zeros + len(samples)
        self._second.append(samples)
        if sum(map(len, self._second)) >= RATE:
            cut_off = np.mean(np.abs(np.concatenate(self._second)) >= LOUD) >= CUT_OFF
            self._cut_off = self._cut_off + 1 if cut_off else max(0, self._cut_off - 1)
            self._cut_off = min(self._cut_off, 2 * CUT_S)
            self._second.clear()
