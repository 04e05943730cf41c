"""Sound like speech, and what a room makes of it, without a voice engine and from a seed."""

from __future__ import annotations

import numpy as np

from benchmarks.hearing.rooms import impulse, pink
from massage_voice.clip import RATE as PLAYED_RATE
from massage_voice.hearing.mel import RATE, Array
from massage_voice.sound.samples import Samples

_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
"""Formants in Hz."""


def speechlike(seconds: float, seed: int, rate: int = RATE, level_db: float = -20.0, pitch: float = 120.0) -> Array:
    """Syllables of a buzz with moving formants and some hiss, in phrases; RMS `level_db` where it sounds."""
    rng, out = np.random.default_rng(seed), np.zeros(round(seconds * rate))
    at = 0
    while at < len(out):
        frames = round(rng.uniform(0.12, 0.3) * rate)
        syllable = _syllable(frames, pitch * rng.uniform(0.8, 1.3), rng, rate)[: len(out) - at]
        out[at : at + len(syllable)] = syllable
        at += frames + round(rng.choice([0.03, 0.03, 0.05, 0.35]) * rate)
    return np.asarray(out * 10 ** (level_db / 20), np.float32)


def _syllable(frames: int, pitch: float, rng: np.random.Generator, rate: int) -> Array:
    time = np.arange(frames) / rate
    sound = np.zeros(frames)
    glide = pitch * (1 + 0.1 * rng.uniform(-1, 1) * time / time[-1])
    phase = 2 * np.pi * np.cumsum(glide) / rate
    formants = _VOWELS[rng.integers(len(_VOWELS))]
    for harmonic in range(1, int(min(4500, rate / 2.2) / pitch)):
        hertz = harmonic * pitch
        gain = sum(1 / (1 + ((hertz - formant) / 120) ** 2) for formant in formants)
        sound += gain * np.sin(harmonic * phase + rng.uniform(0, 2 * np.pi))
    sound /= np.sqrt(np.mean(sound**2))
    hiss = np.diff(rng.standard_normal(frames + 1)) * (time < 0.05) * rng.uniform(0.1, 0.8)
    return np.asarray((sound + hiss) * np.sqrt(np.sin(np.pi * time / (frames / rate))), np.float32)


def narrated(seconds: float, seed: int) -> Samples:
    """The same as the program plays it: 16 bits at 48 kHz."""
    return np.asarray(np.round(speechlike(seconds, seed, PLAYED_RATE, -18.0, 190.0) * 32767), np.int16)


def in_room(dry: Array, reverb_s: float, place: int = 1, level_db: float = -8.0) -> Array:
    """As it comes through a room, without the way there; `level_db` is the direct sound's."""
    response = impulse(reverb_s, place)
    size = len(dry) + len(response)
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(response, size), size)[: len(dry)]
    return np.asarray(wet * 10 ** (level_db / 20), np.float32)


def room_noise(frames: int, seed: int, level_db: float = -70.0) -> Array:
    """Pink, RMS `level_db`."""
    return np.asarray(pink(frames, np.random.default_rng(seed)) * 10 ** (level_db / 20), np.float32)


def rms_db(samples: Array) -> float:
    """Against full scale."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))
