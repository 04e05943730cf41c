"""Many files, one after the other: counted, and every finding kept as the smallest file that still shows it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.fuzz.bend import made
from tests.fuzz.judge import Verdict, judge

MOST_TRIES: Final = 400
"""Runs that are spent on making one finding smaller."""
MOST_SMALLER_S: Final = 60.0


@dataclass
class Tally:
    """What became of the files so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    """Each finding with the seed that showed it first."""
    audited: dict[str, int] = field(default_factory=dict)
    """Each thing that only the audit noticed, with the seed that showed it first."""
    slowest_s: float = 0.0
    slowest_seed: int = 0

    @property
    def files(self) -> int:
        """How many were judged."""
        return sum(self.kinds.values())

    def add(self, seed: int, verdict: Verdict) -> bool:
        """Count one file; True when its fault is new."""
        self.kinds[verdict.kind] += 1
        if verdict.took_s > self.slowest_s:
            self.slowest_s, self.slowest_seed = verdict.took_s, seed
        seen = self.audited if verdict.kind == "audited" else self.faults
        new = bool(verdict.fault) and verdict.fault not in seen
        if new:
            seen[verdict.fault] = seed
        return new

    def merge(self, other: Tally) -> None:
        """Take over what another worker counted."""
        self.kinds += other.kinds
        self.faults = {**other.faults, **self.faults}
        self.audited = {**other.audited, **self.audited}
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest_seed = other.slowest_s, other.slowest_seed

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        slowest = f"slowest {self.slowest_s:.2f} s (seed {self.slowest_seed})"
        return f"{self.files} files: {kinds}; {len(self.faults)} different findings; {slowest}"


def campaign(seeds: Iterator[int], until_s: float, keep: Path | None) -> Iterator[Tally]:
    """Judge the file of each seed until `until_s` (of `time.monotonic`); the tally after each file.

    With `keep`, each new finding is written there: the smallest file, its seed and what was seen.
    """
    tally = Tally()
    for seed in seeds:
        if time.monotonic() >= until_s:
            return
        raw = made(seed)
        verdict = judge(raw)
        if tally.add(seed, verdict) and keep:
            _keep(keep, seed, raw, verdict)
        yield tally


def _keep(folder: Path, seed: int, raw: bytes, verdict: Verdict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{seed}.txt").write_text(f"{verdict.fault}\nseed {seed}\n\n{verdict.detail}", "utf-8")
    (folder / f"{seed}.whole.yaml").write_bytes(raw)
    (folder / f"{seed}.yaml").write_bytes(smaller(raw, verdict.fault))


def smaller(raw: bytes, fault: str) -> bytes:
    """As little of `raw` as still shows `fault`: pieces are left out, large ones first."""
    size, tries, began = max(len(raw) // 2, 1), 0, time.monotonic()
    while size >= 1 and tries < MOST_TRIES and time.monotonic() - began < MOST_SMALLER_S:
        place, shrunk = 0, False
        while place < len(raw) and tries < MOST_TRIES:
            tries += 1
            without = raw[:place] + raw[place + size :]
            if judge(without).fault == fault:
                raw, shrunk = without, True
            else:
                place += size
        size = size if shrunk and size > 1 else size // 2
    return raw
