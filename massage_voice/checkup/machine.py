"""The machine itself: what a report of trouble needs, and whether it has time for sound."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

from massage_voice.checkup.finding import Finding, Verdict
from massage_voice.checkup.remedies import Remedies


def machine(remedies: Remedies, load: float | None = None) -> Finding:
    """Platform, versions, cores and load; `load` is how many programs want to run, by default as measured."""
    cores = os.cpu_count() or 1
    running = _load() if load is None else load
    about = (
        f"{platform.system()} {platform.release()} on {platform.machine()}, Python {platform.python_version()}, "
        f"massage-voice {version('massage-voice')}, {cores} cores, load {running:.1f}."
    )
    if running > 2 * cores:
        found = f"{about} That is more than two programs a core: the sound may get gaps."
        return Finding(Verdict.WARNING, found, remedies("machine-busy"))
    return Finding(Verdict.OK, about)


def _load() -> float:
    """The mean of the last minute; 0 where the system does not tell (Windows)."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
