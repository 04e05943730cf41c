"""`python -m tests.faults`: scenes of faults again and again, at instants drawn by lot, as a table."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.faults.scenes import FIGURES, SCENES, missing, play
from tests.faults.stand import Verdict
from tests.live.support import warm_everything


def main() -> int:
    """Exit code 1 when a claim was broken."""
    asked = _asked()
    names = [name for name in asked.scene or SCENES if not missing(name)]
    for name in set(asked.scene or SCENES) - set(names):
        tell(f"{name}: {missing(name)}")
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="massage-voice-faults."))
    tell(f"seed {asked.seed}, homes of failures in {folder}")
    began, verdicts = time.monotonic(), _played(names, folder, asked)
    tell(table(verdicts))
    tell(f"{sum(map(len, verdicts.values()))} runs in {time.monotonic() - began:.0f} s, seed {asked.seed}")
    return int(any(v.against_a or v.against_b for found in verdicts.values() for v in found))


def _played(names: list[str], folder: Path, asked: argparse.Namespace) -> dict[str, list[Verdict]]:
    warm_everything()
    runs = [(name, asked.seed + number) for number in range(asked.times) for name in names]
    verdicts: dict[str, list[Verdict]] = {name: [] for name in names}
    with ThreadPoolExecutor(asked.workers) as pool:
        going = {pool.submit(play, name, folder, seed): (name, seed) for name, seed in runs}
        for done in as_completed(going):
            name, seed = going[done]
            verdict = done.result()
            verdicts[name].append(verdict)
            tell(f"{sum(map(len, verdicts.values()))} of {len(runs)}: {name} {seed}")
            for wrong in [*verdict.against_a, *verdict.against_b]:
                tell(f"  {name} {seed} ({verdict.note.strip()}): {wrong}")
    return verdicts


def table(verdicts: dict[str, list[Verdict]]) -> str:
    """Scene, runs, in how many each claim held, worst figure."""
    rows = ["| scene | runs | claim A held | claim B held | worst |", "|---|---|---|---|---|"]
    for name, found in verdicts.items():
        held_a, held_b = (sum(not wrong for wrong in claim) for claim in zip(*map(_claims, found), strict=True))
        figures = [verdict.figure for verdict in found if verdict.figure is not None]
        worst = f"{max(figures):.1f} {FIGURES[name]}" if figures else ""
        refused = sum(verdict.note.endswith("code 6") for verdict in found)
        rows.append(
            f"| {name} | {len(found)} | {held_a} | {held_b} | {worst}{f', {refused} ended with 6' * (refused > 0)} |"
        )
    return "\n".join(rows)


def _claims(verdict: Verdict) -> tuple[list[str], list[str]]:
    return verdict.against_a, verdict.against_b


def tell(line: str) -> None:
    """Say how far it is."""
    print(line, flush=True)  # noqa: T201


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often each scene")
    parser.add_argument("--scene", action="append", choices=list(SCENES), help="only this one; may be repeated")
    parser.add_argument("--workers", type=int, default=3, help="side by side")
    parser.add_argument("--seed", type=int, default=secrets.randbits(24), help="of the first runs")
    parser.add_argument("--keep", type=Path, help="where homes of failures stay")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
