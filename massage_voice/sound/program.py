"""A timeline as sound: the one place where placements become samples."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from massage_voice.clip import Clip
from massage_voice.errors import SafetyError
from massage_voice.safety.script import Cue
from massage_voice.sound.bells import bell
from massage_voice.sound.ramp import RAMP, falling
from massage_voice.sound.samples import Samples, mix_into, saturate
from massage_voice.timeline.backdrop import NOWHERE, backdrop
from massage_voice.timeline.model import Placement, Timeline


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples that lie somewhere on a timeline."""

    start: int
    """Frame of the first sample."""
    samples: Samples

    @property
    def end(self) -> int:
        """Frame after the last sample."""
        return self.start + len(self.samples)


class Pieces:
    """A Program of pieces: silence, samples, and their saturated sum where pieces overlap.

    A piece that reaches beyond `length` frames is cut there, with a ramp.
    """

    backdrop = NOWHERE

    def __init__(self, pieces: Iterable[Piece], length: int) -> None:
        inside = sorted((piece for piece in pieces if piece.start < length), key=lambda piece: piece.start)
        self.length = length
        self._pieces = [_cut(piece, length) for piece in inside]
        self._starts = [piece.start for piece in self._pieces]
        self._reach = list(accumulate((piece.end for piece in self._pieces), max))

    def fill(self, start: int, frames: int) -> Samples:
        """See `ports.Program`; a second of it takes some ten microseconds."""
        block = np.zeros(frames, np.int16)
        used = start
        for piece in self._between(start, start + frames):
            _lay(block, start, used, piece)
            used = max(used, piece.end)
        return block

    def _between(self, start: int, end: int) -> Iterator[Piece]:
        first = bisect_right(self._reach, start)
        return iter(self._pieces[first : bisect_left(self._starts, end)])


class TimelineProgram(Pieces):
    """The Program of a timeline: `sounds` gives each cue its samples; a tick sounds at `tick_volume` percent.

    Raises:
        SafetyError: a spoken cue's samples are not as long as its placement, so its times would be wrong.
    """

    def __init__(self, timeline: Timeline, sounds: Callable[[Cue], Samples], tick_volume: int = 100) -> None:
        placed = [_placed(placement, sounds(placement.cue)) for placement in timeline.placements]
        ticks = [Piece(frame, bell("tick", tick_volume)) for frame in timeline.ticks]
        super().__init__([*placed, *ticks], timeline.length)
        self.backdrop = backdrop(timeline)


def sounds_from(clip: Callable[[str], Clip], bell_volume: int = 100) -> Callable[[Cue], Samples]:
    """How a cue sounds, given how a text sounds (as `Library.clip` does); bells at `bell_volume` percent."""
    return lambda cue: clip(cue.text).samples if cue.is_spoken else bell(cue.text, bell_volume)


def _placed(placement: Placement, samples: Samples) -> Piece:
    room = placement.end - placement.start
    if placement.cue.is_spoken and room != len(samples):
        raise SafetyError(f"cue {placement.cue.id!r} has {len(samples)} frames of sound in a place of {room}")
    return Piece(placement.start, samples)


def _cut(piece: Piece, length: int) -> Piece:
    if piece.end <= length:
        return piece
    kept = piece.samples[: length - piece.start].astype(np.float64)
    ramp = falling()[-len(kept) :]
    kept[-RAMP:] *= ramp
    return Piece(piece.start, saturate(kept))


def _lay(block: Samples, start: int, used: int, piece: Piece) -> None:
    """Add to the block what of `piece` lies in it; from frame `used` on the block is still empty."""
    first, last = max(piece.start, start), min(piece.end, start + len(block))
    free = min(max(first, used), last)
    if first < free:
        mix_into(block[first - start : free - start], _slice(piece, first, free))
    if free < last:
        block[free - start : last - start] = _slice(piece, free, last)


def _slice(piece: Piece, start: int, end: int) -> Samples:
    return piece.samples[start - piece.start : end - piece.start]
