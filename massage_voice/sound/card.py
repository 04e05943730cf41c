"""The sound card: opening it, feeding it, noticing that it is gone, closing it.

The stream stays open and silent for the whole session: opening one again clicks and wakes Bluetooth speakers.
"""

from __future__ import annotations

import atexit
import gc
import sys
import threading
import time
from collections.abc import Callable, Generator
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.ports import Gap, Music, Program
from massage_voice.sound.devices import OutputDevice, explained, open_output
from massage_voice.sound.mixer import Mixer
from massage_voice.sound.outputs import OutputWatch
from massage_voice.sound.samples import Samples
from massage_voice.sound.sounded import Sounded

PERIOD_MS: Final = 40
"""Frames the device asks for at a time: below this a busy machine makes gaps, above it a pause comes late."""
PERIODS: Final = 2
SWITCH_INTERVAL_S: Final = 0.0005
"""How soon the callback gets Python's lock from a busy thread; the default of 5 ms makes gaps."""
HEARTBEAT_S: Final = 0.22
"""Silence from the device for so long means it is gone: with the 40 ms between two looks at it, a session holds within
300 ms. A callback is due every 40 ms; in ten minutes of playing the longest wait was 72 ms on a machine with other
work, 124 ms beside two busy processes and 166 ms beside six, the sound server being at ordinary priority like them."""
CLOSING_S: Final = 2.0
"""Closing a device that is gone may block for ever, so it is waited for no longer than this."""

Tap = Callable[[Samples, float], object]
"""Gets each block and the monotonic second in which the device asked for it. Runs in the audio callback: it takes no
lock, touches no disk, and never raises."""


class CardSpeaker:
    """The Speaker that is heard; made by `open_card`."""

    rate = RATE
    latency = PERIODS * RATE * PERIOD_MS // 1000
    """Frames that the device may hold when they are handed over but not yet heard: what it was asked for, because
    miniaudio does not tell. In the virtual device's recording it holds 40 to 80 ms; Bluetooth adds its own."""

    def __init__(self, device: OutputDevice, tap: Tap | None = None) -> None:
        self.name = device.output.name
        """What the system calls the device; empty when it does not say."""
        self.is_dummy = device.output.is_dummy
        """True when the system plays into nothing, for want of a card."""
        self._mixer = Mixer()
        self._sounded = Sounded(self.latency)
        self._ends = (0, 0)  # where the run last ordered ends
        self._still: tuple[int, int] | None = None
        self._tap = tap
        self._beat = time.monotonic()
        self._device: OutputDevice | None = device
        self._watch = OutputWatch(device.backend_id, device.output)
        atexit.register(self.close)  # a started device that is not closed hangs the interpreter's exit

    @property
    def failure(self) -> Exception | None:
        """What the playing program raised, or None."""
        return self._mixer.failure

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """See `ports.Speaker`."""
        gc.freeze()  # a full collection over clips and timelines stalls the callback for up to 0.5 s
        self._ends = (run, program.length)
        self._mixer.play(run, program, frame)
        self._still = None

    def silence(self) -> None:
        """See `ports.Speaker`; what the device still holds sounds on, but is not counted."""
        self._still = self.played()
        self._mixer.silence()

    def played(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        return self._still or self._sounded.position()

    def gaps(self) -> tuple[Gap, ...]:
        """See `ports.Speaker`."""
        return self._sounded.gaps()

    def handed(self) -> tuple[int, int]:
        """`(run, frame)`: how far the run was handed to the device, some `latency` ahead of what has sounded."""
        return self._mixer.played()

    def consumed(self) -> int:
        """How many frames have sounded since the device was opened, silence included."""
        return self._sounded.frames()

    def alive(self) -> bool:
        """See `ports.Speaker`; False too when the program has raised, or after `close`."""
        return not self.trouble

    @property
    def trouble(self) -> str:
        """See `ports.Speaker`."""
        moved, failure = self._watch.moved, self._mixer.failure
        if self._device is None:
            return "The sound is closed."
        if failure is not None:
            return f"The sound could not be made: {failure or type(failure).__name__}."
        if moved is not None:
            into_nothing = f"The system plays into nothing ({moved.name})."
            return into_nothing if moved.is_dummy else f"The sound output changed to {moved.name}."
        if time.monotonic() - self._beat >= HEARTBEAT_S:
            return "The sound device has stopped."
        return ""

    def gain(self, decibels: float) -> None:
        """See `ports.Speaker`."""
        self._mixer.gain(decibels)

    def tone(self, samples: Samples) -> None:
        """See `ports.Speaker`."""
        self._mixer.tone(samples)

    def bed(self, music: Music | None) -> None:
        """See `ports.Speaker`."""
        self._mixer.bed(music)

    def close(self) -> None:
        """See `ports.Speaker`; waits at most `CLOSING_S`."""
        device, self._device = self._device, None
        if device is not None:
            atexit.unregister(self.close)
            self._watch.close()
            closing = threading.Thread(target=device.close, daemon=True)
            closing.start()
            closing.join(CLOSING_S)

    def start(self) -> None:
        """Begin to feed the device, with silence.

        Raises:
            SoundError: the device does not start.
        """
        feed = self._feed()
        next(feed)
        self._beat = time.monotonic()
        with explained():
            if self._device is not None:
                self._device.start(feed)

    def _feed(self) -> Generator[bytes, int, None]:
        """The callback: gets a number of frames, gives as many bytes; `Mixer` tells what may not be done."""
        frames = yield b""
        while True:
            self._beat = time.monotonic()
            self._sounded.asked(self._beat)
            samples = self._mixer.fill(frames)
            if self._tap:
                self._tap(samples, self._beat)
            block = samples.tobytes()
            position = self._mixer.played()
            self._sounded.handed(frames, position, ended=position == self._ends)
            frames = yield block


def open_card(tap: Tap | None = None) -> CardSpeaker:
    """The system's default output, open, playing silence; `tap` gets every block that it is handed.

    Raises:
        SoundError: there is none, or it does not open; the hint says what to plug in or install.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    speaker = CardSpeaker(open_output(period_ms=PERIOD_MS, periods=PERIODS), tap)
    try:
        speaker.start()
    except SoundError:
        speaker.close()
        raise
    return speaker
