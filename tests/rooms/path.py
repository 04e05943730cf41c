"""The air of a room, in a process of its own: what the output plays reaches the microphone, and so does what is said.

Both ends are PulseAudio streams on one clock. The echo is taken from where the output was `delay_s` before the moment
at which the next block will sound at the microphone; so a process that comes late loses a block and nothing drifts.
The process ends when its other end of the pipe does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from statistics import median

import numpy as np

from tests.rooms.acoustics import BLOCK, Acoustics, Convolver, Wave, gain, impulse_response, pink
from tests.rooms.messages import Count, Counted, Hush, Listen, Said, Say
from tests.rooms.pulse import PLAY, RECORD, PulseError, Stream
from tests.virtual_sound.device import RATE

BUFFERED_BLOCKS = 3
"""Written ahead of the microphone."""
BUFFERED_S = 0.02
"""From when a block is written until it can be recorded at the microphone."""
REMEMBERED_BLOCKS = 50
REMEMBERED = 4 * RATE
"""Frames of the output."""
NOISE_SEED = 99
SLIP_S = 0.01
"""An echo that is further off than this is put right; less is the server's choice of another block size."""
SETTLES_S = 0.6
SURE_BLOCKS = 30
"""As many have their say about a slip."""
AGAIN_S = 0.05


class Clock:
    """When the frames of a stream came or went: by the least delayed of the last blocks, for a stream has one pace.

    Better than PulseAudio's own word, which is wrong by tens of milliseconds for ten seconds after a stall.
    """

    def __init__(self) -> None:
        self._begins_s: deque[float] = deque(maxlen=REMEMBERED_BLOCKS)

    def mark(self, frames: int) -> None:
        """So many frames have passed by now."""
        self._begins_s.append(time.monotonic() - frames / RATE)

    def begin_s(self) -> float | None:
        """When frame 0 would have passed; None before anything has."""
        return min(list(self._begins_s), default=None)

    def clear(self) -> None:
        """The stream has broken off."""
        self._begins_s.clear()


class Ear:
    """What the output has played, with the room's echo; fed by a thread of its own."""

    def __init__(self, source: str, response: Wave) -> None:
        self._source = source
        self._response = response
        self._ring = np.zeros(REMEMBERED, np.float32)
        self._end = 0
        self._clock = Clock()
        self._wanted = threading.Event()
        self._open = threading.Event()
        self._wanted.set()
        threading.Thread(target=self._run, daemon=True).start()

    def at(self, time_s: float) -> float:
        """The frame that the output played at `time_s`; a fresh one while it plays nothing."""
        begin_s = self._clock.begin_s()
        return float(self._end) if begin_s is None else (time_s - begin_s) * RATE

    def block(self, frame: int) -> tuple[Wave, bool]:
        """A block from `frame` on, and whether all of it is there."""
        frames = np.arange(frame, frame + BLOCK)
        there = (frames >= max(0, self._end - REMEMBERED)) & (frames < self._end)
        return np.where(there, self._ring[frames % REMEMBERED], np.float32(0)), bool(there.all())

    @property
    def open(self) -> bool:
        """Whether it hears the output."""
        return self._open.is_set()

    def listen(self, *, on: bool) -> None:
        """Listen or not; the output is let go when this returns."""
        (self._wanted.set if on else self._wanted.clear)()
        while not on and self._open.is_set():
            time.sleep(0.002)

    def _run(self) -> None:
        while self._wanted.wait():
            with suppress(PulseError):
                self._hear(Stream(RECORD, self._source, 1))
            time.sleep(AGAIN_S)

    def _hear(self, stream: Stream) -> None:
        convolve = Convolver(self._response)
        self._open.set()
        try:
            while self._wanted.is_set():
                wet = convolve(stream.read())
                places = np.arange(self._end, self._end + BLOCK) % REMEMBERED
                self._ring[places] = wet
                self._end += BLOCK
                self._clock.mark(self._end)
        finally:
            self._clock.clear()
            self._open.clear()
            stream.close()


class Answers:
    """The way back, for several threads."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, answer: Said | Counted) -> None:
        """Send one after the other; nobody may be there any more."""
        with self._lock, suppress(OSError):
            self._pipe.send(answer)


class Mouth:
    """What is being said into the microphone."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._saying: dict[int, tuple[Wave, int]] = {}

    def say(self, said: Say) -> None:
        """Begin with the next block."""
        with self._lock:
            self._saying[said.number] = (said.wave, 0)

    def hush(self) -> None:
        """End with the next block."""
        with self._lock:
            self._saying = {number: (wave[:done], done) for number, (wave, done) in self._saying.items()}

    def block(self, sounds_s: float) -> Wave:
        """The next block, which will sound at `sounds_s`."""
        out = np.zeros(BLOCK, np.float32)
        with self._lock:
            for number, (wave, done) in list(self._saying.items()):
                part = wave[done : done + BLOCK]
                out[: len(part)] += part
                self._saying[number] = (wave, done + BLOCK)
                if done == 0:
                    self._answers.send(Said(number, False, sounds_s))
                if done + BLOCK >= len(wave):
                    self._answers.send(Said(number, True, sounds_s + len(part) / RATE))
                    del self._saying[number]
        return out


