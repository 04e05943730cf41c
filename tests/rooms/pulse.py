"""A blocking stream to PulseAudio that begins without a threshold: late once, it puts off nothing, as pacat does."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from tests.rooms.acoustics import BLOCK, Wave
from tests.virtual_sound.device import RATE

PLAY, RECORD = 1, 2
_FLOAT32LE = 5
_BYTES = 4
_UNSET = 0xFFFFFFFF


class PulseError(Exception):
    """The server, or what the stream was connected to, is gone."""


class _Format(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class Stream:
    """Mono, at `RATE`, to a sink (`PLAY`) or from a source (`RECORD`); its buffer is `blocks` long."""

    def __init__(self, direction: int, device: str, blocks: int) -> None:
        self._library = _library()
        shape = _Format(_FLOAT32LE, RATE, 1)
        block = BLOCK * _BYTES
        # without a threshold to begin at: what comes late is late by itself, and puts nothing else off
        buffer = _Buffer(_UNSET, blocks * block, 0, block, block)
        error = ctypes.c_int()
        self._stream = self._library.pa_simple_new(
            None,
            b"room",
            direction,
            device.encode(),
            b"room",
            ctypes.byref(shape),
            None,
            ctypes.byref(buffer),
            ctypes.byref(error),
        )
        if not self._stream:
            raise PulseError(f"{device}: {error.value}")

    def read(self) -> Wave:
        """The next block, as soon as it is there."""
        block = np.empty(BLOCK, np.float32)
        self._do(self._library.pa_simple_read, block)
        return block

    def write(self, block: Wave) -> None:
        """A block, as soon as there is room for it."""
        self._do(self._library.pa_simple_write, np.ascontiguousarray(block, np.float32))

    def close(self) -> None:
        """Give the stream back."""
        self._library.pa_simple_free(self._stream)

    def _do(self, function: ctypes._NamedFuncPointer, block: Wave) -> None:
        error = ctypes.c_int()
        if function(self._stream, block.ctypes.data_as(ctypes.c_void_p), block.nbytes, ctypes.byref(error)) < 0:
            raise PulseError(error.value)


@cache
def _library() -> ctypes.CDLL:
    """It comes with PulseAudio's own programs."""
    library = ctypes.CDLL("libpulse-simple.so.0")
    pointer, number = ctypes.c_void_p, ctypes.c_int
    name = ctypes.c_char_p
    library.pa_simple_new.restype = pointer
    library.pa_simple_new.argtypes = [name, name, number, name, name, pointer, pointer, pointer, pointer]
    for function in (library.pa_simple_read, library.pa_simple_write):
        function.argtypes = [pointer, pointer, ctypes.c_size_t, pointer]
    library.pa_simple_free.restype = None
    library.pa_simple_free.argtypes = [pointer]
    return library
