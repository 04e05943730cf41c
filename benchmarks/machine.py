"""The machine that was measured on: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def described() -> str:
    """One line: processor, cores, load average now, Python, system."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    system = f"Python {platform.python_version()}, {platform.platform()}"
    return f"{_processor()}, {os.cpu_count()} cores, load {load}, {system}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
