"""The formats a session can be written in: this table is the only list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from massage_voice.ports import Program
from massage_voice.recording.flac import write_flac
from massage_voice.recording.m4b import ready, write_m4b
from massage_voice.recording.model import About, Told
from massage_voice.recording.mp3 import write_mp3
from massage_voice.recording.opus import write_opus
from massage_voice.sound.wavfile import write_wav

Write = Callable[[Path, Program, About, Told | None], None]


def _anywhere() -> object:
    """It needs nothing that could be missing."""


def _write_wav(path: Path, sound: Program, _about: About, told: Told | None) -> None:
    """Sound alone: a WAV file has no chapters that players know."""
    write_wav(path, sound, told)


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written, and what must be there first."""

    write: Write
    ready: Callable[[], object] = _anywhere
    """Raises UsageError where something is missing; asked before anything is made."""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".wav": Format(_write_wav),
        ".flac": Format(write_flac),
        ".mp3": Format(write_mp3),
        ".opus": Format(write_opus),
        ".m4b": Format(write_m4b, ready),
    }
)
"""By the suffix of a file's name."""
