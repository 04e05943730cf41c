"""Which system this is, and what mends a trouble on it: the door to `data/remedies.yaml`."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Mapping
from typing import Any

from massage_voice.data.files import parse_yaml, read_data

_NAMES = {"darwin": "macos", "win32": "windows"}


class Remedies:
    """What to type here; `systems` names this system from the particular to the general."""

    def __init__(self, systems: tuple[str, ...] | None = None) -> None:
        self._systems = systems or this_system()
        self._table = table()

    def __call__(self, trouble: str, **places: str) -> str:
        """What mends `trouble`; `places` are paths that the text names, quoted here for a shell.

        Raises:
            KeyError: the table has no such trouble.
        """
        row = self._table[trouble]
        told = next((row[name] for name in self._systems if name in row), "")
        quoted = {name: _quoted(path) for name, path in {"python": sys.executable, **places}.items()}
        return told.format(**quoted)


def this_system() -> tuple[str, ...]:
    """The names of the running system."""
    return systems(sys.platform, _release())


def systems(where: str, release: Mapping[str, str]) -> tuple[str, ...]:
    """Of `sys.platform` and /etc/os-release: `("linuxmint", "ubuntu", "debian", "linux", "any")`."""
    if where in _NAMES:
        return _NAMES[where], "any"
    return (*release.get("ID", "").split(), *release.get("ID_LIKE", "").split(), "linux", "any")


def table() -> Mapping[str, Mapping[str, str]]:
    """Trouble → system → what to type."""
    rows: Any = parse_yaml(read_data("remedies.yaml"))
    return rows  # type: ignore[no-any-return]  # the file is ours, and its shape is tested


def _release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _quoted(path: str) -> str:
    return f'"{path}"' if sys.platform == "win32" else shlex.quote(path)
