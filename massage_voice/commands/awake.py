"""Keeps the machine from sleeping or dimming while a session runs.

The system is asked on a thread of its own, because a desktop's bus may hang for seconds. However the process
ends, the system takes the wish back: on Linux when the connection to the bus closes, on macOS when the pipe to
`caffeinate` does, on Windows with the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

ASK_S: Final = 1.0
"""How long a session waits for the answer, which takes a hundredth of that; a late yes counts as well."""
RELEASE_S: Final = 1.0
PROBE_S: Final = 5.0


@contextmanager
def awake(say: Callable[[str], None]) -> Iterator[None]:
    """No sleep and no dark screen inside the block, where the system allows; one line says where it does not."""
    keeper = _Keeper()
    active, _ = keeper.answer(ASK_S)
    if not active:
        say("This system does not let the program keep it awake: see that it does not sleep meanwhile.")
    try:
        yield
    finally:
        keeper.release(RELEASE_S)


def can_keep_awake() -> tuple[bool, str]:
    """Whether a session could keep the machine awake, and by what, or why not; asks for at most `PROBE_S` seconds."""
    keeper = _Keeper()
    try:
        return keeper.answer(PROBE_S)
    finally:
        keeper.release(RELEASE_S)


class _Keeper:
    """Asks at once, holds until it is released; wakepy wants both in one thread."""

    def __init__(self) -> None:
        self._found = False, "the system does not answer"
        self._answered = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._hold, name="awake", daemon=True)
        self._thread.start()

    def answer(self, timeout_s: float) -> tuple[bool, str]:
        """Whether it holds, and the method, or the reason."""
        self._answered.wait(timeout_s)
        return self._found

    def release(self, timeout_s: float) -> None:
        """Let the machine sleep again; a system that hangs is left to itself."""
        self._over.set()
        self._thread.join(timeout_s)

    def _hold(self) -> None:
        from wakepy import keep

        with suppress(RuntimeError), keep.presenting(on_fail="pass") as mode:  # raised when the bus has gone meanwhile
            tried = ", ".join(result.method_name for result in mode.result.list_methods())
            self._found = (True, mode.method.name) if mode.method else (False, f"no answer from {tried}")
            self._answered.set()
            self._over.wait()
