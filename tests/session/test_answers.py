"""Answers while the hands go on: to the frame, within the bounds of steps, exercises and the session, or not at all."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from massage_voice.clip import RATE
from massage_voice.routine.model import Side
from massage_voice.safety.script import Kind
from massage_voice.session.answers import MINUTE, OVER, Moment, answer
from massage_voice.session.events import Signal
from massage_voice.session.position import Heard, landing_at
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan, TooTightError, bounds
from massage_voice.timeline.refit import Refit, refit
from tests.support.builders import SWITCH, hold, plan, routine, step

G, S = Signal, RATE
LONGER = (G.SLOWER, G.ADD_TIME, G.WAIT)
SPENT = 20 * S
"""How long the hands have worked in the step when somebody asks."""


@cache
def three(a_seconds: int = 160, between: tuple[int, int] = (125, 290), side: Side = Side.BOTH) -> Plan:
    """Step 2 is `a`; `b` and `c` come after it, each an exercise of its own; in `a` the sides may take turns."""
    turns = (SWITCH,) if side is Side.SEQUENTIAL else ()
    return plan(
        routine(
            hold("settle"),
            step("a", seconds=a_seconds, between=between, side=side, remind=turns),
            step("b", ("neck-back",), seconds=160, between=(120, 280)),
            step("c", seconds=160, between=(120, 280)),
            hold("rest"),
        )
    )


def moment(made: Plan, number: int = 2, spent: int = SPENT, **more: int | None) -> Moment:
    """Hands have worked for `spent` frames in step `number`."""
    timeline = made.timeline()
    frame = timeline.chapters[number - 1].practice_start + spent
    return replace(Moment(made, timeline, frame, frame, Heard()), **more)  # type: ignore[arg-type]


def here(at: Moment) -> Landing:
    """Where the hands are, and what was heard up to there."""
    landing = landing_at(at.timeline, at.frame)
    assert landing is not None
    return replace(landing, memory=at.heard.at(at.timeline, at.frame))


def left_at(at: Moment) -> int:
    left = here(at).left
    assert left is not None
    return left


def answered(signal: Signal, at: Moment) -> tuple[Refit, Landing, int]:
    """The plan from now on, how it goes on, and the practice left in the step."""
    made = answer(signal, at)
    assert made is not None
    assert made.landing is not None
    assert made.landing.left is not None
    return made, made.landing, made.landing.left


def rest(made: Refit) -> int:
    """Frames from now to the end, the answer's words not counted."""
    assert made.landing is not None
    return made.plan.timeline(replace(made.landing, say=())).length


def texts(landing: Landing) -> list[str]:
    return [cue.text for cue in landing.say]


def refused(signal: Signal, at: Moment) -> bool:
    """Said to be as far as it goes; nothing is moved then but what an asked end moves."""
    made, landing, left = answered(signal, at)
    said = wording.AT_LIMIT in texts(landing)
    assert said is (texts(landing)[0] == wording.AT_LIMIT)
    if said and at.remaining is None:
        assert (left, made.plan.durations) == (left_at(at), at.plan.durations)
    if said:
        assert left <= left_at(at)
    return said


# --- what is said ---

WORDS = {G.SLOWER: wording.SLOWER, G.FASTER: wording.FASTER, G.ADD_TIME: wording.ADDED}


@pytest.mark.parametrize("signal", WORDS)
def test_what_was_done_is_said_with_the_time_that_is_left_now(signal: Signal) -> None:
    """Under the step's number, as notices that no ledger confuses."""
    made, landing, _ = answered(signal, moment(three()))
    assert texts(landing) == [WORDS[signal], wording.left_in_all(rest(made) / S)]
    assert [(cue.id, cue.kind, cue.step) for cue in landing.say] == [
        ("2.answer.1", Kind.NOTICE, 2),
        ("2.answer.2", Kind.NOTICE, 2),
    ]


