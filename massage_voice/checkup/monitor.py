"""What the system's output plays, recorded from its monitor: proof that a sound left the program, without a microphone.

Only PulseAudio and PipeWire have monitors, and `parec` (pulseaudio-utils) records them; elsewhere there is none.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples

START_S: Final = 1.0
"""How long a monitor may take to give its first sound."""
LIKE: Final = 0.5
"""From here on (1.0 is the sound itself) it is that sound, perhaps with another program's over it."""
QUIET: Final = 2
"""Samples up to this are silence: dither, rounding."""
_COMMAND: Final = (
    "--raw", "--device=@DEFAULT_MONITOR@", "--latency-msec=10",
    f"--rate={RATE}", "--channels=1", "--format=s16le", "--client-name=massage-voice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound found in a recording."""

    like: float
    """How well it matches: 1.0 is the sound itself, whatever its loudness."""
    at: float
    """When its first frame came out, by `time.monotonic`; the recorder's own delay of some 10 ms goes with it."""


class Monitor:
    """A recording under way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._data = bytearray()
        self._came: list[tuple[int, float]] = []
        self._first = threading.Event()
        self._reader = threading.Thread(target=self._read, name="monitor", daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Once the recorder is gone, take what it had still sent."""
        self._reader.join(START_S)
        self._stream.close()

    def wait(self) -> None:
        """Until it records, or is not going to."""
        self._first.wait(START_S)

    def samples(self) -> Samples:
        """What it has recorded so far."""
        return np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), "<i2").astype(np.int16)

    def find(self, sound: Samples) -> Heard:
        """The best place for `sound` in the recording."""
        recording = self.samples()
        if len(recording) < len(sound):
            return Heard(0.0, 0.0)
        frame, like = best_place(recording, sound)
        return Heard(like, self._time(frame))

    @property
    def is_silent(self) -> bool:
        """It records, and there is nothing in it."""
        recording = self.samples()
        return len(recording) > 0 and int(np.abs(recording.astype(np.int32)).max()) <= QUIET

    def _time(self, frame: int) -> float:
        end, came = next(((end, came) for end, came in self._came if end > frame), self._came[-1])
        return came - (end - frame) / RATE

    def _read(self) -> None:
        while data := self._stream.read1(4096):  # type: ignore[attr-defined]  # a pipe's reader is buffered
            self._data += data
            self._came.append((len(self._data) // 2, time.monotonic()))
            self._first.set()
        self._first.set()  # it has ended: waiting is over


@contextmanager
def monitor() -> Iterator[Monitor | None]:
    """A recording of the default output while the block runs; None where nothing can record it."""
    program = shutil.which("parec")
    if program is None:
        yield None
        return
    recorder = subprocess.Popen(  # noqa: S603 - a fixed command
        [program, *_COMMAND], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert recorder.stdout  # noqa: S101 - it was opened as a pipe
    atexit.register(recorder.kill)  # whoever waits in the block for a server that hangs may never leave it
    made = Monitor(recorder.stdout)
    try:
        made.wait()
        yield made
    finally:
        recorder.kill()
        recorder.wait()
        made.end()
        atexit.unregister(recorder.kill)


def best_place(recording: Samples, sound: Samples) -> tuple[int, float]:
    """(frame, likeness) where `sound` lies in the recording, by cross-correlation, each place by its own loudness."""
    wave, part = sound.astype(np.float64), recording.astype(np.float64)
    size = 1 << (len(part) + len(wave) - 1).bit_length()
    spectrum = np.fft.rfft(part, size) * np.conj(np.fft.rfft(wave, size))
    products: npt.NDArray[np.float64] = np.fft.irfft(spectrum, size)[: len(part) - len(wave) + 1]
    energies = np.concatenate(([0.0], np.cumsum(part**2)))
    powers = np.sqrt((energies[len(wave) :] - energies[: -len(wave)]) * np.dot(wave, wave))
    likeness = products / np.maximum(powers, 1.0)
    frame = int(np.argmax(likeness))
    return frame, float(likeness[frame])
