"""Sound on its way into a file: a second at a time, by soundfile, with our own words in the file's head."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from massage_voice.clip import RATE
from massage_voice.errors import OutputError
from massage_voice.ports import Program
from massage_voice.recording.model import Told
from massage_voice.sound.samples import Samples

_MOST_HEAD: Final = 1 << 20
"""Bytes in which an encoder must have written its head."""


def seconds(sound: Program, told: Told | None = None) -> Iterator[Samples]:
    """The whole of `sound`, a second at a time; `told` is called after each."""
    for start in range(0, sound.length, RATE):
        frames = min(RATE, sound.length - start)
        yield sound.fill(start, frames)
        if told:
            told(start + frames, sound.length)


def encode(file: BinaryIO | Rewritten, sound: Program, told: Told | None, **settings: Any) -> None:
    """Write `sound` to `file` as soundfile does with these `settings`.

    Raises:
        OutputError: there is no sound, or no soundfile here, or it cannot write this.
        OSError: the disk is full.
    """
    soundfile = _soundfile()
    if not sound.length:
        raise OutputError("there is no sound to write")
    try:
        with soundfile.SoundFile(file, "w", RATE, 1, **settings) as out:
            for block in seconds(sound, told):
                out.write(block)
                _raise_if_failed(file)
    except soundfile.LibsndfileError as error:
        _raise_if_failed(file)
        raise OutputError(f"cannot write {settings.get('format')}: {error}") from error
    _raise_if_failed(file)


def _raise_if_failed(file: BinaryIO | Rewritten) -> None:
    if isinstance(file, Rewritten) and file.failure is not None:
        raise file.failure


def _soundfile() -> Any:
    """Raises OutputError where it is missing."""
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: the package is there, the library it wraps is not
        raise OutputError(
            f"cannot write this format: {error}", "pip install soundfile; on Linux also: apt install libsndfile1"
        ) from error
    return soundfile


class Rewritten:
    """A file as an encoder sees it: what it writes as the head is replaced on its way, the rest moves up.

    `rewrite` gets all that was written so far, until it returns what shall stand there instead. The first `kept`
    bytes are where the encoder believes them to be, so that it can come back and fill in lengths.
    """

    def __init__(self, file: BinaryIO, rewrite: Callable[[bytes], bytes | None], kept: int = 0) -> None:
        self._file, self._rewrite, self._kept = file, rewrite, kept
        self._seen: bytearray | None = bytearray()
        self._at = self._end = 0
        self._shift = 0
        self.failure: BaseException | None = None
        """What the disk said, or who pressed Ctrl-C; an encoder's C code cannot pass it on."""

    def write(self, data: bytes) -> int:
        """Like a file's; what goes wrong is kept in `failure`, and nothing more is written."""
        if self.failure is not None:
            return 0
        try:
            self._put(bytes(data))
        except BaseException as error:  # noqa: BLE001 - C called this: `encode` raises it on the other side
            self.failure = error
            return 0
        self._at += len(data)
        self._end = max(self._end, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Like a file's."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        return self._at

    def tell(self) -> int:
        """Like a file's."""
        return self._at

    def _put(self, data: bytes) -> None:
        if self._seen is None:
            self._file.seek(self._at if self._at < self._kept else self._at + self._shift)
            self._file.write(data)
            return
        self._seen[self._at : self._at + len(data)] = data
        head = self._rewrite(bytes(self._seen))
        if head is not None:
            self._file.write(head)
            self._shift, self._seen = len(head) - len(self._seen), None
        elif len(self._seen) > _MOST_HEAD:
            raise OutputError("the encoder wrote no head that is known here", "please report this")
