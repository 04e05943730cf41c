"""What to do where something a test needs is not on this machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Fail under CI, where everything is installed; elsewhere skip, with the reason."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
