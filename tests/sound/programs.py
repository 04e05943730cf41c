"""Programs to play in tests."""

from __future__ import annotations

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples
from massage_voice.timeline.backdrop import NOWHERE


class Tone:
    """A sine of 440 Hz, so that every click and gap shows."""

    backdrop = NOWHERE
    peak = 8_000
    steepest = 2 * np.pi * 440 / RATE * peak
    """The largest step from sample to sample that belongs to the tone."""

    def __init__(self, length: int) -> None:
        self.length = length

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        time = np.arange(start, start + frames) / RATE
        return np.asarray(self.peak * np.sin(2 * np.pi * 440 * time)).astype(np.int16)


class Counting:
    """Every sample tells its frame: frame 0 is 1, and so on, up to 30,000, and round again."""

    backdrop = NOWHERE

    def __init__(self, length: int) -> None:
        self.length = length

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        return (np.arange(start, start + frames) % 30_000 + 1).astype(np.int16)


class Constant:
    """The same sample throughout."""

    backdrop = NOWHERE

    def __init__(self, length: int, value: int = 20_000) -> None:
        self.length = length
        self.value = value

    def fill(self, start: int, frames: int) -> Samples:  # noqa: ARG002 - the port's signature
        """See `ports.Program`."""
        return np.full(frames, self.value, np.int16)


class Broken:
    """Plays until `breaks_at`, then raises."""

    length = 10 * RATE
    backdrop = NOWHERE

    def __init__(self, breaks_at: int) -> None:
        self.breaks_at = breaks_at

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        if start + frames > self.breaks_at:
            raise RuntimeError("broken program")
        return np.full(frames, 1_000, np.int16)
