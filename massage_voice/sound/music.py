"""Beds of music: a name, a file or a folder becomes a Loop, at a loudness that leaves words clear."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from massage_voice.clip import RATE
from massage_voice.errors import UsageError
from massage_voice.loudness import Loudness
from massage_voice.sound.made_beds import MADE, made_bed
from massage_voice.sound.music_files import joined, tracks_of
from massage_voice.sound.samples import Samples, saturate

_STRETCH: Final = 10 * RATE
LOUDNESS_LUFS: Final = -31.0
"""Of a bed between words, at full music volume: twelve below speech."""
UNDER_WORDS_LUFS: Final = -39.0
"""The loudest 0.4 s of a bed under words, at full music volume: twenty below speech."""
PEAK_DBFS: Final = -9.0
"""No peak of a bed between words is above this …"""
PEAK_UNDER_WORDS_DBFS: Final = -28.0
"""… and none under words above this, so that with the peaks of speech it stays below -1 dBTP."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Music that begins again at its end, without a seam. See `ports.Music`."""

    samples: Samples
    """Mono at `RATE`; may lie on a disk."""
    gain: float
    soft_gain: float

    def read(self, frame: int, frames: int) -> Samples:
        """See `ports.Music`."""
        at = frame % len(self.samples)
        if at + frames <= len(self.samples):
            return self.samples[at : at + frames]
        return np.take(self.samples, np.arange(at, at + frames), mode="wrap")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a bed comes from: one that is made here, or files."""

    name: str
    tracks: tuple[Path, ...] = ()


def find_music(name: str) -> Source:
    """The bed of that name (`MADE`), or that file or folder of files.

    Raises:
        UsageError: there is no such music.
    """
    return Source(name) if name in MADE else Source(name, tracks_of(Path(name).expanduser()))


def open_music(source: Source, volume: int, folder: Path) -> Loop:
    """The bed at `volume` percent. What is decoded lies in `folder` as long as it is in use.

    Raises:
        UsageError: it cannot be read, or it is silent.
    """
    samples = joined(source.tracks, folder) if source.tracks else saturate(made_bed(source.name) * 32767)
    return levelled(samples, volume, source.name)


def levelled(samples: Samples, volume: int, name: str) -> Loop:
    """A loop at `volume` percent of its usual loudness; under words it is never louder than leaves them clear.

    Raises:
        UsageError: it is silent.
    """
    meter = Loudness()
    for start in range(0, len(samples), _STRETCH):
        meter.add(samples[start : start + _STRETCH] / 32768)
    if meter.integrated() == float("-inf"):
        raise UsageError(f"cannot play {name!r} under the words: it is silent")
    usual = min(LOUDNESS_LUFS - meter.integrated(), PEAK_DBFS - meter.peak())
    under_words = min(usual, UNDER_WORDS_LUFS - meter.loudest(), PEAK_UNDER_WORDS_DBFS - meter.peak())
    scale = volume / 100
    return Loop(samples, scale * 10 ** (usual / 20), scale * 10 ** (under_words / 20))
