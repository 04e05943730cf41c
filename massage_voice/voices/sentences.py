"""How a text falls into sentences, and what counts as a word. Pace, pauses and captions all ask here."""

from __future__ import annotations

import re

_END = re.compile(r"""(?:(?<=[.!?…])|(?<=[.!?…]["”\u2019)\]]))\s+(?=[^a-z\s])""")
_NOT_AN_END = frozenset({"Dr.", "Mr.", "Mrs.", "Ms.", "St.", "approx.", "e.g.", "i.e.", "No.", "vs."})


def split(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order, without the white space between them; none for an empty text."""
    found: list[str] = []
    for piece in _END.split(" ".join(text.split())):
        if found and found[-1].rsplit(" ", 1)[-1] in _NOT_AN_END:
            found[-1] += f" {piece}"
        elif piece:
            found.append(piece)
    return tuple(found)


def words(text: str) -> int:
    """Words as every pace in this program counts them: what stands between white space."""
    return len(text.split())
