"""Keys as Controls, whatever they come from."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from massage_voice.controls.bindings import DEFAULT, HELD, Bindings
from massage_voice.controls.held import ECHO_S, Presses
from massage_voice.controls.waiting import NoControls
from massage_voice.ports import Controls
from massage_voice.session.events import Event, Signal

TOGETHER_S: Final = 0.050
"""Different keys within this time of each other are no fingertip: an elbow, a sleeve, a cat."""
AHEAD_S: Final = 0.040
"""How long a key waits to see whether others follow."""
_AT_ONCE: Final = frozenset({Signal.STOP, Signal.TOGGLE})
"""What is not kept waiting to see whether other keys follow."""


class Keyboard(Protocol):
    """Where key names come from; one per operating system."""

    def key(self, timeout_s: float) -> str:
        """The next key's name; empty when `timeout_s` seconds passed without one, or the keys are gone."""
        ...

    def close(self) -> None:
        """Give the terminal back as it was; safe to call twice."""
        ...


class KeyControls:
    """Events from a keyboard, a pedal or a presenter's remote.

    Several keys at once are one pause, which also holds what was paused; a stop among them stays a stop. So a key
    that does anything but stop or pause is taken `AHEAD_S` seconds after it was pressed.
    """

    def __init__(
        self, keyboard: Keyboard, clock: Callable[[], float] = time.monotonic, bindings: Bindings = DEFAULT
    ) -> None:
        self._keyboard = keyboard
        self._clock = clock
        self._bindings = bindings
        self._presses = Presses()
        self._ahead: deque[tuple[str, float]] = deque()
        self._last = ("", float("-inf"))
        """The key before, and when it came."""
        self._together = False
        """It was one of several at once."""

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`; a held or bouncing key counts once, and so do several at once."""
        until = self._clock() + timeout_s
        while pressed := self._next(until - self._clock()):
            event = self._event(*pressed)
            if event is not None:
                return event
        return None

    def close(self) -> None:
        """See `ports.Controls`."""
        self._keyboard.close()

    def _next(self, timeout_s: float) -> tuple[str, float] | None:
        if self._ahead:
            return self._ahead.popleft()
        key = self._keyboard.key(max(0.0, timeout_s))
        return (key, self._clock()) if key else None

    def _event(self, key: str, at_s: float) -> Event | None:
        """What a key that came at `at_s` means; None when it is of a press that was counted."""
        signal = self._bindings.signal(key)
        before, self._last = self._last, (key, at_s)
        if at_s - before[1] >= (ECHO_S if self._together else TOGETHER_S):
            self._together = False
        elif key != before[0] and signal is not Signal.STOP:
            return self._several()
        if not self._counts(key, signal, at_s) or (self._together and signal is not Signal.STOP):
            return None
        if signal not in _AT_ONCE and self._is_followed(key, at_s):
            return self._several()
        return self._bindings.event(key)

    def _several(self) -> Event | None:
        """One pause for all that come together; it has no key, because it answers nothing."""
        first, self._together = not self._together, True
        return Event(Signal.PAUSE) if first else None

    def _counts(self, key: str, signal: Signal, at_s: float) -> bool:
        if signal in HELD:
            return True
        return self._presses.counts(key, at_s, lambda wait_s: self._following(wait_s)[0] == key)

    def _is_followed(self, key: str, at_s: float) -> bool:
        other, other_s = self._following(AHEAD_S)
        return other not in {"", key} and other_s - at_s < TOGETHER_S

    def _following(self, wait_s: float) -> tuple[str, float]:
        """The next key, waited for `wait_s` seconds, and when it came; it is kept for the next read."""
        if not self._ahead and (key := self._keyboard.key(wait_s)):
            self._ahead.append((key, self._clock()))
        return self._ahead[0] if self._ahead else ("", 0.0)


def open_keys(bindings: Bindings = DEFAULT) -> Controls:
    """The terminal's keys; `NoControls` when the input is none.

    The terminal is given back by `close`, at the interpreter's exit, and while the process is stopped.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return NoControls()
    if sys.platform == "win32":
        from massage_voice.controls.windows_keys import WindowsKeyboard

        return KeyControls(WindowsKeyboard(), bindings=bindings)
    from massage_voice.controls.posix_keys import PosixKeyboard

    return KeyControls(PosixKeyboard(sys.stdin.fileno()), bindings=bindings)
