"""Fixtures for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from tests.support.absent import absent
from tests.virtual_sound import device
from tests.virtual_sound.device import VirtualSound

if not os.environ.get("CI"):  # there hypothesis has a profile of its own: no deadline, the same cases each time
    hypothesis.settings.register_profile("no deadline", deadline=None)  # a busy machine is no defect
    hypothesis.settings.load_profile("no deadline")


def pytest_configure() -> None:
    """Signals that whoever started the tests ignores (`nohup`, a job in the background) are not ignored by commands."""
    usual: dict[str, Any] = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL, "SIGQUIT": signal.SIG_DFL}
    for name, handler in usual.items():
        number = signal.Signals.__members__.get(name)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in real time is tried once more when it fails.

    A busy machine disturbs one such test now and then, never the same twice; a defect does.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in ("sound", "real_time")):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))


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
