"""Takes the program's own sound out of what the microphone hears.

What was played is known to the sample, but not when it comes back: the card's buffers, the air, a Bluetooth link.
Both sides are counted in frames; how the counts lie to each other is told by the clock they share, roughly, and then
by looking for what was played in what was heard. From there on an adaptive filter follows. Clocks that are not the same
are noticed, and what was played is read at the pace of the microphone's (`drift.py`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soxr

from massage_voice.clip import RATE as PLAYED_RATE
from massage_voice.hearing.drift import ASIDE, HALF, MEASURED, Drift, Track, place
from massage_voice.hearing.mel import RATE, Array

BLOCK: Final = 256
"""Frames the canceller takes at a time."""
TAPS: Final = 4096
"""Length of its filter, 256 ms: a room, and what the search for the delay is off by."""
LEAD: Final = RATE // 50
"""The reference goes before its echo by this much, so that the filter sees all of it."""
FARTHEST: Final = RATE
"""The longest delay that is looked for; Bluetooth takes a third of it."""
LOOK: Final = 3 * RATE
"""Frames that are compared."""
EVERY: Final = RATE
"""Frames between two looks."""
SLIP: Final = RATE // 40
"""The counts lie otherwise than before, by more than their jitter: something has run dry."""
CLEAR: Final = 9.0
"""A peak so many times the usual correlation is the echo."""
SAME: Final = RATE // 200
"""Two looks that differ by no more have found the same echo; one alone may be chance."""
QUIET: Final = 0.002
"""Below this level, nothing was played that could be found."""
FADING: Final = 0.8
"""What of an echo's power sounds on in the room, a block later."""
AUDIBLE: Final = 1e-3
"""Below this power of a block there is no echo to learn from."""
TRIAL: Final = 160
"""Chunks with an echo in them by which the filter is judged: some five seconds."""
SOME: Final = 60
ASTRAY_DB: Final = 7.0
"""By less than this the echo is never reduced, but by a filter that has gone astray."""
TRUSTED_DB: Final = 18.0
"""The echo falls by 20 to 30 dB; by 10 to 15 with a microphone on another clock, until its drift is known."""
MORE: Final = 4.0
"""So many times what usually is left may be left."""
FLOOR: Final = 1e-3
OBSERVED: Final = 64
"""Blocks over which the two counts are compared: two seconds."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a stretch of sound, in two forms of the same length."""

    samples: Array
    """Less what the filter knows to be echo: some of it is left, and everything that a person said."""
    people: Array
    """Less all that could be echo, and with it some of what a person said: tells when somebody speaks. It comes one
    `BLOCK` later."""


