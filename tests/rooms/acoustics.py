"""What lies between a loudspeaker and a microphone: an echo, noise. Everything comes from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.virtual_sound.device import RATE

Wave = npt.NDArray[np.float32]
"""Mono, at `RATE`, within -1..1."""
BLOCK = RATE // 100
"""Frames that go through the room at once."""
FIRST_ECHOES = 8
LEAST_DELAY_S = 0.04


@dataclass(frozen=True, slots=True)
class Acoustics:
    """How it sounds in a room."""

    delay_s: float = 0.06
    """From the output's monitor to the microphone; some 32 ms of it are PulseAudio's own buffers."""
    echo_db: float | None = -12.0
    """The narrator at the microphone against the output, as energy; None for a headset."""
    noise_db: float | None = None
    """Pink noise at the microphone, RMS against full scale; None without."""
    reverb_s: float = 0.3
    """Time in which the echo falls by 60 dB."""
    seed: int = 1

    def __post_init__(self) -> None:
        if self.delay_s < LEAST_DELAY_S:
            raise ValueError(f"PulseAudio alone takes {LEAST_DELAY_S} s, not {self.delay_s}")


def gain(level_db: float | None) -> float:
    """The factor; 0 for None."""
    return 0.0 if level_db is None else float(10 ** (level_db / 20))


def level_db(wave: npt.NDArray[np.floating]) -> float:
    """RMS against full scale."""
    return float(10 * np.log10(np.mean(np.square(wave, dtype=np.float64)) + 1e-12))


def impulse_response(reverb_s: float, seed: int) -> Wave:
    """The direct sound at once, early echoes, a tail of falling noise; its energy is 1."""
    rng = np.random.default_rng(seed)
    frames = round(reverb_s * 1.2 * RATE)
    tail = rng.standard_normal(frames) * 10 ** (-3 * np.arange(frames) / (reverb_s * RATE))
    tail[: RATE // 100] = 0
    tail *= 0.5 / np.sqrt(np.sum(tail**2))  # 6 dB below the direct sound
    for after_s in rng.uniform(0.002, 0.03, FIRST_ECHOES):
        tail[round(after_s * RATE)] += rng.choice([-1, 1]) * 0.25 * np.exp(-after_s * 30)
    tail[0] = 1.0
    return np.asarray(tail / np.sqrt(np.sum(tail**2)), np.float32)


def pink(frames: int, seed: int) -> Wave:
    """Noise that falls 3 dB an octave above 40 Hz, RMS 1; its end fits its beginning."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(frames))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), frames * 40 // RATE + 1))
    noise = np.fft.irfft(spectrum, frames)
    return np.asarray(noise / noise.std(), np.float32)


class Convolver:
    """Block by block what `np.convolve` does with the whole: overlap-save, the response in parts of a block."""

    def __init__(self, response: Wave) -> None:
        self._count = -(-len(response) // BLOCK)
        padded = np.zeros((self._count, 2 * BLOCK))
        padded[:, :BLOCK] = np.pad(response, (0, self._count * BLOCK - len(response))).reshape(-1, BLOCK)
        parts = np.fft.rfft(padded)
        self._parts = np.concatenate([parts, parts])  # so that the past need not be moved along
        self._past = np.zeros_like(parts)
        self._newest = 0
        self._window = np.zeros(2 * BLOCK)

    def __call__(self, block: Wave) -> Wave:
        """The next `BLOCK` frames."""
        self._window = np.concatenate([self._window[BLOCK:], block])
        self._newest = (self._newest - 1) % self._count
        self._past[self._newest] = np.fft.rfft(self._window)
        start = self._count - self._newest
        whole = np.fft.irfft(np.einsum("ij,ij->j", self._past, self._parts[start : start + self._count]))
        return np.asarray(whole[BLOCK:], np.float32)
