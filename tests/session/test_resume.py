"""Killed at any instant, gone on with: at the same place, the cautions of the area first."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from massage_voice.clip import RATE
from massage_voice.session import course
from massage_voice.session.checkpoint import Checkpoint, Phase, durations_of
from massage_voice.session.course import NOTE_EVERY
from massage_voice.session.events import Event, Signal
from massage_voice.session.front import placed
from massage_voice.session.machine import Session
from massage_voice.session.orders import Play, Record
from massage_voice.session.past import read_past
from massage_voice.session.position import SCRAP
from massage_voice.session.record import JOURNAL
from massage_voice.session.table import State
from massage_voice.timeline.audit import audit
from tests.live.heeding import REGISTRY, full, hazards_of
from tests.live.support import FIRST, LATER, Rig, Stage, at, identity, numbered, stage
from tests.session.places import (
    begun,
    do,
    ends_in_time,
    heard_out,
    played,
    said_out,
    session_at,
    stage_of,
    to_caution,
    to_practice,
)
from tests.session.test_record import AT, HEAD

G = Signal


def gone_on(made: Stage, since: Checkpoint, *, interactive: bool = True) -> Session:
    """The session of `made` that goes on from a checkpoint, as the command makes it."""
    plan = made.plan.at(since.durations)
    return Session(
        plan,
        made.session().emergency,
        prelude=plan.preparation(),
        without_front=made.without_front if plan.script.front else None,
        interactive=interactive,
        since=placed(since, plan),
    )


def resumed(session: Session, made: Stage) -> Session:
    """Killed where it stands, and begun again by somebody who is ready."""
    again = gone_on(made, session.checkpoint)
    do(again, G.START)
    return again


# --- places ---


@pytest.mark.parametrize("what", ["neck", "front", "back", "neck-and-back"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_every_step_is_gone_on_with_where_it_was(what: str, share: float) -> None:
    """The same step and time, after a "ready"; what plays is audited, and its full cautions come first."""
    made = stage_of(what)
    for secured in made.plan.script.steps:
        if secured.hands_off:
            continue
        session = made.session()
        begun(session)
        for _ in made.plan.script.steps:
            if any(c.secured.index == secured.index for c in session.timeline.chapters):
                break
            heard_out(session)
            do(session, G.READY)
        to_practice(session, secured.index, share)
        if session.chapter is None or session.chapter.secured.index != secured.index:
            continue
        before = session.checkpoint
        again = resumed(session, made)
        assert again.state is State.AWAITING
        assert again.clock == before.clock
        do(again, G.READY)
        check_landed(again, before)


def check_landed(session: Session, before: Checkpoint) -> None:
    chapter = session.timeline.chapters[0]
    assert audit(session.timeline, session.plan.script, REGISTRY, whole=False) == []
    assert chapter.secured.step.name == before.name
    assert chapter.practised == before.practised
    if before.left is not None:
        assert chapter.practice_end - chapter.practice_start == before.left
    told = {p.cue.text for p in session.timeline.placements if p.end <= chapter.practice_start and p.cue.is_caution}
    assert {full(name) for name in hazards_of(chapter.secured)} <= told


def test_killed_in_a_caution_it_is_said_again() -> None:
    """What was not heard whole counts as not heard."""
    made = stage_of("neck")
    session = made.session()
    begun(session)
    to_caution(session, 2, 1)
    again = resumed(session, made)
    do(again, G.READY)
    check_landed(again, session.checkpoint)
    assert again.timeline.chapters[0].practised == 0


def test_killed_in_the_preparation_it_is_prepared_again() -> None:
    """From its first line."""
    made = stage_of("neck")
    session = made.session()
    do(session, G.START)
    played(session, session.timeline.length // 2)
    again = resumed(session, made)
    assert (again.state, again.frame, again.timeline) == (State.PREPARING, 0, again.prelude)


def test_killed_in_the_closing_the_closing_is_said_whole() -> None:
    """Every step is done: the session ends as finished."""
    made = stage_of("neck")
    session = made.session()
    begun(session)
    played(session, session.timeline.chapters[-1].practice_end + 3 * RATE)
    again = resumed(session, made)
    assert again.state is State.CLOSING
    heard_out(again)
    assert (again.state, again.code) == (State.ENDED, 0)


def test_killed_while_it_waited_for_ready_the_next_step_comes() -> None:
    """The receiver was on the way to the bed."""
    made = stage_of("neck-and-back")
    session = made.session()
    begun(session)
    heard_out(session)
    assert session.state is State.WAITING
    waits = session.checkpoint
    again = resumed(session, made)
    do(again, G.READY)
    assert again.timeline.chapters[0].secured.index == waits.step
    assert full("prone-airway") in {p.cue.text for p in again.timeline.placements}


# --- stops ---


@pytest.mark.parametrize("road", [(G.STOP,), (G.STOP, G.TOGGLE), (G.DEVICE_LOST, G.STOP)])
def test_killed_after_a_stop_the_question_comes_first(road: tuple[Signal, ...]) -> None:
    """No key leads back to the steps before somebody has said that there is no sign."""
    made = stage_of("neck")
    session = made.session()
    begun(session)
    to_practice(session, 2)
    do(session, *road)
    assert session.checkpoint.stopped
    again = resumed(session, made)
    assert again.state is State.CHECKING
    assert again.timeline.placements[0].cue.text == again.emergency.any_sign
    do(again, G.READY, G.NEXT, G.TOGGLE, G.RESUME)
    assert again.state is State.CHECKING
    do(again, G.NO, G.RESUME)
    check_landed(again, session.checkpoint)


def test_cleared_before_the_crash_it_goes_on() -> None:
    """The question was answered."""
    made = stage_of("neck")
    session = made.session()
    begun(session)
    to_practice(session, 2)
    do(session, G.STOP, G.TOGGLE, G.NO)
    assert resumed(session, made).state is State.AWAITING


@pytest.mark.parametrize("answer", [G.YES, G.UNSURE])
def test_a_sign_bars_the_session_for_good(answer: Signal) -> None:
    """The journal has it before the closing begins."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 2)
    do(session, G.STOP, G.TOGGLE)
    orders = session.handle(Event(answer))
    records = [order.entry for order in orders if isinstance(order, Record)]
    assert [entry["barred"] for entry in records] == [True]
    assert isinstance(orders[0], Record)


