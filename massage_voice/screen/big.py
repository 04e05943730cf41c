"""The live view's page: one look at a session, laid out for a terminal of any size.

What matters is as large as the terminal allows: the time that is left in the step or the state, the caution that is
being said, the step, the one that follows. Nothing is told by colour alone, and a caution is never cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size

from massage_voice.screen.blocks import drawn, largest
from massage_voice.screen.glance import CELLS, Glance

PLAIN, BOLD, DIM, STEP, CAUTION, ALARM = "", "1", "2", "1;36", "1;33", "1;31"
"""Styles, as the parameters of ECMA-48's SGR; every one also differs in its words."""
ROOMY: Final = 18
"""Lines from which on there is room for small print."""
MARGIN: Final = 1
LEAST: Final = 3
"""Lines that the time left keeps, whatever is being said."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the terminal."""

    text: str = ""
    style: str = PLAIN


@dataclass(frozen=True, slots=True)
class _Words:
    """What is being said, as lines."""

    rows: list[Row]
    large: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A terminal of `width` cells and `height` lines."""

    width: int
    height: int
    plain: bool = False
    """It has no half blocks."""

    def rows(self, seen: Glance, keys: str) -> list[Row]:
        """`height` lines; `keys` is the reminder of what they do."""
        below = self._below(seen, keys)
        room = self.height - len(below)
        large = self._title(seen, room)
        small = [self._line(seen.name, STEP)], self._next_line(seen)
        for (name, following), least in ((large, LEAST), (small, LEAST), (small, 1), (large, LEAST)):
            words = self._words(seen, room - len(name) - len(following) - least)
            if words.large or not seen.urgent:  # what is around a caution makes room for it
                break
        middle = self._middle(seen, room - len(name) - len(following) - len(words.rows))
        rows = [*name, *middle, *words.rows, *following, *below]
        return [*rows[: self.height], *[Row()] * (self.height - len(rows))]

    @property
    def _inner(self) -> int:
        return max(self.width - 2 * MARGIN, 1)

    def _title(self, seen: Glance, room: int) -> tuple[list[Row], list[Row]]:
        """The step, and what follows it."""
        if room < ROOMY:
            return [self._line(seen.name, STEP)], self._next_line(seen)
        name = self._large(seen.name, max(3, room // 6), STEP) or [self._line(seen.name, STEP)]
        how = [self._line(seen.how, DIM)] if seen.how else []
        following = self._large(seen.following, max(3, room // 9), DIM) or self._next_line(seen)
        return [*name, *how], following

    def _next_line(self, seen: Glance) -> list[Row]:
        return [self._line(seen.following, PLAIN)] if seen.following else []

    def _middle(self, seen: Glance, room: int) -> list[Row]:
        """The state or the time left, as large as `room` lines allow, in the middle of them."""
        room = max(room, 0)
        text = seen.state or seen.left
        style = ALARM if seen.alarm else CAUTION if seen.state else BOLD
        bar = [self._bar(seen.part)] if room >= ROOMY // 2 and seen.left else []
        gap = 1 if room > LEAST + 2 else 0
        rows = self._large(text, room - len(bar) - gap, style)
        if not rows and text:
            rows = [self._line(text, style)]
        if seen.state and seen.left and len(rows) < room:
            rows.append(self._line(f"{seen.left} left in this step", PLAIN))
        rows += [*[Row()] * (len(rows) + len(bar) < room), *bar] if bar else []
        above = max(room - len(rows), 0) // 2
        return [*[Row()] * above, *rows[:room], *[Row()] * (room - len(rows[:room]) - above)]

    def _words(self, seen: Glance, room: int) -> _Words:
        """What is being said and what is waited for; a caution in the largest letters for which there is room."""
        told = self._wrapped(seen.told, DIM if seen.words else BOLD) if seen.told else []
        style = (ALARM if seen.alarm else CAUTION) if seen.urgent else BOLD
        if seen.urgent:
            large = self._large(seen.words, room - len(told), style, most_lines=9, most=4)
            if large:
                gap = [Row()] * (len(large) + len(told) < room)
                return _Words([*large, *gap, *told], large=True)
        mark = "! " if seen.urgent else ""
        words = self._wrapped(f"{mark}{seen.words}", style) if seen.words else []
        kept = max(2, min(-(-160 // self._inner), room // 4))  # so that the digits stay where they are
        rows = [*words, *told]
        return _Words([*rows, *[Row()] * (kept - len(rows))])

    def _below(self, seen: Glance, keys: str) -> list[Row]:
        """The session as a whole, and small print."""
        notice = self._wrapped(f"! {seen.notice}", CAUTION) if seen.notice else []
        whole = self._line(f"{seen.routine}   {seen.whole}".rstrip(), PLAIN)
        hint = wrapped(keys, self._inner, "   ")[: self.height // ROOMY]
        return [*notice, whole, *(self._line(line, DIM) for line in hint)]

    def _bar(self, part: int) -> Row:
        full, empty = "#-" if self.plain else "█░"
        cells = self._inner * part // CELLS
        return self._line(full * cells + empty * (self._inner - cells), STEP)

    def _large(self, text: str, room: int, style: str, *, most_lines: int = 1, most: int = 99) -> list[Row]:
        """`text` in blocks; empty when it does not fit, or has letters that cannot be drawn."""
        scale = largest(text, self._inner, room, most_lines=most_lines, plain=self.plain, most=most)
        if not scale:
            return []
        rows = drawn(text, self._inner, scale, plain=self.plain)
        return [Row(f"{' ' * MARGIN}{row}" if row else "", style) for row in rows]

    def _line(self, text: str, style: str) -> Row:
        """`text`, cut where the terminal ends."""
        if cell_len(text) > self._inner:
            text = set_cell_size(text, self._inner - 1).rstrip() + ("." if self.plain else "…")
        return Row(f"{' ' * MARGIN}{text}" if text else "", style)

    def _wrapped(self, text: str, style: str) -> list[Row]:
        return [self._line(line, style) for line in wrapped(text, self._inner)]


def wrapped(text: str, width: int, between: str = " ") -> list[str]:
    """`text` broken at `between` into lines of at most `width` cells; words that are longer are broken too."""
    lines: list[str] = []
    for word in text.split(between):
        rest = word
        if lines and cell_len(lines[-1]) + len(between) + cell_len(rest) <= width:
            lines[-1] += f"{between}{rest}"
            continue
        while cell_len(rest) > width:
            head = set_cell_size(rest, width).rstrip() or rest[0]
            lines.append(head)
            rest = rest[len(head) :]
        lines.append(rest)
    return lines
