"""The promise, for routines nobody has written yet: no practice without its cautions, none of them too old."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from massage_voice.errors import MassageVoiceError, NotSuitableError, RoutineError, UsageError
from massage_voice.safety.wishes import Verbosity
from massage_voice.session.answers import Moment, answer
from massage_voice.session.events import Signal
from massage_voice.session.position import Heard, chapter_at, heard, landing_at, speaking
from massage_voice.timeline.audit import audit
from massage_voice.timeline.fit import Shape
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan
from tests.support.builders import REGISTRY, ROUTINES, builtin, front_routine, plan
from tests.support.oracle import Person, spliced, unsafe
from tests.support.profiles import tries
from tests.support.strategies import Case, cases

ANSWERS = (Signal.SLOWER, Signal.FASTER, Signal.ADD_TIME, Signal.TIME_LEFT)


def person(made: Plan) -> Person:
    """Who is massaged."""
    moves = [s.index for s in made.script.steps if "to-prone" in s.step.flags]
    return Person(str(made.script.routine.position), made.script.flags, moves[0] + 1 if moves else None)


def made_from(case: Case) -> Plan | None:
    """The plan, or None where the program refuses: no plan, no hands."""
    try:
        return plan(case.routine, case.shape, case.wpm, bells=case.bells, **case.wishes)
    except (RoutineError, UsageError, NotSuitableError) as refusal:
        event(f"refused: {type(refusal).__name__}")
        return None


def playable(made: Plan) -> Timeline | None:
    """The timeline, if the audit lets it play."""
    timeline = made.timeline()
    return None if audit(timeline, made.script, REGISTRY) else timeline


def landed(made: Plan, landing: Landing) -> Timeline:
    """As a session lands: what is owed is said first."""
    return made.timeline(replace(landing, owed=made.owed(landing.step, set())))


def answered(made: Plan, timeline: Timeline, frame: int, signal: Signal) -> tuple[Plan, Timeline] | None:
    """An answer while the hands work, and the session as it was heard in one piece."""
    chapter = chapter_at(timeline, frame)
    if not chapter.practice_start <= frame < chapter.practice_end or speaking(timeline, frame):
        return None
    given_answer = answer(signal, Moment(made, timeline, frame, frame, Heard()))
    if given_answer is None:
        return None
    after = given_answer.plan
    return after, spliced(timeline, frame, after.timeline(given_answer.landing))


@given(case=cases())
@tries(120)
def test_no_practice_without_its_cautions(case: Case) -> None:
    """Whatever an author writes and a user asks: refused, or every caution heard whole, in time."""
    made = made_from(case)
    if made is None:
        return
    timeline = playable(made)
    event("refused by the audit" if timeline is None else "plays")
    if timeline is not None:
        assert unsafe(timeline, person(made)) == []


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("verbosity", Verbosity)
def test_no_practice_without_its_cautions_pinned(name: str, front: bool, verbosity: Verbosity) -> None:
    """The built-in routines, with the front and without, talkative or not, are safe to the oracle and the audit."""
    made = plan(builtin(name), front=front, verbosity=verbosity)
    timeline = made.timeline()
    assert audit(timeline, made.script, REGISTRY) == []
    assert unsafe(timeline, person(made)) == []


@given(case=cases(), at=st.floats(0, 1, exclude_max=True), again=st.floats(0, 1, exclude_max=True))
@tries(80)
def test_no_landing_without_its_cautions(case: Case, at: float, again: float) -> None:
    """Pause anywhere and go on, and once more: the cautions stand before the hands each time."""
    made = made_from(case)
    timeline = playable(made) if made else None
    for share in (at, again):
        if made is None or timeline is None:
            return
        landing = landing_at(timeline, int(share * timeline.length))
        if landing is None:
            return
        timeline = landed(made, landing)
        assert unsafe(timeline, person(made)) == []
        assert audit(timeline, made.script, REGISTRY, whole=False) == []


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
def test_no_landing_without_its_cautions_pinned(name: str, front: bool) -> None:
    """A session of a built-in routine goes on from any moment, odd frames and the edges of every step included."""
    made = plan(builtin(name), front=front)
    whole = made.timeline()
    edges = {
        edge + d for c in whole.chapters for edge in (c.start, c.practice_start, c.practice_end) for d in (-1, 0, 1)
    }
    middles = {(p.start + p.end) // 2 for p in whole.placements if p.cue.is_caution}
    for frame in sorted(edges | middles | set(range(0, whole.length, whole.length // 97))):
        landing = landing_at(whole, max(frame, 0))
        if landing is not None:
            timeline = landed(made, landing)
            assert unsafe(timeline, person(made)) == []
            assert audit(timeline, made.script, REGISTRY, whole=False) == []


@given(case=cases(), at=st.floats(0, 1, exclude_max=True), signal=st.sampled_from(ANSWERS))
@tries(80)
def test_no_answer_without_its_cautions(case: Case, at: float, signal: Signal) -> None:
    """An answer while the hands go on neither loses a caution nor lets one grow old."""
    made = made_from(case)
    timeline = playable(made) if made else None
    if made is None or timeline is None:
        return
    found = answered(made, timeline, int(at * timeline.length), signal)
    if found is not None:
        event("answered")
        assert unsafe(found[1], person(made)) == []


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("signal", ANSWERS)
def test_no_answer_without_its_cautions_pinned(name: str, signal: Signal) -> None:
    """An answer at any quiet moment of a built-in routine leaves every caution whole and in time."""
    made = plan(builtin(name), front=True)
    whole = made.timeline()
    answers = 0
    for frame in range(0, whole.length, whole.length // 61):
        found = answered(made, whole, frame, signal)
        if found is not None:
            answers += 1
            assert unsafe(found[1], person(made)) == []
    assert answers > 15


@pytest.mark.parametrize("signals", [[Signal.SLOWER], [Signal.FASTER], [Signal.ADD_TIME], list(ANSWERS)])
def test_answers_over_and_over(signals: list[Signal]) -> None:
    """Ten answers within one step: every caution still whole and in time, no step beyond its bounds."""
    made = plan(front_routine())
    timeline = made.timeline()
    frame = next(c.practice_start for c in timeline.chapters if c.secured.step.name == "neck") + 48_000
    before = Heard()
    heard_as = timeline
    offset = 0
    for number in range(10):
        while speaking(timeline, frame):
            frame += 4800
        found = answer(signals[number % len(signals)], Moment(made, timeline, frame, offset + frame, before))
        if found is None:
            break
        made, landing = found.plan, found.landing
        assert landing is not None
        assert landing.memory is not None
        before = heard(landing.memory)
        timeline = made.timeline(landing)
        offset += frame
        heard_as = spliced(heard_as, offset, timeline)
        assert unsafe(heard_as, person(made)) == []
        frame = timeline.chapters[0].practice_start + 4800
    for secured, duration in zip(made.script.steps, made.durations, strict=True):
        low, high = (ms * 48 for ms in secured.bounds_ms)
        assert low <= duration <= high


def test_generated_routines_mostly_play() -> None:
    """The properties above are not empty: among plain cases most routines reach the oracle."""
    counted: Counter[bool] = Counter()

    @given(case=cases())
    @tries(60)
    def count(case: Case) -> None:
        try:
            made = plan(case.routine, Shape(), 130, first=False, front=case.wishes["front"])
        except MassageVoiceError:
            counted[False] += 1
        else:
            counted[playable(made) is not None] += 1

    count()
    assert counted[True] > counted[False]
