"""The synthetic people of the test set: four kinds of engine, US, English and Scottish, kept apart for tuning and test.

Everything said is kept in a folder, so that only the first run synthesises. None of it is a recording of a person.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs
import soxr

from massage_voice.voices.heart import HeartVoice

RATE = 16_000
"""Frames a second of everything the recogniser hears."""
Samples = npt.NDArray[np.float32]
"""Mono, shape (frames,), within -1..1."""
QUIET_DB = -35.0
"""Against the loudest: what is below it at the ends of a word is no part of the word."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One synthetic person."""

    name: str
    engine: str
    """`espeak`, `flite`, `festival` or `heart`."""
    voice: str = ""
    speed: float = 1.0
    """Times the engine's natural pace."""
    stature: float = 1.0
    """Played this much faster: below 1 a deeper, larger speaker, above 1 a smaller one."""


TUNING = (
    Speaker("kal", "flite", "kal16"),
    Speaker("rms", "flite", "rms"),
    Speaker("ked", "festival", "ked_diphone"),
    Speaker("heart", "heart"),
    Speaker("heart brisk", "heart", speed=1.25, stature=1.06),
    Speaker("espeak us", "espeak", "en-us"),
    Speaker("espeak gb f2", "espeak", "en-gb+f2", speed=0.85),
)
"""What thresholds were chosen on."""
TEST = (
    Speaker("slt", "flite", "slt"),
    Speaker("awb", "flite", "awb"),
    Speaker("slt hts", "festival", "cmu_us_slt_arctic_hts"),
    Speaker("heart deep", "heart", speed=0.95, stature=0.84),
    Speaker("heart small", "heart", speed=0.85, stature=1.15),
    Speaker("espeak rp f4", "espeak", "en-gb-x-rp+f4", speed=0.85),
    Speaker("espeak scot m3", "espeak", "en-gb-scotland+m3", speed=0.9),
)
"""What no threshold ever saw."""
PROGRAMS = {"espeak": "espeak-ng", "flite": "flite", "festival": "text2wave"}
INSTALL = "apt install espeak-ng flite festival festvox-kallpc16k festvox-us-slt-hts festvox-kdlpc16k"


def folder() -> Path:
    """Where the test set is kept."""
    path = platformdirs.user_cache_path("massage-voice-benchmarks") / "hearing"
    path.mkdir(parents=True, exist_ok=True)
    return path


def say(speaker: Speaker, text: str) -> Samples:
    """As `said`, from the folder where it was said before."""
    key = hashlib.sha256(f"{speaker} {text}".encode()).hexdigest()[:24]
    kept = folder() / f"{key}.npy"
    if not kept.exists():
        part = kept.with_suffix(f".{os.getpid()}.npy")  # several runs may fill the folder at once
        np.save(part, np.round(said(speaker, text) * 32767).astype(np.int16))
        part.replace(kept)
    return np.asarray(np.load(kept) / np.float32(32767), np.float32)


def said(speaker: Speaker, text: str) -> Samples:
    """`text`, without the silence around it, its loud parts at -26 dB of full scale (RMS)."""
    return _level(_trimmed(_synthesised(speaker, text)))


def _synthesised(speaker: Speaker, text: str) -> Samples:
    if speaker.engine == "heart":
        take = _heart().synthesise(text, speaker.speed / speaker.stature)
        samples, rate = take.samples, take.rate
    else:
        samples, rate = _program(speaker, text)
    return np.asarray(soxr.resample(samples, rate * speaker.stature, RATE), np.float32)


def _program(speaker: Speaker, text: str) -> tuple[Samples, int]:
    with tempfile.TemporaryDirectory() as where:
        source, made = Path(where) / "text.txt", Path(where) / "said.wav"
        source.write_text(text)
        words = {
            "espeak": ["-v", speaker.voice, "-s", f"{175 * speaker.speed:.0f}", "-f", str(source), "-w", str(made)],
            "flite": ["-voice", speaker.voice, "-f", str(source), "-o", str(made)],
            "festival": ["-eval", f"(voice_{speaker.voice})", str(source), "-o", str(made)],
        }[speaker.engine]
        subprocess.run([PROGRAMS[speaker.engine], *words], check=True, capture_output=True)
        return read_wav(made.read_bytes())


def read_wav(data: bytes) -> tuple[Samples, int]:
    """Samples and rate of a mono 16-bit WAV."""
    with wave.open(io.BytesIO(data)) as source:
        raw = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        return raw.astype(np.float32) / np.float32(32768), source.getframerate()


@cache
def _heart() -> HeartVoice:
    voice = HeartVoice()
    voice.load()
    return voice


def _trimmed(samples: Samples) -> Samples:
    block = RATE // 100
    levels = np.sqrt(np.mean(samples[: len(samples) // block * block].reshape(-1, block) ** 2, axis=1))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (QUIET_DB / 20))
    return samples[loud[0] * block : (loud[-1] + 1) * block]


def _level(samples: Samples) -> Samples:
    loud = np.abs(samples) > np.abs(samples).max() * 0.05
    rms = float(np.sqrt(np.mean(samples[loud] ** 2)))
    return np.asarray(np.clip(samples * (10 ** (-26 / 20) / rms), -1, 1), np.float32)