class Echo:
    """`played` is told what is handed to the device, `clean` what the microphone brings; one thread."""

    def __init__(self) -> None:
        self._reference = Track()
        self._heard = Track()
        self._to_16_khz = soxr.ResampleStream(PLAYED_RATE, RATE, 1, dtype="float32", quality="LQ")
        self._played = 0.0  # frames, at 16 kHz; the resampler gives them out in lumps
        self._played_at_s = 0.0
        self._apart: deque[float] = deque(maxlen=OBSERVED)
        self._base: float | None = None  # count of what was played, less that of what was heard, at the same moment
        self._drift = Drift()
        self._drifted = 0.0  # so much `_base` has followed it
        self._next_look = 0
        self._seen: int | None = None  # what the look before found
        self._canceller: Any = None
        self._residue = _Residue()
        self._reduced_db: deque[float] = deque(maxlen=TRIAL)
        self._tried = 0
        self.delay: int | None = None
        """Frames at 16 kHz from handing over to hearing; None while it is not known: no echo was found."""

    def played(self, samples: npt.NDArray[np.int16], at_s: float) -> None:
        """The device took over `samples`, mono at 48 kHz, at `at_s` of the monotonic clock."""
        self._reference.add(self._to_16_khz.resample_chunk(samples.astype(np.float32) * np.float32(1 / 32768)))
        self._played += len(samples) * RATE / PLAYED_RATE
        self._played_at_s = at_s

    def clean(self, heard: Array, at_s: float) -> Cleaned:
        """`heard`, 16 kHz, a multiple of `BLOCK`, less what was played; its last frame came at `at_s`."""
        self._heard.add(heard)
        self._follow(len(heard))
        self._compare(at_s)
        if self._base is not None and self._heard.count >= self._next_look:
            self._look(self._base)
        if self._base is None or self.delay is None:
            return Cleaned(heard, heard)
        blocks = [heard[i : i + BLOCK] for i in range(0, len(heard), BLOCK)]
        played = self._at_its_pace(len(heard), self._base - self.delay + LEAD, len(heard))
        left = [self._cancelled(block, played[i * BLOCK :][:BLOCK]) for i, block in enumerate(blocks)]
        people = [self._residue.without(rest, block - rest) for block, rest in zip(blocks, left, strict=True)]
        if np.sqrt(np.mean(played**2)) > QUIET:
            self._see_that_it_works(heard, np.concatenate(left))
        return Cleaned(np.concatenate(left), np.concatenate(people))

    def knows(self, frames: int) -> bool:
        """What was played is known as far as the next `frames` frames of the microphone need it."""
        if self._base is None or self.delay is None:
            return True
        return self._reference.count >= self._heard.count + frames + self._base - self.delay + LEAD + HALF

    @property
    def trusted(self) -> bool:
        """What is left of the echo is soft enough not to be taken for somebody's words; also where there is none."""
        return self.delay is None or (len(self._reduced_db) > SOME and float(np.median(self._reduced_db)) > TRUSTED_DB)

    def _see_that_it_works(self, heard: Array, left: Array) -> None:
        """A filter that has gone astray does not come back by itself, and one without an echo does harm: look anew."""
        self._reduced_db.append(10 * float(np.log10((np.mean(heard**2) + 1e-12) / (np.mean(left**2) + 1e-12))))
        self._tried += 1
        if self._tried > 2 * TRIAL and np.median(self._reduced_db) < ASTRAY_DB:
            self.delay = self._seen = None

    def _begin(self, delay: int) -> None:
        self.delay, self._canceller, self._residue = delay, _canceller(), _Residue()
        self._drift.forget()
        self._reduced_db.clear()
        self._tried = 0

    def _cancelled(self, heard: Array, reference: Array) -> Array:
        found = self._canceller.cancel_echo(_integers(heard), _integers(reference))
        return np.array(found, np.float32) * np.float32(1 / 32768)

    def _compare(self, at_s: float) -> None:
        """How the counts lie to each other; both come in blocks, so the middle of many is taken."""
        if not self._played:
            return
        since = (at_s - self._played_at_s) * RATE
        self._apart.append(self._played + since - self._heard.count)
        if len(self._apart) < OBSERVED // 2:
            return
        middle = round(float(np.median(self._apart)))
        if self._base is None or abs(middle - self._base) > SLIP:
            self._base, self.delay, self._seen = middle, None, None

    def _follow(self, frames: int) -> None:
        """The clocks have drifted apart by a little more."""
        if self._base is not None:
            self._base -= self._drift.rate * frames
            self._drifted += self._drift.rate * frames

    def _at_its_pace(self, ago: int, ahead: float, frames: int) -> Array:
        """What was played, from `ago` frames of the microphone ago and `ahead` of its count, at the other pace."""
        rate = self._drift.rate
        return self._reference.read(self._heard.count - ago + ahead + rate * ago, frames, 1 - rate)

    def _measure(self, base: float, delay: int) -> None:
        """Where exactly the echo lies now, for the drift."""
        heard = self._heard.read(self._heard.count - MEASURED, MEASURED)
        found = place(heard, self._at_its_pace(MEASURED, base - delay - ASIDE, MEASURED + 2 * ASIDE))
        if found is not None:
            middle = MEASURED // 2
            self._drift.add(self._heard.count - middle, found + self._drifted - self._drift.rate * middle)

    def _look(self, base: float) -> None:
        """Look for what was played in what was heard."""
        self._next_look = self._heard.count + EVERY
        heard = self._heard.read(self._heard.count - LOOK, LOOK)
        reference = self._at_its_pace(LOOK, base - FARTHEST, LOOK + FARTHEST)
        if np.sqrt(np.mean(reference**2)) < QUIET:
            self._next_look = self._heard.count + EVERY // 4
            return
        if self.delay is not None:
            self._measure(base, self.delay)
        found = _delay(heard, reference)
        seen, self._seen = self._seen, found
        if found is None or seen is None or abs(found - seen) > SAME:
            return
        if self.delay is None or not -LEAD // 2 < found - self.delay < TAPS // 4:
            self._begin(found)


