"""Real sessions in real time into the virtual device: memory, processor, gaps, and onsets from first to last.

The longest session that the safety rules allow is 45 minutes, so `run neck-and-back` is started again and again. The
recording is one file for the whole time, and the ledger of each session is compared with it.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from benchmarks.cpu import _cpu_s
from benchmarks.figures import Figure
from benchmarks.listening import Samples, find
from benchmarks.program import COMMAND, environment
from benchmarks.session import places, warm_home
from benchmarks.soak import slope_kb_h
from benchmarks.sounding import virtual_sound
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.voices.library import open_library
from tests.virtual_sound.device import RATE, SINK, VirtualSound

ROUTINE = "neck-and-back"
RUN = ("run", ROUTINE, "--again", "--screened", "--json")
LOOK_S = 10.0
SETTLED_S = 60.0
"""The plan is made and the clips are read by then."""


@dataclass
class Process:
    """What one session took, and told."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    """(seconds, resident KB)."""
    cpu_percent: float = 0.0
    """Of one core, after the start."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """The ledger."""
    began: int = 0
    """The recording's frame at its start."""
    code: int | None = None


def measure(minutes: float) -> list[Figure]:
    """Sessions until so many minutes have passed; the last one goes on to its end."""
    with virtual_sound() as sound, warm_home() as home, tempfile.TemporaryDirectory(prefix="mv-soak.") as folder:
        clips = _clips(home)
        env = environment(home, sound.env)
        path = Path(folder) / "recording.raw"
        sessions: list[Process] = []
        end = time.monotonic() + minutes * 60
        with _recorded(sound, path):
            while time.monotonic() < end:
                sessions.append(_session(env, path))
                print(f"session {len(sessions)}: exit {sessions[-1].code}, {len(sessions[-1].lines)} cues", flush=True)
        recording = np.memmap(path, "<i2", mode="r")
        return [figure for n, one in enumerate(sessions, 1) for figure in _figures(n, one, clips, recording)]


def _figures(number: int, one: Process, clips: dict[str, Samples], recording: Samples) -> Iterator[Figure]:
    name = f"session {number}"
    settled = [(at, kb) for at, kb in one.memory if at >= SETTLED_S]
    if settled:
        yield Figure(f"{name}: RSS after a minute", settled[0][1], "KB", against="at its end", peer=settled[-1][1])
        yield Figure(f"{name}: RSS, slope", slope_kb_h(settled), "KB/h")
    yield Figure(f"{name}: CPU of a core", one.cpu_percent, "%", aim=3.0)
    gaps = sorted({round((line["started"] - line["planned"]) * 1000, 1) for line in one.lines} - {0.0})
    yield Figure(f"{name}: lengths of silence put in so far, ms {gaps[-3:]}", len(gaps), "", aim=0)
    outcomes = Counter(str(line["outcome"]) for line in one.lines)
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    yield Figure(f"{name}: cues failed ({told})", outcomes["failed"], "", aim=0)
    onsets, missing = _onsets(one, clips, recording)
    yield Figure(f"{name}: cues not found in the recording", missing, "", aim=0)
    for part, errors in zip(("first", "middle", "last"), np.array_split(np.array(onsets), 3), strict=True):
        if len(errors):
            worst = float(np.abs(errors[:, 1]).max())
            yield Figure(f"{name}: onset, {part} third, {len(errors)} cues, worst", worst, "ms", aim=5.0)
    if len(onsets) > 2:
        at, off = np.array(onsets).T
        yield Figure(f"{name}: drift of the onsets", float(np.polyfit(at / 3600, off, 1)[0]), "ms/h")


def _onsets(one: Process, clips: dict[str, Samples], recording: Samples) -> tuple[list[tuple[float, float]], int]:
    """(seconds, milliseconds off) of each cue of the steps, relative to the first; and how many were not found."""
    found: list[tuple[float, float]] = []
    missing, zero = 0, None
    for line in one.lines:
        clip = clips.get(str(line["cue"]).partition("@")[0])
        if clip is None or line["started"] < 0 or line["outcome"] in {"cut", "failed"}:
            continue
        started = round(line["started"] * RATE)
        last = round(found[-1][1] * RATE / 1000) if found else 0
        near = one.began + started + 150 * RATE if zero is None else zero + started + last
        reach = 150 * RATE if zero is None else 2 * RATE
        place = find(clip, recording, near - reach, near + reach)
        if place is None:
            missing += 1
            continue
        zero = place.frame - started if zero is None else zero
        found.append((line["started"], (place.frame - zero - started) / RATE * 1000))
    return found, missing


def _session(env: dict[str, str], recording: Path) -> Process:
    one = Process(began=recording.stat().st_size // 2)
    process = subprocess.Popen(
        [*COMMAND, *RUN], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout  # noqa: S101 - it was opened as a pipe
    reader = threading.Thread(target=_read, args=(process.stdout, one.lines))
    reader.start()
    began = time.monotonic()
    settled: tuple[float, float] | None = None
    while process.poll() is None:
        at = time.monotonic() - began
        try:
            one.memory.append((at, _resident_kb(process.pid)))
            used = _cpu_s(process.pid)
        except (OSError, ValueError, IndexError):
            break  # it has just ended
        if at >= SETTLED_S:
            settled = settled or (at, used)
            one.cpu_percent = (used - settled[1]) / max(at - settled[0], 1.0) * 100
        time.sleep(LOOK_S)
    one.code = process.wait()
    reader.join()
    return one


def _read(pipe: IO[bytes], lines: list[dict[str, Any]]) -> None:
    with pipe:
        lines.extend(json.loads(line) for line in pipe)


def _resident_kb(pid: int) -> float:
    return float(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4


def _clips(home: Path) -> dict[str, Samples]:
    """The samples of each spoken cue of the session, by the cue's name."""
    where, asked = places(home), Asked(first=False)
    library = open_library(None, where.clips)
    try:
        script = make_script(read_routine(ROUTINE, where), asked, Answers(), first=False)
        plan = make_plan(script, asked, library)
        spoken = [p.cue for p in plan.timeline().placements if p.cue.is_spoken]
        return {cue.id: library.clip(cue.text).samples for cue in spoken}
    finally:
        library.close()


@contextmanager
def _recorded(sound: VirtualSound, path: Path) -> Iterator[None]:
    """Record the device, one channel, into `path` while the block runs."""
    command = ["parec", "--raw", f"--device={SINK}.monitor", "--latency-msec=10", f"--rate={RATE}", "--channels=1"]
    with path.open("wb") as file:
        recorder = subprocess.Popen([*command, "--format=s16le"], stdout=file, env=environment(path.parent, sound.env))
    try:
        yield
    finally:
        recorder.terminate()
        recorder.wait(5)
