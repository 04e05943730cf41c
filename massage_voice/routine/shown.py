"""How a stranger's text is quoted in a message: shortened, with nothing in it that a terminal would obey."""

from __future__ import annotations

from typing import Final

SHOWN_CHARACTERS: Final = 40


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """`text` in quotes, escaped as in Python, with an ellipsis where it was cut."""
    return repr(text) if len(text) <= limit else repr(text[:limit]) + "…"


def label(text: str) -> str:
    """A file's name as it is, or quoted and escaped when a terminal could misread it."""
    return text if text.isprintable() else repr(text)[1:-1]