def test_the_time_left_is_told_for_the_step_and_for_all() -> None:
    """True figures, and nothing moves."""
    for spent in (S, 40 * S, 80 * S, 120 * S):
        at = moment(three(), spent=spent)
        made, landing, left = answered(G.TIME_LEFT, at)
        assert texts(landing) == [wording.left_in_step(left_at(at) / S), wording.left_in_all(rest(made) / S)]
        assert (left, made.plan.durations, made.over) == (left_at(at), at.plan.durations, 0)
    for seconds in range(0, 60, 4):
        made, landing, _ = answered(G.TIME_LEFT, in_time(three(), late=seconds * S))
        assert texts(landing)[1] == wording.left_in_all(rest(made) / S)


def test_a_stay_and_its_end_need_one_sentence() -> None:
    """Nobody who stays wants to hear figures."""
    assert texts(answered(G.WAIT, moment(three()))[1]) == [wording.STAY]
    assert texts(answered(G.READY, moment(three(), waited=100 * S))[1]) == [wording.ON]


@pytest.mark.parametrize("signal", [*WORDS, G.TIME_LEFT, G.WAIT])
def test_the_hands_go_on_where_they_are_with_what_was_heard(signal: Signal) -> None:
    """What was practised stays, and no caution counts as unheard."""
    at = moment(three())
    _, landing, _ = answered(signal, at)
    assert (landing.step, landing.practised, landing.memory) == (2, SPENT, here(at).memory)


def test_outside_the_practice_there_is_no_answer() -> None:
    """While a step is announced, and when only the closing is left."""
    at = moment(three())
    chapters = at.timeline.chapters
    for frame in (chapters[1].start, chapters[1].practice_start - 1, chapters[-1].practice_end, at.timeline.length):
        for signal in (*WORDS, G.TIME_LEFT, G.WAIT):
            assert answer(signal, replace(at, frame=frame)) is None


# --- pace ---


@pytest.mark.parametrize(("signal", "factor"), [(G.SLOWER, 1.15), (G.FASTER, 1 / 1.15)])
def test_a_new_pace_is_one_for_all_that_is_left(signal: Signal, factor: float) -> None:
    """What is left of this step and the steps after it; those before it stay as they were."""
    at = moment(three())
    made, _, left = answered(signal, at)
    before, after = at.plan.durations, made.plan.durations
    assert left == round(left_at(at) * factor)
    assert after[:2] == (before[0], before[1] + left - left_at(at))
    assert after[2] == max(round(before[2] * factor), bounds(at.plan.script.steps[2])[0])


def test_a_pace_stops_at_the_bounds_of_the_step() -> None:
    """What was done counts; slower than the longest or faster than the shortest it does not get."""
    at = moment(three(160, (155, 165)))
    step_spent = at.plan.durations[1] - left_at(at)
    assert answered(G.SLOWER, at)[2] == 165 * S - step_spent
    assert answered(G.FASTER, at)[2] == 155 * S - step_spent


def test_pressed_again_and_again_a_pace_comes_to_its_end() -> None:
    """At the bounds of every step it is said to be as far as it goes."""
    for signal in (G.SLOWER, G.FASTER):
        at = moment(three())
        for _ in range(12):
            made, landing, left = answered(signal, at)
            if wording.AT_LIMIT in texts(landing):
                break
            timeline = made.plan.timeline(replace(landing, say=()))
            at = replace(at, plan=made.plan, timeline=timeline, frame=timeline.chapters[0].practice_start + S)
        assert texts(landing)[0] == wording.AT_LIMIT
        assert left == left_at(at)


