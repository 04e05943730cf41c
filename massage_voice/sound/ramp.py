"""The one ramp: how anything starts, stops or changes its loudness without a click."""

from __future__ import annotations

from typing import Final

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Wave

RAMP: Final = round(0.008 * RATE)
"""Frames of every ramp: long enough not to click, short enough that a pause is at once."""

CURVE: Final[Wave] = np.sin(np.pi / 2 * np.arange(RAMP + 1) / RAMP) ** 2
"""Gain at each level: `CURVE[0]` is silence, `CURVE[RAMP]` exactly one."""
CURVE[RAMP] = 1.0
CURVE.flags.writeable = False


def rising(level: int = 0, frames: int = RAMP) -> Wave:
    """Gains of the next `frames` frames on the way up from `level`."""
    return CURVE[level + 1 : level + 1 + frames]


def falling(level: int = RAMP, frames: int = RAMP) -> Wave:
    """Gains of the next `frames` frames on the way down from `level`."""
    return CURVE[level - frames : level][::-1]
