"""Clips on disk, one file each: a line of JSON that tells the length, then the samples.

Nothing found here is trusted: a file that is cut, changed, newer or somebody else's counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs

from massage_voice.clip import RATE, Clip, Speech

FORMAT = 1
"""Raised whenever the file changes, or anything in how a text becomes samples (trim, pace, loudness)."""
LONGEST_HEADER = 1 << 16
MOST_BYTES = 1 << 30
"""Above this the clips unused for longest are removed: a routine in one voice and pace takes about 25 MB."""


def clip_key(fingerprint: str, text: str, speech: Speech, lexicon_digest: str) -> str:
    """The name under which a clip is kept: 64 hex digits over everything that shapes it."""
    shapes = [FORMAT, fingerprint, text, asdict(speech), lexicon_digest]
    return hashlib.sha256(json.dumps(shapes).encode()).hexdigest()


class ClipCache:
    """Clips by key, in `folder` or the user's cache folder; where that cannot be written, in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or platformdirs.user_cache_path("massage-voice") / "clips"
        self.note = ""
        """A sentence for the user when clips cannot be kept; empty while all is well."""
        self._memory: dict[str, Clip] = {}
        self._opened = False

    def frames(self, key: str, text: str) -> int | None:
        """The length of a clip at `RATE`, from its header alone; None when there is no sound one."""
        if key in self._memory:
            return self._memory[key].frames
        with contextlib.suppress(OSError, ValueError), self._path(key).open("rb") as file:
            return _header(file, text)[0]
        return None

    def load(self, key: str, text: str) -> Clip | None:
        """The clip, its samples checked against their sum; None when there is no sound one."""
        if key in self._memory:
            return self._memory[key]
        with contextlib.suppress(OSError, ValueError), self._path(key).open("rb") as file:
            frames, digest = _header(file, text)
            data = file.read(frames * 2)
            if hashlib.sha256(data).hexdigest() == digest:
                with contextlib.suppress(OSError):
                    os.utime(self._path(key))  # what is used stays longest
                return Clip(text, np.frombuffer(data, dtype="<i2").astype(np.int16, copy=False))
        return None

    def store(self, key: str, clip: Clip) -> None:
        """Keep a clip: on disk, whole or not at all; in memory when the disk refuses, with a `note`."""
        data = clip.samples.astype("<i2").tobytes()
        digest = hashlib.sha256(data).hexdigest()
        header = {"format": FORMAT, "frames": clip.frames, "rate": RATE, "sha256": digest, "text": clip.text}
        try:
            self._open()
            self._write(key, json.dumps(header).encode() + b"\n" + data)
        except OSError as error:
            self._memory[key] = clip
            self.note = f"Spoken clips cannot be kept in {self.folder}: {error.strerror}."

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.clip"

    def _open(self) -> None:
        if not self._opened:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)  # what is massaged, and how, is nobody else's business
            self._prune()
            self._opened = True

    def _write(self, key: str, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        kept = 0
        found = [(path, path.stat()) for path in self.folder.glob("*.clip") if path.is_file()]
        for path, stat in sorted(found, key=lambda one: -one[1].st_mtime):
            kept += stat.st_size
            if kept > MOST_BYTES:
                path.unlink(missing_ok=True)


def _header(file: BinaryIO, text: str) -> tuple[int, str]:
    """(frames, sum) of an open clip file.

    Raises:
        ValueError: it is not a whole clip of that text in this format.
    """
    line = file.readline(LONGEST_HEADER)
    head = json.loads(line)
    if not isinstance(head, dict) or [head.get(name) for name in ("format", "rate", "text")] != [
        FORMAT,
        RATE,
        text,
    ]:
        raise ValueError("another format or text")
    frames, digest = head.get("frames"), head.get("sha256")
    if not isinstance(frames, int) or os.fstat(file.fileno()).st_size != len(line) + frames * 2 or frames <= 0:
        raise ValueError("cut or grown")
    return frames, str(digest)
