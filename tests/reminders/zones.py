"""Clocks on walls: the time zone of this process, chosen."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
"""In 2026: forward on 29 March at 02:00, back on 25 October at 03:00."""
LONDON = "GMT0BST,M3.5.0/1,M10.5.0"
needs_zones = pytest.mark.skipif(os.name == "nt", reason="a process can choose its time zone on POSIX only")


@contextmanager
def zone(name: str) -> Iterator[None]:
    """This process is there while the block runs."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def at(text: str) -> float:
    """`2026-11-23 20:30` on the wall, as seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()