def _canceller() -> Any:
    from pyaec import Aec

    return Aec(BLOCK, TAPS, RATE, False)  # its preprocessor takes the user's words away as well


def _delay(heard: Array, reference: Array) -> int | None:
    """How many frames `heard` lies behind the end of `reference`, by their correlation; None when that is not clear.

    Each frequency counts alike (the phase transform), so that a room and a voice do not blur the peak.
    """
    size = 1 << (len(reference) + len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(reference, size))
    low, high = round(200 / RATE * size), round(5000 / RATE * size)
    phases = np.zeros_like(spectrum)
    phases[low:high] = spectrum[low:high] / np.maximum(np.abs(spectrum[low:high]), 1e-9)
    lags = np.abs(np.fft.irfft(phases, size))
    late = np.concatenate([lags[-FARTHEST:], lags[:1]])  # heard[0] is reference[FARTHEST - delay]
    peak = int(np.argmax(late))
    return peak if late[peak] > CLEAR * np.sqrt(np.mean(late**2)) else None


def _integers(samples: Array) -> list[int]:
    whole: list[int] = np.clip(samples * 32768, -32768, 32767).astype(np.int16).tolist()
    return whole


class _Residue:
    """Takes what the filter leaves of an echo out of the spectrum, by how much it usually leaves of it."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._window = np.sqrt(np.hanning(2 * BLOCK + 1)[:-1]).astype(np.float32)
        self._left = self._echo = np.zeros(BLOCK, np.float32)
        self._tail = np.zeros(BLOCK, np.float32)
        self._level = np.zeros(bins)
        self._rest_level = np.zeros(bins)
        self._leak_db = np.full(bins, -6.0)
        self._blocks = 0

    def without(self, left: Array, echo: Array) -> Array:
        """A block of what is left and of what was taken away → what people have said, one block ago."""
        spectrum = np.fft.rfft(np.concatenate([self._left, left]) * self._window)
        power = np.abs(np.fft.rfft(np.concatenate([self._echo, echo]) * self._window)) ** 2
        self._left, self._echo = left, echo
        self._level = np.maximum(power, FADING * self._level)
        rest = np.abs(spectrum) ** 2
        self._rest_level += 0.4 * (rest - self._rest_level)
        if power.sum() > AUDIBLE:
            self._blocks += 1
            step = max(0.1, 1.0 / (1 + self._blocks / 60))
            above = 10 * np.log10((self._rest_level + 1e-12) / (self._level + 1e-12)) > self._leak_db
            self._leak_db = np.minimum(self._leak_db + np.where(above, step, -step), 0.0)
        could_be = MORE * 10 ** (self._leak_db / 10) * self._level
        gain = np.sqrt(np.clip(1 - could_be / (rest + 1e-12), FLOOR, 1))
        whole = np.fft.irfft(spectrum * gain).astype(np.float32) * self._window
        out, self._tail = self._tail + whole[:BLOCK], whole[BLOCK:]
        return np.asarray(out, np.float32)
