"""How far long work has come, on stderr: redrawn on a terminal, silent in a pipe."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click


class Progress:
    """`with Progress("Preparing the voice") as told: told(done, total)`; safe to call from any thread."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._since_s = self._last_s = time.monotonic()
        self._width = 0

    def __enter__(self) -> Progress:
        return self  # the first line is drawn when there is something to tell

    def __call__(self, done: int, total: int) -> None:
        """So much is `done` of `total`."""
        now = time.monotonic()
        if self._shown and now - self._last_s >= 0.1:
            self._last_s = now
            self._draw(self._line(done, total, now - self._since_s))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._draw("")
            click.echo("\r", nl=False, err=True)
        self._shown = False

    def _line(self, done: int, total: int, passed_s: float) -> str:
        left = f", {passed_s / done * (total - done):.0f} s left" if done else ""
        return f"{self._what}: {done} of {total}{left}"

    def _draw(self, line: str) -> None:
        click.echo("\r" + line.ljust(self._width), nl=False, err=True)
        self._width = len(line)