def test_a_step_that_is_all_but_over_is_not_cut_to_nothing() -> None:
    """A second stays, so that the hands come to their end."""
    at = moment(three())
    done = at.timeline.chapters[1].practice_end - at.timeline.chapters[1].practice_start
    last = at.timeline.chapters[-1]
    end = replace(at, frame=last.practice_end - S - S // 20)
    assert answered(G.FASTER, end)[2] == S
    assert answered(G.FASTER, moment(three(), spent=done - 10 * S))[2] == round(10 * S / 1.15)


@pytest.mark.parametrize("signal", [G.ADD_TIME, G.WAIT, G.READY])
def test_sides_that_take_turns_stay_equal(signal: Signal) -> None:
    """A step in the middle of its sides keeps its time."""
    at = moment(three(side=Side.SEQUENTIAL), waited=30 * S)
    assert refused(signal, at)
    made, _, left = answered(G.SLOWER, at)
    assert left == left_at(at)
    assert made.plan.durations[:2] == at.plan.durations[:2]
    assert made.plan.durations[2] > at.plan.durations[2]


# --- one more minute ---


def test_a_minute_is_a_minute_and_this_steps_alone() -> None:
    """No other step moves."""
    at = moment(three())
    made, _, left = answered(G.ADD_TIME, at)
    assert left == left_at(at) + MINUTE
    before = at.plan.durations
    assert made.plan.durations == (before[0], before[1] + MINUTE, *before[2:])


def test_there_is_no_part_of_a_minute() -> None:
    """What the step has no room for is not given in bits."""
    assert not refused(G.ADD_TIME, moment(three(160, (125, 220))))
    assert refused(G.ADD_TIME, moment(three(160, (125, 219))))


@pytest.mark.parametrize("signal", [G.ADD_TIME, G.WAIT])
def test_an_exercise_does_not_outgrow_its_limit(signal: Signal) -> None:
    """Five minutes on one exercise, whatever its single steps allow."""
    parts = [step(name, seconds=140, between=(100, 280), exercise="both") for name in ("a", "b")]
    made = plan(routine(hold("settle"), *parts, hold("rest")))
    assert refused(signal, moment(made))


@pytest.mark.parametrize("signal", LONGER)
def test_no_session_outgrows_its_limit(signal: Signal) -> None:
    """To the frame: what has passed and what is left, together. What makes it shorter is never refused."""
    at = moment(three())
    limit = at.plan.script.limit_ms * S // 1000
    made, _, _ = answered(signal, at)
    fits = replace(at, clock=limit - rest(made))
    assert not refused(signal, fits)
    over = replace(fits, clock=fits.clock + 1)
    assert refused(signal, over)
    for late in (over, replace(at, clock=limit)):
        assert texts(answered(G.FASTER, late)[1])[0] == wording.FASTER
    assert texts(answered(G.READY, replace(over, waited=100 * S))[1]) == [wording.ON]


# --- staying, and going on ---


def test_a_stay_lasts_as_long_as_the_step_may() -> None:
    """Up to its longest, what was done already counted."""
    at = moment(three())
    made, _, left = answered(G.WAIT, at)
    assert made.plan.durations[1] == bounds(at.plan.script.steps[1])[1]
    assert left - left_at(at) == made.plan.durations[1] - at.plan.durations[1]
    assert made.plan.durations[2:] == at.plan.durations[2:]


def test_going_on_leaves_what_was_left_before_the_stay() -> None:
    """Not more than is left now, and what has to be done of the step is done."""
    at = moment(three())
    assert answered(G.READY, replace(at, waited=120 * S))[2] == 120 * S
    assert answered(G.READY, replace(at, waited=1))[2] == 125 * S - (at.plan.durations[1] - left_at(at))
    assert refused(G.READY, replace(at, waited=left_at(at) + MINUTE))
    assert refused(G.READY, at)


# --- with an end that was asked for ---


def in_time(made: Plan, late: int = 0, **more: int) -> Moment:
    """A moment from which the plan as it is ends `late` frames after the asked end."""
    at = moment(made, **more)
    return replace(at, remaining=at.plan.timeline(here(at)).length - late)


@pytest.mark.parametrize("signal", [G.SLOWER, G.ADD_TIME, G.WAIT, G.FASTER, G.TIME_LEFT])
def test_the_end_stays_where_it_was_asked_for(signal: Signal) -> None:
    """The words of the answer included; what this step gets, the steps after it give."""
    at = in_time(three())
    made, landing, left = answered(signal, at)
    assert at.remaining is not None
    assert abs(made.plan.timeline(landing).length - at.remaining) <= S
    assert made.over == 0
    if signal in LONGER:
        assert wording.AT_LIMIT not in texts(landing)
        assert left > left_at(at)
        assert sum(made.plan.durations[2:]) < sum(at.plan.durations[2:])


def test_an_added_minute_is_whole_also_then() -> None:
    """And a slower pace is as slow for this step as without an end."""
    at = in_time(three())
    assert answered(G.ADD_TIME, at)[2] == left_at(at) + MINUTE
    assert answered(G.SLOWER, at)[2] == round(left_at(at) * 1.15)


@pytest.mark.parametrize("signal", [G.SLOWER, G.ADD_TIME])
def test_what_would_end_too_late_is_not_done(signal: Signal) -> None:
    """Two seconds are let pass, not more."""
    at = in_time(three())
    assert at.remaining is not None
    low, high = at.remaining // 2, at.remaining
    assert not refused(signal, at)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if refused(signal, replace(at, remaining=middle)) else (low, middle)
    made, landing, _ = answered(signal, replace(at, remaining=high))
    assert made.plan.timeline(landing).length - high == OVER


def test_a_stay_takes_what_the_others_can_spare() -> None:
    """All of it, but for the words of the answer."""
    at = in_time(three(between=(125, 300)), late=-10 * S)
    assert at.remaining is not None
    shortest = refit(at.plan, here(at), 0, pinned=True).over
    assert answered(G.WAIT, at)[2] == left_at(at) + at.remaining - shortest - 10 * S


@pytest.mark.parametrize("spare", [0, 10 * S])
def test_where_nothing_can_be_spared_nobody_is_told_to_stay(spare: int) -> None:
    """The words of the answer take that much."""
    at = in_time(three())
    shortest = refit(at.plan, here(at), 0, pinned=True).over
    assert refused(G.WAIT, replace(at, remaining=shortest + spare))


def test_going_on_is_never_refused_for_being_late() -> None:
    """It can only help; by how much it ends too late is handed on."""
    at = in_time(three(), late=600 * S, spent=20 * S)
    made, landing, left = answered(G.READY, replace(at, waited=100 * S))
    assert texts(landing) == [wording.ON]
    assert left <= 100 * S
    assert at.remaining is not None
    assert made.over == made.plan.timeline(landing).length - at.remaining > OVER


@pytest.mark.parametrize("signal", [G.TIME_LEFT, G.SLOWER])
def test_how_much_too_late_it_ends_is_handed_on(signal: Signal) -> None:
    """With everything that is left as short as it goes, this step as well."""
    at = in_time(three(), late=600 * S)
    made, landing, left = answered(signal, at)
    assert at.remaining is not None
    assert made.over == pytest.approx(made.plan.timeline(landing).length - at.remaining, abs=S)
    assert made.plan.durations[2:4] == (120 * S, 120 * S)
    assert left < left_at(at)


@pytest.mark.parametrize("signal", [G.TIME_LEFT, G.FASTER])
def test_an_answer_whose_words_find_no_room_is_not_given(signal: Signal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being played goes on as it is; the session does not end for a word."""
    laid = Plan.timeline

    def timeline(self: Plan, landing: Landing | None = None, upto: int | None = None) -> Timeline:
        if landing is not None and landing.say:
            raise TooTightError("no room", "")
        return laid(self, landing, upto)

    at = moment(three())
    monkeypatch.setattr(Plan, "timeline", timeline)
    assert answer(signal, at) is None
