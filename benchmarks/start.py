"""(b) From the start of the process to the first sound, and to the first word, in the recording.

Beside it: espeak-ng alone, the least Python program that plays (`bare_stream.py`), and the bare interpreter.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare_stream
from benchmarks.figures import Figure, median
from benchmarks.listening import Samples, find, first_sound
from benchmarks.program import COMMAND, SESSION, cold_home, environment
from benchmarks.session import expected, warm_home
from benchmarks.sounding import StreamClock, left, virtual_sound
from massage_voice.commands.run import GREETING
from tests.virtual_sound.device import RATE, VirtualSound

FIRST_SOUND_S, FIRST_WORD_WARM_S, FIRST_WORD_COLD_S = 0.4, 0.5, 2.0
_WARM_S, _COLD_S = 5.0, 9.0
"""How long a start is listened to."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process."""

    sound: float
    word: float


def measure(*, quick: bool) -> list[Figure]:
    """Some starts of each kind, in turns, so that a busy moment of the machine hits all alike."""
    turns = 3 if quick else 9
    cold, warm, bare, espeak, interpreter = list[Start](), list[Start](), list[float](), list[float](), list[float]()
    with virtual_sound() as sound, warm_home() as home:
        greeting = expected(home).greeting
        for turn in range(turns):
            warm.append(_session(sound, home, greeting, _WARM_S))
            bare.append(_first_sound(sound, [sys.executable, bare_stream.__file__, "tone"]))
            espeak.append(_first_sound(sound, ["espeak-ng", GREETING]))
            interpreter.append(_interpreter())
            if turn % 2 == 0:
                with cold_home() as empty:
                    cold.append(_session(sound, empty, greeting, _COLD_S))
    least = "bare miniaudio stream"
    return [
        _figure("warm start to first sound", [one.sound for one in warm], FIRST_SOUND_S, least, bare),
        _figure("warm start to first word", [one.word for one in warm], FIRST_WORD_WARM_S, "espeak-ng alone", espeak),
        _figure("cold start to first sound", [one.sound for one in cold], FIRST_SOUND_S, least, bare),
        _figure("cold start to first word", [one.word for one in cold], FIRST_WORD_COLD_S, "espeak-ng alone", espeak),
        _figure("bare miniaudio stream to first sound", bare, None, "python -c pass", interpreter),
    ]


def _figure(what: str, runs: Sequence[float], aim: float | None, against: str, peers: Sequence[float]) -> Figure:
    return median(what, runs, "s", aim=aim, against=against, peer=median("", peers, "s").value)


def _session(sound: VirtualSound, home: Path, greeting: Samples, listen_s: float) -> Start:
    command, env = [*COMMAND, *SESSION], environment(home, sound.env)
    began, recording = _recorded(sound, command, env, listen_s)
    heard = first_sound(recording)
    word = find(greeting, recording, began, len(recording))
    if heard is None or word is None:
        raise RuntimeError(f"nothing was heard within {listen_s} s: see `{' '.join(command)}`")
    return Start((heard - began) / RATE, (word.frame - began) / RATE)


def _first_sound(sound: VirtualSound, command: Sequence[str]) -> float:
    began, recording = _recorded(sound, command, {**os.environ, **sound.env}, 1.5)
    heard = first_sound(recording)
    if heard is None:
        raise RuntimeError(f"nothing was heard of {command[0]}")
    return (heard - began) / RATE


def _recorded(
    sound: VirtualSound, command: Sequence[str], env: Mapping[str, str], listen_s: float
) -> tuple[int, Samples]:
    """The frame at which the process was started, and what was heard until it was killed."""
    with sound.record() as recording, StreamClock(recording) as clock:
        time.sleep(0.3)
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(listen_s)
        process.kill()
        process.wait()
        time.sleep(0.1)
    return clock.frame(began), left(recording)


def _interpreter() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.monotonic() - began
