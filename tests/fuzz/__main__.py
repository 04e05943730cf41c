"""`python -m tests.fuzz --files 200000`: hostile routine files by the thousand, and what was found."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.fuzz.bend import made
from tests.fuzz.judge import judge
from tests.fuzz.workers import Order, run

FOUND: Final = Path("build") / "fuzz"


def main() -> int:
    """Run the campaign; 1 when something was found."""
    asked = _asked()
    if asked.show is not None:
        sys.stdout.buffer.write(made(asked.show))
        print(judge(made(asked.show)), file=sys.stderr)  # noqa: T201 - a developer's command
        return 0
    began = time.monotonic()
    print(f"seed {asked.seed}, {asked.workers} worker(s), findings in {asked.keep}", flush=True)  # noqa: T201
    tally = run(Order(asked.seed, asked.files, asked.seconds, asked.workers, asked.keep), tell)
    passed = time.monotonic() - began
    print(f"{tally}\n{passed:.0f} s, {tally.files / passed:.0f} files/s, seed {asked.seed}")  # noqa: T201
    for fault, seed in {**tally.faults, **tally.audited}.items():
        told = "finding" if fault in tally.faults else "noticed by the audit alone"
        print(f"  {told}: {fault}: seed {seed}, {asked.keep / f'{seed}.yaml'}")  # noqa: T201
    return 1 if tally.faults else 0


def tell(line: str) -> None:
    """Say how far it is."""
    print(line, flush=True)  # noqa: T201


def _asked() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="how many")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="of the first file")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=FOUND, help=f"where findings go [{FOUND}]")
    parser.add_argument("--show", type=int, metavar="SEED", help="print the file of that seed, and what became of it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
