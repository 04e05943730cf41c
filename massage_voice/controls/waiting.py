"""Controls without anyone at them: none at all, and those that follow a script."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from massage_voice.session.events import Event


class NoControls:
    """For a run without a terminal: nothing ever comes, but time passes."""

    def __init__(self, wait: Callable[[float], object] = time.sleep) -> None:
        self._wait = wait

    def read(self, timeout_s: float) -> Event | None:
        """Wait `timeout_s` seconds; None."""
        self._wait(timeout_s)
        return None

    def close(self) -> None:
        """Nothing to give back."""


class NoHearing:
    """For a session without a microphone."""

    def expect(self, answers: tuple[str, ...], opening: tuple[str, ...]) -> None:
        """Nobody listens."""

    def narrate(self, text: str, seconds: float) -> None:
        """Nobody listens."""


class ScriptedControls:
    """The fake: events at given seconds from its first read on.

    `wait` is called with every stretch of seconds that passes, so that it can move a virtual clock.
    """

    def __init__(self, script: Iterable[tuple[float, Event]], wait: Callable[[float], object] = lambda _: None) -> None:
        self._script = deque(sorted(script, key=lambda entry: entry[0]))
        self._wait = wait
        self.now_s = 0.0
        """Seconds that have passed in reads."""
        self.closed = False

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        until = self.now_s + timeout_s
        if not self._script or self._script[0][0] > until:
            self._pass(until)
            return None
        when_s, event = self._script.popleft()
        self._pass(max(self.now_s, when_s))
        return event

    def close(self) -> None:
        """See `ports.Controls`."""
        self.closed = True

    def _pass(self, until_s: float) -> None:
        passed, self.now_s = until_s - self.now_s, until_s
        if passed > 0:
            self._wait(passed)
