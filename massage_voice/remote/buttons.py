"""Headset buttons and media keys as Controls, and what the desktop shows of the session beside them.

Everything that talks to the desktop's bus runs in one thread of its own. A bus that is missing, hangs or goes away
takes the buttons with it and nothing else: the session never waits for it.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from massage_voice.controls.held import Presses
from massage_voice.remote.media import Glance, look
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session

if TYPE_CHECKING:
    from massage_voice.remote.bus import Bus
    from massage_voice.remote.mpris import MediaPlayer

NAME: Final = f"org.mpris.MediaPlayer2.massage_voice.instance{os.getpid()}"
"""Two sessions are two players."""
MOST: Final = 32
"""Presses that wait; a program that presses more often than a session reads is no person."""
RELEASE_S: Final = 0.5
"""How long the end of a session waits for the thread, which takes a thousandth of that."""


@contextmanager
def media_buttons(title: str, folder: Path) -> Iterator[MediaButtons]:
    """The buttons of this desktop inside the block, at work as soon as the bus answers; `title` is the routine's.

    Pictures of the steps are kept in `folder`. Where there is no such desktop, nothing is ever pressed.
    """
    buttons = MediaButtons(title, folder)
    if sys.platform == "linux":
        buttons.start()
    try:
        yield buttons
    finally:
        buttons.close()


class MediaButtons:
    """`ports.Controls`, and like a `player.View` told of the session by `update`."""

    def __init__(self, title: str, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._title = title
        self._folder = folder
        self._clock = clock
        self._glance = Glance()
        self._pressed: deque[Event] = deque()
        self._change = threading.Condition()
        self._presses = Presses()
        self._over = False
        self._waking, self._woken = socket.socketpair()
        self._waking.setblocking(False)
        self._thread = threading.Thread(target=self._work, name="media-buttons", daemon=True)

    def start(self) -> None:
        """Begin to look for the desktop; returns at once."""
        self._thread.start()

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        with self._change:
            self._change.wait_for(lambda: self._pressed, timeout_s)
            return self._pressed.popleft() if self._pressed else None

    def update(self, session: Session) -> None:
        """Look at the session, in microseconds and without waiting; the desktop is told when something changed."""
        before, self._glance = self._glance, look(session, self._glance, self._clock())
        if (before.shown, before.jumps) != (self._glance.shown, self._glance.jumps):
            self._wake()

    def close(self) -> None:
        """See `ports.Controls`; the desktop shows nothing more."""
        self._over = True
        self._wake()
        if self._thread.ident is None:
            self._woken.close()
        else:
            self._thread.join(RELEASE_S)
        self._waking.close()

    def _wake(self) -> None:
        with suppress(OSError):  # it has been woken often enough, or nobody listens any more
            self._waking.send(b".")

    def _press(self, button: str, signal: Signal) -> None:
        """Keep an event for `read`; a button that bounces is one press, and a stop is never too many."""
        if not self._presses.counts(button, self._clock(), lambda _: False):
            return
        with self._change:
            latest = self._pressed[-1].signal if self._pressed else None
            if len(self._pressed) < MOST or (signal is Signal.STOP and latest is not Signal.STOP):
                self._pressed.append(Event(signal))
                self._change.notify()

    # --- the thread ---

    def _work(self) -> None:
        from massage_voice.remote.bus import Bus
        from massage_voice.remote.mpris import MediaPlayer

        with closing(self._woken), suppress(OSError), closing(Bus()) as bus:
            bus.own(NAME)
            self._serve(bus, MediaPlayer(self._title, self._press))

    def _serve(self, bus: Bus, player: MediaPlayer) -> None:
        """Answer calls and tell changes, until it is over or the bus is gone."""
        from jeepney import MessageType  # type: ignore[import-untyped]

        from massage_voice.remote.picture import picture

        areas: tuple[str, ...] | None = None
        jumps, told = 0, player.told()
        while not self._over:
            player.glance = self._glance
            for message in bus.messages():
                if message.header.message_type is MessageType.method_call and (reply := player.answer(message)):
                    bus.send(reply)
            track = player.glance.shown.track
            if track.name and track.areas != areas:
                areas = track.areas
                player.art = picture(self._folder, areas)
            for change in player.changes(told, player.glance.jumps != jumps):
                bus.send(change)
            jumps, told = player.glance.jumps, player.told()
            ready, _, _ = select.select([bus.fileno(), self._woken.fileno()], [], [])
            if bus.fileno() in ready:
                bus.receive()
            if self._woken.fileno() in ready:
                self._woken.recv(64)
