"""A Windows console of the older kind shows escape sequences as signs until a program asks it not to."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

_OUTPUT: Final = -11
"""STD_OUTPUT_HANDLE."""
_SEQUENCES: Final = 0x0004
"""ENABLE_VIRTUAL_TERMINAL_PROCESSING."""


def take_sequences(kernel: Any = None) -> None:
    """Ask the console to obey escape sequences; one that cannot, and what is none, stays as it is."""
    import ctypes

    with suppress(OSError, AttributeError):
        kernel = kernel or ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore] # on Windows alone
        handle, mode = kernel.GetStdHandle(_OUTPUT), ctypes.c_ulong()
        if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            kernel.SetConsoleMode(handle, mode.value | _SEQUENCES)
