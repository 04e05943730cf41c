"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.absent import absent
from tests.virtual_sound import device
from tests.virtual_sound.device import VirtualSound


@pytest.fixture(scope="session")
def virtual_sound() -> Iterator[VirtualSound]:
    """The private sound device; for a subprocess, merge its `env` into the environment."""
    if device.missing():
        absent(f"needs a virtual sound device: {device.INSTALL}")
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
