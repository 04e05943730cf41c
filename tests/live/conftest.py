"""The theatre of real-time sessions, begun before the other tests here, because it takes a minute by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.support import warm_everything
from tests.live.theatre import Seat, Theatre
from tests.support.absent import absent
from tests.virtual_sound import device


@pytest.fixture(scope="session")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Every scene, playing."""
    if device.missing():
        absent(f"needs a virtual sound device: {device.INSTALL}")
    warm_everything()
    made = Theatre(tmp_path_factory.mktemp("theatre"))
    yield made
    made.close()


@pytest.fixture
def seat(request: pytest.FixtureRequest, theatre: Theatre) -> Seat:
    """For this try of the test."""
    return Seat(theatre, getattr(request.node, "execution_count", 1))


@pytest.fixture(scope="session", autouse=True)
def curtain(request: pytest.FixtureRequest) -> None:
    """Begin the scenes now, when some test will look at them."""
    wanted = any("seat" in getattr(item, "fixturenames", ()) for item in request.session.items)
    if wanted and not device.missing():
        request.getfixturevalue("theatre")
