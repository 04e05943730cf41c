"""Terminals of every size, and tests of POSIX terminals, which cannot even be imported elsewhere."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from rich.cells import cell_len

collect_ignore = ["test_outlet.py", "test_live_terminal.py"] if os.name == "nt" else []

_PART = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<last>[A-Za-z])|(?P<text>[^\x1b\r\n]+)|(?P<move>[\r\n])")


@dataclass
class Screen:
    """A terminal that knows what the live view writes, and nothing else."""

    width: int
    height: int
    lines: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    shown: bool = True
    """The cursor."""
    styles: set[str] = field(default_factory=set)
    """The parameters of every SGR."""

    def __post_init__(self) -> None:
        """Somebody's shell has been here."""
        self.lines = ["$ something" for _ in range(self.height)]
        self.row = self.height - 1

    def write(self, text: str) -> int:
        """Obey `text`."""
        end = 0
        for part in _PART.finditer(text):
            assert part.start() == end, text[end : part.start()]
            end = part.end()
            if part["last"]:
                self._obey(part["last"], part["number"])
            elif part["text"]:
                self._put(part["text"])
            elif part["move"] == "\r":
                self.column = 0
            else:
                self._down()
        assert end == len(text), text[end:]
        return len(text)

    def flush(self) -> None:
        """It is all there."""

    def resize(self, width: int, height: int) -> None:
        """As tmux does: what does not fit goes, the cursor stays inside; then somebody writes over it all."""
        self.width, self.height = width, height
        self.lines = [f"{line[:width]}?" for line in self.lines[-height:]]
        self.lines += ["?"] * (height - len(self.lines))
        self.row = min(self.row, height - 1)

    def _down(self) -> None:
        self.column = 0
        if self.row == self.height - 1:
            self.lines = [*self.lines[1:], ""]
        else:
            self.row += 1

    def _put(self, text: str) -> None:
        assert self.column + cell_len(text) <= self.width, (self.width, text)
        line = self.lines[self.row]
        self.lines[self.row] = line[: self.column].ljust(self.column) + text + line[self.column + len(text) :]
        self.column += len(text)

    def _obey(self, last: str, number: str) -> None:
        if last == "A":
            self.row = max(0, self.row - int(number))
        elif last == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif last == "m":
            self.styles.add(number)
        else:
            assert (last, number) in {("h", "?25"), ("l", "?25")}
            self.shown = last == "h"
