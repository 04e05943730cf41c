"""The edges of the program, as Protocols: what an adapter must keep, in words beside each method.

Each has a recording fake and one contract test (`tests/contracts/`) that runs on fake and real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from massage_voice.clip import Clip, Speech, Take
from massage_voice.session.events import Event
from massage_voice.timeline.backdrop import Backdrop


class Voice(Protocol):
    """A speech engine. It makes samples; it never plays."""

    name: str
    """What the user types after `--voice`."""
    fingerprint: str
    """Engine, version and voice: part of the cache key, so another engine never answers for it."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence as mono samples.

        `speed` is 1.0 for the engine's own pace, 0.5 for half as fast.

        Raises:
            VoiceError: the engine failed, hung past its time limit, or is gone.
        """
        ...

    def close(self) -> None:
        """Release what the engine holds; safe to call twice."""
        ...


class Library(Protocol):
    """Every text of a session as a clip: made once, checked, cached."""

    @property
    def voice(self) -> str:
        """The name of the voice that speaks."""
        ...

    @property
    def notes(self) -> list[str]:
        """Sentences to tell the user: another voice took over, clips cannot be kept."""
        ...

    @property
    def aloud(self) -> list[str]:
        """Those of `notes` that are spoken as well: who speaks, and instead of whom."""
        ...

    def prepare(self, texts: Mapping[str, Speech]) -> Mapping[str, int]:
        """See that each text has a clip; return each one's length in frames.

        Raises:
            VoiceError: a text that no voice can say; it names the text.
        """
        ...

    def begin(self, texts: Mapping[str, Speech]) -> None:
        """Start to prepare and return at once; `clip` waits for its own text."""
        ...

    def clip(self, text: str) -> Clip:
        """The samples of a text that `prepare` or `begin` has seen."""
        ...

    def close(self) -> None:
        """Stop making clips; what is ready can still be had."""
        ...


class Program(Protocol):
    """Sound that is known whole before it is played; immutable while it plays."""

    length: int
    """Frames; after them there is silence."""
    backdrop: Backdrop
    """Where music may sound with it."""

    def fill(self, start: int, frames: int) -> npt.NDArray[np.int16]:
        """Mono samples of `[start, start + frames)`, the same for every block size.

        Runs in the audio callback: takes no lock, touches no disk, logs nothing.
        """
        ...


class Music(Protocol):
    """A bed under the words that goes on for ever."""

    @property
    def gain(self) -> float:
        """A factor of its samples between words."""
        ...

    @property
    def soft_gain(self) -> float:
        """The same under words."""
        ...

    def read(self, frame: int, frames: int) -> npt.NDArray[np.int16]:
        """Mono samples of `[frame, frame + frames)`. Runs in the audio callback: takes no lock, logs nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Gap:
    """Silence that was heard where the program had none: the device ran dry."""

    run: int
    frame: int
    """The gap lies after this frame of the run."""
    frames: int
    """How long it was."""


class Speaker(Protocol):
    """One output stream, open for the whole session. Its consumed frames are the only clock."""

    rate: int
    """Frames a second."""

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """Fade out what is playing and start `program` at `frame`, as run number `run`."""
        ...

    def silence(self) -> None:
        """Ramp to silence; the run's frame counter stands still from then on."""
        ...

    def played(self) -> tuple[int, int]:
        """`(run, frame)`: the run that is playing and how far it has sounded, not merely been handed over."""
        ...

    def handed(self) -> tuple[int, int]:
        """`(run, frame)`: how far the run was handed to the device, which sounds it a little later."""
        ...

    def gaps(self) -> tuple[Gap, ...]:
        """Where the device ran dry since this was last asked."""
        ...

    def alive(self) -> bool:
        """False when the device has stopped asking for samples, or is no longer where sound should go."""
        ...

    @property
    def failure(self) -> Exception | None:
        """What the playing program raised, or None; no other device would help against that."""
        ...

    @property
    def trouble(self) -> str:
        """One sentence on why it is not alive; empty while it is."""
        ...

    def gain(self, decibels: float) -> None:
        """Set the loudness of everything, 0 dB being as mixed."""
        ...

    def tone(self, samples: npt.NDArray[np.int16]) -> None:
        """Sound `samples` at once above whatever plays; they are part of no run."""
        ...

    def bed(self, music: Music | None) -> None:
        """The music under the programs that have a backdrop, from now on."""
        ...

    def close(self) -> None:
        """Close the device; safe to call twice, and from `atexit`."""
        ...


class Controls(Protocol):
    """A source of events: keys, words, buttons."""

    def read(self, timeout_s: float) -> Event | None:
        """The next event, or None when `timeout_s` seconds passed without one."""
        ...

    def close(self) -> None:
        """Give the terminal or device back as it was; safe to call twice."""
        ...


class Hearing(Protocol):
    """What must know of the moment to tell answers from other words: the microphone."""

    def expect(self, answers: tuple[str, ...], opening: tuple[str, ...]) -> None:
        """From now on these answers of `safety.screening` may be said; `opening` are those that need to be sure."""
        ...

    def narrate(self, text: str, seconds: float) -> None:
        """The program begins to say `text`, for so long: it is heard as well, and meant by nobody."""
        ...


class Journal(Protocol):
    """The append-only record of a session: one JSON object a line, on disk before it is played.

    Whoever hands entries in never waits for a disk, unless by `settle`.
    """

    def append(self, entry: Mapping[str, object]) -> None:
        """Write one entry and flush it to the disk.

        Raises:
            OutputError: it could not be written, where that is known at once.
        """
        ...

    def settle(self, timeout_s: float) -> bool:
        """Whether, within `timeout_s` seconds, all that was handed in is on the disk."""
        ...

    def complaint(self) -> str:
        """What went wrong with the disk meanwhile, told once; else empty."""
        ...
