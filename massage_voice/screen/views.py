"""Views of a live session: plain lines for a pipe or a screen reader, JSON lines for a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from massage_voice.clip import RATE
from massage_voice.controls.bindings import DEFAULT, Bindings
from massage_voice.session.checkpoint import Phase
from massage_voice.session.events import Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline.model import Chapter, Placement


class PlainView:
    """One line for each step, each state and each spoken text, when it begins; nothing is redrawn."""

    def __init__(self, line: Callable[[str], None], bindings: Bindings = DEFAULT) -> None:
        self._write = line
        self._told = states(bindings)
        self._said: tuple[int, str] = (0, "")
        self._step = ""
        self._state = State.IDLE

    def update(self, session: Session) -> None:
        """See `player.View`."""
        self._show_state(session)
        chapter = session.chapter
        if chapter is not None and chapter.secured.step.name != self._step:
            self._step = chapter.secured.step.name
            self._line(step_line(chapter, len(session.plan.script.steps)))
        caption = session.caption
        if caption is not None and (session.run, caption.cue.id) != self._said:
            self._said = session.run, caption.cue.id
            self._line(caption_line(caption, session))

    def notice(self, text: str) -> None:
        """See `player.View`."""
        self._line(text)

    def _show_state(self, session: Session) -> None:
        state, before = session.state, self._state
        self._state = state
        if state is before:
            return
        if state in self._told:
            self._line(self._told[state])
        elif before in HOLDING:
            self._line("Going on.")

    def _line(self, text: str) -> None:
        """One event, one line, whatever an author has put into a text."""
        self._write(" ".join(text.split()))


class QuietView:
    """Shows nothing: the ledger's lines are the output."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        self.notice = notice

    def update(self, session: Session) -> None:
        """See `player.View`."""


HOLDING: Final = frozenset(
    {State.AWAITING, State.PAUSED, State.WAITING, State.STOPPED, State.CHECKING, State.CONFIRMING, State.LOST}
)
"""States after which it is worth a word that it goes on."""


def states(bindings: Bindings) -> Mapping[State, str]:
    """What a state waits for, in words, with the keys as somebody has them."""
    toggle, jumps, finish = _names(bindings, Signal.TOGGLE), _jumps(bindings), _names(bindings, Signal.FINISH)
    leave = f", {finish} finishes" if finish else ""
    both = f"{finish} or y" if finish else "y"
    return {
        State.AWAITING: "Ready? Any key begins.",
        State.HEARING_OUT: "The caution first, then on.",
        State.PAUSED: f"Paused. {toggle.capitalize()} goes on{jumps}{leave}.",
        State.WAITING: "Waiting. Any key goes on.",
        State.STOPPED: f"STOPPED. {toggle.capitalize()}: look whether it may go on."
        + (f" {finish}: finish." if finish else ""),
        State.CHECKING: "Any sign of fainting or of the nerves?  y yes   n no   u not sure",
        State.CONFIRMING: f"Finish now?  {both}: finish.  Any other key: go on.",
        State.LOST: "No sound: hands off until it is back.",
        State.CLOSING: "Closing.",
    }


def _jumps(bindings: Bindings) -> str:
    """`, n and b jump`."""
    keys = [key for key in (_names(bindings, Signal.NEXT), _names(bindings, Signal.BACK)) if key]
    return f", {' and '.join(keys)} jump{'s' if len(keys) == 1 else ''}" if keys else ""


def _names(bindings: Bindings, signal: Signal) -> str:
    """The first key that does this, as words; a key without a meaning does what space did."""
    keys = bindings.keys(signal)
    if not keys and signal is Signal.TOGGLE:
        return "any key without a meaning"
    return "space" if keys[:1] == ("Space",) else keys[0] if keys else ""


def step_line(chapter: Chapter, steps: int) -> str:
    """`== 3 of 9: edge strokes (neck-back, …; edge-stroke, light) ==`."""
    secured = chapter.secured
    step = secured.step
    how = f"{', '.join(step.areas)}; {step.technique}, {step.pressure}" if step.areas else "hands rest"
    return f"== {secured.index} of {steps}: {title(step.name)} ({how}) =="


def caption_line(placement: Placement, session: Session) -> str:
    """`[02:13] ! Caution: text` with the session's time; what is said aside has none."""
    mark = "! Caution: " if placement.cue.is_caution else ""
    time = "" if session.phase is Phase.ASIDE else f"[{session_time(session, placement.start)}] "
    return f"{time}{mark}{placement.cue.text}"


def session_time(session: Session, frame: int) -> str:
    """Minutes and seconds of the session; the preparation counts down to it."""
    return clock((session.base + frame) / RATE)


def clock(seconds: float) -> str:
    """`-1:05`, `12:30`."""
    sign = "-" if seconds < 0 else ""
    whole = int(abs(seconds))
    return f"{sign}{whole // 60:02d}:{whole % 60:02d}"


def title(name: str) -> str:
    """A step's name as words."""
    return name.replace("-", " ")
