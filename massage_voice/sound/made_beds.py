"""Beds that the program makes itself, so that no file is needed: rain, sea, a slow drone.

Each is made in the frequencies of its own length, or of whole swings in it, so its end joins its start by nature.
Nothing is read from disk, and the same bed is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Wave

LENGTH_S: Final = 40
_RATE: Final = RATE // 2
"""They are made at half the rate: nothing in them is above 12 kHz."""
_FRAMES: Final = LENGTH_S * _RATE
_DROPS: Final = 900
"""Drops of rain that can be told apart, in all."""
_WAVES: Final = ((3, 1.0), (5, 0.6), (7, 0.45))
"""How often swells of the sea come in the length, and how strong."""
_NOTES: Final = ((65.41, 1.0), (98.0, 0.7), (130.81, 0.5), (196.0, 0.28), (261.63, 0.16), (329.63, 0.07))
"""Hertz and level: C and G over three octaves, an E far above."""


@cache
def made_bed(name: str) -> Wave:
    """The bed called `name`, `LENGTH_S` long, mono at `RATE`, its highest peak at 1.

    Raises:
        KeyError: none is called so.
    """
    half = MADE[name](np.random.default_rng(0))
    wave = np.fft.irfft(np.fft.rfft(half - half.mean()), 2 * _FRAMES)
    wave /= np.abs(wave).max()
    wave.flags.writeable = False
    return wave


def _rain(rng: np.random.Generator) -> Wave:
    """A steady soft hiss, and drops near and far."""
    hiss = _noise(rng, lambda hz: 1 / np.sqrt(1 + (hz / 900) ** 2) * (hz > 120) * np.exp(-hz / 9000))
    wave = hiss * (1 + 0.12 * _slow(rng, 9))
    for at in rng.integers(0, _FRAMES, _DROPS):
        time = np.arange(round(0.06 * _RATE)) / _RATE
        drop = np.sin(2 * np.pi * rng.uniform(900, 3200) * time) * np.exp(-time / rng.uniform(0.003, 0.010))
        drop *= np.minimum(time / 0.001, 1) * rng.gamma(1.2, 0.22)
        wave[(at + np.arange(len(drop))) % _FRAMES] += drop
    return wave


def _sea(rng: np.random.Generator) -> Wave:
    """Swells that come and go, darker when they are far."""
    deep = _noise(rng, lambda hz: (hz > 40) / (1 + (hz / 160) ** 2))
    foam = _noise(rng, lambda hz: (hz > 200) / (1 + (hz / 1400) ** 2))
    turn = 2 * np.pi * np.arange(_FRAMES) / _FRAMES
    swell = np.sum([level * np.sin(count * turn + rng.uniform(0, 2 * np.pi)) for count, level in _WAVES], axis=0)
    swell = (swell - swell.min()) / np.ptp(swell)
    return np.asarray(deep * (0.35 + 0.65 * swell) + 0.8 * foam * swell**2)


def _drone(rng: np.random.Generator) -> Wave:
    """A deep chord whose voices swell by turns and beat slowly."""
    time = np.arange(_FRAMES) / _RATE
    wave = np.zeros(_FRAMES)
    for hz, level in _NOTES:
        for detune in (-1, 0, 1):
            whole = (round(hz * LENGTH_S) + 7 * detune) / LENGTH_S  # whole swings in the length
            breath = 1 + 0.5 * np.sin(2 * np.pi * rng.integers(2, 6) * time / LENGTH_S + rng.uniform(0, 2 * np.pi))
            wave += level * breath * np.sin(2 * np.pi * whole * time + rng.uniform(0, 2 * np.pi))
    return wave


MADE: Final[Mapping[str, Callable[[np.random.Generator], Wave]]] = {"rain": _rain, "sea": _sea, "drone": _drone}
"""By the name that `--music` takes."""


def _noise(rng: np.random.Generator, colour: Callable[[Wave], Wave]) -> Wave:
    """Noise whose spectrum is `colour` of hertz; its mean square is 1."""
    count = _FRAMES // 2 + 1
    hertz: Wave = np.arange(count) / LENGTH_S
    spectrum = (rng.standard_normal(count) + 1j * rng.standard_normal(count)) * colour(hertz)
    wave = np.fft.irfft(spectrum, _FRAMES)
    return np.asarray(wave / wave.std())


def _slow(rng: np.random.Generator, most: int) -> Wave:
    """A slow wandering within -1..1, of at most `most` swings in the length."""
    turn = 2 * np.pi * np.arange(_FRAMES) / _FRAMES
    wave = np.sum([np.sin(n * turn + rng.uniform(0, 2 * np.pi)) / n for n in range(1, most + 1)], axis=0)
    return np.asarray(wave / np.abs(wave).max())
