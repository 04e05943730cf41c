"""Scenes of faults against the real command, side by side, each once; more of them: `python -m tests.faults`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from random import SystemRandom

import pytest

from tests.faults.scenes import play
from tests.faults.stand import Verdict
from tests.live.support import warm_everything
from tests.support.absent import absent
from tests.virtual_sound import device

PLAYED = (
    "server_killed",
    "stalled",
    "frozen",
    "killed_in_caution",
    "killed_in_practice",
    "voice_broken",
    "home_read_only",
)
"""One of each kind; the others are played by the command."""
SIDE_BY_SIDE = 7
"""Scenes at a time: two cores carry no more without gaps."""
FIRST = SystemRandom().randrange(1 << 24)
"""The seed of the first try; another at each run of the tests, shown when one fails."""

Played = Callable[[str, int], Verdict]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """All scenes, begun at once; one is played anew for each further try of its test."""
    if device.missing():
        absent(f"needs a virtual sound device: {device.INSTALL}")
    warm_everything()
    folder, seeds = tmp_path_factory.mktemp("faults"), count(FIRST)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        going: dict[str, Future[Verdict]] = {name: pool.submit(play, name, folder, next(seeds)) for name in PLAYED}

        def result(name: str, times: int) -> Verdict:
            return going[name].result() if times == 1 else play(name, folder, next(seeds))

        yield result


@pytest.mark.sound
@pytest.mark.parametrize("name", PLAYED)
def test_both_claims_hold(request: pytest.FixtureRequest, played: Played, name: str) -> None:
    """Every safety cue was delivered in full or the session held, and it goes on where it was."""
    verdict = played(name, getattr(request.node, "execution_count", 1))
    assert (verdict.against_a, verdict.against_b) == ([], []), f"{verdict.note}, first seed {FIRST}"
