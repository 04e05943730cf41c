"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.virtual_sound import device
from tests.virtual_sound.device import VirtualSound


@pytest.fixture(scope="session")
def virtual_sound() -> Iterator[VirtualSound]:
    """The private sound device; for a subprocess, merge its `env` into the environment."""
    if device.missing():
        complaint = f"needs a virtual sound device: {device.INSTALL}"
        if os.environ.get("CI"):
            pytest.fail(complaint)
        pytest.skip(complaint)
    sound = VirtualSound()
    try:
        sound.open()
        yield sound
    finally:
        sound.close()


@pytest.fixture
def plugged_in(virtual_sound: VirtualSound, monkeypatch: pytest.MonkeyPatch) -> VirtualSound:
    """The private sound device as the one that this very process plays into."""
    for name, value in virtual_sound.env.items():
        monkeypatch.setenv(name, value)
    return virtual_sound
