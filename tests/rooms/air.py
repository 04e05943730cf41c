"""The process that is the air (`tests.rooms.path`), from the tests' side."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing import Pipe
from pathlib import Path

from tests.rooms.acoustics import Acoustics, Wave
from tests.rooms.messages import Count, Counted, Hush, Listen, Said, Say
from tests.virtual_sound.device import wait_until

LIMIT_S = 60.0
"""A process takes long to start on a busy machine."""
_ROOT = Path(__file__).parents[2]


class Sounding:
    """Something that is being played into the microphone."""

    def __init__(self, air: Air, number: int) -> None:
        self._air = air
        self._number = number

    def begun_s(self) -> float:
        """Wait for the first sample; when it sounded, on `time.monotonic`'s clock."""
        return self._air.said(self._number, ended=False)

    def ended_s(self, limit_s: float = 60.0) -> float:
        """Wait for the last sample; when it sounded."""
        return self._air.said(self._number, ended=True, limit_s=limit_s)


class Air:
    """Starts the process; it ends with `close`, or with the tests."""

    def __init__(self, acoustics: Acoustics, env: Mapping[str, str], output: str, microphone: str) -> None:
        self._pipe, other = Pipe()
        end = other.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.rooms.path", str(end), output, microphone],
            cwd=_ROOT,
            env={**os.environ, **env},
            pass_fds=[end],
            stdin=subprocess.DEVNULL,
        )
        other.close()
        self._numbers = itertools.count()
        self._said: dict[tuple[int, bool], float] = {}
        self._counted: dict[int, Counted] = {}
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()
        self.change(acoustics)

    def change(self, acoustics: Acoustics) -> None:
        """Another delay or level from now on; the reverberation stays."""
        self._send(acoustics)

    def play(self, wave: Wave) -> Sounding:
        """Bring `wave` to the microphone at once."""
        number = next(self._numbers)
        self._send(Say(number, wave))
        return Sounding(self, number)

    def hush(self) -> None:
        """Break off whatever is being played."""
        self._send(Hush())

    def listen(self, *, on: bool) -> None:
        """Have it let the output go, or begin again with both ends."""
        number = next(self._numbers)
        self._answer(Listen(number, on))

    def disturbances(self) -> int:
        """How often the echo has jumped or had a hole, as on a machine that is too busy."""
        return self._answer(Count(next(self._numbers))).disturbances

    def settle(self) -> None:
        """Wait until the echo is where it belongs; half a second after a change."""
        wait_until(lambda: self._answer(Count(next(self._numbers))).settled, "the echo is where it belongs", LIMIT_S)

    def said(self, number: int, *, ended: bool, limit_s: float = 10.0) -> float:
        """Wait for the beginning or the end of what was played."""
        wait_until(lambda: (number, ended) in self._said or self._over(), "it is said", limit_s)
        at_s = self._said[number, ended]
        time.sleep(max(0.0, at_s - time.monotonic()))
        return at_s

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self._thread.join()
        self._pipe.close()

    def _send(self, what: Acoustics | Say | Hush | Listen | Count) -> None:
        with self._sending:
            self._pipe.send(what)

    def _answer(self, question: Listen | Count) -> Counted:
        self._send(question)
        wait_until(lambda: question.number in self._counted or self._over(), "the air answers", LIMIT_S)
        return self._counted[question.number]

    def _over(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError("the air has gone")
        return False

    def _receive(self) -> None:
        while True:
            try:
                answer = self._pipe.recv()
            except (EOFError, OSError):
                return
            match answer:
                case Said(number, ended, at_s):
                    self._said[number, ended] = at_s
                case Counted(number):
                    self._counted[number] = answer
