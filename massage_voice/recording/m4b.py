"""An M4B audio book: AAC in MP4, with chapters and picture, by the ffmpeg that the user has.

Nothing that writes AAC may come with this program: PyAV's wheels, say, hold code under the GPL.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from massage_voice.clip import RATE
from massage_voice.errors import OutputError, UsageError
from massage_voice.ports import Program
from massage_voice.recording.model import ALBUM, GENRE, MAKER, About, Told
from massage_voice.recording.stream import seconds
from massage_voice.sound.atomic import replacing

KBITS: Final = 64
_AUDIO_BOOK: Final = 2
"""What Apple's players call it in `stik`."""
_SPECIAL: Final = str.maketrans({"=": r"\=", ";": r"\;", "#": r"\#", "\\": "/"})
"""Signs that mean something in ffmpeg's file; at the end of a line it reads no backslash right, escaped or not."""


def ready() -> str:
    """The ffmpeg that will be used.

    Raises:
        UsageError: there is none.
    """
    found = shutil.which("ffmpeg")
    if found is None:
        raise UsageError(
            "cannot write .m4b: ffmpeg is not installed",
            "apt install ffmpeg, brew install ffmpeg or winget install ffmpeg; or choose .mp3, which has chapters too",
        )
    return found


def write_m4b(path: Path, sound: Program, about: About, told: Told | None = None) -> None:
    """Write the whole of `sound`.

    Raises:
        UsageError: there is no ffmpeg.
        OutputError: it could not be written; nothing new stands under `path`.
    """
    ffmpeg = ready()
    with tempfile.TemporaryDirectory(prefix="massage-voice.") as name, replacing(path) as file:
        command = [ffmpeg, *_inputs(Path(name), about), *_settings(about), "-f", "ipod", "-y", f"file:{file.name}"]
        with (Path(name) / "said").open("w+b") as said:
            _feed(command, sound, told, said, path)


def _feed(command: list[str], sound: Program, told: Told | None, said: IO[bytes], path: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - the user's own ffmpeg, and no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,  # Ctrl-C in the terminal is for us to answer
    )
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        with contextlib.suppress(BrokenPipeError):  # it has ended, and says why
            for block in seconds(sound, told):
                process.stdin.write(block.astype("<i2", copy=False).data)
            process.stdin.close()
        if process.wait() != 0:
            raise OutputError(f"cannot write {path}: ffmpeg: {_last_line(said) or process.returncode}")
    finally:
        process.kill()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _inputs(folder: Path, about: About) -> Iterator[str]:
    """Raw sound from stdin, the texts and the picture from files."""
    yield from ("-hide_banner", "-nostats", "-loglevel", "error")
    yield from ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0")
    texts = folder / "texts"
    texts.write_text("\n".join(metadata(about)) + "\n", encoding="utf-8", newline="\n")
    yield from ("-f", "ffmetadata", "-i", f"file:{texts}")
    if about.cover:
        picture = folder / "cover.png"
        picture.write_bytes(about.cover)
        yield from ("-i", f"file:{picture}")


def _settings(about: About) -> Iterator[str]:
    yield from ("-map", "0:a", "-map_metadata", "1", "-map_chapters", "1")
    if about.cover:
        yield from ("-map", "2:v", "-c:v", "copy", "-disposition:v:0", "attached_pic")
    yield from ("-c:a", "aac", "-b:a", f"{KBITS}k", "-metadata:s:a:0", f"language={about.language_code}")
    yield from ("-movflags", "+faststart")


def metadata(about: About) -> Iterator[str]:
    """The lines of an ffmetadata file (https://ffmpeg.org/ffmpeg-formats.html#Metadata-2)."""
    yield ";FFMETADATA1"
    fields = {
        "title": about.title, "artist": MAKER, "album": ALBUM, "genre": GENRE, "comment": about.comment,
        "media_type": str(_AUDIO_BOOK),
    }  # fmt: skip
    yield from (f"{name}={value.translate(_SPECIAL)}" for name, value in fields.items() if value)
    for mark in about.marks:
        yield from ("[CHAPTER]", "TIMEBASE=1/1000", f"START={mark.start_ms}", f"END={mark.end_ms}")
        yield f"title={mark.title.translate(_SPECIAL)}"
