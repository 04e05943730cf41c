"""Opening and closing a sound device with miniaudio, without what it leaves behind and what it prints.

What a device must be asked, and in which order things go wrong, was measured for miniaudio 1.71.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, Final

import miniaudio
from miniaudio import Backend, lib

from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.sound.outputs import MOVING, UNKNOWN, Output, default_input, default_output, unlisted_output

_BACKENDS: Final = {
    "linux": (Backend.PULSEAUDIO, Backend.ALSA, Backend.JACK),
    "darwin": (Backend.COREAUDIO,),
    "win32": (Backend.WASAPI, Backend.DSOUND),
}
"""Always named: left to itself miniaudio falls back to a backend that plays into nothing."""
_HINTS: Final = {
    "linux": "Plug in headphones or a speaker. On a bare system: apt install pulseaudio, or pipewire-pulse.",
    "darwin": "Choose an output under System Settings, Sound.",
    "win32": "Choose an output under Settings, System, Sound, and see that the Windows Audio service runs.",
}
_INPUT_HINTS: Final = {
    "linux": "Plug in a microphone, or choose one: pactl set-default-source NAME; pactl list short sources.",
    "darwin": "Choose an input under System Settings, Sound, and allow the terminal to use the microphone.",
    "win32": "Choose an input under Settings, System, Sound, and allow desktop apps to use the microphone.",
}
_TALKATIVE: Final = (("libasound.so.2", "snd_lib_error_set_handler"), ("libjack.so.0", "jack_set_error_function"))
"""These print pages on the terminal when there is no card."""


class _Tidy:
    """For miniaudio's devices, which leave connections behind: sixty-four later PulseAudio would take no more."""

    output: Output = UNKNOWN
    """What it was opened on."""
    backend_id: Backend
    """The sound system it plays through."""
    _context: Any = None
    _default = staticmethod(default_output)
    _missing = "the system has no output"

    def _make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Connect; where no output is, end it here, because failing to open one leaves a connection."""
        self._context = super()._make_context(*args, **kwargs)  # type: ignore[misc]
        self.backend_id = Backend(self._context.backend)
        with suppress(ConnectionError):
            self.output = self._find()
        return self._context

    def _find(self) -> Output:
        if self.backend_id not in MOVING:
            return unlisted_output(self._context)
        output = self._default(self._context)
        if output is None:
            raise miniaudio.MiniaudioError(self._missing)
        return output

    def close(self) -> None:
        """Close the device and its connection to the sound server. May block for ever when the device is gone."""
        super().close()  # type: ignore[misc]
        context, self._context = self._context, None
        if context is not None:
            lib.ma_context_uninit(context)


class OutputDevice(_Tidy, miniaudio.PlaybackDevice):  # type: ignore[misc]
    """A device that plays."""


class InputDevice(_Tidy, miniaudio.CaptureDevice):  # type: ignore[misc]
    """A device that records; its `output` is what it records from."""

    _default = staticmethod(default_input)
    _missing = "the system has no microphone"


def open_input(*, rate: int, period_ms: int) -> InputDevice:
    """The system's default microphone, open, not yet recording: mono, 16 bits, `period_ms` milliseconds at a time.

    Raises:
        SoundError: there is none, or it does not open; the hint says what to plug in or allow.
    """
    _hush()
    with explained("no microphone", _INPUT_HINTS):
        return InputDevice(
            input_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=rate,
            buffersize_msec=period_ms,
            backends=_backends(),
            app_name="massage-voice",
        )


def _backends() -> list[Backend]:
    return list(_BACKENDS.get(sys.platform, _BACKENDS["linux"]))


def open_output(*, period_ms: int, periods: int) -> OutputDevice:
    """The system's default output, open, not yet playing; one channel, which the system sends to all its own.

    It will ask for `period_ms` milliseconds at a time, and hold `periods` times as much.

    Raises:
        SoundError: there is none, or it does not open; the hint says what to plug in or install.
    """
    _hush()
    with explained():
        device = OutputDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=period_ms,
            callback_periods=periods,
            backends=_backends(),
            thread_prio=miniaudio.ThreadPriority.REALTIME,
            app_name="massage-voice",
        )
    if device.backend == "Null":
        device.close()
        raise SoundError("no sound device: only one that plays into nothing", _hint())
    return device


@contextmanager
def explained(what: str = "no sound device", hints: Mapping[str, str] = _HINTS) -> Iterator[None]:
    """Turn miniaudio's errors into SoundError, with what to do."""
    try:
        yield
    except miniaudio.MiniaudioError as error:
        raise SoundError(f"{what}: {error.args[0]}", _hint(hints)) from error


def _hint(hints: Mapping[str, str] = _HINTS) -> str:
    return hints.get(sys.platform, hints["linux"])


@cache
def _hush() -> None:
    """Keep ALSA and JACK from printing, for good.

    Their messages go to a function of C that does nothing with them, so no thread of theirs waits for Python.
    (Moving file descriptor 2 away while opening would also swallow what other threads print meanwhile.)
    """
    if sys.platform != "linux":
        return
    nothing = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
    for library, setter in _TALKATIVE:
        with suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(library), setter)(nothing)
