"""Loudness by a meter that is not ours: ffmpeg's EBU R 128 filter."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples
from tests.support.absent import absent


@dataclass(frozen=True)
class Metered:
    """Of one channel."""

    integrated: float
    """LUFS."""
    loudest: float
    """The highest momentary loudness, LUFS."""
    true_peak: float
    """dBTP."""


def metered(samples: Samples) -> Metered:
    """What ffmpeg measures."""
    program = shutil.which("ffmpeg") or absent("needs ffmpeg")
    sound = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    command = [
        program,
        "-hide_banner",
        "-nostats",
        *sound,
        "-af",
        "ebur128=peak=true:framelog=verbose",
        "-v",
        "verbose",
    ]
    done = subprocess.run([*command, "-f", "null", "-"], input=samples.astype("<i2").tobytes(), capture_output=True)  # noqa: PLW1510
    told = done.stderr.decode()
    assert done.returncode == 0, told
    summary = told[told.rindex("Summary:") :]
    moments = [float(found) for found in re.findall(r"\bM:\s*(-?[\d.]+)", told)]
    return Metered(_number(summary, "I:"), float(np.max(moments)), _number(summary, "Peak:"))


def _number(text: str, name: str) -> float:
    found = re.search(rf"{name}\s*(-?[\d.]+|-inf)", text)
    assert found, text
    return float(found[1])
