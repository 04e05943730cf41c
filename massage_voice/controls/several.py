"""Several Controls as one: keys, headset buttons, words."""

from __future__ import annotations

from massage_voice.ports import Controls
from massage_voice.session.events import Event


class Several:
    """`main` is waited for; the others are looked at before, so their events come at most one wait later."""

    def __init__(self, main: Controls, *others: Controls) -> None:
        self._main = main
        self._others = others

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        for controls in self._others:
            event = controls.read(0.0)
            if event is not None:
                return event
        return self._main.read(timeout_s)

    def close(self) -> None:
        """See `ports.Controls`."""
        for controls in (self._main, *self._others):
            controls.close()
