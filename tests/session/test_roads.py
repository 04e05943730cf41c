"""Every road into a step: whichever way the hands get there, the cautions are heard first and whole."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from massage_voice.clip import RATE
from massage_voice.safety.script import Kind
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Order, Play
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.audit import audit
from massage_voice.timeline.model import Timeline
from tests.live.heeding import REGISTRY, full, hazards_of
from tests.session.places import begun, caution, do, heard_out, played, said_out, session_at, stage_of, to_practice

G = Signal
NEWS = (G.PLAYED, G.GAP, G.DEVICE_LOST, G.DEVICE_BACK, G.ASLEEP, G.DEAF, G.HEARING)
"""What no person does."""
STAGES = ("neck", "front", "back", "neck-and-back")
ROADS: dict[str, tuple[Signal, ...]] = {
    "next": (G.NEXT,),
    "back": (G.BACK,),
    "repeat": (G.REPEAT,),
    "pause and resume": (G.PAUSE, G.RESUME),
    "pause and next": (G.PAUSE, G.NEXT),
    "pause and back": (G.PAUSE, G.BACK),
    "pause and repeat": (G.PAUSE, G.REPEAT),
    "device lost and back": (G.DEVICE_LOST, G.DEVICE_BACK),
    "stop, no sign, resume": (G.STOP, G.TOGGLE, G.NO, G.RESUME),
    "stop, no sign, next": (G.STOP, G.TOGGLE, G.NO, G.NEXT),
    "stop, no sign, repeat": (G.STOP, G.TOGGLE, G.NO, G.REPEAT),
    "finish? no": (G.FINISH, G.NO),
    "time left, then pause and resume": (G.TIME_LEFT, G.PAUSE, G.RESUME),
}
SPOTS = ("start", "lead-in", "practice", "late")


def to_step(session: Session, step: int) -> None:
    """By "next", from the practice of one step after the other, through whatever waits."""
    begun(session)
    for _ in range(60):
        chapter = session.chapter
        if session.state is State.WAITING:
            do(session, G.READY)
        elif chapter is not None and chapter.secured.index >= step:
            return
        elif any(c.secured.index == step for c in session.timeline.chapters):
            played(session, next(c.start for c in session.timeline.chapters if c.secured.index == step))
        else:
            heard_out(session)


def stand(session: Session, step: int, spot: str) -> None:
    """Somewhere in `step`."""
    to_step(session, step)
    chapter = next(c for c in session.timeline.chapters if c.secured.index == step)
    if spot == "lead-in":
        played(session, (chapter.start + chapter.practice_start) // 2)
    elif spot == "practice" and not chapter.secured.hands_off:
        to_practice(session, step)
    elif spot == "late":
        played(session, chapter.practice_end - 1)


def steps(what: str) -> int:
    return len(stage_of(what).plan.script.steps)


def check(session: Session, timeline: Timeline) -> None:
    """Nothing wrong with it, and its first words are the cautions of where the hands go next."""
    assert audit(timeline, session.plan.script, REGISTRY, whole=False) == []
    for chapter in timeline.chapters[: 2 if timeline.chapters[0].secured.hands_off else 1]:
        lead = [p.cue for p in timeline.placements if p.cue.is_spoken and p.end <= chapter.practice_start]
        told = {cue.text for cue in lead if cue.is_caution}
        assert {full(name) for name in hazards_of(chapter.secured)} <= told
        here = [
            cue
            for cue in lead
            if cue.step == chapter.secured.index and cue.kind not in {Kind.NOTICE, Kind.SAFETY_REPEAT}
        ]
        cautions = [cue.is_caution for cue in here]
        assert cautions == sorted(cautions, reverse=True), "an instruction before a caution"


def last_play(orders: list[Order]) -> Timeline | None:
    plays = [order.timeline for order in orders if isinstance(order, Play)]
    return plays[-1] if plays else None


@pytest.mark.parametrize("what", STAGES)
@pytest.mark.parametrize("spot", SPOTS)
def test_every_road_into_a_step_begins_with_its_cautions(what: str, spot: str) -> None:
    """From each place in each step, by each road: an audited timeline, the areas' full cautions first."""
    for step in range(1, steps(what) + 1):
        standing = stage_of(what).session()
        stand(standing, step, spot)
        for signals in ROADS.values():
            travel(copied(standing), signals)


