"""The one door to the package's data files."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_data(name: str) -> str:
    """The text of `name`, a path below `massage_voice/data`, as UTF-8."""
    return files("massage_voice.data").joinpath(name).read_text("utf-8")


def parse_yaml(text: str) -> Any:
    """Read YAML that ships with the program; what users write goes through `routine.reader`."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 (both loaders are the safe one; the C one is ten times faster)
