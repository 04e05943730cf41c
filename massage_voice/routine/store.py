"""Where routines are found: built in, in the user's own folder, or anywhere by path.

A name is never made into a path, but for one file in the user's folder that is called just so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from massage_voice.errors import UsageError
from massage_voice.routine.problem import suggestion
from massage_voice.routine.shown import label, shown
from massage_voice.routine.source import load

SUFFIXES: Final = (".yaml", ".yml")
BUILT_IN: Final = "built-in"


@dataclass(frozen=True, slots=True)
class Source:
    """A routine's text, for `read_text(source.text, source.file, vocabulary)`."""

    text: str
    file: str
    """What stands in front of its problems; its stem is the routine's name."""
    path: Path | None
    """The file, or None for a built-in routine."""

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Store:
    """The routines there are."""

    own: Path | None = None
    """The user's folder; it need not exist. A routine there stands before a built-in one of the same name."""

    def names(self) -> tuple[str, ...]:
        """All names, built in and the user's own, in alphabetical order."""
        return tuple(sorted({*_built_in(), *_stems(self.own)}))

    def is_own(self, name: str) -> bool:
        """`name` is found in the user's folder."""
        return self._called(name) is not None

    def find(self, name_or_path: str) -> Source:
        """The text of the routine of that name, or of the file at that path.

        Raises:
            UsageError: there is no such routine or file.
            RoutineError: the file is too large, or is not text.
        """
        if _is_path(name_or_path):
            return _from_file(Path(name_or_path))
        own = self._called(name_or_path)
        if own:
            return _from_file(own)
        built_in = _built_in().get(name_or_path)
        if built_in:
            return Source(built_in.read_text("utf-8"), f"{BUILT_IN}/{built_in.name}", None)
        if _is_file(name_or_path):
            return _from_file(Path(name_or_path))
        raise self._unknown(name_or_path)

    def _called(self, name: str) -> Path | None:
        """The user's routine of that name; asked for directly, because a folder can hold ten thousand."""
        if self.own is None or not name or Path(name).name != name or label(name) != name:
            return None
        paths = (self.own / f"{name}{suffix}" for suffix in SUFFIXES)
        return next((path for path in paths if _is_file(path)), None)

    def _unknown(self, name: str) -> UsageError:
        known = self.names()
        near = suggestion(name[:60], known)
        listed = f"there are: {', '.join(known)}"
        return UsageError(f"there is no routine {shown(name)}", f"{near} {listed}".strip())


def _built_in() -> Mapping[str, Traversable]:
    folder = files("massage_voice").joinpath("data/routines")
    return {Path(entry.name).stem: entry for entry in folder.iterdir() if entry.name.endswith(SUFFIXES)}


def _stems(folder: Path | None) -> Iterator[str]:
    try:
        with os.scandir(folder or "") as entries:
            names = [Path(entry.name) for entry in entries if entry.name.endswith(SUFFIXES) and _is_regular(entry)]
    except OSError:
        return  # no folder of one's own yet, or not one's own
    for name in names:
        if name.suffix in SUFFIXES and name.stem == label(name.stem):
            yield name.stem


def _is_regular(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link in a circle, or gone meanwhile


def _is_path(text: str) -> bool:
    separators = {"/", "\\", os.sep}
    return text.endswith(SUFFIXES) or any(separator in text for separator in separators)


def _is_file(path: str | Path) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False  # too long, or a zero byte: no path at all


def _from_file(path: Path) -> Source:
    return Source(load(path), str(path), path)
