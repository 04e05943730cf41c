"""Clips on disk, one file each: a line of JSON that tells the length, then the samples.

Nothing found here is trusted: what is not a plain file, or is cut, changed, newer, or of another text, voice or
pace counts as missing. One byte changed anywhere is noticed: the line must be the one that would be written, and the
samples must have its sum. A sum is no signature: who may write into the user's own folder can put other words under
a text, as long as they sound and last about as long as the text would; who can do that can change the program too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import platformdirs

from massage_voice.clip import RATE, Clip, Speech
from massage_voice.voices.checks import LONGEST, SHORTEST, SILENT, expected_s

FORMAT = 3
"""Raised whenever the file changes, or anything in how a text becomes samples (trim, pace, loudness)."""
LONGEST_HEADER = 1 << 16
_MISSING: Final = (OSError, ValueError, RecursionError)
"""What a file that is no clip leads to; a header can be a thousand brackets."""
_PLAIN: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
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
        self._opened = self._guarded = False

    def frames(self, key: str, text: str) -> int | None:
        """The length of a clip at `RATE`, from its header alone; None when there is no sound one."""
        if key in self._memory:
            return self._memory[key].frames
        with contextlib.suppress(*_MISSING), self._read(key) as file:
            return _header(file, key, text)[0]
        return None

    def load(self, key: str, text: str) -> Clip | None:
        """The clip, its samples checked against their sum; None when there is no sound one."""
        if key in self._memory:
            return self._memory[key]
        with contextlib.suppress(*_MISSING), self._read(key) as file:
            frames, digest = _header(file, key, text)
            data = file.read(frames * 2)
            samples = np.frombuffer(data, dtype="<i2").astype(np.int16, copy=False)
            if hashlib.sha256(data).hexdigest() == digest and np.abs(samples.astype(np.int32)).max() >= SILENT * 32767:
                with contextlib.suppress(OSError):
                    os.utime(self._path(key))  # what is used stays longest
                return Clip(text, samples)
        return None

    def store(self, key: str, clip: Clip) -> None:
        """Keep a clip: on disk, whole or not at all; in memory when the disk refuses, with a `note`."""
        data = clip.samples.astype("<i2").tobytes()
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._open()
            self._write(key, _line(key, clip.text, clip.frames, digest) + data)
        except OSError as error:
            self._memory[key] = clip
            self.note = f"Spoken clips cannot be kept in {self.folder}: {error.strerror}."

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.clip"

    def _read(self, key: str) -> BinaryIO:
        """The file of a clip: no pipe is waited for, no link is followed.

        Raises:
            OSError: it is not there, or is no plain file.
        """
        if not self._guarded:
            self._guarded = True
            with contextlib.suppress(OSError):
                self.folder.chmod(0o700)
        handle = os.open(self._path(key), _PLAIN)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return os.fdopen(handle, "rb")
        os.close(handle)
        raise IsADirectoryError

    def _open(self) -> None:
        if not self._opened:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        for path, state in sorted(found, key=lambda one: -one[1].st_mtime):
            kept += state.st_size
            if kept > MOST_BYTES:
                path.unlink(missing_ok=True)


def _line(key: str, text: str, frames: int, digest: str) -> bytes:
    """The header: the one way to write it."""
    header = {"format": FORMAT, "frames": frames, "key": key, "rate": RATE, "sha256": digest, "text": text}
    return json.dumps(header).encode() + b"\n"


def _header(file: BinaryIO, key: str, text: str) -> tuple[int, str]:
    """(frames, sum) of an open clip file.

    Raises:
        ValueError, RecursionError: it is not a whole clip of that key and text in this format.
    """
    line = file.readline(LONGEST_HEADER)
    head = json.loads(line)
    frames, digest = (head.get("frames"), head.get("sha256")) if isinstance(head, dict) else (None, None)
    if not isinstance(frames, int) or not isinstance(digest, str) or line != _line(key, text, frames, digest):
        raise ValueError("another format, voice, pace or text")
    if os.fstat(file.fileno()).st_size != len(line) + frames * 2 or not _could_be(text, frames / RATE):
        raise ValueError("cut or grown")
    return frames, digest


def _could_be(text: str, seconds: float) -> bool:
    """Whether `text` can last so long: twice as generous as the check of a new take, at any pace."""
    expected = expected_s(text, 125)
    return SHORTEST / 2 * expected - 0.5 < seconds < LONGEST * 2 * expected + 5.0 and seconds > 0
