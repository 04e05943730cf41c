"""Every format: how fast beside ffmpeg, how much memory against the length, and a folder of routines at once.

ffmpeg encodes the same session as long and to the same bits a second; it makes no chapters. Speeds are seconds of
sound a second of processor time, of all processes that take part.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.program import COMMAND, ROUTINE, environment, finish

_MINUTES = 15
_PEERS = {
    ".wav": ("pcm_s16le",),
    ".flac": ("flac",),
    ".mp3": ("libmp3lame", "-b:a", "64k"),
    ".opus": ("libopus", "-b:a", "36k"),
    ".m4b": ("aac", "-b:a", "64k", "-f", "ipod"),
}


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of writing one file."""

    took_s: float
    """Of a processor."""
    peak_mb: float
    helper_mb: float
    """Of ffmpeg, where it helps."""


def measure(*, quick: bool) -> list[Figure]:
    """Quick: a quarter of an hour and an hour, six routines; else two and ten hours, and fifty routines."""
    hours = (1.0,) if quick else (2.0, 10.0)
    with tempfile.TemporaryDirectory(prefix="mv-bench.") as name:
        home = Path(name)
        wav = home / "session.wav"
        finish(["render", ROUTINE, "-o", str(wav)], home)
        figures = [figure for suffix in _PEERS for figure in _format(suffix, wav, hours)]
        return [*figures, *_folder(home, 6 if quick else 50)]


def _format(suffix: str, wav: Path, hours: tuple[float, ...]) -> list[Figure]:
    short = _written(wav, suffix, _MINUTES * 60)
    peer = _peer(wav, suffix, _MINUTES * 60)
    speed = Figure(
        f"{suffix}, {_MINUTES} min", _MINUTES * 60 / short.took_s, "times real time", against="ffmpeg", peer=peer
    )
    memory = [Figure(f"{suffix}, {_MINUTES} min: memory", short.peak_mb, "MB", against="ffmpeg", peer=short.helper_mb)]
    for long in hours:
        cost = _written(wav, suffix, long * 3600)
        what = f"{suffix}, {long:g} h: memory"
        memory.append(Figure(what, cost.peak_mb, "MB", aim=short.peak_mb + 10, against="ffmpeg", peer=cost.helper_mb))
    return [speed, *memory]


def _written(wav: Path, suffix: str, seconds: float) -> _Cost:
    file = wav.with_name(f"measured{suffix}")
    command = [sys.executable, "-m", "benchmarks.encoding", str(wav), suffix, str(seconds), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    file.unlink()
    return _Cost(**json.loads(done.stdout))


def _peer(wav: Path, suffix: str, seconds: float) -> float:
    """Times real time."""
    file = wav.with_name(f"peer{suffix}")
    looped = ["-stream_loop", "-1", "-i", str(wav), "-t", str(seconds)]
    command = ["ffmpeg", "-v", "error", "-y", *looped, "-c:a", *_PEERS[suffix], str(file)]
    began_s = _spent_s()
    subprocess.run(command, check=True)
    return seconds / (_spent_s() - began_s)


def _spent_s() -> float:
    """Processor time of all processes that were started here and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _folder(home: Path, routines: int) -> list[Figure]:
    """The same routine under many names, every text already spoken."""
    folder = home / "routines"
    folder.mkdir()
    source = Path(__file__).parents[1] / "massage_voice" / "data" / "routines" / f"{ROUTINE}.yaml"
    for number in range(routines):
        shutil.copy(source, folder / f"routine-{number:02}.yaml")
    single = _seconds(["render", str(folder / "routine-00.yaml"), "-o", str(home / "one.mp3")], home)
    whole = _seconds(["render", str(folder), "-o", str(home / "out"), "--format", "mp3"], home)
    cores = os.cpu_count() or 1
    what = f"{routines} routines as .mp3, {cores} cores"
    return [Figure(what, whole, "s", against="one, times their number", peer=single * routines)]


def _seconds(arguments: list[str], home: Path) -> float:
    began = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], env=environment(home), check=True, capture_output=True)
    return time.perf_counter() - began
