"""Into a length: exact, within every bound, or refused with the nearest that can be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.errors import UsageError
from massage_voice.timeline.audit import audit
from massage_voice.timeline.exercises import spread
from massage_voice.timeline.fit import Shape, clock
from massage_voice.timeline.plan import Plan, bounds
from tests.support.builders import REGISTRY, ROUTINES, builtin, front_routine, gated, hold, plan, routine, step
from tests.support.profiles import tries


def seconds(text: str) -> int:
    """`13:50` in seconds."""
    minutes, rest = text.split(":")
    return int(minutes) * 60 + int(rest)


def exercises(made: Plan) -> dict[tuple[str, bool], float]:
    """Seconds of every exercise."""
    sums: dict[tuple[str, bool], float] = {}
    for chapter in made.timeline().chapters:
        own = chapter.secured.step
        if own.exercise is not None:
            key = own.exercise, own.gate is not None
            sums[key] = sums.get(key, 0) + (chapter.practice_end - chapter.start) / RATE
    return sums


@given(length=st.integers(700, 2800), name=st.sampled_from(ROUTINES), front=st.booleans())
@tries(40)
def test_a_length_is_met_to_the_frame_or_refused(length: int, name: str, front: bool) -> None:
    """Any length: exact and safe, or an error."""
    try:
        made = plan(builtin(name), Shape(length_s=length), front=front)
    except UsageError:
        return
    assert made.timeline().length == length * RATE
    assert audit(made.timeline(), made.script, REGISTRY) == []


@pytest.mark.parametrize("length", [840, 850.5, 895, 899.9])
def test_a_length_is_met_to_the_frame_pinned(length: float) -> None:
    """Four lengths that the neck routine can last are met to the frame."""
    assert plan(builtin("neck"), Shape(length_s=length)).timeline().length == round(length * RATE)


@pytest.mark.parametrize("length", [1, 60, 300, 2600])
@pytest.mark.parametrize("front", [False, True])
def test_the_nearest_can_be_met(length: int, front: bool) -> None:
    """What cannot be met names the nearest that can, and that one can."""
    with pytest.raises(UsageError) as refused:
        plan(builtin("neck"), Shape(length_s=length), front=front)
    found = re.fullmatch(r"the nearest is --length (\d+:\d\d)", refused.value.hint)
    assert found
    nearest = seconds(found[1])
    inward = nearest + 1 if nearest > length else nearest - 1  # clock() rounds to a second
    made = plan(builtin("neck"), Shape(length_s=inward), front=front)
    assert made.timeline().length == inward * RATE


@pytest.mark.parametrize("pace", [0.7, 0.85, 1.0, 1.15, 1.3])
@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
def test_pace_moves_steps_within_their_bounds(pace: float, name: str, front: bool) -> None:
    """[11] At any pace: steps within `between`, exercises within 2 to 5 minutes, the front within 280 s."""
    made = plan(builtin(name), Shape(pace=pace), front=front)
    for secured, duration in zip(made.script.steps, made.durations, strict=True):
        low, high = bounds(secured)
        assert low <= duration <= high
    for (_, is_front), total in exercises(made).items():
        assert 120 <= round(total, 2) <= (280 if is_front else 300)
    assert audit(made.timeline(), made.script, REGISTRY) == []


@pytest.mark.parametrize("pace", [0.0001, 1000.0])
def test_absurd_paces_are_only_the_bounds(pace: float) -> None:
    """No pace gets beyond the bounds of the steps and exercises."""
    made = plan(builtin("neck"), Shape(pace=pace))
    assert audit(made.timeline(), made.script, REGISTRY) == []


@pytest.mark.parametrize("name", ["neck", "back"])
@pytest.mark.parametrize("pace", [0.7, 1.0, 1.3])
@pytest.mark.parametrize("front", [False, True])
def test_a_first_session_lasts_fifteen_minutes_at_most(name: str, pace: float, front: bool) -> None:
    """[11] A first session: from the first word to the last bell at most 900 s."""
    assert plan(builtin(name), Shape(pace=pace), first=True, front=front).timeline().length <= 900 * RATE


def test_a_first_session_that_does_not_fit_is_refused() -> None:
    """[11] What cannot be fifteen minutes is refused as a first session, also when asked for longer."""
    with pytest.raises(UsageError, match="at most 15 minutes"):
        plan(builtin("neck-and-back"), first=True)
    with pytest.raises(UsageError, match="at most 15 minutes"):
        plan(builtin("neck"), Shape(length_s=901), first=True)
    with pytest.raises(UsageError, match="at most 45 minutes"):
        plan(builtin("neck-and-back"), Shape(length_s=2701))


def test_the_front_never_takes_more_than_280_seconds() -> None:
    """[9] Slow and long, the gated exercise stays within 280 s."""
    parts = [gated(f"f{n}", seconds=80, between=(60, 90)) for n in range(3)]
    parts.append(gated("f3", seconds=40, between=(30, 90)))
    made = plan(front_routine(*parts), Shape(pace=0.7), front=True)
    assert exercises(made)["front", True] <= 280


def test_slower_over_and_over_keeps_the_limits() -> None:
    """[9, 11] The rest made longer again and again never leaves a bound."""
    made = plan(front_routine(), front=True)
    for factor in (1.15, 1.15, 1.15, 1.15, 1.15, 2.0, 9.0, 0.5, 0.1):
        made = made.paced_after(1, factor)
        for (_, is_front), total in exercises(made).items():
            assert 119.9 <= total <= (280 if is_front else 300)


def test_a_step_cannot_be_lengthened_out_of_its_exercise() -> None:
    """One more minute is refused where the exercise would pass its limit."""
    made = plan(routine(step("a", seconds=290, between=(120, 300)), hold("z")))
    assert made.lengthened(1, 60 * RATE) is None
    assert made.lengthened(1, 5 * RATE) is not None
    assert made.lengthened(1, -200 * RATE) is None


def test_reminders_go_before_a_length_is_refused() -> None:
    """[3] To fit, reminders are left out; cautions are the same as ever."""
    made = plan(builtin("neck"), wpm=110, first=True)
    tight = None
    for length in range(int(made.timeline().length / RATE), 700, -5):
        try:
            tight = plan(builtin("neck"), Shape(length_s=length), wpm=110, first=True)
        except UsageError:
            break
    assert tight is not None
    assert audit(tight.timeline(), tight.script, REGISTRY) == []


values = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=6)


@given(rows=values, target=st.integers(-10, 700))
@tries(100)
def test_spread_adds_up_within_bounds(rows: list[tuple[int, int, int]], target: int) -> None:
    """Every share within its ends; the sum is the target, or the nearest there is."""
    ends = [(min(row[1:]), max(row[1:])) for row in rows]
    moved = spread([row[0] for row in rows], ends, target)
    assert all(low <= value <= high for value, (low, high) in zip(moved, ends, strict=True))
    least, most = sum(low for low, _ in ends), sum(high for _, high in ends)
    assert sum(moved) == min(max(target, least), most)


def test_spread_pinned() -> None:
    """Room is shared in proportion; what does not divide goes to the first."""
    assert spread([10, 10], [(0, 20), (0, 30)], 35) == [15, 20]
    assert spread([1, 1, 1], [(0, 9)] * 3, 10) == [4, 3, 3]


def test_clock() -> None:
    """Frames as minutes and seconds."""
    assert clock(830 * RATE) == "13:50"


@pytest.mark.parametrize("seconds_each", [1, 3000])
def test_a_plan_out_of_bounds_is_laid_within_them(seconds_each: int) -> None:
    """[11] Whatever durations a plan is given, no step is laid shorter or longer than its bounds and words allow."""
    made = plan(builtin("back"))
    wild = replace(made, durations=(seconds_each * RATE,) * len(made.durations))
    for chapter in wild.timeline().chapters:
        low, high = bounds(chapter.secured)
        assert low <= chapter.practice_end - chapter.start <= high
