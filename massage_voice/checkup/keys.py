"""What only the person at the terminal can tell: whether a sound was heard, and whether a key arrives."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from massage_voice.checkup.finding import Check, Finding, Verdict
from massage_voice.checkup.remedies import Remedies
from massage_voice.controls.waiting import NoControls
from massage_voice.ports import Controls
from massage_voice.session.events import Event

PRESS_S: Final = 5.0
ANSWER_S: Final = 15.0
"""How long somebody is waited for."""
UNASKED: Final = "no terminal: keys cannot be read, so a session goes on by itself."


class Person:
    """Somebody at the keys; `say` shows what they are asked."""

    def __init__(self, controls: Controls, say: Callable[[str], None], remedies: Remedies) -> None:
        self._controls = controls
        self._say = say
        self._remedies = remedies

    @property
    def is_there(self) -> bool:
        """Somebody can be asked."""
        return not isinstance(self._controls, NoControls)

    def forewarned(self) -> None:
        """Say what is about to be heard, to whoever is there."""
        if self.is_there:
            self._say("Now a bell, and a voice.")

    def heard(self, limit_s: float = ANSWER_S) -> Check:
        """Ask whether the bell and the voice were heard."""
        began = self._ask("Did you hear a bell and a voice?   y yes   n no")
        while (left_s := began + limit_s - time.monotonic()) > 0:
            event = self._controls.read(left_s)
            if event is not None and event.key in {"y", "n"}:
                return _check("heard", began, self._answered(yes=event.key == "y"))
        found = f"nobody answered within {limit_s:g} s whether the bell was heard."
        return _check("heard", began, Finding(Verdict.WARNING, found, self._remedies("not-heard")))

    def pressed(self, limit_s: float = PRESS_S) -> Check:
        """Ask for a key or the pedal."""
        if not self.is_there:
            return Check("keys", Finding(Verdict.WARNING, UNASKED, self._remedies("keys")), 0.0)
        began = self._ask("Press the space bar, or the pedal.")
        event = self._controls.read(limit_s)
        if event is None:
            found = f"no key came within {limit_s:g} s."
            return _check("keys", began, Finding(Verdict.WARNING, found, self._remedies("keys")))
        return _check("keys", began, Finding(Verdict.OK, _told(event, time.monotonic() - began)))

    def _ask(self, question: str) -> float:
        """Show the question; what was typed before it is no answer."""
        while self._controls.read(0.0):
            pass
        self._say(question)
        return time.monotonic()

    def _answered(self, *, yes: bool) -> Finding:
        if yes:
            return Finding(Verdict.OK, "you heard the bell and the voice.")
        found = "the system plays, and you hear nothing: most often another output is chosen."
        return Finding(Verdict.FAILING, found, self._remedies("not-heard"))


def _told(event: Event, seconds: float) -> str:
    does = event.signal.name.lower().replace("_", " ")
    meaning = "pause and resume" if does == "toggle" else does
    key = event.key or "Several keys at once"
    return f"{key} came after {seconds * 1000:.0f} ms; in a session it means: {meaning}."


def _check(name: str, began: float, finding: Finding) -> Check:
    return Check(name, finding, time.monotonic() - began)
