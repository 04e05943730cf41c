"""What a journal's entry tells of a session: read back as it was, and refused where it cannot be true."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.session.checkpoint import Checkpoint, Phase, durations_of, spelled
from tests.support.profiles import tries

DAY = 24 * 3600
FRAMES = st.integers(0, DAY * RATE)
ENTRY = Checkpoint(Phase.STEPS, 2, "strokes", 5 * RATE, 7 * RATE, 60 * RATE).entry()
CHECKPOINTS = st.builds(
    Checkpoint,
    phase=st.sampled_from(Phase),
    step=st.integers(0, 40),
    name=st.text(max_size=9),
    practised=FRAMES,
    left=st.none() | FRAMES,
    clock=FRAMES,
    front=st.booleans(),
    worked=st.booleans(),
    stopped=st.booleans(),
    barred=st.booleans(),
    durations=st.lists(FRAMES, max_size=3).map(tuple),
)


@given(one=CHECKPOINTS)
@tries(60)
def test_it_is_read_back_to_the_frame(one: Checkpoint) -> None:
    """Through JSON and seconds, whatever the session had come to."""
    kept: dict[str, Any] = json.loads(json.dumps({**one.entry(), "durations": spelled(one.durations)}))
    assert Checkpoint.read(kept, durations_of(kept)) == one


def test_times_stand_in_seconds() -> None:
    """A journal knows nothing of frames, so that another rate can go on from it."""
    assert (ENTRY["practised"], ENTRY["left"], ENTRY["clock"]) == (5.0, 7.0, 60.0)
    assert spelled((RATE, RATE // 2)) == [1.0, 0.5]


@pytest.mark.parametrize("key", ["practised", "left"])
def test_times_lie_between_none_and_a_day(key: str) -> None:
    """No session is longer, and none goes back before its start."""
    for good in (0, DAY):
        Checkpoint.read({**ENTRY, key: good}, ())
        durations_of({"durations": [good]})
    bad: object
    for bad in (-1, -0.001, DAY + 0.001, "x", [], float("nan"), float("inf")):
        with pytest.raises((ValueError, TypeError, OverflowError)):
            Checkpoint.read({**ENTRY, key: bad}, ())
        with pytest.raises((ValueError, TypeError, OverflowError)):
            durations_of({"durations": [bad]})


@pytest.mark.parametrize("bad", [-1, 1.0, "2", None])
def test_a_step_is_a_number_of_a_step(bad: object) -> None:
    """Nothing is gone on with by guessing."""
    with pytest.raises((ValueError, TypeError)):
        Checkpoint.read({**ENTRY, "step": bad}, ())
    assert Checkpoint.read({**ENTRY, "step": 0}, ()).step == 0


@pytest.mark.parametrize("key", list(ENTRY))
def test_a_checkpoint_is_whole(key: str) -> None:
    """An entry that lacks something is none."""
    with pytest.raises(KeyError):
        Checkpoint.read({name: value for name, value in ENTRY.items() if name != key}, ())


@pytest.mark.parametrize("doubtful", [None, 0, "no", "false", [], "true", 1])
def test_doubt_is_read_the_careful_way(doubtful: object) -> None:
    """Not clearly cleared counts as stopped and barred; not clearly so, no front of the neck is in the plan."""
    read = Checkpoint.read({**ENTRY, "stopped": doubtful, "barred": doubtful, "front": doubtful}, ())
    assert (read.stopped, read.barred, read.front) == (True, True, False)


def test_a_new_one_is_at_the_beginning() -> None:
    """Before anything was said: the preparation, the first step, nothing practised, nobody stopped."""
    new = Checkpoint()
    assert new == replace(new, phase=Phase.PRELUDE, step=1, practised=0, left=None, clock=0, stopped=False)
    assert [new.front, new.worked, new.barred] == [False, False, False]
