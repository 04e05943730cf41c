"""Faults under a session: sound that breaks off, a device that goes, a machine that sleeps, a front worked twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from massage_voice.clip import RATE
from massage_voice.errors import SafetyError
from massage_voice.session.delivery import ATTEMPTS, HARM, LATE, RECENT
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Deliver, Order, Play, Record
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.model import Placement
from tests.live.support import FIRST, Rig, identity, numbered, stage
from tests.session.places import (
    begun,
    caution,
    closing_tail,
    do,
    ends_in_time,
    heard_out,
    played,
    said_out,
    session_at,
    stage_of,
    to_practice,
)

G = Signal


def gap(session: Session, frame: int, frames: int, run: int | None = None) -> list[Order]:
    """The device ran dry after `frame`."""
    return session.handle(Event(G.GAP, session.run if run is None else run, frame, frames))


def outcomes(orders: list[Order]) -> list[tuple[str, str]]:
    return [(str(o.line["cue"]), str(o.line["outcome"])) for o in orders if isinstance(o, Deliver)]


def in_caution() -> tuple[Session, Placement, int]:
    """A session in the middle of a caution of step 2, and that middle."""
    session = stage_of("neck").session()
    begun(session)
    said = caution(session, 2, 1)
    middle = (said.start + said.end) // 2
    played(session, middle - RATE // 10)
    return session, said, middle


# --- gaps ---


def test_a_caution_that_broke_off_is_said_again_at_once() -> None:
    """From its start, before anything else; the ledger has it cut and then delivered; time goes on."""
    session, said, middle = in_caution()
    clock = session.clock
    orders = gap(session, middle, HARM)
    (play,) = [order for order in orders if isinstance(order, Play)]
    assert play.timeline is session.timeline
    assert said.start - RATE // 5 <= play.frame < said.start
    assert outcomes(orders) == [(said.cue.id, "cut")]
    assert session.state is State.PLAYING
    assert session.clock == clock
    heard = session.handle(Event(G.PLAYED, session.run, said.end))
    assert outcomes(heard) == [(f"{said.cue.id}@{session.run}", "delivered")]


def test_until_then_it_counts_as_not_heard() -> None:
    """A jump in between owes it anew."""
    session, said, middle = in_caution()
    session.told.clear()
    gap(session, middle, RATE // 2)
    assert said.cue.hazard not in session.told


@pytest.mark.parametrize("frames", [1, HARM - 1])
def test_a_gap_that_swallows_no_word_changes_nothing(frames: int) -> None:
    """Shorter than the shortest word."""
    session, said, middle = in_caution()
    assert gap(session, middle, frames) == []
    assert outcomes(session.handle(Event(G.PLAYED, session.run, said.end))) == [(said.cue.id, "delivered")]


def test_an_instruction_that_broke_off_is_not_repeated() -> None:
    """It is on the record as cut, and on the key for it."""
    session = stage_of("neck").session()
    begun(session)
    said = next(p for p in session.timeline.placements if p.cue.kind.value == "instruction")
    played(session, said.start + RATE // 10)
    assert not any(isinstance(order, Play) for order in gap(session, said.start + RATE // 2, RATE // 2))
    assert outcomes(session.handle(Event(G.PLAYED, session.run, said.end)))[-1] == (said.cue.id, "cut")


def test_gaps_in_silence_make_what_follows_late() -> None:
    """By as much as they add up to, in the run in which they were."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 1)
    later = next(p for p in session.timeline.placements if p.start > session.frame and p.cue.is_spoken)
    gap(session, later.start - RECENT - 1, RATE)  # so long ago that nobody waits for it any more
    gap(session, later.start - RATE, LATE)
    gap(session, later.start - RATE // 2, RATE // 10)
    lines = [o.line for o in session.handle(Event(G.PLAYED, session.run, later.end)) if isinstance(o, Deliver)]
    line = next(one for one in lines if one["cue"] == later.cue.id)
    assert line["outcome"] == "late"
    assert float(str(line["started"])) - float(str(line["planned"])) == pytest.approx(0.35, abs=1e-5)


@pytest.mark.parametrize("signal", [G.TIME_LEFT, G.SLOWER, G.ADD_TIME])
def test_no_answer_comes_before_a_caution_that_broke_off(signal: Signal) -> None:
    """In the silence before it is said again: the caution first, then the answer."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 2, 0.05)
    chapter = next(c for c in session.timeline.chapters if c.secured.index == 2)
    said = next(p for p in session.timeline.placements if p.cue.is_caution and p.start > chapter.practice_start)
    played(session, said.start + RATE // 10)
    gap(session, said.start + RATE // 5, RATE)
    assert not any(isinstance(order, Play) for order in session.handle(Event(signal)))
    played(session, said.end + RATE // 4)
    first = next(n for n, p in enumerate(session.timeline.placements) if ".answer." in p.cue.id)
    assert all(p.cue.is_caution for p in session.timeline.placements[:first])


def test_a_gap_of_another_run_means_nothing() -> None:
    """Late news."""
    session, _, middle = in_caution()
    assert gap(session, middle, RATE, run=session.run - 1) == []


def test_a_caution_that_breaks_off_again_and_again_ends_the_session() -> None:
    """The third time it is on the record as failed, and nobody is sent anywhere."""
    session, said, middle = in_caution()
    for _ in range(ATTEMPTS - 1):
        gap(session, middle, RATE)
        played(session, middle - RATE // 10)
    with pytest.raises(SafetyError, match="broke off again and again"):
        gap(session, middle, RATE)
    assert outcomes(session.abandoned())[-1] == (f"{said.cue.id}@{session.run}", "failed")


def test_heard_whole_in_between_the_count_begins_anew() -> None:
    """Two gaps, whole, two gaps: it goes on."""
    session, said, middle = in_caution()
    for _ in range(3):
        for _ in range(ATTEMPTS - 1):
            gap(session, middle, RATE)
            played(session, middle - RATE // 10)
        played(session, said.end)
        session.frame = middle - RATE // 10
    assert session.state is State.PLAYING


def test_the_player_rings_says_and_ends_with_six() -> None:
    """A session that cannot go on: bells, a sentence on the screen, exit code 6, and both records say so."""
    made = stage("neck", FIRST)
    said = next(p for p in made.plan.timeline().placements if p.cue.is_caution)
    rig = ends_in_time(Rig(made.session(prelude=False), identity(numbered([made.plan]))))

    def starve() -> None:
        rig.speaker.starve(RATE)
        now_s = rig.controls.now_s
        rig.happen(now_s + (said.end - said.start) / RATE / 2 + 0.3, starve)

    rig.happen((said.start + said.end) / 2 / RATE, starve)
    assert rig.play() == 6
    assert [line["outcome"] for line in rig.lines].count("failed") == 1
    assert rig.journal.entries[-1] == {"event": "end", "code": 6}
    assert rig.view.notices[-1].startswith("STOP. Hands off. a caution could not be heard")
    plays = [order for order in rig.speaker.orders if order[0] == "play"]
    assert plays[-1][1] > rig.session.run


def test_stop_words_that_broke_off_are_said_again() -> None:
    """They are no caution of an area, and must be heard all the same."""
    session = session_at("stopped")
    said = session.timeline.placements[0]
    played(session, said.start + RATE // 2)
    orders = gap(session, said.start + RATE, RATE // 2)
    (play,) = [order for order in orders if isinstance(order, Play)]
    assert play.frame <= said.start
    assert session.state is State.STOPPED


# --- sleep ---

AWAKE_AGAIN: dict[str, State] = {
    "preparing": State.PAUSED,
    "practising": State.PAUSED,
    "mid-caution": State.PAUSED,
    "hearing-out": State.PAUSED,
    "stopped": State.STOPPED,
    "checking": State.CHECKING,
    "closing": State.CLOSING,
    "closing-after-a-sign": State.CLOSING,
    "paused": State.PAUSED,
    "lost": State.LOST,
    "awaiting": State.AWAITING,
}


@pytest.mark.parametrize("place", AWAKE_AGAIN)
def test_after_a_sleep_nothing_goes_on_by_itself(place: str) -> None:
    """What played is held, what was asked is asked again, and no cue comes in a burst."""
    session = session_at(place)
    before = session.state
    session.handle(Event(G.ASLEEP))
    assert session.state is AWAKE_AGAIN[place]
    if before in {State.PREPARING, State.PLAYING, State.HEARING_OUT}:
        assert [p.cue.text for p in session.timeline.placements] == [wording.HELD]


def test_where_nobody_can_answer_it_goes_on_with_the_cautions() -> None:
    """An unattended session that slept says them anew, and loses nothing of its step."""
    session = stage_of("neck").session(interactive=False)
    do(session, G.START)
    heard_out(session)
    to_practice(session, 2)
    left = session.checkpoint.left
    session.handle(Event(G.ASLEEP))
    assert session.state is State.PLAYING
    assert next(p for p in session.timeline.placements if p.cue.is_spoken).cue.is_caution
    chapter = session.timeline.chapters[0]
    assert chapter.practice_end - chapter.practice_start == left


def test_the_player_notices_a_sleep() -> None:
    """Whatever `slept` tells in seconds."""
    made = stage("neck", FIRST)
    rig = ends_in_time(Rig(made.session(prelude=False), identity(numbered([made.plan]))))
    naps = iter([0.0] * 500 + [3_600.0])
    rig.player._slept = lambda: next(naps, 0.0)  # noqa: SLF001 (the rig has no clock that sleeps)
    rig.happen(60.0, lambda: rig.player.post(Event(G.FINISH)))
    rig.happen(61.0, lambda: rig.player.post(Event(G.FINISH)))
    assert rig.play() == 5
    assert "paused" in rig.view.states


# --- stops, signs, closings ---


@pytest.mark.parametrize(
    "road", [(G.STOP,), (G.DEVICE_LOST, G.DEVICE_BACK, G.STOP), (G.STOP, G.DEVICE_LOST, G.DEVICE_BACK)]
)
def test_a_sign_is_not_taken_back_by_another_stop(road: tuple[Signal, ...]) -> None:
    """From the closing that follows it no key leads back to the steps."""
    session = session_at("closing-after-a-sign")
    do(session, *road)
    do(session, G.TOGGLE, G.NO, G.TOGGLE, G.NEXT, G.RESUME)
    assert session.state is State.CLOSING
    assert session.barred


@pytest.mark.parametrize("signal", [G.NEXT, G.BACK, G.REPEAT])
def test_the_closing_is_heard_out(signal: Signal) -> None:
    """A jump in it changes nothing: there is nowhere to jump to, and its words are for later."""
    session = stage_of("neck").session()
    closing_tail(session)
    assert not any(isinstance(order, Play) for order in session.handle(Event(signal)))
    heard_out(session)
    assert (session.state, session.code) == (State.ENDED, 0)


def test_a_device_that_goes_in_the_closing_is_waited_for() -> None:
    """The closing goes on where it was; with a sign before it too."""
    for place in ("closing", "closing-after-a-sign"):
        session = session_at(place)
        last = session.timeline.placements[-2]
        played(session, (last.start + last.end) // 2)
        timeline = session.timeline
        do(session, G.DEVICE_LOST, G.DEVICE_BACK)
        assert session.state is State.CLOSING
        assert session.timeline is timeline
        assert last.start - RATE // 5 <= session.frame <= last.start


@pytest.mark.parametrize(("signal", "code"), [(G.FINISH, 4), (G.INTERRUPT, 130)])
def test_left_without_sound(signal: Signal, code: int) -> None:
    """Nobody would hear a closing: it ends at once, and may be gone on with."""
    session = session_at("lost")
    do(session, signal)
    assert (session.state, session.code) == (State.ENDED, code)


def test_a_skipped_line_of_the_preparation_leaves_the_next_caution_whole() -> None:
    """The ramp of its start lies in silence."""
    session = session_at("preparing")
    (play,) = [o for o in session.handle(Event(G.NEXT)) if isinstance(o, Play)]
    first = next(p for p in session.timeline.placements if p.cue.is_caution)
    assert play.frame == first.start - RATE // 10


@pytest.mark.parametrize("signal", [G.TOGGLE, G.NEXT, G.BACK, G.REPEAT])
def test_words_after_a_stop_that_a_key_cut_are_said_before_the_hands_go_on(signal: Signal) -> None:
    """Once, and not again when they were heard."""
    session = session_at("cleared")
    played(session, session.timeline.placements[0].start + RATE)
    do(session, signal)
    lead = session.timeline.chapters[0].practice_start
    texts = [p.cue.text for p in session.timeline.placements if p.end <= lead]
    assert texts.count(session.emergency.pain) == 1
    played(session, lead)
    do(session, G.PAUSE, G.RESUME)
    assert session.emergency.pain not in {p.cue.text for p in session.timeline.placements}


def test_heard_whole_they_are_not_said_again() -> None:
    """The words about pain, in silence."""
    session = session_at("cleared")
    heard_out(session)
    do(session, G.RESUME)
    assert session.emergency.pain not in {p.cue.text for p in session.timeline.placements}


# --- the front of the neck ---


def after_front(session: Session) -> int:
    """Into the practice of the step that follows the front; its number."""
    begun(session)
    gated = [s.index for s in session.plan.script.steps if s.step.gate is not None]
    to_practice(session, gated[-1])
    to_practice(session, gated[-1] + 1)
    return gated[-1] + 1


def test_back_over_the_front_does_not_lead_into_it_again() -> None:
    """To the step before it; and what follows there are the strokes under the collarbones."""
    session = stage_of("front again").session()
    after_front(session)
    assert session.worked
    do(session, G.BACK)
    said_out(session)
    names = [c.secured.step.name for c in session.timeline.chapters]
    assert names[0] == "edge-strokes"
    assert "collarbone-strokes" in names
    assert not any(c.secured.step.gate for c in session.timeline.chapters)


def test_back_inside_the_front_repeats_what_is_left_of_its_part() -> None:
    """Its time is not begun anew: the parts together stay within their limit."""
    session = stage_of("front").session()
    begun(session)
    circles = next(s for s in session.plan.script.steps if s.step.name == "front-circles")
    to_practice(session, circles.index, 0.6)
    before = session.checkpoint
    do(session, G.PAUSE, G.BACK)
    chapter = session.timeline.chapters[0]
    assert chapter.secured.step.name == "front-circles"
    assert chapter.practice_end - chapter.practice_start == before.left


ENDINGS: dict[str, Callable[[Session], None]] = {
    "pause": lambda s: do(s, G.PAUSE, G.RESUME),
    "stop": lambda s: do(s, G.STOP, G.TOGGLE, G.NO, G.RESUME),
    "a lost device": lambda s: do(s, G.DEVICE_LOST, G.DEVICE_BACK),
    "sleep": lambda s: do(s, G.ASLEEP, G.TOGGLE),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_a_key_that_left_the_front_out_holds_whatever_comes_then(what: str) -> None:
    """It was pressed while the front was announced, and something else came before it could be done."""
    session = session_at("announcement-hearing-out")
    assert session.state is State.HEARING_OUT
    ENDINGS[what](session)
    assert session.without_front is None
    assert session.chapter is not None
    assert session.chapter.secured.step.name == "collarbone-strokes"
    assert not any(c.secured.step.gate for c in session.timeline.chapters)


def test_every_jump_is_on_the_record_before_it_plays() -> None:
    """Next, back, repeat and a change of pace: an entry with the new place stands before the order to play."""
    for signal in (G.NEXT, G.BACK, G.REPEAT, G.FASTER):
        session = session_at("practising")
        orders = session.handle(Event(signal))
        kinds = [type(order) for order in orders if isinstance(order, Record | Play)]
        assert kinds == [Record, Play]
        assert isinstance(orders[0], Record)
        assert orders[0].entry["step"] == session.timeline.chapters[0].secured.index
