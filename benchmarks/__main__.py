"""`python -m benchmarks [onset start render cpu plan] [--quick]`: measure, and print one table.

`soak [--hours H | --real MINUTES]` is measured only when it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from typing import cast

from benchmarks.figures import Figure, printed
from benchmarks.machine import described

MEASUREMENTS = {
    "onset": "onset error and drift in the recording, ten minutes",
    "start": "from the start of the process to the first sound and the first word",
    "render": "how fast a session becomes a file",
    "cpu": "processor and memory while a session plays, three minutes",
    "plan": "planning against the number of steps",
}
LONG = {"soak": "session after session: memory, drift, missed cues"}


def main() -> None:
    """Measure what was asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join({**MEASUREMENTS, **LONG}))
    parser.add_argument("--quick", action="store_true", help="shorter and fewer runs")
    parser.add_argument("--hours", type=float, default=8.0, help="of the soak, on the virtual clock")
    parser.add_argument("--real", type=float, default=0.0, metavar="MINUTES", help="of the soak, in real time")
    asked = parser.parse_args()
    unknown = set(asked.names) - {*MEASUREMENTS, *LONG}
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    print(f"before: {described()}")
    for name in asked.names or MEASUREMENTS:
        began = time.monotonic()
        print(f"{name}: {(MEASUREMENTS | LONG)[name]} …", file=sys.stderr)
        measure = cast(Callable[..., list[Figure]], importlib.import_module(f"benchmarks.{name}").measure)
        long = {"hours": asked.hours, "real_minutes": asked.real} if name in LONG else {}
        figures += measure(quick=asked.quick, **long)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"after:  {described()}")
    print()
    print(printed(figures))


main()
