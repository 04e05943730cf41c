"""(a) How far from its place a cue begins in the recording, and whether that grows.

Beside it, at the same time on a device of its own, the loop that most people would write.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import schedule_loop
from benchmarks.figures import Figure
from benchmarks.listening import Samples, beginnings, find
from benchmarks.program import COMMAND, SESSION, environment
from benchmarks.session import Expected, Session, expected, warm_home
from benchmarks.sounding import left, virtual_sound
from tests.virtual_sound.device import RATE

SESSION_S, QUICK_S = 600, 60
AIM_MS = 5.0
_BEFORE_S = 12
"""Start, bell and greeting, before the first cue that counts."""
_NEAR = RATE // 2
"""How far from its place a cue is looked for; further away it counts as missing."""


@dataclass(frozen=True, slots=True)
class Onsets:
    """When cues began, against when they should have."""

    planned_s: tuple[float, ...]
    error_ms: tuple[float, ...]
    missing: int = 0

    def share(self, percent: float) -> float:
        """The error that `percent` of the cues do not exceed, in either direction."""
        return float(np.percentile(np.abs(self.error_ms), percent))

    def drift_ms_per_minute(self) -> float:
        """How fast the error grows from cue to cue, in the middle: a gap in the sound is a step, no drift."""
        slopes = np.diff(self.error_ms) / np.maximum(np.diff(self.planned_s), 0.001)
        return float(np.median(slopes)) * 60 if len(slopes) else 0.0

    def gaps_ms(self) -> list[float]:
        """Steps of more than a millisecond between two cues: sound that went missing or came twice."""
        return [float(step) for step in np.diff(self.error_ms) if abs(step) > 1.0]


def measure(*, quick: bool) -> list[Figure]:
    """Ten minutes of a real session, in real time."""
    seconds = QUICK_S if quick else SESSION_S
    with warm_home() as home, ThreadPoolExecutor(2) as pool:
        ours = pool.submit(_session, home, seconds)
        theirs = pool.submit(_loop, seconds)
        onsets, loop = ours.result(), theirs.result()
    count = f"{len(onsets.error_ms)} cues in {seconds // 60} min"
    peer = f"schedule + pyttsx3 + 1 s nap, {len(loop.error_ms)} cues"
    return [
        Figure(f"onset error, median of {count}", onsets.share(50), "ms", against=peer, peer=loop.share(50)),
        Figure("onset error, p99", onsets.share(99), "ms", against=peer, peer=loop.share(99), aim=AIM_MS),
        Figure("onset error, worst", onsets.share(100), "ms", against=peer, peer=loop.share(100)),
        Figure(f"gaps of {_listed(onsets.gaps_ms())} ms", len(onsets.gaps_ms()), "", aim=0),
        Figure("cues not found in the recording", onsets.missing, "", aim=0),
        Figure(
            "drift a minute", abs(onsets.drift_ms_per_minute()), "ms",
            against=peer, peer=loop.drift_ms_per_minute(), aim=0.1,
        ),
    ]  # fmt: skip


def _listed(gaps_ms: list[float]) -> str:
    return ", ".join(f"{gap:+.1f}" for gap in gaps_ms) or "any"


def _session(home: Path, seconds: float) -> Onsets:
    wanted = expected(home)
    with virtual_sound() as sound:
        with sound.record() as recording, _running(home, dict(sound.env)):
            time.sleep(_BEFORE_S + seconds)
        return _compared(left(recording), wanted)


@contextmanager
def _running(home: Path, env: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [*COMMAND, *SESSION],
        env=environment(home, env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError(f"the session ended by itself: exit code {process.returncode}")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _compared(recording: Samples, wanted: Session) -> Onsets:
    """Errors in the preparation and in the session, each relative to its own first cue: they are two plays."""
    start, planned, errors, missing = 0, list[float](), list[float](), 0
    for part in (wanted.prelude, wanted.main):
        zero = _first(part, recording, start)
        if zero is None:
            break
        start = zero + part.length - RATE
        for frame, clip in part.cues:
            at = zero + frame
            if at + len(clip) > len(recording):
                break
            found = find(clip, recording, at - _NEAR, at + _NEAR)
            if found is None:
                missing += 1
                continue
            planned.append(at / RATE)
            errors.append((found.frame - at) / RATE * 1000)
    return Onsets(tuple(planned), tuple(errors), missing)


def _first(part: Expected, recording: Samples, start: int) -> int | None:
    """Frame 0 of the part in the recording, by its first cue."""
    frame, clip = part.cues[0]
    found = find(clip, recording, start, start + 30 * RATE)
    return found.frame - frame if found else None


def _loop(seconds: float) -> Onsets:
    with virtual_sound() as sound:
        with sound.record() as recording:
            process = subprocess.Popen(
                [sys.executable, "-m", schedule_loop.__name__],
                env=schedule_loop.environment(dict(sound.env)), stdin=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(seconds + schedule_loop.EVERY_S + 3)
            process.kill()
            process.wait()
        began = beginnings(left(recording), silence_s=2.0)
    planned = np.arange(len(began)) * float(schedule_loop.EVERY_S)
    kept = planned <= seconds
    errors = ((began - began[:1]) / RATE - planned) * 1000
    if len(began) < 3:
        raise RuntimeError(f"the schedule loop was heard {len(began)} times: see `python -m benchmarks.schedule_loop`")
    return Onsets(tuple(planned[kept].tolist()), tuple(errors[kept].tolist()))
