"""(d) Processor and memory while a warm session plays into the virtual device, captions plain in a pipe.

Beside it the least Python program that keeps the same stream open, and `paplay` with the same minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks import bare_stream
from benchmarks.figures import Figure
from benchmarks.program import COMMAND, ROUTINE, SESSION, environment, finish
from benchmarks.session import warm_home
from benchmarks.sounding import virtual_sound

AIM_PERCENT, AIM_MB = 3.0, 120.0
SETTLE_S = 25
"""After it the plan is made and the session plays."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process took of the machine."""

    percent: float
    """Of one core, all threads."""
    most_mb: float
    """The largest resident set it ever had."""
    own_mb: float
    """What would be free if it ended: shared pages left out."""


def measure(*, quick: bool) -> list[Figure]:
    """All three at the same time, so that the machine is as busy for each."""
    seconds = 30 if quick else 180
    with virtual_sound() as sound, warm_home() as home:
        wav = home / "session.wav"
        finish(["render", ROUTINE, "-o", str(wav)], home)
        env = environment(home, sound.env)
        commands = [[*COMMAND, *SESSION], [sys.executable, bare_stream.__file__], ["paplay", str(wav)]]
        _used(commands[:1], env, 0)  # the first session makes what only a live one says
        ours, bare, paplay = _used(commands, env, seconds)
    minutes = f"{seconds / 60:g} min"
    return [
        Figure(
            f"CPU of a core, {minutes}", ours.percent, "%",
            aim=AIM_PERCENT, against="bare miniaudio stream", peer=bare.percent,
        ),
        Figure("CPU of a core", ours.percent, "%", aim=AIM_PERCENT, against="paplay", peer=paplay.percent),
        Figure("RSS, highest", ours.most_mb, "MB", aim=AIM_MB, against="bare miniaudio stream", peer=bare.most_mb),
        Figure("USS", ours.own_mb, "MB", against="bare miniaudio stream", peer=bare.own_mb),
    ]  # fmt: skip


def _used(commands: Sequence[Sequence[str]], env: Mapping[str, str], seconds: float) -> list[Use]:
    processes = [_started(command, env) for command in commands]
    try:
        time.sleep(SETTLE_S)
        before = [_cpu_s(process.pid) for process in processes]
        began = time.monotonic()
        time.sleep(seconds)
        took_s = time.monotonic() - began
        return [
            Use((_cpu_s(process.pid) - start) / max(took_s, 1.0) * 100, *_memory_mb(process.pid))
            for process, start in zip(processes, before, strict=True)
        ]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _started(command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout  # noqa: S101 - it was opened as a pipe
    threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
    return process


def _drain(pipe: IO[bytes]) -> None:
    with pipe:
        while pipe.read(4096):
            pass


def _cpu_s(pid: int) -> float:
    """User and system time of all threads so far, and of children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _memory_mb(pid: int) -> tuple[float, float]:
    """(RSS at its highest, USS now)."""
    highest = _kb(Path(f"/proc/{pid}/status"), "VmHWM:")
    return highest / 1024, _kb(Path(f"/proc/{pid}/smaps_rollup"), "Private_Clean:", "Private_Dirty:") / 1024


def _kb(path: Path, *names: str) -> int:
    lines = (line.split() for line in path.read_text().splitlines())
    return sum(int(fields[1]) for fields in lines if fields and fields[0] in names)
