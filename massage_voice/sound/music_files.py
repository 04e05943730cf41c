"""Files of music as one endless piece: decoded, mono, each running into the next and the last into the first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import miniaudio
import numpy as np
import soundfile
import soxr

from massage_voice.clip import RATE
from massage_voice.errors import UsageError
from massage_voice.sound.made_beds import MADE
from massage_voice.sound.samples import Samples, Wave, saturate

SUFFIXES: Final = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aiff", ".aif")
JOIN_S: Final = 3.0
"""Over this one track becomes the next; over a quarter of the shortest, when it is short."""
LONGEST_S: Final = 3600.0
"""More of it is not used: at 48,000 frames a second an hour takes 350 MB of disk while it plays."""
SHORTEST_S: Final = 1.0


def tracks_of(path: Path) -> tuple[Path, ...]:
    """The file, or the files of a folder in the order of their names.

    Raises:
        UsageError: there is none.
    """
    kinds = " ".join(SUFFIXES)
    if path.is_dir():
        found = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in SUFFIXES and entry.is_file())
        if not found:
            raise UsageError(f"no music in {str(path)!r}: expected files that end in {kinds}")
        return tuple(found)
    if not path.is_file():
        raise UsageError(f"no music at {str(path)!r}: expected {', '.join(MADE)}, a file or a folder")
    return (path,)


def joined(tracks: Sequence[Path], folder: Path) -> Samples:
    """The tracks as one loop: mono at `RATE`, in a file in `folder` that vanishes with its last reader.

    Raises:
        UsageError: a track cannot be read or is shorter than `SHORTEST_S`; the disk has no room.
    """
    fade = round(min(JOIN_S, min(map(_length_s, tracks)) / 4) * RATE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            _write(tracks, fade, file)
            return np.memmap(file, np.int16, "r", shape=(file.tell() // 2,))  # keeps the file open by itself
    except OSError as error:
        raise UsageError(f"cannot prepare the music in {folder}: {error.strerror or error}") from error


def _write(tracks: Sequence[Path], fade: int, file: IO[bytes]) -> None:
    """Each track's body, and where two meet both; the place where the last meets the first lies at the start."""
    left = round(LONGEST_S * RATE)
    file.write(bytes(2 * fade))
    first = last = np.zeros(0, np.int16)
    for track in tracks:
        samples = _decoded(track, left)
        left -= len(samples)
        start, body, end = samples[:fade], samples[fade:-fade], samples[-fade:]
        if len(last):
            file.write(_crossed(last, start).tobytes())
        else:
            first = start
        file.write(body.tobytes())
        last = end
        if left < 4 * fade:
            break
    file.seek(0)
    file.write(_crossed(last, first).tobytes())
    file.seek(0, os.SEEK_END)


def _crossed(falling: Samples, rising: Samples) -> Samples:
    """One becomes the other, at the same power all the way."""
    way = np.linspace(0, np.pi / 2, len(falling))
    return saturate(falling * np.cos(way) + rising * np.sin(way))


def _length_s(track: Path) -> float:
    with _explained(track):
        length_s = float(soundfile.info(str(track)).duration)
    if length_s < SHORTEST_S:
        raise UsageError(f"cannot play {str(track)!r} under the words: {length_s:.1f} s is less than {SHORTEST_S:g} s")
    return length_s


def _decoded(track: Path, most: int) -> Samples:
    """At most `most` frames of a track, mono at `RATE`."""
    with _explained(track):
        found = soundfile.info(str(track))
        stream = soxr.ResampleStream(found.samplerate, RATE, 1, dtype="float64", quality="HQ")
        wanted = min(found.frames, most * found.samplerate // RATE)
        read = _blocks_of_mp3 if found.format == "MP3" else _blocks
        parts = [saturate(stream.resample_chunk(block) * 32767) for block in read(track, found.samplerate, wanted)]
        parts.append(saturate(stream.resample_chunk(np.zeros(0), last=True) * 32767))
    return np.concatenate(parts)[:most]


def _blocks(track: Path, rate: int, frames: int) -> Iterator[Wave]:
    """Up to `frames` frames, mono, a second at a time."""
    for block in soundfile.blocks(str(track), blocksize=rate, frames=frames, always_2d=True):
        yield block.mean(axis=1)


def _blocks_of_mp3(track: Path, rate: int, frames: int) -> Iterator[Wave]:
    """The same by another decoder: soundfile seeks after each block, and libsndfile loses its place in an MP3."""
    kind = miniaudio.SampleFormat.SIGNED16
    stream = miniaudio.stream_file(str(track), kind, nchannels=1, sample_rate=rate, frames_to_read=rate)
    for block in stream:
        yield np.frombuffer(block, np.int16)[:frames] / 32768
        frames -= len(block)
        if frames <= 0:
            return


@contextmanager
def _explained(track: Path) -> Iterator[None]:
    try:
        yield
    except (soundfile.LibsndfileError, miniaudio.MiniaudioError) as error:
        kinds = " ".join(SUFFIXES)
        why = str(getattr(error, "error_string", error)).rstrip(".")
        raise UsageError(f"cannot read {str(track)!r} as music: {why}", f"expected a sound file: {kinds}") from error
