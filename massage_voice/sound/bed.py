"""A bed of music under a program, as it sounds: how loud it is in each frame.

Two numbers move, each by whole steps a frame: the swell, from silence to full, and the hush, from full to soft.
They depend on frames alone, so a bed sounds the same for every block size, and in a file as live. The music waits
while it is silent: it begins at its beginning, whatever came before the first step.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.ports import Music, Program
from massage_voice.sound.ramp import RAMP
from massage_voice.sound.samples import Samples, Wave, saturate
from massage_voice.timeline.backdrop import FALL_S, HUSH_S, NOWHERE, Backdrop

RISE_S: Final = 2.0
"""From silence to full."""
CUT_S: Final = 0.04
"""From full to silence when there is to be none: a pause is silent at once."""

_FULL: Final = round(FALL_S * RATE)
_UP: Final = round(FALL_S / RISE_S)
_CUT: Final = round(FALL_S / CUT_S)
_SOFT: Final = round(HUSH_S * RATE)
_HURRY: Final = _SOFT // RAMP

_Steps = npt.NDArray[np.int64]
_Way = tuple[int, int]
"""Where a number is going, and by how much a frame."""


def warm() -> None:
    """Make the tables now, so that no audio callback has to."""
    _swelling()
    _hushing()


class Layer:
    """The bed as it sounds: where in the music it is, its swell and its hush."""

    def __init__(self) -> None:
        self._frame = 0
        self._swell = 0  # from 0 (silent) to _FULL
        self._hush = 0  # from 0 (full) to _SOFT

    def lay(
        self, block: Samples, music: Music, place: tuple[Backdrop, int], gain: Wave | float, *, hurried: bool
    ) -> None:
        """Add the music to `block`, which begins at a frame of a backdrop: `place`.

        `gain` is for all of it or for each frame. `hurried`: a program begins here, so that words may follow at once.
        """
        backdrop, start = place
        if backdrop is NOWHERE:
            self.cut(block, music, gain)
            return
        done = 0
        for frames, sounding, soft in backdrop.pieces(start, len(block)):
            swells = _path(self._swell, _swell(sounding), frames)
            hushes = _path(self._hush, _hush(soft, hurried), frames)
            part = slice(done, done + frames)
            self._add(block[part], music, swells, hushes, _part(gain, part))
            self._hush = int(hushes[-1])
            done += frames

    def cut(self, block: Samples, music: Music, gain: Wave | float) -> None:
        """Add what is left of the music while it is silenced; it waits where it has become silent."""
        frames = min(len(block), -(-self._swell // _CUT))
        if frames:
            part = slice(0, frames)
            hushes = np.full(frames, self._hush)
            self._add(block[part], music, _path(self._swell, (0, _CUT), frames), hushes, _part(gain, part))

    def skip(self, backdrop: Backdrop, start: int, frames: int, *, hurried: bool) -> None:
        """Go on without a sound to where `lay` would be."""
        for count, sounding, soft in backdrop.pieces(start, frames):
            self._frame += count if sounding else min(count, max(self._swell - 1, 0))
            self._swell = _moved(self._swell, _swell(sounding), count)
            self._hush = _moved(self._hush, _hush(soft, hurried), count)

    def _add(self, block: Samples, music: Music, swells: _Steps, hushes: _Steps, gain: Wave | float) -> None:
        if swells.any():
            loud = _swelling()[swells] * (music.gain + (music.soft_gain - music.gain) * _hushing()[hushes])
            block[:] = saturate(block + music.read(self._frame, len(block)) * (loud * gain))
        self._swell = int(swells[-1])
        self._frame += int(np.count_nonzero(swells))


class Bedded:
    """A Program with music under it: what a file holds, and what is heard of a session without a pause.

    Read from start to end it costs what it holds; a jump costs a walk over the backdrop before it.
    """

    def __init__(self, program: Program, music: Music) -> None:
        self.length = program.length
        self.backdrop = program.backdrop
        self._program = program
        self._music = music
        self._layer = Layer()
        self._next = 0

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`."""
        if start != self._next:
            self._layer = Layer()
            for at, count, hurried in _parts(0, start):
                self._layer.skip(self.backdrop, at, count, hurried=hurried)
        block = self._program.fill(start, frames).copy()
        for at, count, hurried in _parts(start, frames):
            part = block[at - start : at - start + count]
            self._layer.lay(part, self._music, (self.backdrop, at), 1.0, hurried=hurried)
        self._next = start + frames
        return block


def _parts(start: int, frames: int) -> list[tuple[int, int, bool]]:
    """`(start, frames, hurried)`: apart what lies in the program's beginning, as the mixer's ramp does."""
    early = min(max(RAMP - start, 0), frames)
    parts = [(start, early, True), (start + early, frames - early, False)]
    return [part for part in parts if part[1]]


def _part(gain: Wave | float, part: slice) -> Wave | float:
    return gain if isinstance(gain, float) else gain[part]


def _swell(sounding: bool) -> _Way:
    return (_FULL, _UP) if sounding else (0, 1)


def _hush(soft: bool, hurried: bool) -> _Way:
    return _SOFT if soft else 0, _HURRY if hurried else 1


def _path(now: int, way: _Way, frames: int) -> _Steps:
    """The next `frames` places on the way."""
    goal, step = way
    away = step * np.arange(1, frames + 1)
    return np.minimum(now + away, goal) if goal >= now else np.maximum(now - away, goal)


def _moved(now: int, way: _Way, frames: int) -> int:
    goal, step = way
    return min(now + step * frames, goal) if goal >= now else max(now - step * frames, goal)


@cache
def _swelling() -> Wave:
    """Gain at each place of the swell."""
    return np.asarray(np.sin(np.pi / 2 * np.arange(_FULL + 1) / _FULL) ** 2)


@cache
def _hushing() -> Wave:
    """How soft it is at each place of the hush, from 0 to 1."""
    return np.asarray(np.sin(np.pi / 2 * np.arange(_SOFT + 1) / _SOFT) ** 2)
