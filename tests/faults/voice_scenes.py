"""Faults of the voice: its process is killed while it prepares, or its engine does not do what it should."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Final

from massage_voice.clip import Speech
from massage_voice.voices.library import open_library
from tests.faults.hearing import Listener
from tests.faults.stand import PREPARED, Stand, leave
from tests.live.processes import Piped

NOTE: Final = "The voice heart did not answer; system speaks instead."
_REAL: Final = '''\
"""The real hibari, broken on purpose."""
import importlib, pathlib, sys, time
import numpy as np
here = str(pathlib.Path(__file__).parent.parent)
sys.path[:] = [entry for entry in sys.path if entry != here]
del sys.modules["hibari"]
real = importlib.import_module("hibari")
class Hibari(real.Hibari):
    def __call__(self, text, **how):
        made = np.asarray(super().__call__(text, **how), np.float32)
        return made if text == "Ready." else broken(made)
real.Hibari = Hibari
'''
BROKEN: Final = {
    "raises": "def broken(made): raise RuntimeError('out of order')",
    "hangs": "def broken(made): time.sleep(600)",
    "silence": "def broken(made): return np.zeros_like(made)",
    "noise": "def broken(made): return np.random.default_rng(1).normal(0, 0.2, len(made)).astype(np.float32)",
    "half": "def broken(made): return made[: len(made) // 2]",
    "double rate": "Hibari.sample_rate = 48_000\ndef broken(made): return made",
}


def voice_broken(stand: Stand) -> None:
    """A `hibari` package comes first that fails in one of six ways."""
    voice_broken_in(stand, stand.dice.choice(list(BROKEN)))


def voice_broken_in(stand: Stand, how: str) -> None:
    """One of the ways."""
    stand.verdict.note += how
    folder = stand.home / "first" / "hibari"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(f"{_REAL}{BROKEN[how]}\n")
    others = os.environ.get("PYTHONPATH", "")
    stand.env = {"PYTHONPATH": os.pathsep.join(filter(None, (str(folder.parent), others)))}
    own = _own_clips(stand)
    with stand.recorded(), stand.session() as command:
        _another_speaks(stand, command)
    stand.env = {}
    _said_aloud(stand, own)


def worker_killed(stand: Stand) -> None:
    """A worker of the heart voice gets SIGKILL while it prepares the session."""
    own = _own_clips(stand)
    with stand.recorded(), stand.session() as command:
        stand.until(command, lambda: bool(_workers(command.process.pid)), "a worker", 30)
        wait_s = stand.dice.uniform(0.2, 4.0)
        stand.verdict.note += f"{wait_s:.2f} s after its start"
        time.sleep(wait_s)
        workers = _workers(command.process.pid)
        if workers:
            os.kill(stand.dice.choice(workers), signal.SIGKILL)
        _another_speaks(stand, command)
    _said_aloud(stand, own)


def _own_clips(stand: Stand) -> Path:
    """No clip is ready."""
    clips = stand.home / "cache" / "clips"
    clips.unlink()
    clips.mkdir()
    return clips


def _workers(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == parent and "massage_voice.voices.worker" in command:
            found.append(int(path.parent.name))
    return found


def _another_speaks(stand: Stand, command: Piped) -> None:
    stand.until(command, stand.delivered("1.say.1"), "the first instruction", 240)
    time.sleep(0.3)
    said = leave(stand, command)
    stand.expect(said.count(NOTE) >= 1, f"it did not say on stderr that another voice speaks: {said[-400:]!r}")


def _said_aloud(stand: Stand, clips: Path) -> None:
    """The note is heard before the first words of the session."""
    library = open_library("system", clips)
    first = PREPARED["0.prepare.2"]  # a caution: said again should the machine be too busy
    try:
        library.prepare({NOTE: Speech(130), first: Speech(130, caution=True)})
        sounds = [library.clip(text).samples for text in (NOTE, first)]
    finally:
        library.close()
    listener = Listener(stand.takes[0])
    places = [listener.after(sound, 0) for sound in sounds]
    heard = places[0] is not None and places[1] is not None and places[0] < places[1]
    stand.expect(heard, f"not said aloud before the first words: {places}")
