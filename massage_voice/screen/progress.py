"""How far long work has come, on stderr: redrawn on a terminal, silent in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

REDRAW_S: Final = 0.1


class Progress:
    """How far something has come: call it with what is done and the total, from any thread.

    It draws only while it is shown (`with progress.shown():`), so that it never writes into a live view. With
    `percent` it shows a share: frames tell nobody anything.
    """

    def __init__(self, what: str, *, percent: bool = False) -> None:
        self._what = what
        self._percent = percent
        self._drawing = False
        self._since_s = self._last_s = 0.0
        self._width = 0

    def __call__(self, done: int, total: int) -> None:
        """So much is `done` of `total`."""
        now = time.monotonic()
        if self._drawing and done < total and now - self._last_s >= REDRAW_S:
            self._last_s = now
            self._draw(self._line(done, total, now - self._since_s))

    @contextmanager
    def shown(self) -> Iterator[Progress]:
        """Draw inside the block; leave the line empty after it."""
        self._since_s = time.monotonic()
        self._drawing = sys.stderr.isatty()
        try:
            yield self
        finally:
            self._drawing = False
            if self._width:
                self._draw("")
                click.echo("\r", nl=False, err=True)

    def _line(self, done: int, total: int, passed_s: float) -> str:
        left = f", {_duration(passed_s / done * (total - done))} left" if done and passed_s > 1 else ""
        share = f"{100 * done // total} %" if self._percent else f"{done} of {total}"
        return f"{self._what}: {share}{left}"

    def _draw(self, line: str) -> None:
        click.echo("\r" + line.ljust(self._width), nl=False, err=True)
        self._width = len(line)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
