"""What a desktop is told of a session: which step, how far, playing or not. Values only; time is handed in.

A step is shown as a song is: its length is the step's, and the position counts frames that were sounded.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from massage_voice.clip import RATE
from massage_voice.session.checkpoint import Phase
from massage_voice.session.events import Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import TABLE, State

PLAYING, PAUSED, STOPPED = "Playing", "Paused", "Stopped"
STATUS: Final = {
    State.IDLE: STOPPED,
    State.PREPARING: PLAYING,
    State.PLAYING: PLAYING,
    State.HEARING_OUT: PLAYING,
    State.CLOSING: PLAYING,
    State.ENDED: STOPPED,
}
"""Every other state waits for somebody: PAUSED. After a massage "stop" as well, because desktops send no buttons
to a player that has stopped, and buttons are how it goes on."""
JUMP_US: Final = 1_000_000
"""Desktops count the seconds by themselves; by more than this they are told."""
LONGEST: Final = 200
"""Characters of a text that a desktop is shown."""


@dataclass(frozen=True, slots=True)
class Track:
    """A step, the preparation or the closing."""

    name: str = ""
    """Letters, digits and underscores, unique in a session; empty before the first."""
    title: str = ""
    number: int = 0
    """The step's index, from 1; 0 for what is no step."""
    length_us: int = 0
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a desktop is told as soon as it changes."""

    status: str = STOPPED
    track: Track = field(default_factory=Track)
    can_next: bool = False
    can_back: bool = False
    volume: float = 1.0
    """1.0 is as mixed."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at a session."""

    shown: Shown = field(default_factory=Shown)
    position_us: int = 0
    """Within the track."""
    jumps: int = 0
    """How often the position went elsewhere than where a desktop would expect it."""
    anchor_us: int = 0
    """The position at `anchor_s`, from where a desktop counts."""
    anchor_s: float = 0.0

    def expected_us(self, now_s: float) -> int:
        """Where a desktop believes the position to be."""
        passed_s = now_s - self.anchor_s if self.shown.status == PLAYING else 0.0
        return self.anchor_us + round(passed_s * 1_000_000)


def look(session: Session, before: Glance, now_s: float) -> Glance:
    """Look at `session` at `now_s` seconds of any steady clock."""
    track, position_us = _track(session, before)
    actions = TABLE[session.state]
    shown = Shown(
        STATUS.get(session.state, PAUSED),
        track,
        Signal.NEXT in actions,
        Signal.BACK in actions,
        round(10 ** (session.gain / 20), 3),
    )
    moved = track.name != before.shown.track.name
    jumped = abs(position_us - (0 if moved else before.expected_us(now_s))) > JUMP_US
    if jumped or moved or shown.status != before.shown.status:
        return Glance(shown, position_us, before.jumps + jumped, position_us, now_s)
    return Glance(shown, position_us, before.jumps, before.anchor_us, before.anchor_s)


def _track(session: Session, before: Glance) -> tuple[Track, int]:
    """What plays, and how far it has come; what is said aside leaves both as they were."""
    if session.run == 0 or session.phase is Phase.ASIDE:
        return before.shown.track, before.position_us
    start, end = 0, session.timeline.length
    chapter = session.chapter
    name = title = session.phase.value
    number, areas = 0, tuple[str, ...]()
    if chapter is not None and session.frame < chapter.practice_end:
        step = chapter.secured.step
        start, end = chapter.start, chapter.practice_end
        name, title, number = f"step_{chapter.secured.index}", plain(step.name.replace("-", " ")), chapter.secured.index
        areas = step.areas
    elif chapter is not None:  # the timeline of the steps goes on with the closing
        start = chapter.practice_end
        name = title = Phase.CLOSING.value
    length = max(end - start, 0)
    return Track(name, title, number, _us(length), areas), _us(min(max(session.frame - start, 0), length))


def _us(frames: int) -> int:
    return frames * 1_000_000 // RATE


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """`text` as one short line without control, format, private or unassigned characters."""
    return " ".join("".join(map(_harmless, text[: LONGEST * 4])).split())[:LONGEST].strip()


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc" or category[0] == "Z":
        return " "
    return "" if category[0] == "C" else character
