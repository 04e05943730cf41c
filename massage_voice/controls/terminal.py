"""A POSIX terminal that gives every key at once and echoes none, and is given back on every way out."""

from __future__ import annotations

import atexit
import os
import signal
import termios
import threading
import tty
from contextlib import suppress
from types import FrameType
from typing import Any, Final

_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that end the process without running `atexit`, unless someone else has a handler for them."""
_GONE: Final = (OSError, termios.error)
"""What a terminal raises that has been closed: there is nothing left to set."""


class QuickTerminal:
    """Puts terminal `fd` into cbreak mode until `close`; Ctrl-C and Ctrl-Z keep their meaning.

    Signals are handled only when it is made in the main thread, as Python requires.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._before: list[Any] = termios.tcgetattr(fd)
        self._handled: dict[int, Any] = {}
        self._open = True
        atexit.register(self.close)
        if threading.current_thread() is threading.main_thread():
            self._handle_signals()
        self._quicken()

    def close(self) -> None:
        """Give the terminal and the signals back as they were; safe to call twice."""
        if self._open:
            self._open = False
            atexit.unregister(self.close)
            self._restore()
            self._release_signals()

    def _quicken(self) -> None:
        """Not from the background: a terminal stops whoever changes it from there."""
        with suppress(*_GONE):
            if not self._in_background():
                tty.setcbreak(self._fd, termios.TCSANOW)

    def _in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self._fd) != os.getpgrp()
        except OSError:  # not the terminal that controls this process: nobody minds
            return False

    def _restore(self) -> None:
        with suppress(*_GONE):
            termios.tcsetattr(self._fd, termios.TCSANOW, self._before)

    def _handle_signals(self) -> None:
        self._take(signal.SIGTSTP, self._on_stop)
        self._take(signal.SIGCONT, self._on_continue)
        for ending in _ENDINGS:
            self._take(ending, self._on_end)

    def _take(self, number: signal.Signals, handler: Any) -> None:
        if signal.getsignal(number) == signal.SIG_DFL:
            self._handled[number] = handler
            signal.signal(number, handler)

    def _release_signals(self) -> None:
        """Only those that are still ours: the session may have set its own meanwhile."""
        for number, handler in self._handled.items():
            if signal.getsignal(number) == handler:
                signal.signal(number, signal.SIG_DFL)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Ctrl-Z: the shell gets its terminal back before the process stops."""
        self._restore()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._go_on()  # here as well: Python may run the other handler only when a blocking call returns

    def _on_continue(self, _number: int, _frame: FrameType | None) -> None:
        self._go_on()

    def _go_on(self) -> None:
        if self._open:
            self._quicken()

    def _on_end(self, number: int, _frame: FrameType | None) -> None:
        """Give the terminal back, then end as the signal would have ended the process."""
        self.close()
        os.kill(os.getpid(), number)
