"""Fixtures for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.absent import absent
from tests.virtual_sound import device
from tests.virtual_sound.device import VirtualSound


def pytest_configure() -> None:
    """Signals that whoever started the tests ignores (`nohup`, a job in the background) are not ignored by commands."""
    usual: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL, "SIGQUIT": signal.SIG_DFL}
    for name, handler in usual.items():
        number = signal.Signals.__members__.get(name)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


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
