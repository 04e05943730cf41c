"""Every format: the same mix made by ffmpeg and by sox, how much memory against the length, a folder of routines.

The program and its peers mix words, bells and a bed of music, and encode to the same codec, one run each. Speeds are
seconds of sound a second of processor time, of all processes that take part. The program places every clip and bell
by itself and moves the music as it goes. A peer finds all that done: it gets words, bells and music as WAV files as
long as the session, and a fourth that holds the music's gain in each frame. It multiplies, adds and encodes; it
speaks, places, levels and checks nothing, and writes no chapters, title or picture. sox writes WAV and FLAC here,
and for the other formats hands its mix to ffmpeg's encoder.
"""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.mixing import BED, STEMS
from benchmarks.program import COMMAND, ROUTINE, environment, finish

_CODECS = {
    ".wav": ("pcm_s16le",),
    ".flac": ("flac",),
    ".mp3": ("libmp3lame", "-b:a", "64k"),
    ".opus": ("libopus", "-b:a", "57k"),  # what the quality that the program asks for comes to with rain
    ".m4b": ("aac", "-b:a", "64k", "-f", "ipod"),
}
_OF_SOX: Mapping[str, tuple[str, ...]] = {".wav": (), ".flac": ("-C", "5")}
"""What sox encodes by itself, as hard as ffmpeg and libsndfile do unless they are told otherwise."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """Of writing one file: the most memory."""

    peak_mb: float
    helper_mb: float
    """Of ffmpeg, where it helps."""


def measure(*, quick: bool) -> list[Figure]:
    """Quick: one step, five and twenty minutes, four routines; else all steps, a quarter of an hour to ten, fifty."""
    minutes = (5, 20) if quick else (15, 120, 600)
    with tempfile.TemporaryDirectory(prefix="mv-bench.") as name:
        home = Path(name)
        wav = home / "session.wav"
        finish(["render", ROUTINE, "-o", str(wav)], home)
        memory = [figure for suffix in _CODECS for figure in _memory(suffix, wav, minutes)]
        return [*_mixing(home, ["ear-to-ear"] if quick else []), *memory, *_folder(home, 4 if quick else 50)]


def _mixing(home: Path, only: list[str]) -> list[Figure]:
    command = [sys.executable, "-m", "benchmarks.mixing", str(home), *only]
    done = subprocess.run(command, env=environment(home), check=True, capture_output=True, text=True)
    own = json.loads(done.stdout)
    return [figure for suffix in _CODECS for figure in _beside(home, suffix, own["seconds"], own["took_s"])]


def _beside(home: Path, suffix: str, seconds: float, took_s: Mapping[str, float]) -> list[Figure]:
    what = f"{suffix}, {seconds / 60:.0f} min with {BED}, mixed and encoded"
    own = seconds / took_s[suffix]
    by_ffmpeg, by_sox = (seconds / _peer(home, suffix, by_sox=by_sox) for by_sox in (False, True))
    helped = "sox" if suffix in _OF_SOX else "sox, ffmpeg's encoder"
    return [
        Figure(what, own, "times real time", against="ffmpeg", peer=by_ffmpeg),
        Figure(what, own, "times real time", against=helped, peer=by_sox),
    ]


def _memory(suffix: str, wav: Path, minutes: tuple[int, ...]) -> list[Figure]:
    costs = {length: _written(wav, suffix, length * 60) for length in minutes}
    most = costs[minutes[0]].peak_mb + 10
    helped = "the ffmpeg beside it" if suffix == ".m4b" else ""
    return [
        Figure(f"{suffix}, {_length(length)}: memory", cost.peak_mb, "MB", aim=most, against=helped, peer=peer)
        for length, cost in costs.items()
        for peer in [cost.helper_mb if helped else None]
    ]


def _length(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _written(wav: Path, suffix: str, seconds: float) -> _Cost:
    file = wav.with_name(f"measured{suffix}")
    command = [sys.executable, "-m", "benchmarks.encoding", str(wav), suffix, str(seconds), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    file.unlink()
    return _Cost(**json.loads(done.stdout))


def _peer(home: Path, suffix: str, *, by_sox: bool) -> float:
    """Seconds of a processor for the mix."""
    began_s = _spent_s()
    if by_sox:
        _sox(home, suffix, home / f"peer{suffix}")
    else:
        _ffmpeg(home, suffix, home / f"peer{suffix}")
    return _spent_s() - began_s


def _ffmpeg(home: Path, suffix: str, file: Path) -> None:
    inputs = [part for stem in STEMS for part in ("-i", str(home / f"{stem}.wav"))]
    mix = "[2][3]amultiply[bed];[0][1][bed]amix=inputs=3:normalize=0,aformat=s16"
    command = ["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", mix, "-c:a", *_CODECS[suffix], str(file)]
    subprocess.run(command, check=True)


def _sox(home: Path, suffix: str, file: Path) -> None:
    words, bells, music, hush = (str(home / f"{stem}.wav") for stem in STEMS)
    bed = f"|sox -D -T {music} {hush} -p"
    output = [*_OF_SOX[suffix], str(file)] if suffix in _OF_SOX else ["-t", "wav", "-"]
    command = ["sox", "-V1", "-D", "-m", "-v1", words, "-v1", bells, "-v1", bed, "-b", "16", *output]
    if suffix in _OF_SOX:
        subprocess.run(command, check=True)
        return
    encode = ["ffmpeg", "-v", "error", "-y", "-i", "pipe:0", "-c:a", *_CODECS[suffix], str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as mixing:
        subprocess.run(encode, stdin=mixing.stdout, check=True)


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
    single, _ = _watched(["render", str(folder / "routine-00.yaml"), "-o", str(home / "one.mp3")], home)
    whole, drawn = _watched(["render", str(folder), "-o", str(home / "out"), "--format", "mp3"], home)
    what = f"{routines} routines as .mp3, {os.cpu_count() or 1} cores"
    times = [0.0, *(at for at, _ in drawn), whole]
    return [
        Figure(what, whole, "s", against="one, times their number", peer=single * routines),
        Figure(f"{what}: progress drawn", len(drawn), "times"),
        Figure(f"{what}: longest without a drawing", max(b - a for a, b in pairwise(times)), "s", aim=2.0),
        Figure(f"{what}: drawn lower than before", sum(b < a for (_, a), (_, b) in pairwise(drawn)), "times", aim=0),
    ]


def _watched(arguments: list[str], home: Path) -> tuple[float, list[tuple[float, int]]]:
    """How many seconds it took; when its progress was drawn at a terminal, and how many percent it was."""
    master, slave = pty.openpty()
    began = time.perf_counter()
    drawn = list[tuple[float, int]]()
    command = subprocess.Popen(
        [*COMMAND, *arguments], env=environment(home), stdout=subprocess.DEVNULL, stderr=slave, stdin=slave
    )
    os.close(slave)
    while said := _said(master):
        drawn += [(time.perf_counter() - began, int(share)) for share in re.findall(rb": (\d+) %", said)]
    os.close(master)
    if command.wait():
        raise subprocess.CalledProcessError(command.returncode, command.args)
    return time.perf_counter() - began, drawn


def _said(master: int) -> bytes:
    """What a command has said at its terminal since; nothing when it has ended."""
    try:
        return os.read(master, 65_536)
    except OSError:  # how Linux says that nobody is left at the other end
        return b""
