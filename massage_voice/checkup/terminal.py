"""The terminal: whether the live view can be drawn in it."""

from __future__ import annotations

from typing import Final

from rich.console import Console

from massage_voice.checkup.finding import Finding, Verdict
from massage_voice.checkup.remedies import Remedies

COLUMNS: Final = 40
LINES: Final = 12
"""What the live view needs."""


def terminal(remedies: Remedies, console: Console | None = None) -> Finding:
    """Size, colours and letters of the terminal that rich sees, as the live view does."""
    console = console or Console()
    if not console.is_terminal:
        found = "the output is no terminal: a session shows plain lines instead of the live view."
        return Finding(Verdict.WARNING, found, remedies("terminal-none"))
    if console.is_dumb_terminal:
        found = "the terminal says that it cannot redraw (TERM=dumb): a session shows plain lines."
        return Finding(Verdict.WARNING, found, remedies("terminal-dumb"))
    if console.legacy_windows:
        found = "this console is an old one: the live view may flicker."
        return Finding(Verdict.WARNING, found, remedies("terminal-dumb"))
    return _looks(remedies, console)


def _looks(remedies: Remedies, console: Console) -> Finding:
    size = f"{console.width} columns by {console.height} lines"
    if not console.encoding.lower().replace("-", "").startswith("utf8"):
        found = f"letters are sent as {console.encoding}, expected UTF-8: some signs cannot be shown."
        return Finding(Verdict.WARNING, found, remedies("terminal-utf8"))
    if console.width < COLUMNS or console.height < LINES:
        found = f"{size}, expected at least {COLUMNS} by {LINES}: the live view may not fit."
        return Finding(Verdict.WARNING, found, remedies("terminal-size"))
    colour = "no colour" if console.no_color or console.color_system is None else "colour"
    return Finding(Verdict.OK, f"{size}, {colour}, UTF-8.")
