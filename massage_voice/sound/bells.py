"""Soft bells, made here: the one table of what each bell sounds like.

Every bell is a few notes; every note is a fundamental with two quiet partials that die away faster,
as in a struck bar. Nothing is read from disk and nothing is random: every bell is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples, Wave, saturate

LOUDNESS_LUFS: Final = -24.0
"""Momentary loudness of every bell; speech lies at -19 LUFS."""
TICK_DBFS: Final = -34.0
"""Peak of a stroke tick: a hint for the hands, below the breath of the room."""
TONE_DBFS: Final = -26.0
"""Peak of the answers to a spoken command: heard in a quiet room, and some 20 dB below the peaks of speech."""
ATTACK_S: Final = 0.025
"""Rise of a note: shorter than this, a bell startles."""
RELEASE_S: Final = 0.060
"""Fall of the last frames to exactly zero, so that the end is no click."""

_K_WEIGHTING_DB: Final = -0.691
"""ITU-R BS.1770: loudness is this plus the mean square in dB. Near 500 Hz its filter adds about nothing."""
_WINDOW: Final = round(0.400 * RATE)
"""Frames over which BS.1770 takes momentary loudness."""
_PARTIALS: Final = ((1.0, 1.0, 1.0), (2.0, 0.22, 0.55), (3.01, 0.07, 0.30))
"""Frequency, level and decay time, each relative to the fundamental's."""


@dataclass(frozen=True, slots=True)
class Note:
    """One stroke of a bell."""

    at_s: float
    """Seconds from the bell's start."""
    hz: float
    decay_s: float = 0.45
    """Time in which the fundamental falls to 37 %."""
    length_s: float = 1.6


_C4, _E4, _G4, _C5, _D5, _E5, _G5, _A5, _C6 = 261.63, 329.63, 392.00, 523.25, 587.33, 659.26, 783.99, 880.00, 1046.50

BELLS: Final[Mapping[str, tuple[Note, ...]]] = {
    "start": (Note(0.0, _C5), Note(0.45, _G5)),
    "step": (Note(0.0, _E5),),
    "switch": (Note(0.0, _G5, 0.30), Note(0.30, _D5)),
    "half-minute": (Note(0.0, _A5, 0.30, 1.2),),
    "end": (Note(0.0, _G5), Note(0.60, _E5), Note(1.20, _C5, 0.80, 2.8)),
    "hold": (Note(0.0, _G4, 0.22), Note(0.35, _E4, 0.22), Note(0.70, _C4, 0.40)),
    "tick": (Note(0.0, _C5, 0.025, 0.16),),
    "heard": (Note(0.0, _G5, 0.05, 0.25), Note(0.09, _C6, 0.06, 0.3)),
    "unsure": (Note(0.0, _E4, 0.07, 0.3), Note(0.16, _C4, 0.09, 0.4)),
    "listening": (Note(0.0, _C6, 0.08, 0.4),),
}
"""What each bell is made of: rising begins, falling ends, low means trouble."""
SOFT: Final = {"tick": TICK_DBFS, "heard": TONE_DBFS, "unsure": TONE_DBFS, "listening": TONE_DBFS}
"""Those with a peak of their own instead of the loudness of a bell: they may sound together with words."""


@cache
def bell(name: str, volume: int = 100) -> Samples:
    """The bell called `name` at `volume` percent: mono int16 at `RATE`, read-only, made once per process.

    Raises:
        KeyError: there is no bell of that name.
    """
    samples = saturate(_levelled(name, _struck(BELLS[name])) * 32767 * volume / 100)
    samples.flags.writeable = False
    return samples


def _struck(notes: tuple[Note, ...]) -> Wave:
    wave = np.zeros(max(_frames(note.at_s + note.length_s) for note in notes))
    for note in notes:
        start = _frames(note.at_s)
        wave[start : start + _frames(note.length_s)] += _sounding(note)
    return wave


def _sounding(note: Note) -> Wave:
    time = np.arange(_frames(note.length_s)) / RATE
    wave = sum(
        level * np.sin(2 * np.pi * note.hz * ratio * time) * np.exp(-time / (note.decay_s * decay))
        for ratio, level, decay in _PARTIALS
    )
    return np.asarray(wave * _rise(time, ATTACK_S) * _rise(time[::-1], RELEASE_S))


def _rise(time: Wave, seconds: float) -> Wave:
    return np.asarray(np.sin(np.pi / 2 * np.minimum(time / seconds, 1)) ** 2)


def _levelled(name: str, wave: Wave) -> Wave:
    if name in SOFT:
        return np.asarray(wave * (10 ** (SOFT[name] / 20) / np.abs(wave).max()))
    return np.asarray(wave * 10 ** ((LOUDNESS_LUFS - _loudness(wave)) / 20))


def _loudness(wave: Wave) -> float:
    energy = np.concatenate(([0.0], np.cumsum(wave**2)))
    loudest = (energy[_WINDOW:] - energy[:-_WINDOW]).max() / _WINDOW
    return float(_K_WEIGHTING_DB + 10 * np.log10(loudest))


def _frames(seconds: float) -> int:
    return round(seconds * RATE)
