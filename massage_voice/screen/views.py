"""Views of a live session: plain lines for a pipe or a screen reader, JSON lines for a program."""

from __future__ import annotations

from collections.abc import Callable

from massage_voice.clip import RATE
from massage_voice.session.checkpoint import Phase
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline.model import Chapter, Placement


class PlainView:
    """One line for each step and each spoken text, when it begins; nothing is redrawn."""

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
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
        if session.state is not self._state:
            self._state = session.state
            told = STATES.get(session.state)
            if told:
                self._line(told)


class QuietView:
    """Shows nothing: the ledger's lines are the output."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        self.notice = notice

    def update(self, session: Session) -> None:
        """See `player.View`."""


STATES = {
    State.AWAITING: "Ready? Any key begins.",
    State.PAUSED: "Paused. Space goes on, n and b jump, q finishes.",
    State.WAITING: "Waiting. Any key goes on.",
    State.STOPPED: "STOPPED. Space: look whether it may go on. q: finish.",
    State.CHECKING: "Any sign of fainting or of the nerves?  y yes   n no   u not sure",
    State.CONFIRMING: "Finish now?  q or y: finish.  Any other key: go on.",
    State.LOST: "No sound: hands off until it is back.",
    State.CLOSING: "Closing.",
}
"""What a state waits for, in words."""


def step_line(chapter: Chapter, steps: int) -> str:
    """`== 3 of 9: edge strokes (neck-back, …; edge-stroke, light) ==`."""
    secured = chapter.secured
    step = secured.step
    how = f"{', '.join(step.areas)}; {step.technique}, {step.pressure}" if step.areas else "hands rest"
    return f"== {secured.index} of {steps}: {title(step.name)} ({how}) =="


def caption_line(placement: Placement, session: Session) -> str:
    """`[02:13] ! text` with the session's time, the mark for cautions."""
    mark = "! " if placement.cue.is_caution else ""
    return f"[{session_time(session, placement.start)}] {mark}{placement.cue.text}"


def session_time(session: Session, frame: int) -> str:
    """Minutes and seconds of the session; the preparation counts down to it."""
    if session.phase is Phase.ASIDE:
        return "--:--"
    return clock((session.base + frame) / RATE)


def clock(seconds: float) -> str:
    """`-1:05`, `12:30`."""
    sign = "-" if seconds < 0 else ""
    whole = int(abs(seconds))
    return f"{sign}{whole // 60:02d}:{whole % 60:02d}"


def title(name: str) -> str:
    """A step's name as words."""
    return name.replace("-", " ")
