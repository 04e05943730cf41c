"""A POSIX terminal that gives every key at once and echoes none, and is given back on every way out."""

from __future__ import annotations

import atexit
import os
import select
import signal
import termios
import threading
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from massage_voice.controls.guard import Guard
from massage_voice.controls.modes import quick, tidied, way_back

_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that end the process without running `atexit`, unless someone else has a handler for them."""
_GONE: Final = (OSError, termios.error)
"""What a terminal raises that has been closed: there is nothing left to set."""
_SHOW_CURSOR: Final = b"\x1b[?25h"


class QuickTerminal:
    """Makes terminal `fd` quick until `close`; Ctrl-C and Ctrl-Z keep their meaning.

    One that was left raw by somebody before us is given back as a shell wants it; when this process is killed, a
    `Guard` gives it back. Signals are handled only when it is made in the main thread, as Python requires.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._after = tidied(termios.tcgetattr(fd))
        self._handled: dict[int, Any] = {}
        self._open = True
        self._taken = False
        self._guard: Guard | None = None
        atexit.register(self.close)
        if threading.current_thread() is threading.main_thread():
            self._handle_signals()
        self._take_terminal()

    def close(self) -> None:
        """Give the terminal and the signals back as they were; safe to call twice."""
        if self._open:
            self._open = False
            atexit.unregister(self.close)
            self._give_back()
            self._release_signals()
            if self._guard:
                self._guard.dismiss()

    def in_background(self) -> bool:
        """Whether the terminal is somebody else's at the moment: it stops whoever changes it or reads from it then."""
        try:
            return os.tcgetpgrp(self._fd) != os.getpgrp()
        except OSError:  # not the terminal that controls this process: nobody minds
            return False

    def _take_terminal(self) -> None:
        self._taken = not self.in_background()
        if self._taken:
            with suppress(*_GONE):
                termios.tcsetattr(self._fd, termios.TCSANOW, quick(self._after))
                self._guard = self._guard or Guard(self._fd, way_back(self._after))
                self._guard.took()

    def _give_back(self) -> None:
        if self._taken:
            self._taken = False
            with suppress(*_GONE):
                termios.tcsetattr(self._fd, termios.TCSANOW, self._after)
            if self._guard:
                self._guard.gave()

    def _show_cursor(self) -> None:
        """A view may have hidden it; a terminal that takes nothing at the moment is not waited for."""
        with suppress(OSError):
            if os.environ.get("TERM") != "dumb" and select.select([], [self._fd], [], 0)[1]:
                os.write(self._fd, _SHOW_CURSOR)

    def _handle_signals(self) -> None:
        self._handle(signal.SIGTSTP, self._on_stop)
        self._handle(signal.SIGCONT, self._on_continue)
        for ending in _ENDINGS:
            self._handle(ending, self._on_end)

    def _handle(self, number: signal.Signals, handler: Any) -> None:
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
        if self._taken:
            self._give_back()
            self._show_cursor()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._go_on()  # here as well: Python may run the other handler only when a blocking call returns

    def _on_continue(self, _number: int, _frame: FrameType | None) -> None:
        self._go_on()

    def _go_on(self) -> None:
        if self._open:
            self._take_terminal()

    def _on_end(self, number: int, _frame: FrameType | None) -> None:
        """Give the terminal back, then end as the signal would have ended the process."""
        self.close()
        os.kill(os.getpid(), number)