# --- pace, minutes, front ---


def test_pace_and_minutes_are_kept() -> None:
    """What was made slower and longer stays so; a plan of another pace does not take them over."""
    made = stage_of("neck")
    session = made.session()
    begun(session)
    to_practice(session, 2)
    records = [o.entry for o in session.handle(Event(G.FASTER)) if isinstance(o, Record)]
    assert session.plan.durations != made.plan.durations
    since = Checkpoint.read(records[0], durations_of(records[0]))
    assert gone_on(made, since).plan.durations == session.plan.durations
    assert gone_on(made, session.checkpoint).plan.durations == made.plan.durations


def test_the_front_that_was_left_out_stays_out() -> None:
    """Nobody comes back to it by a crash."""
    made = stage_of("front")
    session = made.session()
    begun(session)
    said = next(p for p in session.timeline.placements if p.cue.text.startswith("Front of the neck next"))
    played(session, said.end)
    do(session, G.NEXT)
    since = session.checkpoint
    assert (since.front, since.name) == (False, "collarbone-strokes")
    again = gone_on(stage_of("neck"), since)
    do(again, G.START, G.READY)
    assert again.timeline.chapters[0].secured.step.name == "collarbone-strokes"


def test_a_step_of_the_front_that_may_not_be_gone_on_with_has_its_stand_in() -> None:
    """Worked in another session meanwhile: the strokes under the collarbones take its place."""
    made = stage_of("front")
    session = made.session()
    begun(session)
    front = next(s for s in made.plan.script.steps if s.step.name == "front-circles")
    played(session, next(c for c in session.timeline.chapters if c.secured is front).start)
    assert made.without_front is not None
    since = placed(session.checkpoint, made.without_front)
    assert made.without_front.script.steps[since.step - 1].step.name == "collarbone-strokes"
    assert (since.practised, since.left) == (0, None)


