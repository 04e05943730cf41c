"""The picture of a sound that Whisper reads: 80 mel bands, a hundred columns a second."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 16_000
"""Frames a second of everything in this package."""
BANDS: Final = 80
HOP: Final = 160
"""Frames from one column to the next."""
WINDOW: Final = 400
"""Frames a column looks at."""
Array = npt.NDArray[np.float32]


def log_mel(samples: Array, seconds: float) -> Array:
    """Shape (1, `BANDS`, seconds * 100): `samples`, cut or filled with silence to `seconds`."""
    frames = round(seconds * RATE)
    filled = np.zeros(frames, np.float32)
    filled[: len(samples)] = samples[:frames]
    padded = np.pad(filled, WINDOW // 2, mode="reflect")
    columns = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: frames // HOP]
    power = np.abs(np.fft.rfft(columns * _hann(), axis=1)) ** 2
    mel = np.log10(np.maximum(_filters() @ power.T.astype(np.float32), 1e-10))
    mel = (np.maximum(mel, mel.max() - 8) + 4) / 4
    return np.ascontiguousarray(mel[None], np.float32)


@cache
def _hann() -> Array:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@cache
def _filters() -> Array:
    """Triangles, evenly spaced on Slaney's mel scale: linear to 1000 Hz, logarithmic above."""
    edges = _hertz(np.linspace(0, _mel(RATE / 2), BANDS + 2))
    ramps = edges[:, None] - np.fft.rfftfreq(WINDOW, 1 / RATE)[None]
    widths = np.diff(edges)
    up, down = -ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(up, down))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], np.float32)


_LINEAR: Final = 200 / 3
"""Hertz a mel below the knee."""
_KNEE: Final = 1000 / _LINEAR
_STEP: Final = np.log(6.4) / 27


def _mel(hertz: float) -> float:
    """Above the knee alone; that is where the upper edge lies."""
    return float(_KNEE + np.log(hertz / 1000) / _STEP)


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mel < _KNEE, _LINEAR * mel, 1000 * np.exp(_STEP * (mel - _KNEE)))
