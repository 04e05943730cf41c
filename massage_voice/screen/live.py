"""The live view of a terminal: the page of `big`, kept up to date line by line.

It draws into the terminal's own screen with relative moves alone, so that whatever ends the process leaves nothing
but a cursor to be shown again, and it writes only lines that have changed: drawing is work beside the audio callback.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from rich.console import Console

from massage_voice.controls.bindings import DEFAULT, Bindings
from massage_voice.screen.big import PLAIN, Page, Row
from massage_voice.screen.blocks import BLOCKS
from massage_voice.screen.glance import Glance, glance
from massage_voice.session.events import Signal
from massage_voice.session.machine import Session

LOOK_S: Final = 0.25
"""How often a session is looked at when its state is the same: four times a second is calm, and enough."""
REPAINT_S: Final = 5.0
"""How often all lines are written, whatever became of them: a slow terminal drops some, others write there too."""
SMALLEST: Final = (20, 6)
"""Cells and lines; what is smaller shows the upper left of that."""
_COLOURS: Final = frozenset({"1;31", "1;33", "1;36"})
_HINTS: Final = (
    (Signal.TOGGLE, "pause"), (Signal.NEXT, "next"), (Signal.BACK, "back"), (Signal.REPEAT, "repeat"),
    (Signal.STOP, "STOP"), (Signal.FINISH, "finish"), (Signal.TIME_LEFT, "time"), (Signal.SLOWER, "slower"),
    (Signal.FASTER, "faster"), (Signal.ADD_TIME, "one more minute"), (Signal.WAIT, "stay"),
    (Signal.LOUDER, "louder"), (Signal.QUIETER, "quieter"),
)  # fmt: skip

Size = tuple[int, int]
"""Cells, lines."""


class LiveView:
    """Shows a session in a terminal, large enough for a glance from the other side of a table."""

    def __init__(
        self, file: TextIO, name: str, size: Callable[[], Size], *, bindings: Bindings = DEFAULT, colour: bool = True,
        plain: bool = False, now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._file = file
        self._name = name
        self._size = size
        self._bindings = bindings
        self._keys = hints(bindings)
        self._colour = colour
        self._plain = plain
        self._now = now
        self._notice = ""
        self._state: object = None
        self._seen: tuple[Glance, Size] | None = None
        self._rows: list[Row] = []
        self._looked_s = self._painted_s = float("-inf")
        self._open = True
        file.write("\x1b[?25l")

    def update(self, session: Session) -> None:
        """See `player.View`; a new state is shown at once, everything else within `LOOK_S` seconds."""
        now_s = self._now()
        state = session.state, session.run, self._notice
        if state == self._state and now_s - self._looked_s < LOOK_S:
            return
        self._looked_s = now_s
        whole = state != self._state or now_s - self._painted_s >= REPAINT_S
        self._state = state
        size = self._size()
        seen = glance(session, self._name, self._bindings, self._notice), size
        if whole or seen != self._seen:
            whole = whole or self._seen is None or size != self._seen[1]
            self._seen = seen
            self._draw(seen[0], size, whole=whole)
            self._painted_s = now_s if whole else self._painted_s

    def notice(self, text: str) -> None:
        """See `player.View`."""
        self._notice = text

    def close(self) -> None:
        """Leave an empty screen, and the cursor at its top."""
        if self._open:
            self._open = False
            lines = len(self._rows)
            self._file.write("\x1b[999A\r" + "\x1b[K\n" * lines + "\x1b[K" + f"\x1b[{lines}A\r" * bool(lines))
            self._file.write("\x1b[?25h")
            self._file.flush()

    def _draw(self, seen: Glance, size: Size, *, whole: bool) -> None:
        """Write the lines that have changed, or all; the cursor rests in the last line, which stays empty."""
        width, height = (max(given, least) for given, least in zip(size, SMALLEST, strict=True))
        rows = Page(width, height - 1, self._plain).rows(seen, self._keys)[: max(size[1] - 1, 1)]
        before, self._rows = self._rows, rows
        if whole:
            written = "\x1b[999A\r" + "".join(f"{self._line(row, size[0])}\n" for row in rows) + "\x1b[K"
        else:
            changed = [n for n, (new, old) in enumerate(zip(rows, before, strict=True)) if new != old]
            written = "".join(self._moved(n, len(rows), self._line(rows[n], size[0])) for n in changed)
        if written:
            self._file.write(written)
            self._file.flush()

    def _line(self, row: Row, width: int) -> str:
        style = row.style
        if style in _COLOURS and not self._colour:
            style = "1"
        text = row.text[: max(width - 1, 1)] if width < SMALLEST[0] else row.text
        return f"\x1b[{style}m{text}\x1b[0m\x1b[K" if style != PLAIN and text else f"{text}\x1b[K"

    def _moved(self, number: int, height: int, line: str) -> str:
        """Up from the last line to line `number`, and down again."""
        down = "\n" * (height - number)
        return f"\x1b[{height - number}A\r{line}{down}\r"


def live_view(name: str, bindings: Bindings = DEFAULT) -> LiveView | None:
    """The view for this terminal, or None when it cannot redraw."""
    if sys.platform == "win32":
        from massage_voice.screen.windows_console import take_sequences

        take_sequences()
    console = Console()
    if not console.is_terminal or console.is_dumb_terminal or console.legacy_windows:
        return None
    return LiveView(
        sys.stdout,
        name,
        lambda: size_of(sys.stdout, console),
        bindings=bindings,
        colour=not console.no_color and console.color_system is not None,
        plain=not _has_blocks(console.encoding),
    )


def size_of(file: TextIO, console: Console) -> Size:
    """The terminal's, as it is now; what the environment says of one that does not know."""
    try:
        width, height = os.get_terminal_size(file.fileno())
    except (OSError, ValueError):
        width = height = 0
    return (width, height) if width > 0 and height > 0 else (console.width, console.height)


def hints(bindings: Bindings) -> str:
    """`Space pause   n next …`, each with the first key that does it."""
    found = ((bindings.keys(signal)[:1], word) for signal, word in _HINTS)
    return "   ".join(f"{key[0]} {word}" for key, word in found if key)


def _has_blocks(encoding: str) -> bool:
    try:
        f"{BLOCKS}░…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
