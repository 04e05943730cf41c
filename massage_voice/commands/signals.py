"""What the system's signals mean to a session that plays."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from massage_voice.session.events import Event, Signal

ENDINGS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl-C, a polite kill, a closed terminal, Ctrl-Break on Windows."""
RAMP_S: Final = 0.2
"""From a silence to what the device has then played: the ramp and two periods of the device."""

_Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def signals(post: Callable[[Event], None], before_stop: Callable[[], None]) -> Iterator[None]:
    """Inside the block, an INTERRUPT is posted when somebody wants the process to end.

    When it is to be stopped (Ctrl-Z), `before_stop` is called first, in a signal handler, and must ramp the sound
    down; an ASLEEP is posted when it goes on, however short that was. Outside the main thread, where Python lets
    nobody handle signals, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _handle(post, before_stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handle(post: Callable[[Event], None], before_stop: Callable[[], None]) -> dict[signal.Signals, Any]:
    """Set all handlers; what was there before."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        post(Event(Signal.INTERRUPT))

    wanted: dict[signal.Signals, _Handler] = {
        signal.Signals[name]: interrupt for name in ENDINGS if name in signal.Signals.__members__ and not _spared(name)
    }
    if (stop := signal.Signals.__members__.get("SIGTSTP")) and signal.getsignal(stop) != signal.SIG_IGN:
        wanted[stop] = _stopping(signal.getsignal(stop), post, before_stop)
    before = {number: signal.getsignal(number) for number in wanted}
    for number, handler in wanted.items():
        signal.signal(number, handler)
    return {number: signal.SIG_DFL if handler is None else handler for number, handler in before.items()}


def _spared(name: str) -> bool:
    """Under `nohup` a closed terminal ends nothing."""
    return name == "SIGHUP" and signal.getsignal(signal.Signals[name]) == signal.SIG_IGN


def _stopping(before: Any, post: Callable[[Event], None], before_stop: Callable[[], None]) -> _Handler:
    """Silence, as long as that takes, then stop as it would have been done without a session."""

    def stop(number: int, frame: FrameType | None) -> None:
        before_stop()
        time.sleep(RAMP_S)
        if callable(before):
            before(number, frame)  # the terminal is given back
        else:
            os.kill(os.getpid(), signal.Signals["SIGSTOP"])
        post(Event(Signal.ASLEEP))

    return stop


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Inside the block nothing is torn from its work; what is yielded raises KeyboardInterrupt once it may end.

    For work that is in C half of the time, where an exception of a signal would be lost or come at a bad moment.
    """
    wanted = threading.Event()

    def interrupted() -> None:
        if wanted.is_set():
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    numbers = [signal.Signals[name] for name in ENDINGS if name in signal.Signals.__members__ and not _spared(name)]
    before = {number: signal.signal(number, lambda _number, _frame: wanted.set()) for number in numbers}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