@pytest.mark.parametrize(("signal", "step"), [(G.NEXT, 3), (G.BACK, 1), (G.REPEAT, 2)])
def test_a_jump_in_a_caution_waits_until_it_was_heard(signal: Signal, step: int) -> None:
    """To its last frame; then it leads where it was asked to. Asked for twice, the first counts."""
    session = session_at("mid-caution")
    said = session.caption
    assert said is not None
    assert last_play(session.handle(Event(signal))) is None
    session.handle(Event(G.NEXT))
    assert last_play(session.handle(Event(G.PLAYED, session.run, said.end - 1))) is None
    timeline = last_play(session.handle(Event(G.PLAYED, session.run, said.end)))
    assert timeline is not None
    assert timeline.chapters[0].secured.index == step
    check(session, timeline)


@pytest.mark.parametrize(("signal", "step"), [(G.NEXT, 3), (G.BACK, 1), (G.REPEAT, 2)])
@pytest.mark.parametrize("place", ["practising", "paused", "confirming", "lost"])
def test_a_jump_leads_one_step_on_or_back_or_to_the_same(place: str, signal: Signal, step: int) -> None:
    """From the practice and out of silence alike; the same step goes on with what is left of it."""
    session = session_at(place)
    do(session, *{"confirming": (G.NO, G.PAUSE), "lost": (G.DEVICE_BACK, G.PAUSE)}.get(place, ()))
    left = session.checkpoint.left
    do(session, signal)
    chapter = session.timeline.chapters[0]
    assert chapter.secured.index == step
    assert (chapter.practice_end - chapter.practice_start == left) is (signal is G.REPEAT)


@pytest.mark.parametrize(("signals", "again"), [((G.REPEAT,), True), ((G.RESUME,), False), ((G.NEXT, G.BACK), True)])
def test_a_repeated_step_says_its_instructions_again(signals: tuple[Signal, ...], again: bool) -> None:
    """After a pause nobody needs them: the hands go on where they were."""
    session = session_at("paused")
    do(session, *signals)
    chapter = session.timeline.chapters[0]
    assert chapter.secured.index == 2
    lead = {p.cue.text for p in session.timeline.placements if p.end <= chapter.practice_start}
    assert ({cue.text for cue in chapter.secured.say} <= lead) is again


def travel(session: Session, signals: tuple[Signal, ...]) -> None:
    for signal in signals:
        orders = session.handle(Event(signal))
    orders = said_out(session) or orders
    timeline = last_play(orders)
    if refused(session):
        return  # everything is as it was
    assert session.state in {State.PLAYING, State.CLOSING}
    assert timeline is not None
    if session.state is State.PLAYING:
        check(session, timeline)


def refused(session: Session) -> bool:
    """There was no time left to go back: said in a pause, or as soon as there is time for words."""
    said = {placement.cue.text for placement in session.timeline.placements}
    return wording.NO_WAY_BACK in said or G.BACK in session.answers


def copied(session: Session) -> Session:
    """A session of its own, at the same place; what never changes is shared."""
    shared = (session.plan, session.without_front, session.timeline, session.prelude, session.emergency)
    return copy.deepcopy(session, {id(one): one for one in shared})


def test_the_front_left_out_begins_with_the_cautions_of_what_stands_in() -> None:
    """The strokes under the collarbones, their cautions and that of the carotid artery in full."""
    session = stage_of("front").session()
    to_step(session, 4)
    orders = session.handle(Event(G.NEXT))
    orders = said_out(session) or orders
    timeline = last_play(orders)
    assert timeline is not None
    check(session, timeline)
    assert timeline.chapters[0].secured.step.name == "collarbone-strokes"
    assert full("carotid-keep-off") in {p.cue.text for p in timeline.placements}
    assert not any(c.secured.step.gate for c in timeline.chapters)


