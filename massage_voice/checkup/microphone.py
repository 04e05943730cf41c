"""The microphone: whether there is one, what it brings, and how loud the room is. Nothing of it is kept."""

from __future__ import annotations

import math
import time
from typing import Final

import numpy as np

from massage_voice.checkup.finding import Finding, Probe, Verdict
from massage_voice.checkup.remedies import Remedies
from massage_voice.errors import HearingError, SoundError
from massage_voice.hearing.capture import DEAD_S, TROUBLES, Capture, Trouble
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.microphone import Wishes, check

LIMIT_S: Final = 10.0
LISTEN_S: Final = DEAD_S + 0.5
"""Long enough to tell a muted microphone from one in a quiet room."""
NOISY_DB: Final = -45.0
"""Of full scale: speech at a table lies near -26, and below 15 dB over the noise commands begin to be missed."""
BLOCK: Final = RATE // 10
_MENDED: Final = {Trouble.MUTED: "microphone-muted", Trouble.CLIPPING: "microphone-loud"}


def probe(remedies: Remedies) -> Probe:
    """The check, as something to look at. Never failing: keys do everything."""
    return Probe("microphone", lambda: look(remedies), LIMIT_S, remedies("microphone"))


def look(remedies: Remedies) -> Finding:
    """What is found."""
    try:
        check(Wishes())
    except HearingError as error:
        return Finding(Verdict.OK, "spoken commands are not installed; keys and pedals do everything.", error.hint)
    try:
        microphone = Capture()
    except SoundError as error:
        return Finding(Verdict.WARNING, f"{error.message}: `run --mic` would not hear you.", error.hint)
    try:
        return _judged(microphone, _listened(microphone), remedies)
    finally:
        microphone.close()


def _listened(microphone: Capture) -> Array:
    until = time.monotonic() + LISTEN_S
    parts = [np.zeros(0, np.float32)]
    while time.monotonic() < until and microphone.trouble is not Trouble.MISSING:
        parts += [samples for samples, _ in microphone.read()]
        time.sleep(0.05)
    return np.concatenate(parts)


def _judged(microphone: Capture, samples: Array, remedies: Remedies) -> Finding:
    name = microphone.name or "the microphone"
    if len(samples) < BLOCK or microphone.trouble is Trouble.MISSING:
        return Finding(Verdict.WARNING, f"{name} opens and brings nothing.", remedies("microphone"))
    trouble = microphone.trouble
    if trouble:
        return Finding(Verdict.WARNING, f"{name}: {TROUBLES[trouble]}", remedies(_MENDED[trouble]))
    noise_db, peak_db = levels(samples)
    found = f"{name} hears; the room is at {noise_db:.0f} dBFS, the loudest moment at {peak_db:.0f}."
    if noise_db > NOISY_DB:
        return Finding(Verdict.WARNING, f"{found} That is loud for spoken commands.", remedies("microphone-noise"))
    return Finding(Verdict.OK, found)


def levels(samples: Array) -> tuple[float, float]:
    """The quiet tenth of the blocks, and the peak, in dB of full scale."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    quiet = float(np.quantile(np.sqrt(np.mean(blocks**2, axis=1)), 0.1))
    return _db(quiet), _db(float(np.abs(samples).max()))


def _db(value: float) -> float:
    return 20 * math.log10(max(value, 1e-6))
