"""What one look at a session tells, as values: made from the session, drawn by `big`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from massage_voice.clip import RATE
from massage_voice.controls.bindings import Bindings
from massage_voice.safety.script import Kind, SecuredStep
from massage_voice.screen.talk import clean
from massage_voice.screen.views import clock, states, title
from massage_voice.session.checkpoint import Phase
from massage_voice.session.machine import Session
from massage_voice.session.table import State

LONGEST: Final = 400
"""Characters of a text that are shown."""
CELLS: Final = 32
"""A bar has so many parts; it moves when one more is full."""

WORDS: Final = {
    State.PREPARING: "preparation",
    State.AWAITING: "ready?",
    State.HEARING_OUT: "listen",
    State.PAUSED: "PAUSED",
    State.WAITING: "WAITING",
    State.STOPPED: "STOPPED",
    State.CHECKING: "any sign?",
    State.CONFIRMING: "finish?",
    State.LOST: "NO SOUND",
    State.CLOSING: "closing",
    State.ENDED: "the end",
}
"""The state in large letters, where it is not simply the time that is left."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything that the screen shows."""

    routine: str = ""
    whole: str = ""
    """`12:30 left` of the session."""
    name: str = ""
    """The step."""
    how: str = ""
    """Where and how the hands work; small print."""
    left: str = ""
    """The time left in the step, as `4:05`; empty outside of the steps."""
    part: int = 0
    """How much of the step is over, of `CELLS`."""
    state: str = ""
    """See `WORDS`; empty while the hands work."""
    told: str = ""
    """What the state waits for."""
    words: str = ""
    """What is being said."""
    urgent: bool = False
    """It is a caution, or the words of a stop."""
    alarm: bool = False
    """Hands off."""
    following: str = ""
    """`next: ear to ear`."""
    notice: str = ""


def glance(session: Session, routine: str, bindings: Bindings, notice: str = "") -> Glance:
    """Look at `session`."""
    step = _step(session)
    caption = session.caption if session.sounding else None
    left, part = _progress(session)
    return Glance(
        routine=one_line(routine),
        whole="" if session.phase in {Phase.PRELUDE, Phase.ASIDE} else f"{clock(max(session.left, 0) / RATE)} left",
        name=title(one_line(step.step.name)) if step else one_line(routine),
        how=_how(session, step) if step else "",
        left=left,
        part=part,
        state=_state(session),
        told=states(bindings).get(session.state, ""),
        words=one_line(caption.cue.text) if caption else "",
        urgent=caption is not None and (caption.cue.is_caution or caption.cue.kind is Kind.SAFETY),
        alarm=session.state in {State.STOPPED, State.LOST},
        following=_following(session, step) if step else "",
        notice=one_line(notice),
    )


def one_line(text: str) -> str:
    """`text` as one line that steers nothing."""
    return " ".join(clean(text[:LONGEST]).split())


def _step(session: Session) -> SecuredStep | None:
    """Where the hands are; None before the first step, and in the closing."""
    steps = session.plan.script.steps
    chapter = session.chapter
    if chapter is not None:
        over = chapter.secured is steps[-1] and session.frame >= chapter.practice_end
        return None if over else chapter.secured
    landing = session.spot.landing
    if landing is None or session.phase is Phase.CLOSING or not 1 <= landing.step <= len(steps):
        return None
    return steps[landing.step - 1]


def _state(session: Session) -> str:
    if session.state is State.PLAYING and session.chapter is not None and _step(session) is None:
        return WORDS[State.CLOSING]
    return WORDS.get(session.state, "")


def _progress(session: Session) -> tuple[str, int]:
    """Minutes and seconds left in the step, and how much of it is over."""
    chapter = session.chapter
    if chapter is None or _step(session) is None:
        return "", 0
    left, total = max(chapter.end - session.frame, 0), max(chapter.end - chapter.start, 1)
    seconds = math.ceil(left / RATE)
    return f"{seconds // 60}:{seconds % 60:02d}", CELLS * (total - min(left, total)) // total


def _how(session: Session, secured: SecuredStep) -> str:
    step = secured.step
    number = f"{secured.index} of {len(session.plan.script.steps)}"
    if secured.hands_off or not step.areas:
        return f"{number}   hands rest"
    return "   ".join([number, *map(one_line, (", ".join(step.areas), step.technique, str(step.pressure)))])


def _following(session: Session, step: SecuredStep) -> str:
    steps = session.plan.script.steps[step.index :]
    name = next((following.step.name for following in steps if not following.hands_off), None)
    return f"next: {title(one_line(name))}" if name else "next: the end"
