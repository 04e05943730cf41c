"""`python -m benchmarks [onset start render formats cpu plan] [--quick]`: measure, and print one table.

`soak [--hours H | --real MINUTES]`, `table [--real MINUTES]` and `hearing` are measured only when they are asked for.
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
    "formats": "every format: a mix beside ffmpeg's and sox's, memory against length, a folder of routines",
    "cpu": "processor and memory while a session plays, three minutes",
    "plan": "planning against the number of steps",
}
LONG = {
    "soak": "session after session: memory, drift, missed cues",
    "table": "spoken commands in real time, over the narrator's voice in a virtual room",
}
ASKED = {"hearing": "how well spoken commands are heard, by people, rooms and noise that were made for it"}


def main() -> None:
    """Measure what was asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS | LONG | ASKED))
    parser.add_argument("--quick", action="store_true", help="shorter and fewer runs")
    parser.add_argument("--hours", type=float, default=8.0, help="of the soak, on the virtual clock")
    parser.add_argument("--real", type=float, default=0.0, metavar="MINUTES", help="of the soak, in real time")
    asked = parser.parse_args()
    unknown = set(asked.names) - {*MEASUREMENTS, *LONG, *ASKED}
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    print(f"before: {described()}")
    for name in asked.names or MEASUREMENTS:
        began = time.monotonic()
        print(f"{name}: {(MEASUREMENTS | LONG | ASKED)[name]} …", file=sys.stderr)
        measure = cast(Callable[..., list[Figure]], importlib.import_module(f"benchmarks.{name}").measure)
        long = {"soak": {"hours": asked.hours, "real_minutes": asked.real}, "table": {"real_minutes": asked.real}}
        figures += measure(quick=asked.quick, **long.get(name, {}))
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"after:  {described()}")
    print()
    print(printed(figures))


main()
