"""Letters and digits made of blocks, in any size: what can be read from across a room.

A letter is five points high. At scale `n` a point is `n` cells wide and `n` half lines high, which is square in most
terminals; without half blocks (`plain`) the scale must be even, and points are made of `#`.
"""

from __future__ import annotations

from functools import lru_cache
from operator import add
from typing import Final

POINTS: Final = 5
"""The height of every letter."""
BLOCKS: Final = "█▀▄"
"""What `plain` does without."""
_BLOCKS: Final = dict(zip(("##", "#.", ".#", ".."), f"{BLOCKS} ", strict=True))
_POUNDS: Final = {"##": "#", "..": " "}
"""An upper and a lower half, as one cell."""
_DRAWN: Final = """\
A .#. #.# ### #.# #.#
B ##. #.# ##. #.# ##.
C .## #.. #.. #.. .##
D ##. #.# #.# #.# ##.
E ### #.. ##. #.. ###
F ### #.. ##. #.. #..
G .### #... #.## #..# .###
H #.# #.# ### #.# #.#
I ### .#. .#. .#. ###
J ..# ..# ..# #.# .#.
K #..# #.#. ##.. #.#. #..#
L #.. #.. #.. #.. ###
M #...# ##.## #.#.# #...# #...#
N #..# ##.# #.## #..# #..#
O .##. #..# #..# #..# .##.
P ##. #.# ##. #.. #..
Q .##. #..# #..# #.#. .#.#
R ##. #.# ##. #.# #.#
S .## #.. .#. ..# ##.
T ### .#. .#. .#. .#.
U #..# #..# #..# #..# .##.
V #.# #.# #.# #.# .#.
W #...# #...# #.#.# ##.## #...#
X #.# #.# .#. #.# #.#
Y #.# #.# .#. .#. .#.
Z ### ..# .#. #.. ###
0 ### #.# #.# #.# ###
1 .#. ##. .#. .#. ###
2 ### ..# ### #.. ###
3 ### ..# ### ..# ###
4 #.# #.# ### ..# ..#
5 ### #.. ### ..# ###
6 ### #.. ### #.# ###
7 ### ..# ..# ..# ..#
8 ### #.# ### #.# ###
9 ### #.# ### ..# ###
: . # . # .
; . # . # #
. . . . . #
, . . . # #
! # # # . #
? ### ..# .## ... .#.
' # # . . .
- ... ... ### ... ...
+ ... .#. ### .#. ...
/ ..# ..# .#. #.. #..
( .# #. #. #. .#
) #. .# .# .# #.
"""
_GLYPHS: Final = {" ": ("..",) * POINTS, **{line[0]: tuple(line[2:].split()) for line in _DRAWN.splitlines()}}


def is_drawable(text: str) -> bool:
    """Every character of it, in capitals, has a letter here."""
    return set(text.upper()) <= _GLYPHS.keys()


def lines_of(text: str, width: int, scale: int) -> list[str]:
    """`text` broken at spaces into lines of at most `width` cells; empty when a word alone is wider."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _points(longer) * scale <= width:
            lines[-1] = longer
        elif _points(word) * scale <= width:
            lines.append(word)
        else:
            return []
    return lines


def rows_of(scale: int) -> int:
    """Lines of the terminal that a line of letters takes."""
    return (POINTS * scale + 1) // 2


@lru_cache(maxsize=64)
def largest(text: str, width: int, rows: int, *, most_lines: int = 1, plain: bool = False, most: int = 99) -> int:
    """The largest scale at which `text` fits into `width` cells and `rows` lines; 0 when none does."""
    if not text or not is_drawable(text):
        return 0
    step = 2 if plain else 1
    upper = min(most, 2 * max(rows, 0) // POINTS, width)
    for scale in range(upper - upper % step, 0, -step):
        lines = len(lines_of(text, width, scale))
        if 0 < lines <= most_lines and height_of(lines, scale) <= rows:
            return scale
    return 0


def height_of(lines: int, scale: int) -> int:
    """Rows that so many lines of letters take: a gap between them, unless half a row is free in any case."""
    gap = 0 if scale % 2 else 1
    return lines * rows_of(scale) + (lines - 1) * gap


@lru_cache(maxsize=64)
def drawn(text: str, width: int, scale: int, *, plain: bool = False) -> tuple[str, ...]:
    """`text` as rows of the terminal."""
    rows: list[str] = []
    for line in lines_of(text, width, scale):
        if rows and scale % 2 == 0:
            rows.append("")
        rows += _line(line, scale, plain)
    return tuple(rows)


def _line(text: str, scale: int, plain: bool) -> list[str]:
    glyphs = [_GLYPHS[character] for character in text.upper()]
    points = [".".join(glyph[row] for glyph in glyphs) for row in range(POINTS)]
    halves = [row for row in points for _ in range(scale)]
    halves += ["." * len(points[0])] * (len(halves) % 2)
    cells = {two: cell * scale for two, cell in (_POUNDS if plain else _BLOCKS).items()}
    pairs = zip(halves[::2], halves[1::2], strict=True)
    return ["".join(map(cells.__getitem__, map(add, *pair))).rstrip() for pair in pairs]


def _points(text: str) -> int:
    """The width of one line of letters."""
    return sum(len(_GLYPHS[character][0]) + 1 for character in text.upper()) - 1
