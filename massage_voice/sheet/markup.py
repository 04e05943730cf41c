"""HTML and SVG as text that cannot be broken out of: whatever is not made here is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

_EMPTY: Final = frozenset({"br", "meta", "path", "rect", "circle", "line", "use", "input"})
"""Elements that have nothing inside."""

Value = str | float | bool | None


class Markup(str):
    """Text that is markup already. Only this package makes it."""

    __slots__ = ()


def tag(name: str, *inside: str, **attributes: Value) -> Markup:
    """An element; `class_` is `class`, `data_part` is `data-part`, None and False leave an attribute out."""
    head = "".join(_attribute(key.removesuffix("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _EMPTY:
        return Markup(f"<{name}{head}/>")
    return Markup(f"<{name}{head}>{joined(inside)}</{name}>")


def joined(parts: Sequence[str]) -> Markup:
    """All of them in a row; what is no markup is escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(text)}"'
