"""The calm live view of a terminal: where the session is, what is being said, what comes next.

Readable from two metres: few lines, nothing blinks, two bars that fill.
"""

from __future__ import annotations

import time
from typing import Final

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from massage_voice.clip import RATE
from massage_voice.screen.talk import clean
from massage_voice.screen.views import STATES, clock, title
from massage_voice.session.checkpoint import Phase
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline.model import Chapter

BAR: Final = 32
"""Cells of a bar; its two signs differ without colour too."""
REDRAW_S: Final = 0.25
"""Redrawing is Python's work beside the audio callback: four times a second is calm, and enough."""
KEYS: Final = """\
space pause   n next   b back   r repeat   s STOP   q finish
t time   - slower   + faster   m one more minute   arrows louder, quieter"""


class LiveView:
    """Redraws a few lines of a terminal."""

    def __init__(self, console: Console, name: str) -> None:
        self._name = name
        self._live = Live(Text(), console=console, auto_refresh=False, transient=True)
        self._live.start()
        self._drawn_s = 0.0
        self._shown: object = None
        self._notice = ""

    def update(self, session: Session) -> None:
        """See `player.View`; draws at once when the words change, otherwise calmly."""
        caption = session.caption
        shown = session.state, session.run, caption and caption.cue.id
        now = time.monotonic()
        if shown != self._shown or now - self._drawn_s >= REDRAW_S:
            self._shown, self._drawn_s = shown, now
            self._live.update(draw(session, self._name, self._notice), refresh=True)

    def notice(self, text: str) -> None:
        """See `player.View`."""
        self._notice = clean(text)

    def close(self) -> None:
        """Give the screen back."""
        self._live.stop()


def live_view(name: str) -> LiveView | None:
    """The view for this terminal, or None when it cannot redraw (a dumb one)."""
    console = Console()
    return LiveView(console, name) if console.is_terminal and not console.is_dumb_terminal else None


def draw(session: Session, name: str, notice: str = "") -> RenderableType:
    """The whole view of `session`, as it is now."""
    chapter = session.chapter
    parts: list[RenderableType] = [_head(session, name)]
    if chapter is not None:
        parts.append(_step(session, chapter))
    parts.append(_words(session))
    if chapter is not None:
        parts.append(_next(session, chapter))
    if notice:
        parts.append(Text(notice, style="yellow"))
    parts.append(Text(KEYS, style="dim"))
    return Padding(Group(*parts), (1, 2))


def _head(session: Session, name: str) -> RenderableType:
    total = max(session.clock + session.left, 1)
    label = f"{clean(name)}   {clock(max(session.left, 0) / RATE)} left"
    if session.phase is Phase.PRELUDE:
        return Text(f"{clean(name)}   preparation", style="bold")
    return _bar(label, session.clock, total, "bold")


def _step(session: Session, chapter: Chapter) -> RenderableType:
    secured = chapter.secured
    step = secured.step
    done, total = session.frame - chapter.start, max(chapter.end - chapter.start, 1)
    label = f"{title(step.name)}   {clock(max(total - done, 0) / RATE)}"
    rests = secured.hands_off or not step.areas
    how = "hands rest" if rests else f"{', '.join(step.areas)} · {step.technique} · {step.pressure}"
    return Group(_bar(label, done, total, "bold cyan"), Text(how, style="dim"))


def _bar(label: str, done: int, total: int, style: str) -> RenderableType:
    full = BAR * max(0, min(done, total)) // total
    bar = Text("█" * full + "░" * (BAR - full), style=style)
    return Columns([bar, Text(label, style=style)], padding=(0, 2))


def _words(session: Session) -> RenderableType:
    caption = session.caption
    told = STATES.get(session.state)
    style = "bold"
    if caption is not None:
        text = caption.cue.text
        style = "bold yellow" if caption.cue.is_caution else "bold"
    else:
        text = told or ""
    if session.state in {State.STOPPED, State.LOST}:
        style = "bold red"
    lines = Text(text, style=style)
    if told and caption is not None:
        lines.append(f"\n{told}", style="dim")
    return Padding(lines, (1, 0))


def _next(session: Session, chapter: Chapter) -> RenderableType:
    steps = session.plan.script.steps
    index = chapter.secured.index
    following = next((s.step.name for s in steps[index:] if not s.hands_off), None)
    return Text(f"next: {title(following)}" if following else "next: the end", style="dim")
