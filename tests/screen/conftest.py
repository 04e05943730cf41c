"""Tests of POSIX terminals cannot even be imported elsewhere."""

from __future__ import annotations

import os

collect_ignore = ["test_outlet.py"] if os.name == "nt" else []
