"""Timelines as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from massage_voice.clip import RATE
from massage_voice.safety.script import Kind
from massage_voice.screen.talk import clean
from massage_voice.screen.views import clock
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan

_STYLES = {
    Kind.SAFETY: "yellow",
    Kind.SAFETY_REPEAT: "yellow",
    Kind.OPENING: "yellow",
    Kind.CLOSING: "yellow",
    Kind.BELL: "dim",
    Kind.NOTICE: "dim",
}


def plan_table(made: Plan, timeline: Timeline) -> None:
    """Print every cue with its time and kind, step by step, then the whole length."""
    console = console_for_tables()
    table = Table(box=None, pad_edge=False)
    table.add_column("time", justify="right")
    table.add_column("step", justify="right")
    table.add_column("kind")
    table.add_column("words", overflow="fold")
    step = 0
    for placement in timeline.placements:
        cue = placement.cue
        if cue.step != step:
            step = cue.step
            table.add_row("", "", "", "")
        words = f"({cue.text} bell)" if cue.kind is Kind.BELL else escape(clean(cue.text))
        time = clock(placement.start / RATE)
        table.add_row(time, str(cue.step), cue.kind.value, words, style=_STYLES.get(cue.kind, ""))
    console.print(table)
    console.print(f"\n{summary(made, timeline)}")


def columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Lines with the cells of `rows` below each other."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def summary(made: Plan, timeline: Timeline) -> str:
    """One line about the whole."""
    script = made.script
    speech = sum(p.end - p.start for p in timeline.placements if p.cue.is_spoken)
    steps = sum(1 for chapter in timeline.chapters if not chapter.secured.hands_off)
    parts = [
        f"{clean(script.routine.title)}: {clock(timeline.length / RATE)} in {steps} steps",
        f"{1 - speech / timeline.length:.0%} silence",
        "a first session" if script.first else "a later session",
        "with the front of the neck" if script.front else "",
        f"left out for want of room: {', '.join(repr(clean(c.text)) for c in timeline.dropped)}"
        if timeline.dropped else "",
    ]  # fmt: skip
    return " · ".join(escape(part) for part in parts if part)


def console_for_tables() -> Console:
    """Colours where the terminal wants them; in a pipe, lines as wide as they are."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, emoji=False, width=160)
    return console
