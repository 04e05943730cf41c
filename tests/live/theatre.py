"""Sessions of the real command in real time, side by side, each with a sound device and a home of its own."""

from __future__ import annotations

import re
import subprocess
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from massage_voice.sound.samples import Samples
from tests.live.processes import (
    COMMAND,
    NO_DEVICE,
    Terminal,
    environment,
    leave,
    lines_of,
    piped,
    records,
    short_routine,
    terminal,
)
from tests.live.support import home_in
from tests.virtual_sound.device import VirtualSound

LENGTH_S = 62.0
"""How much of a session is listened to, from its first cue on."""
NEXT_QUESTION_S = 0.6
A_MINUTE = Path(__file__).with_name("a_minute.yaml")


@dataclass
class Heard:
    """A session in the recording, and what it said of itself."""

    samples: Samples
    ledger: list[dict[str, Any]]
    said: str = ""
    code: int = 0
    marks: Mapping[str, int] | None = None
    """Frames of the recording at which keys were pressed."""
    terminal_restored: bool = True
    written: Samples | None = None
    """The same session as `render` writes it, without what comes before its first step."""
    alike: bool = True
    """Left and right are the same."""


Scene = Callable[[Path], Heard]


def listened(home: Path, routine: str, first: str) -> Heard:
    """`run ROUTINE --screened --json` in a pipe, until `LENGTH_S` after the ledger's line for `first`."""
    arguments = ("run", routine, "--screened", "--json")
    with device_of_its_own() as sound, sound.record() as recording, piped(home, *arguments, env=sound.env) as command:
        command.says(first)
        time.sleep(LENGTH_S)
        leave(command.process)
        code, out, error = command.ended()
    return Heard(recording.samples[:, 0], lines_of(out), error, code)


@contextmanager
def device_of_its_own() -> Iterator[VirtualSound]:
    sound = VirtualSound()
    try:
        sound.open()
        yield sound
    finally:
        sound.close()


def neck(home: Path) -> Heard:
    return listened(home, "neck", "0.prepare.1")


def short(home: Path) -> Heard:
    return listened(home, short_routine(home), "0.prepare.1")


def whole(home: Path) -> Heard:
    """A session with rain, to its own end; and before it the file of the same session."""
    asked = (str(A_MINUTE), "--music", "rain", "--first")
    written = rendered(home, *asked)
    with (
        device_of_its_own() as sound,
        sound.record() as recording,
        piped(home, "run", *asked, "--screened", "--json", env=sound.env) as command,
    ):
        code, out, error = command.ended(170)
    left, right = recording.samples.T
    return Heard(left, lines_of(out), error, code, written=written, alike=np.array_equal(left, right))


def rendered(home: Path, *arguments: str) -> Samples:
    """What `render` writes, from the frame on at which its captions say that the session begins."""
    file = home / "written.wav"
    command = [COMMAND, "render", *arguments, "-o", str(file)]
    subprocess.run(command, env=environment(home), check=True, capture_output=True, timeout=120)
    begins = re.search(r"the session begins at ([\d.]+) s", file.with_suffix(".vtt").read_text("utf-8"))
    assert begins
    with wave.open(str(file)) as source:
        source.setpos(round(float(begins[1]) * source.getframerate()))
        return np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.int16)


def pressed(home: Path) -> Heard:
    """Pause and stop, each in the middle of a caution, at a terminal, with music under them."""
    marks = {}
    with device_of_its_own() as sound, sound.record() as recording:
        routine = short_routine(home)
        music = ("--music", "drone")
        with terminal(home, "run", routine, "--screened", "--plain", *music, env=sound.env) as command:
            begin(command)
            command.says("Sharp pain")
            command.pause(3.0)
            marks["pause"] = recording.frames
            command.press(" ")
            command.says("Paused")
            command.pause(1.5)
            command.press(" ")
            command.says("Sharp pain")
            command.pause(2.0)
            marks["stop"] = recording.frames
            command.press("s")
            command.says("STOPPED")
            command.pause(6.0)
            command.press("q")
            command.says("Closing")
            command.press("\x03")
            code = command.ended()
            return_ = command.said, command.restored()
    return Heard(recording.samples[:, 0], records(home, "ledger"), return_[0], code, marks, return_[1])


def begin(command: Terminal) -> None:
    """Past the preparation, as fast as its caution allows."""
    command.says("Hello. I am talking")
    command.press("\r")
    command.says("Skip broken skin")
    for _ in range(40):
        command.pause(0.4)
        command.press("\r")
        if "Any key begins" in command.said:
            break
    command.pause(1.2)  # sooner it would count as the same press
    command.press("\r")