@pytest.mark.parametrize("signal", [s for s in G if s not in {
    G.START, G.STOP, G.FINISH, G.PAUSE, G.INTERRUPT, *NEWS,
}])  # fmt: skip
def test_any_key_leaves_the_front_out_while_it_is_announced(signal: Signal) -> None:
    """As the announcement says; whatever the key means elsewhere."""
    session = stage_of("front").session()
    begun(session)
    said = next(p for p in session.timeline.placements if p.cue.text.startswith("Front of the neck next"))
    played(session, said.end + 4_800)
    timeline = last_play(session.handle(Event(signal)))
    assert timeline is not None
    assert timeline.chapters[0].secured.step.name == "collarbone-strokes"
    assert session.without_front is None


@pytest.mark.parametrize("signals", [(G.PAUSE,), (G.STOP, G.TOGGLE, G.NO), (G.FINISH, G.NO, G.PAUSE)])
def test_next_out_of_a_silent_announcement_leaves_the_front_out(signals: tuple[Signal, ...]) -> None:
    """Paused or stopped while it was announced, "next" does not lead behind the announcement."""
    session = stage_of("front").session()
    begun(session)
    said = next(p for p in session.timeline.placements if p.cue.text.startswith("Front of the neck next"))
    played(session, said.end - 4_800)
    do(session, *signals, G.NEXT)
    assert session.chapter is not None
    assert session.chapter.secured.step.name == "collarbone-strokes"


def test_going_on_after_the_wait_begins_with_the_cautions_of_the_back() -> None:
    """The next position's own cautions among them."""
    session = stage_of("neck-and-back").session()
    begun(session)
    heard_out(session)
    assert session.state is State.WAITING
    timeline = last_play(session.handle(Event(G.READY)))
    assert timeline is not None
    check(session, timeline)
    assert full("prone-airway") in {p.cue.text for p in timeline.placements}


def test_up_to_a_wait_is_the_beginning_of_the_whole() -> None:
    """A session that waits plays the same timeline as `plan` shows, as far as it goes."""
    session = stage_of("neck-and-back").session()
    begun(session)
    whole = session.plan.timeline()
    count = len(session.timeline.placements)
    assert session.timeline.placements == whole.placements[:count]
    assert len(session.timeline.chapters) < len(whole.chapters)


_ANSWERS = {G.YES, G.NO, G.UNSURE, G.STOP, G.FINISH, G.INTERRUPT, *NEWS, G.START}
Way = Callable[[Session], None]
AFTER_STOP: dict[str, Way] = {
    "the device went while the stop words were said": lambda s: do(s, G.DEVICE_LOST, G.DEVICE_BACK),
    "the device went while it was asked": lambda s: do(s, G.TOGGLE, G.DEVICE_LOST, G.DEVICE_BACK),
    "lost, stopped, found": lambda s: do(s, G.DEVICE_LOST, G.STOP, G.DEVICE_LOST, G.DEVICE_BACK),
    "every key but an answer": lambda s: do(s, G.TOGGLE, *(k for k in G if k not in _ANSWERS)),
    "next, back and repeat": lambda s: do(s, G.NEXT, G.BACK, G.REPEAT),
}


@pytest.mark.parametrize("way", AFTER_STOP)
def test_after_a_stop_nothing_goes_on_that_nobody_has_cleared(way: str) -> None:
    """Whatever happens to the device or the keys, the question about signs is answered first."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 2)
    do(session, G.STOP)
    AFTER_STOP[way](session)
    assert session.state in {State.STOPPED, State.CHECKING}


@pytest.mark.parametrize("answer", [G.YES, G.UNSURE])
def test_after_a_sign_nothing_goes_on(answer: Signal) -> None:
    """A yes or a not sure leads to the closing, and no key leads back to the steps."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 2)
    do(session, G.STOP, G.TOGGLE, answer)
    for signal in G:
        if signal not in {G.INTERRUPT, G.PLAYED, G.DEVICE_LOST}:
            do(session, signal)
            assert session.phase.value in {"closing", "aside"}
    assert session.code == 5


