"""Which output the system plays to by default, and watching that it stays the same.

miniaudio is asked for the list of outputs, from C: asked for the default one alone while there is none, it brings
the process down (1.71, PulseAudio).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

from miniaudio import Backend, ffi, lib

WATCH_S: Final = 0.15
"""Between two looks at the default output. With the player's own 40 ms a change is found within 300 ms."""
DUMMIES: Final = ("auto_null", "dummy output", "null output")
"""What PulseAudio and PipeWire call the sink they play into when there is no card."""
MOVING: Final = (Backend.PULSEAUDIO, Backend.COREAUDIO, Backend.WASAPI)
"""Where the default output can move, and listing the outputs does not open them (ALSA does)."""


class Output(NamedTuple):
    """Where the system plays to, or records from."""

    id: str
    """What distinguishes it, together with its name."""
    name: str
    """What people call it; empty when the system does not say."""

    @property
    def is_dummy(self) -> bool:
        """Whether it plays into nothing, for want of a card."""
        return any(dummy in f"{self.id} {self.name}".lower() for dummy in DUMMIES)

    @property
    def is_monitor(self) -> bool:
        """Whether, as an input, it records what an output plays."""
        return self.id.endswith(".monitor")


UNKNOWN: Final = Output("", "")
Look = Callable[[Any], Output | None]
"""`default_output` or `default_source`."""


class OutputWatch:
    """Looks the default output, or input, up every `WATCH_S` seconds, in a thread with a connection of its own.

    The thread may block, for ever, when the sound server hangs; nobody waits for it.
    """

    def __init__(self, backend: Backend, output: Output, look: Look | None = None) -> None:
        self.moved: Output | None = None
        """Where the system plays to now, when that is not `output` any more. Without an answer it stays as it was:
        the heartbeat tells that story."""
        self._output = output
        self._look = look or default_output
        self._over = threading.Event()
        if backend in MOVING:
            threading.Thread(target=self._watch, args=(backend,), name="output-watch", daemon=True).start()

    def close(self) -> None:
        """Let the thread end, soon."""
        self._over.set()

    def _watch(self, backend: Backend) -> None:
        context = ffi.new("ma_context *")
        if lib.ma_context_init(ffi.new("ma_backend[]", [backend.value]), 1, ffi.NULL, context) != lib.MA_SUCCESS:
            return
        while not self._over.wait(WATCH_S):
            with suppress(ConnectionError):
                self._see(self._look(context) or UNKNOWN)
        lib.ma_context_uninit(context)

    def _see(self, now: Output) -> None:
        if self._output == UNKNOWN:
            self._output = now
        if now != UNKNOWN:
            self.moved = now if now != self._output else None


def default_output(context: Any) -> Output | None:
    """The default output, None when there is no output at all; `context` is miniaudio's, of a MOVING backend.

    Raises:
        ConnectionError: the system does not tell.
    """
    infos, number = ffi.new("ma_device_info **"), ffi.new("ma_uint32 *")
    return _default(lib.ma_context_get_devices(context, infos, number, ffi.NULL, ffi.NULL), infos, number)


def default_input(context: Any) -> Output | None:
    """The default microphone, None when there is none at all.

    Raises:
        ConnectionError: the system does not tell.
    """
    found = default_source(context)
    return None if found is not None and found.is_monitor else found


def default_source(context: Any) -> Output | None:
    """What the system records from by default: PulseAudio without a microphone records what it plays.

    Raises:
        ConnectionError: the system does not tell.
    """
    infos, number = ffi.new("ma_device_info **"), ffi.new("ma_uint32 *")
    return _default(lib.ma_context_get_devices(context, ffi.NULL, ffi.NULL, infos, number), infos, number)


def _default(result: int, infos: Any, number: Any) -> Output | None:
    if result != lib.MA_SUCCESS:
        raise ConnectionError("the sound system does not answer")
    for info in infos[0][0 : number[0]] if number[0] else ():
        if info.isDefault:
            return Output(_text(ffi.cast("char *", ffi.addressof(info, "id"))), _text(info.name))
    return UNKNOWN if number[0] else None


def unlisted_output(context: Any) -> Output:
    """The default output where outputs are not listed; not for PulseAudio."""
    info = ffi.new("ma_device_info *")
    result = lib.ma_context_get_device_info(context, lib.ma_device_type_playback, ffi.NULL, info)
    return Output("", _text(info.name)) if result == lib.MA_SUCCESS else UNKNOWN


def _text(chars: Any) -> str:
    return str(ffi.string(chars).decode(errors="replace"))