def front(home: Path) -> Heard:
    """The front of the neck, left out at its announcement; then stop."""
    with device_of_its_own() as sound, sound.record() as recording:
        routine = short_routine(home)
        arguments = ("run", routine, "--screened", "--front", "--plain")
        with terminal(home, *arguments, env=sound.env) as command:
            begin(command)
            for step in ("1 of", "2 of", "3 of"):
                command.says(f"== {step}")
                command.pause(2.2)
                command.press("n")
            command.says("Front of the neck next")
            command.pause(1.0)
            command.press("t")
            command.says("collarbone strokes")
            command.pause(1.0)
            command.press("s")
            command.says("STOPPED")
            command.pause(5.0)
            command.press("\x03")
            command.pause(0.5)
            command.press("\x03")
            code = command.ended()
    return Heard(recording.samples[:, 0], records(home, "ledger"), command.said, code)


def nobody(home: Path) -> Heard:
    """No device, no terminal: captions; a polite kill, and a second."""
    with piped(home, "run", "neck", env=NO_DEVICE) as command:
        command.says("any chest pain")
        leave(command.process)
        code, out, error = command.ended()
    return Heard(np.zeros(0, np.int16), [], out + "\0" + error, code)


def interrupted(home: Path) -> Heard:
    """Ctrl-C once, at a terminal with captions only: the whole closing is shown."""
    with terminal(home, "run", "neck", "--screened", "--captions-only", "--plain") as command:
        command.says("Hello. I am talking")
        assert command.quick()
        command.press("\x03")
        command.says("Closing")
        code = command.ended(90)
        return Heard(np.zeros(0, np.int16), records(home, "ledger"), command.said, code, None, command.restored())


def refused(home: Path) -> Heard:
    """A yes to the first question but one."""
    at_keys = ("run", "neck", "--plain")
    with (
        device_of_its_own() as sound,
        sound.record() as recording,
        terminal(home, *at_keys, env=sound.env) as keys,
    ):
        keys.says("any chest pain")
        keys.pause(NEXT_QUESTION_S)
        keys.press("n")
        keys.says("any fever")
        keys.pause(NEXT_QUESTION_S)
        keys.press("y")
        code = keys.ended()
        restored = keys.restored()
    return Heard(recording.samples[:, 0], [], keys.said, code, None, restored)


def hurried(home: Path) -> Heard:
    """Ctrl-C twice, at a terminal with captions only."""
    with terminal(home, "run", "neck", "--screened", "--captions-only", "--plain") as command:
        command.says("Hello. I am talking")
        command.press("\x03")
        command.says("Closing")
        command.press("\x03")
        code = command.ended(10)
        return Heard(np.zeros(0, np.int16), records(home, "ledger"), command.said, code, None, command.restored())


def vanished(home: Path) -> Heard:
    """The window is closed in mid-session; after a while, a polite kill."""
    with terminal(home, "run", "neck", "--screened", "--captions-only", "--plain") as command:
        command.says("Hello. I am talking")
        command.vanish()
        time.sleep(7)
        alive = command.process.poll() is None
        leave(command.process)
        command.process.wait(10)
    assert alive, "it did not live to say its closing"
    return Heard(np.zeros(0, np.int16), records(home, "ledger"), "", records(home, "journal")[-1]["code"])


SCENES: dict[str, Scene] = {
    "neck": neck,
    "short": short,
    "whole": whole,
    "pressed": pressed,
    "front": front,
    "nobody": nobody,
    "interrupted": interrupted,
    "refused": refused,
    "hurried": hurried,
    "vanished": vanished,
}


class Theatre:
    """Plays every scene at once, each in a home of its own; a scene can be played again for a test that is repeated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = ThreadPoolExecutor(len(SCENES))
        self._tries = dict.fromkeys(SCENES, 1)
        self._playing: dict[str, Future[Heard]] = {name: self._start(name) for name in SCENES}

    def heard(self, name: str, times: int = 1) -> Heard:
        """How it went when it was played for the `times`-th time."""
        if times > self._tries[name]:
            self._tries[name] = times
            self._playing[name] = self._start(name)
        return self._playing[name].result(180)

    def close(self) -> None:
        """Wait for all of them."""
        self._pool.shutdown()

    def _start(self, name: str) -> Future[Heard]:
        return self._pool.submit(SCENES[name], home_in(self._folder / f"{name}-{self._tries[name]}"))


@dataclass(frozen=True, slots=True)
class Seat:
    """What one test sees: when it is repeated, its scenes are played again for it."""

    theatre: Theatre
    times: int

    def heard(self, name: str) -> Heard:
        """How the scene went."""
        return self.theatre.heard(name, self.times)