class Air:
    """Everything that reaches the microphone."""

    def __init__(self, acoustics: Acoustics, ear: Ear, mouth: Mouth) -> None:
        self.acoustics = acoustics
        self.disturbances = 0
        self.anew = threading.Event()
        """Something at the other end has changed: begin again with the streams."""
        self._ear = ear
        self._mouth = mouth
        self._noise = pink(10 * RATE, NOISE_SEED)
        self._frame = 0
        self._frame_of_noise = 0
        self._off: deque[float] = deque(maxlen=SURE_BLOCKS)
        self._unsettled_s = time.monotonic()
        self._gains = (0.0, 0.0)

    def block(self, sounds_s: float) -> Wave:
        """The next block, which will sound at `sounds_s`."""
        self._follow(self._ear.at(sounds_s - self.acoustics.delay_s))
        echo, whole = self._ear.block(self._frame)
        self.disturbances += self.settled and self._ear.open and not whole
        self._frame += BLOCK
        before, after = self._gains, (gain(self.acoustics.echo_db), gain(self.acoustics.noise_db))
        self._gains = after
        ramp = np.linspace(0, 1, BLOCK, dtype=np.float32)
        faders = [one + (other - one) * ramp for one, other in zip(before, after, strict=True)]
        start = self._frame_of_noise
        self._frame_of_noise = (start + BLOCK) % len(self._noise)
        noise = self._noise[start : start + BLOCK]
        mixed = echo * faders[0] + noise * faders[1] + self._mouth.block(sounds_s)
        return np.asarray(np.clip(mixed, -1, 1), np.float32)

    @property
    def settled(self) -> bool:
        """Whether the echo has been where it belongs for a while, as far as is known."""
        return self._ear.open and not self.anew.is_set() and time.monotonic() - self._unsettled_s > SETTLES_S

    def unsettle(self) -> None:
        """What comes next is another echo, not a disturbed one."""
        self._unsettled_s = time.monotonic()

    def _follow(self, frame: float) -> None:
        """Be where the output was; once settled, only if it is certain that the echo is not there."""
        self._off.append(frame - self._frame)
        settled = self.settled
        off = round(median(self._off) if settled else self._off[-1])
        if abs(off) > (SLIP_S * RATE if settled else 0):
            self.disturbances += settled
            self._frame += off
            self._off.clear()
            self._unsettled_s = time.monotonic() if abs(off) > SLIP_S * RATE else self._unsettled_s


def serve(pipe: Connection, answers: Answers, air: Air, ear: Ear, mouth: Mouth) -> None:
    """Do what comes through the pipe; the process ends with it."""
    try:
        while True:
            match pipe.recv():
                case Acoustics() as acoustics:
                    same, air.acoustics = air.acoustics.delay_s == acoustics.delay_s, acoustics
                    if not same:
                        air.unsettle()
                case Say() as said:
                    mouth.say(said)
                case Hush():
                    mouth.hush()
                case Listen(number, on):
                    ear.listen(on=on)
                    air.anew.set()
                    air.unsettle()
                    answers.send(Counted(number, air.disturbances, air.settled))
                case Count(number):
                    answers.send(Counted(number, air.disturbances, air.settled))
    except (EOFError, OSError):
        os._exit(0)  # the streams may hang with their server


def main() -> None:
    """`python -m tests.rooms.path FD OUTPUT MICROPHONE`; first comes the room."""
    pipe = Connection(int(sys.argv[1]))
    acoustics = pipe.recv()
    ear = Ear(f"{sys.argv[2]}.monitor", impulse_response(acoustics.reverb_s, acoustics.seed))
    answers = Answers(pipe)
    mouth = Mouth(answers)
    air = Air(acoustics, ear, mouth)
    threading.Thread(target=serve, args=(pipe, answers, air, ear, mouth), daemon=True).start()
    while True:
        with suppress(PulseError):
            breathe(air, Stream(PLAY, sys.argv[3], BUFFERED_BLOCKS))
        time.sleep(AGAIN_S)


def breathe(air: Air, stream: Stream) -> None:
    """Write block after block, as soon as there is room, until something has changed at the other end."""
    air.anew.clear()
    air.unsettle()
    clock = Clock()
    frames = 0
    try:
        while not air.anew.is_set():
            begin_s = clock.begin_s()
            written_s = time.monotonic() if begin_s is None else begin_s + frames / RATE
            stream.write(air.block(written_s + BUFFERED_S))
            frames += BLOCK
            clock.mark(frames)
    finally:
        stream.close()


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    with suppress(PermissionError):
        if os.environ.get("VS_RT") != "0":
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(20))
    main()
