"""The Mixer: what the audio callback calls. It owns which run sounds, how far it has been played, how loud.

Two threads, no lock: the main thread swaps one immutable `_Wish`, the callback reads it once a block and
publishes one immutable `(run, frame)`. Everything moves by frames alone, so wishes that fall on the same
frames give the same samples for every block size.

A run is born silent, ramps up over its own first frames, and once it has begun to ramp down it never comes
back: the next run starts when the old one is silent, `RAMP` frames later, and loses none of its frames.
Frames that are heard only in a falling ramp are not counted as played.

A bed of music sounds on from run to run, as long as their programs have a backdrop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from massage_voice.ports import Music, Program
from massage_voice.sound.bed import Layer, warm
from massage_voice.sound.ramp import CURVE, RAMP, falling, rising
from massage_voice.sound.samples import Samples, Wave, saturate
from massage_voice.timeline.backdrop import NOWHERE


class _Silence:
    """The Program before the first."""

    length = 0
    backdrop = NOWHERE

    def fill(self, start: int, frames: int) -> Samples:  # noqa: ARG002 - the port's signature
        return np.zeros(frames, np.int16)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One order to play; compared by identity, so that the same order given twice is two runs."""

    number: int
    program: Program
    frame: int


@dataclass(frozen=True, slots=True, eq=False)
class _Tone:
    """One order to sound above everything; the same samples ordered twice are two tones."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the main thread wants to hear."""

    run: _Run
    sounding: bool
    gain: float
    tone: _Tone
    bed: Music | None = None