@pytest.mark.parametrize(
    ("signals", "held"),
    [((G.PAUSE,), State.PAUSED), ((G.STOP, G.TOGGLE, G.NO), State.PAUSED), ((G.STOP,), State.STOPPED)],
)
def test_a_session_that_held_holds_on_when_the_sound_is_back(signals: tuple[Signal, ...], held: State) -> None:
    """Plugging the headset in again starts nothing that somebody had paused."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, 2)
    do(session, *signals, G.DEVICE_LOST, G.DEVICE_BACK)
    assert session.state is held


def test_a_session_that_waits_for_ready_waits_on_when_the_sound_is_back() -> None:
    """Somebody is on the way to the bed: nothing begins by itself."""
    session = stage_of("neck-and-back").session()
    begun(session)
    heard_out(session)
    do(session, G.DEVICE_LOST, G.DEVICE_BACK)
    assert session.state is State.WAITING
    session = stage_of("neck").session()
    do(session, G.START)
    heard_out(session)
    do(session, G.DEVICE_LOST, G.DEVICE_BACK)
    assert session.state is State.AWAITING


def test_all_steps_done_is_finished_whatever_came_between() -> None:
    """A pause, a question or a lost device in the aftercare does not make a whole session an early end."""
    for signals in ((G.PAUSE, G.RESUME), (G.FINISH, G.NO), (G.DEVICE_LOST, G.DEVICE_BACK)):
        session = stage_of("neck").session()
        begun(session)
        played(session, session.timeline.chapters[-1].practice_end + 4_800)
        do(session, *signals)
        heard_out(session)
        assert (session.state, session.code) == (State.ENDED, 0)


@pytest.mark.parametrize("signals", [(G.NEXT,), (G.PAUSE, G.NEXT)])
def test_a_jump_over_the_last_step_is_an_early_end(signals: tuple[Signal, ...]) -> None:
    """The closing is said all the same."""
    session = stage_of("neck").session()
    begun(session)
    to_practice(session, steps("neck"))
    do(session, *signals)
    assert session.state is State.CLOSING
    heard_out(session)
    assert (session.state, session.code) == (State.ENDED, 5)


@pytest.mark.parametrize("place", ["closing-tail", "paused-closing-tail"])
def test_a_stop_when_every_step_is_done_is_an_early_end(place: str) -> None:
    """Cleared, the closing is said again, whole; with the device gone in between as well."""
    for signals in ((G.STOP,), (G.DEVICE_LOST, G.STOP, G.DEVICE_BACK)):
        session = session_at(place)
        do(session, *signals, G.TOGGLE, G.NO, G.RESUME)
        assert session.state is State.CLOSING
        assert [p.cue.text for p in session.timeline.placements if p.cue.is_spoken] == [
            cue.text for cue in session.plan.script.closing
        ]
        heard_out(session)
        assert (session.state, session.code) == (State.ENDED, 5)


def test_of_many_times_asked_for_one_is_said() -> None:
    """Asked for the time again and again while something is being said: one answer, with true figures."""
    session = stage_of("neck").session()
    begun(session)
    for _ in range(9):
        do(session, G.TIME_LEFT)
    assert session.answers == [G.TIME_LEFT]


def test_a_jump_waits_for_a_caution_that_broke_off_meanwhile() -> None:
    """In the silence before it is said again nothing is skipped; heard whole, the jump is made."""
    session = session_at("hearing-out")
    said = caution(session, 2, 1)
    session.handle(Event(G.GAP, session.run, session.frame, RATE))
    played(session, session.frame + 1)
    assert session.state is State.HEARING_OUT
    played(session, said.end - 1)
    assert session.state is State.HEARING_OUT
    said_out(session)
    assert (session.state, session.timeline.chapters[0].secured.index) == (State.PLAYING, 3)
