"""The rest of a session moved to an end: within the bounds of its steps, and nothing lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.routine.model import Side
from massage_voice.timeline.audit import audit
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.plan import Plan, bounds
from massage_voice.timeline.refit import CLOSE_ENOUGH, least_wanted, refit
from tests.live.heeding import REGISTRY
from tests.live.support import FIRST, FRONT, LATER, stage

PLANS = {"neck": ("neck", FIRST), "front": ("neck", FRONT), "back": ("back", LATER), "both": ("neck-and-back", LATER)}


def plan_of(what: str) -> Plan:
    routine, asked = PLANS[what]
    return stage(routine, asked).plan


def landed(plan: Plan, step: int, share: float) -> Landing:
    """In the middle of a step's practice, or at its beginning."""
    if share == 0 or plan.script.steps[step - 1].hands_off:
        return Landing(step)
    chapter = plan.whole().chapters[step - 1]
    practice = chapter.practice_end - chapter.practice_start
    return Landing(step, round(practice * share), practice - round(practice * share))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_ends_where_it_was_asked_to_or_says_by_how_much_not(data: st.DataObject) -> None:
    """From any place to any length: within a second, or at the least or the most that the steps allow."""
    plan = plan_of(data.draw(st.sampled_from(sorted(PLANS))))
    step = data.draw(st.integers(1, len(plan.script.steps)))
    landing = landed(plan, step, data.draw(st.sampled_from([0.0, 0.2, 0.5, 0.9])))
    natural = plan.timeline(landing).length
    target = round(natural * data.draw(st.floats(0.3, 1.8)))
    made = refit(plan, landing, target)
    laid = made.plan.timeline(made.landing)
    if made.over == 0:
        assert abs(laid.length - target) < CLOSE_ENOUGH
    else:
        assert laid.length - target == made.over
    for secured, before, after in zip(plan.script.steps, plan.durations, made.plan.durations, strict=True):
        low, high = bounds(secured)
        assert after == before if secured.index < step else min(low, before) <= after <= max(high, before)
    assert audit(laid, made.plan.script, REGISTRY, whole=False) == []


@pytest.mark.parametrize("what", PLANS)
def test_shorter_and_longer_go_as_far_as_the_steps(what: str) -> None:
    """Asked for nothing, every open step is at its least, or as short as its words; asked for a day, at its most."""
    plan = plan_of(what)
    short, long = refit(plan, Landing(1), 0), refit(plan, Landing(1), 24 * 3600 * RATE)
    assert short.over > 0 > long.over
    assert short.plan.timeline().length < plan.timeline().length < long.plan.timeline().length


def test_a_step_in_the_middle_of_its_sides_keeps_its_time() -> None:
    """Both sides stay equal."""
    plan = plan_of("front")
    step = next(s for s in plan.script.steps if s.step.side is Side.SEQUENTIAL)
    landing = landed(plan, step.index, 0.4)
    made = refit(plan, landing, plan.timeline(landing).length - 60 * RATE)
    assert made.landing == landing
    assert made.plan.durations[step.index - 1] == plan.durations[step.index - 1]


def test_pinned_the_step_at_work_keeps_its_time() -> None:
    """A minute that was just added is not taken away again."""
    plan = plan_of("neck")
    landing = landed(plan, 2, 0.5)
    made = refit(plan, landing, plan.timeline(landing).length - 20 * RATE, pinned=True)
    assert made.landing == landing
    assert made.over == 0


@pytest.mark.parametrize("over_s", [5, 60, 100, 10_000])
def test_what_may_be_left_out(over_s: int) -> None:
    """The shortest step that is long enough, the longest where none is; never what has begun, nor the last."""
    plan = plan_of("neck")
    step = least_wanted(plan, Landing(2), over_s * RATE)
    assert step is not None
    assert 2 < step.index < len(plan.script.steps)
    lengths = [plan.durations[s.index - 1] for s in plan.script.steps[2:-1] if not s.hands_off]
    enough = [length for length in lengths if length >= over_s * RATE]
    assert plan.durations[step.index - 1] == (min(enough) if enough else max(lengths))


def test_at_the_last_step_nothing_can_be_left_out() -> None:
    """The closing belongs to it."""
    plan = plan_of("neck")
    assert least_wanted(plan, Landing(len(plan.script.steps)), RATE) is None
