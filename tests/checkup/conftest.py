"""The remedies of one system, whatever this one is."""

from __future__ import annotations

import pytest

from massage_voice.checkup.remedies import Remedies


@pytest.fixture
def debian() -> Remedies:
    """What one types on Debian."""
    return Remedies(("debian", "linux", "any"))
