"""(c) How many seconds of session a second of rendering makes, with no clip cached and with all of them.

Beside it `espeak-ng` and `sox` doing the same cues at the same times: cold they speak each text once, warm
they only put the spoken texts together. They check nothing, level nothing and know no cautions.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.program import ROUTINE, cold_home, finish

AIM_COLD, AIM_WARM = 200.0, 1000.0
_RATE = 48_000


@dataclass(frozen=True, slots=True)
class _Cue:
    text: str
    start_s: float


def measure(*, quick: bool) -> list[Figure]:
    """Some renderings of each kind, in turns."""
    turns = 1 if quick else 3
    cold, warm, peer_cold, peer_warm = list[float](), list[float](), list[float](), list[float]()
    for _ in range(turns):
        with cold_home() as home:
            cold.append(_speed(home))
            warm += [_speed(home) for _ in range(3)]
            cues, length_s = _cues(home)
            first, second = _peer(cues, length_s)
            peer_cold.append(first)
            peer_warm.append(second)
    return [
        _figure("render neck, cold", cold, AIM_COLD, peer_cold),
        _figure("render neck, warm", warm, AIM_WARM, peer_warm),
    ]


def _figure(what: str, runs: Sequence[float], aim: float, peers: Sequence[float]) -> Figure:
    peer = median("", peers, "").value
    return median(what, runs, "times real time", aim=aim, at_least=True, against="espeak-ng + sox", peer=peer)


def _speed(home: Path) -> float:
    """Seconds of sound a second of the whole command."""
    wav = home / "session.wav"
    took_s = _timed(lambda: finish(["render", ROUTINE, "-o", str(wav)], home))
    return (wav.stat().st_size - 44) / 2 / _RATE / took_s


def _cues(home: Path) -> tuple[list[_Cue], float]:
    """What the peer shall say: the captions beside the rendered file hold the preparation as well."""
    ledger = home / "ledger.jsonl"
    finish(["render", ROUTINE, "-o", str(home / "session.wav"), "--ledger", str(ledger)], home)
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    texts = _captions((home / "session.vtt").read_text())
    spoken = [line for line in lines if line["kind"] != "bell"]
    shift = spoken[0]["planned"]
    cues = [_Cue(text, line["planned"] - shift) for text, line in zip(texts, spoken, strict=True)]
    return cues, (home / "session.wav").stat().st_size / 2 / _RATE


def _captions(vtt: str) -> list[str]:
    blocks = [block.splitlines() for block in vtt.split("\n\n")]
    return [" ".join(lines[-1:]) for lines in blocks if any("-->" in line for line in lines)]


def _peer(cues: Sequence[_Cue], length_s: float) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="mv-bench.") as name:
        folder = Path(name)
        files = {text: folder / f"{n}.wav" for n, text in enumerate(dict.fromkeys(cue.text for cue in cues))}
        speaking_s = _timed(lambda: _espeak(files))
        joining_s = _timed(lambda: _sox(cues, files, length_s, folder))
    return length_s / (speaking_s + joining_s), length_s / joining_s


def _espeak(files: dict[str, Path]) -> None:
    for text, file in files.items():
        subprocess.run(["espeak-ng", "-s", "130", "-w", str(file), text], check=True)


def _sox(cues: Sequence[_Cue], files: dict[str, Path], length_s: float, folder: Path) -> None:
    """Each cue cut or padded to where the next one begins, then all of them end to end."""
    ends = [*(cue.start_s for cue in cues[1:]), length_s]
    slots = [folder / f"slot{n}.wav" for n in range(len(cues))]
    for cue, end, slot in zip(cues, ends, slots, strict=True):
        room = f"{round((end - cue.start_s) * _RATE)}s"
        shaping = ["rate", str(_RATE), "pad", "0", room, "trim", "0", room]
        subprocess.run(["sox", str(files[cue.text]), str(slot), *shaping], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["sox", *map(str, slots), str(folder / "session.wav")], check=True)


def _timed(work: Callable[[], object]) -> float:
    os.sync()  # what was written before is not written now
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