def test_hands_on_the_front_are_on_the_record_at_once() -> None:
    """With the first news of them, not five seconds later."""
    session = stage_of("front").session()
    begun(session)
    chapter = next(c for c in session.timeline.chapters if c.secured.step.gate and not c.secured.hands_off)
    played(session, chapter.practice_start)
    assert not session.worked
    orders = session.handle(Event(G.PLAYED, session.run, chapter.practice_start + RATE // 25))
    assert [o.entry["worked"] for o in orders if isinstance(o, Record)] == [True]


# --- every byte of a journal ---


@cache
def a_journal() -> tuple[bytes, tuple[dict[str, Any], ...]]:
    """The journal of a session with jumps, a pause, a stop and a lost device, as bytes and as entries."""
    made = stage("neck", FIRST)
    script = [at(30, G.NEXT), at(60, G.SLOWER), at(90, G.PAUSE), at(95, G.RESUME), at(150, G.STOP), at(160, G.TOGGLE)]
    script += [at(165, G.NO), at(170, G.RESUME), at(200, G.BACK), at(260, G.ADD_TIME)]
    rig = ends_in_time(Rig(made.session(prelude=False), identity(numbered([made.plan])), script, grain_s=0.2))
    rig.happen(300, rig.unplug)
    rig.happen(310, rig.plug)
    assert rig.play() == 0
    entries = tuple(dict(entry) for entry in rig.journal.entries)
    lines = [{**HEAD}, *({**entry, "at": AT} for entry in entries)]
    return "".join(json.dumps(line) + "\n" for line in lines).encode(), entries


def test_a_journal_cut_at_any_byte_leads_to_where_the_session_was(tmp_path: Path) -> None:
    """Never an error, never a place where it has not been; the last whole line is what counts."""
    data, entries = a_journal()
    stem = tmp_path / "20261122T120000.000000"
    path = stem.with_name(stem.name + JOURNAL)
    places = [entry for entry in entries if "phase" in entry]
    first = data.index(b"\n") + 1
    ends = {n for n, byte in enumerate(data) if byte == 10}  # around every line's end, and many in between
    sizes = {*range(first, len(data), 97), *ends, *(end + 1 for end in ends)}
    for size in sorted(size for size in sizes if size >= first):
        path.write_bytes(data[:size])
        past = read_past(stem)
        whole = data[:size].count(b"\n") - 1
        seen = [entry for entry in entries[:whole] if "phase" in entry]
        assert (past.checkpoint is None) is (not seen)
        if past.checkpoint is not None:
            assert {**past.checkpoint.entry()}.items() <= seen[-1].items()
    assert len(places) > 60


def test_whatever_entry_is_the_last_one_the_session_can_go_on() -> None:
    """From every checkpoint of that journal: the place it tells of, the cautions first, to its end."""
    made = stage("neck", FIRST)
    _, entries = a_journal()
    durations: tuple[int, ...] = ()
    for entry in entries:
        durations = durations_of(entry) if "durations" in entry else durations
        if "phase" not in entry:
            continue
        since = Checkpoint.read(entry, durations)
        again = gone_on(made, since)
        do(again, G.START)
        if since.stopped:
            do(again, G.NO, G.RESUME)
        elif since.phase is not Phase.CLOSING:
            do(again, G.READY)
        if since.phase is Phase.STEPS:
            check_landed(again, since)
        assert again.state in {State.PLAYING, State.CLOSING}


def test_not_more_than_five_seconds_are_done_again() -> None:
    """Between one entry and the next no more of a step's practice passes."""
    _, entries = a_journal()
    practice = [e for e in entries if e.get("event") == "at" and e["state"] == "playing"]
    for one, two in pairwise(practice):
        if one["step"] == two["step"] and two["practised"] > one["practised"]:
            assert two["practised"] - one["practised"] <= (NOTE_EVERY + SCRAP) / RATE


OTHERS = {
    "slower words": replace(FIRST, wpm=110),
    "brisk": replace(FIRST, pace=1.15),
    "without bells": replace(FIRST, bells=False),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_voice_or_pace_goes_on_at_the_same_place(what: str) -> None:
    """Other lengths of every sentence, the same step and seconds."""
    session = stage("neck", FIRST).session()
    begun(session)
    to_practice(session, 3)
    other = stage("neck", OTHERS[what])
    again = gone_on(other, session.checkpoint)
    do(again, G.START, G.READY)
    check_landed(again, session.checkpoint)


def test_where_nobody_answers_it_goes_on_by_itself() -> None:
    """The cautions first."""
    made = stage("neck", LATER)
    session = made.session(interactive=False)
    do(session, G.START)
    heard_out(session)
    to_practice(session, 2)
    again = gone_on(made, session.checkpoint, interactive=False)
    orders = again.handle(Event(G.START))
    assert any(isinstance(order, Play) for order in orders)
    check_landed(again, session.checkpoint)


@pytest.mark.parametrize("place", ["hearing-out", "announcement-hearing-out"])
def test_where_a_jump_led_is_the_last_that_is_known(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the place that it left is noted in the same moment: nobody is led back, or to a front left out."""
    monkeypatch.setattr(course, "NOTE_EVERY", 1)
    session = session_at(place)
    before, orders = session.checkpoint, [order for order in said_out(session) if isinstance(order, Record | Play)]
    assert [type(order) for order in orders] == [Record, Record, Play]
    left, led = (Checkpoint.read(order.entry, ()) for order in orders if isinstance(order, Record))
    assert (left.step, left.front) == (before.step, before.front)
    assert led == session.checkpoint
    assert (led.step, led.front) != (left.step, left.front)


def test_after_a_crash_a_step_says_its_instructions_again() -> None:
    """Time has passed, and somebody else may stand there; what was practised stays so."""
    made, session = stage_of("neck"), session_at("practising")
    before = session.checkpoint
    assert before.left
    again = resumed(session, made)
    do(again, G.READY)
    chapter = again.timeline.chapters[0]
    assert (chapter.secured.index, chapter.practice_end - chapter.practice_start) == (before.step, before.left)
    lead = {p.cue.text for p in again.timeline.placements if p.end <= chapter.practice_start}
    assert {cue.text for cue in chapter.secured.say} <= lead