class Mixer:
    """Turns a Program into blocks; see the module's text for the rules."""

    def __init__(self) -> None:
        nothing, no_tone = _Run(0, _Silence(), 0), _Tone(np.zeros(0, np.int16))
        # The main thread's, read by the callback once a block:
        self._wish = _Wish(nothing, sounding=False, gain=1.0, tone=no_tone)
        # The callback's, read by the main thread:
        self._played = (0, 0)
        self._failed: tuple[_Run, Exception] | None = None
        # The callback's own:
        self._run = nothing
        self._frame = 0  # the next frame of the program to read
        self._counted = (0, 0)  # what `_played` will be when the block is whole
        self._level = 0  # place on the ramp, from 0 (silent) to RAMP
        self._gain_from = self._gain_to = 1.0
        self._gain_left = 0  # frames until the gain is what was wished
        self._tone = no_tone
        self._toned = 0  # frames of it that have sounded
        self._layer = Layer()

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """Fade out what is playing, then start `program` at `frame` (at most its length) as run `run`.

        Raises:
            ValueError: a frame before the start.
        """
        if frame < 0:
            raise ValueError(f"a program starts at frame 0, not {frame}")
        order = _Run(run, program, min(frame, program.length))
        self._wish = replace(self._wish, run=order, sounding=True)

    def silence(self) -> None:
        """Ramp to silence; the counter stands still from the next block on."""
        self._wish = replace(self._wish, sounding=False)

    def gain(self, decibels: float) -> None:
        """Loudness of everything, 0 dB being as mixed; reached by a ramp, and loud sums saturate."""
        self._wish = replace(self._wish, gain=10 ** (decibels / 20))

    def tone(self, samples: Samples) -> None:
        """Sound `samples` from the next block on, above whatever plays or does not; a tone before them ends."""
        self._wish = replace(self._wish, tone=_Tone(samples))

    def bed(self, bed: Music | None) -> None:
        """The music from the next block on; None: none. Changed while it sounds, it clicks."""
        if bed is not None:
            warm()
        self._wish = replace(self._wish, bed=bed)

    def played(self) -> tuple[int, int]:
        """`(run, frame)` after the last block; frame is never beyond the program's length."""
        return self._played

    @property
    def failure(self) -> Exception | None:
        """What the program last ordered has raised; it is silent since. None again after `play`."""
        failed = self._failed
        return failed[1] if failed and failed[0] is self._wish.run else None

    def fill(self, frames: int) -> Samples:
        """The next `frames` frames, mono. Called by the audio callback alone; never raises."""
        wish = self._wish
        block = np.zeros(frames, np.int16)
        try:
            self._fill(block, wish)
        except Exception as error:  # noqa: BLE001 - raised on, it would silence the stream for ever
            self._fail(error)
            block[:] = 0
        self._ring(block, wish)
        self._played = self._counted
        return block

    def _fail(self, error: Exception) -> None:
        self._failed = (self._run, error)
        self._level = 0
        self._counted = self._played

    def _ring(self, block: Samples, wish: _Wish) -> None:
        """Add the tone, in a block that is whole otherwise."""
        if wish.tone is not self._tone:
            self._tone, self._toned = wish.tone, 0
        part = self._tone.samples[self._toned : self._toned + len(block)]
        if len(part):
            block[: len(part)] = saturate(block[: len(part)] + part * wish.gain)
            self._toned += len(part)

    def _fill(self, block: Samples, wish: _Wish) -> None:
        done = 0
        while done < len(block):
            done += self._advance(block[done:], wish)

    def _advance(self, block: Samples, wish: _Wish) -> int:
        """Fill the start of `block` up to the next change of state; return how many frames that was."""
        if self._level == 0:
            self._adopt(wish)
        self._aim(wish.gain)
        wanted = self._wanted(wish)
        frames = min(len(block), self._run.program.length - self._frame)
        if frames == 0 or (self._level == 0 and not wanted):
            return self._rest(block, wish)
        if not wanted:
            return self._fall(block, frames, wish)
        return self._rise(block, frames, wish) if self._level < RAMP else self._steady(block, frames, wish)

    def _wanted(self, wish: _Wish) -> bool:
        failed = self._failed is not None and self._failed[0] is self._run
        return wish.sounding and wish.run is self._run and not failed

    def _adopt(self, wish: _Wish) -> None:
        """All is silent: the moment to take over a new run, and the wished gain without a ramp."""
        self._gain_to, self._gain_left = wish.gain, 0
        if wish.sounding and wish.run is not self._run:
            self._run, self._frame = wish.run, wish.run.frame
            self._count()

    def _aim(self, gain: float) -> None:
        if gain != self._gain_to:
            self._gain_from = float(self._gains(1)[0]) if self._gain_left else self._gain_to
            self._gain_to, self._gain_left = gain, RAMP

    def _rest(self, block: Samples, wish: _Wish) -> int:
        """Leave the rest of the block silent but for dying music; at a program's end first forget its level."""
        if self._level == 0:
            if wish.bed:
                self._layer.cut(block, wish.bed, self._gain_to)
            return len(block)
        self._level = 0
        return 0

    def _rise(self, block: Samples, frames: int, wish: _Wish) -> int:
        frames = min(frames, RAMP - self._level)
        self._lay(block[:frames], rising(self._level, frames), wish, hurried=True)
        self._level += frames
        self._count()
        return frames

    def _steady(self, block: Samples, frames: int, wish: _Wish) -> int:
        self._lay(block[:frames], None, wish)
        self._count()
        return frames

    def _fall(self, block: Samples, frames: int, wish: _Wish) -> int:
        frames = min(frames, self._level)
        self._lay(block[:frames], falling(self._level, frames), wish, going_on=wish.sounding)
        self._level -= frames
        return frames

    def _count(self) -> None:
        self._counted = (self._run.number, self._frame)

    def _lay(
        self, block: Samples, envelope: Wave | None, wish: _Wish, *, hurried: bool = False, going_on: bool = True
    ) -> None:
        """Read the program on into `block`; untouched samples pass through bit for bit."""
        start = self._frame
        samples = self._run.program.fill(start, len(block))
        self._frame += len(block)
        gains: Wave | float = 1.0 if self._gain_left == 0 and self._gain_to == 1.0 else self._gains(len(block))
        if envelope is None and isinstance(gains, float):
            block[:] = samples
        else:
            shaped = samples * gains * (1.0 if envelope is None else envelope)
            block[:] = saturate(np.asarray(shaped, np.float64))
        self._gain_left = max(0, self._gain_left - len(block))
        if wish.bed:
            place = (self._run.program.backdrop if going_on else NOWHERE, start)
            self._layer.lay(block, wish.bed, place, gains, hurried=hurried)

    def _gains(self, frames: int) -> Wave:
        """The gain of each of the next frames; exactly the wished one when the ramp is over."""
        steps = np.minimum(RAMP - self._gain_left + np.arange(1, frames + 1), RAMP)
        return np.asarray(self._gain_to - (self._gain_to - self._gain_from) * (1 - CURVE[steps]))
