"""The one door to the package's data files."""

from __future__ import annotations

from importlib.resources import files


def read_data(name: str) -> str:
    """The text of `name`, a path below `massage_voice/data`, as UTF-8."""
    return files("massage_voice.data").joinpath(name).read_text("utf-8")
