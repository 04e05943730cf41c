"""What lies between a mouth and a microphone: a room, noise, music. Everything comes from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.hearing.speakers import RATE, Samples

LEVEL_DB = -26.0
"""RMS of the loud parts of speech, against which noise and music are set."""
FLOOR_DB = -72.0
"""The microphone's own noise."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How it sounds where one speaks."""

    name: str
    reverb_s: float = 0.0
    """Time in which an echo falls by 60 dB; 0 for a close microphone without a room."""
    noise_db: float | None = None
    """Speech above pink noise; None without."""
    music_db: float | None = None
    """Speech above music."""


CONDITIONS = (
    Condition("clean"),
    Condition("room", reverb_s=0.4),
    Condition("noise 20 dB", reverb_s=0.3, noise_db=20),
    Condition("noise 10 dB", reverb_s=0.3, noise_db=10),
    Condition("noise 5 dB", reverb_s=0.3, noise_db=5),
    Condition("music 10 dB", reverb_s=0.3, music_db=10),
)


def heard(dry: Samples, condition: Condition, seed: int, *, before_s: float = 1.2, after_s: float = 1.2) -> Samples:
    """`dry` as the microphone hears it, with so many seconds of the room before and after it."""
    rng = np.random.default_rng(seed)
    wet = np.concatenate([np.zeros(round(before_s * RATE)), dry, np.zeros(round(after_s * RATE))])
    if condition.reverb_s:
        wet = _convolved(wet, impulse(condition.reverb_s, seed % 7))
    wet = wet + pink(len(wet), rng) * 10 ** (FLOOR_DB / 20)
    if condition.noise_db is not None:
        wet = wet + pink(len(wet), rng) * 10 ** ((LEVEL_DB - condition.noise_db) / 20)
    if condition.music_db is not None:
        start = int(rng.integers(0, 60 * RATE))
        wet = wet + np.resize(np.roll(music(), -start), len(wet)) * 10 ** ((LEVEL_DB - condition.music_db) / 20)
    return np.asarray(np.clip(wet, -1, 1), np.float32)


def pink(frames: int, rng: np.random.Generator) -> Samples:
    """Noise that falls 3 dB an octave, as fans and traffic do, RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), frames * 40 // RATE + 1))
    noise = np.fft.irfft(spectrum, frames)
    return np.asarray(noise / noise.std(), np.float32)


@cache
def impulse(reverb_s: float, place: int) -> Samples:
    """A microphone 1.5 m away: the direct sound, eight early echoes, a tail; the direct sound comes at once."""
    rng = np.random.default_rng(1000 + place)
    frames = round(reverb_s * 1.2 * RATE)
    fall = np.exp(-6.9 * np.arange(frames) / (reverb_s * RATE))
    tail = rng.standard_normal(frames) * fall
    tail[: RATE // 100] = 0
    tail *= 0.5 / np.sqrt(np.sum(tail**2))  # 6 dB below the direct sound
    tail[0] = 1.0
    for delay in rng.uniform(0.002, 0.03, 8):
        tail[round(delay * RATE)] += rng.choice([-1, 1]) * 0.25 * np.exp(-delay * 30)
    return np.asarray(tail, np.float32)


@cache
def music() -> Samples:
    """A minute of slow chords with plucked notes over them, RMS 1."""
    rng = np.random.default_rng(7)
    out = np.zeros(60 * RATE, np.float32)
    chords = ((220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220, 261.6), (164.8, 207.7, 246.9))
    for bar in range(15):
        chord = chords[bar % 4]
        _add(out, bar * 4.0, 4.2, chord, attack_s=0.8, fall_s=6.0, gain=0.5)
        for beat in range(8):
            note = float(rng.choice(chord)) * float(rng.choice([1, 2, 4]))
            _add(out, bar * 4.0 + beat * 0.5, 0.6, (note,), attack_s=0.005, fall_s=0.25, gain=0.8)
    return np.asarray(out / out.std(), np.float32)


def _add(out: Samples, at_s: float, length_s: float, notes: tuple[float, ...], **shape: float) -> None:
    start = round(at_s * RATE)
    time = np.arange(min(round(length_s * RATE), len(out) - start)) / RATE
    ramp = np.minimum(time / shape["attack_s"], 1) * np.minimum((length_s - time) / 0.05, 1)
    tone = sum(np.sin(2 * np.pi * note * part * time) / part**1.5 for note in notes for part in (1, 2, 3))
    out[start : start + len(time)] += tone * ramp * np.exp(-time / shape["fall_s"]) * shape["gain"]


def _convolved(dry: Samples, response: Samples) -> Samples:
    size = len(dry) + len(response)
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(response, size), size)
    return np.asarray(wet[: len(dry)], np.float32)
