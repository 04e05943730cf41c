"""A speaker without a device, whose clock is moved by hand: an hour of session in a second."""

from __future__ import annotations

from collections.abc import Callable

from massage_voice.clip import RATE
from massage_voice.ports import Gap, Music, Program
from massage_voice.sound.mixer import Mixer
from massage_voice.sound.samples import Samples

Order = tuple[str, int, int]
"""`("play", run, frame)`, `("silence", 0, 0)` or `("close", 0, 0)`."""


class VirtualSpeaker:
    """The Speaker for tests: `advance` is its clock, `sink` gets every block it consumes."""

    is_dummy = False
    latency = 0

    def __init__(self, rate: int = RATE, sink: Callable[[Samples], object] | None = None, block: int = RATE) -> None:
        self.rate = rate
        self.name = "virtual speaker"
        self.orders: list[Order] = []
        """What reached it, in order."""
        self._mixer = Mixer()
        self._sink = sink
        self._block = block
        self._lost = False
        self._gaps: tuple[Gap, ...] = ()

    def advance(self, frames: int) -> None:
        """Let the device consume `frames` frames, in blocks; a lost device consumes nothing."""
        while frames > 0 and not self._lost:
            block = self._mixer.fill(min(frames, self._block))
            frames -= len(block)
            if self._sink:
                self._sink(block)

    def starve(self, frames: int) -> None:
        """Let the device run dry for `frames` frames."""
        self._gaps += (Gap(*self.played(), frames),)

    def lose(self) -> None:
        """Pull the plug."""
        self._lost = True

    def find(self) -> None:
        """Plug the device in again."""
        self._lost = False

    def play(self, run: int, program: Program, frame: int = 0) -> None:
        """See `ports.Speaker`."""
        self._mixer.play(run, program, frame)
        self.orders.append(("play", run, frame))

    def silence(self) -> None:
        """See `ports.Speaker`."""
        self._mixer.silence()
        self.orders.append(("silence", 0, 0))

    def played(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        return self._mixer.played()

    def handed(self) -> tuple[int, int]:
        """See `ports.Speaker`."""
        return self.played()

    def gaps(self) -> tuple[Gap, ...]:
        """See `ports.Speaker`."""
        gaps, self._gaps = self._gaps, ()
        return gaps

    @property
    def trouble(self) -> str:
        """See `ports.Speaker`."""
        return "" if self.alive() else "The virtual plug was pulled."

    def alive(self) -> bool:
        """See `ports.Speaker`; False too when the program has raised."""
        return not self._lost and self._mixer.failure is None

    @property
    def failure(self) -> Exception | None:
        """What the playing program raised, or None."""
        return self._mixer.failure

    def gain(self, decibels: float) -> None:
        """See `ports.Speaker`."""
        self._mixer.gain(decibels)

    def tone(self, samples: Samples) -> None:
        """See `ports.Speaker`."""
        self._mixer.tone(samples)

    def bed(self, music: Music | None) -> None:
        """See `ports.Speaker`."""
        self._mixer.bed(music)

    def close(self) -> None:
        """See `ports.Speaker`; from then on it is lost."""
        self.orders.append(("close", 0, 0))
        self._lost = True
