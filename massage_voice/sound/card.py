"""The sound card, by miniaudio: opening it, feeding it, noticing that it is gone, closing it.

The stream stays open and silent for the whole session: opening one again clicks and wakes Bluetooth speakers.
What a device must be asked, and in which order things go wrong, was measured for miniaudio 1.71.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Final

from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.ports import Gap, Program
from massage_voice.sound.mixer import Mixer

PERIOD_MS: Final = 40
"""Frames the device asks for at a time: below this a busy machine makes gaps, above it a pause comes late."""
PERIODS: Final = 2
SWITCH_INTERVAL_S: Final = 0.0005
"""How soon the callback gets Python's lock from a busy thread; the default of 5 ms makes gaps."""
HEARTBEAT_S: Final = 1.0
"""Silence from the device for so long means it is gone. A callback is due every 40 ms, but a sound server at
ordinary priority on a busy machine stalls for up to 0.4 s, and a false alarm stops a massage."""
CLOSING_S: Final = 2.0
"""Closing a device that is gone may block for ever, so it is waited for no longer than this."""
DUMMIES: Final = ("auto_null", "dummy output", "null output")
"""What PulseAudio and PipeWire call the sink they play into when there is no card."""

_BACKENDS: Final = {
    "linux": ("PULSEAUDIO", "ALSA", "JACK"),
    "darwin": ("COREAUDIO",),
    "win32": ("WASAPI", "DSOUND"),
}
"""Always named: left to itself miniaudio falls back to a backend that plays into nothing."""
_HINTS: Final = {
    "linux": "Plug in headphones or a speaker. On a bare system: apt install pulseaudio, or pipewire-pulse.",
    "darwin": "Choose an output under System Settings, Sound.",
    "win32": "Choose an output under Settings, System, Sound, and see that the Windows Audio service runs.",
}


class CardSpeaker:
    """The Speaker that is heard; made by `open_card`."""

    rate = RATE
    latency = PERIODS * RATE * PERIOD_MS // 1000
    """Frames that the device may hold when they are counted as played but not yet heard. miniaudio does not
    tell the true figure; this is what it was asked for, and a sound server adds its own."""

    def __init__(self, device: Any, name: str) -> None:
        self.name = name
        """What the system calls the device; empty when it does not say."""
        self._mixer = Mixer()
        self._device: Any = device
        self._beat = time.monotonic()
        atexit.register(self.close)  # a started device that is not closed hangs the interpreter's exit

    @property
    def is_dummy(self) -> bool:
        """True when the system plays into nothing, for want of a card."""
        return any(dummy in self.name.lower() for dummy in DUMMIES)

    @property
    def failure(self) -> Exception | None:
        """What the playing program raised, or None."""
        return self._mixer.failure

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """See `ports.Speaker`."""
        gc.freeze()  # a full collection over clips and timelines stalls the callback for up to 0.5 s
        self._mixer.play(run, program, frame)

    def silence(self) -> None:
        """See `ports.Speaker`."""
        self._mixer.silence()

    def played(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        return self._mixer.played()

    def alive(self) -> bool:
        """See `ports.Speaker`; False too when the program has raised, or after `close`."""
        beating = time.monotonic() - self._beat < HEARTBEAT_S
        return self._device is not None and beating and self._mixer.failure is None

    def gaps(self) -> tuple[Gap, ...]:
        """See `ports.Speaker`."""
        return ()

    @property
    def trouble(self) -> str:
        """See `ports.Speaker`."""
        return "" if self.alive() else "The sound device has stopped asking for sound."

    def gain(self, decibels: float) -> None:
        """See `ports.Speaker`."""
        self._mixer.gain(decibels)

    def close(self) -> None:
        """See `ports.Speaker`; waits at most `CLOSING_S`."""
        device, self._device = self._device, None
        if device is not None:
            atexit.unregister(self.close)
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
        with _explained(), _quiet_stderr():
            self._device.start(feed)

    def _feed(self) -> Generator[bytes, int, None]:
        """The callback: gets a number of frames, gives as many bytes; `Mixer` tells what may not be done."""
        frames = yield b""
        while True:
            self._beat = time.monotonic()
            frames = yield self._mixer.fill(frames).tobytes()


def open_card() -> CardSpeaker:
    """The system's default output, open, playing silence; one channel, which the system sends to all its own.

    Raises:
        SoundError: there is none, or it does not open; the hint says what to plug in or install.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    with _explained(), _quiet_stderr():
        device = _open_device()
        speaker = CardSpeaker(device, _name(device))
    try:
        speaker.start()
    except SoundError:
        speaker.close()
        raise
    return speaker


def _open_device() -> Any:
    import miniaudio

    names = _BACKENDS.get(sys.platform, _BACKENDS["linux"])
    device = miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=RATE,
        buffersize_msec=PERIOD_MS,
        callback_periods=PERIODS,
        backends=[miniaudio.Backend[name] for name in names],
        thread_prio=miniaudio.ThreadPriority.REALTIME,
        app_name="massage-voice",
    )
    if device.backend == "Null":
        device.close()
        raise SoundError("no sound device: only one that plays into nothing", _hint())
    return device


def _name(device: Any) -> str:
    """The default output's name; miniaudio's Python layer keeps it to itself, its C layer does not."""
    from miniaudio import ffi, lib

    info = ffi.new("ma_device_info *")
    context = device._device.pContext  # noqa: SLF001 - there is no public way to the name
    result = lib.ma_context_get_device_info(context, lib.ma_device_type_playback, ffi.NULL, info)
    found = result == lib.MA_SUCCESS
    return str(ffi.string(info.name).decode(errors="replace")) if found else ""


def _hint() -> str:
    return _HINTS.get(sys.platform, _HINTS["linux"])


@contextmanager
def _explained() -> Iterator[None]:
    import miniaudio

    try:
        yield
    except miniaudio.MiniaudioError as error:
        raise SoundError(f"no sound device: {error.args[0]}", _hint()) from error


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """ALSA prints pages on file descriptor 2 when there is no card; Python's own stderr goes with it."""
    if sys.stderr is not None:  # there is none under pythonw
        sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
