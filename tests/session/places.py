"""Every place in which a session can stand, reached on a real Session, for tests that try every signal there."""

from __future__ import annotations

from collections.abc import Callable

from massage_voice.clip import RATE
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Order
from massage_voice.session.table import State
from massage_voice.timeline.model import Placement
from tests.live.support import FIRST, FRONT, FRONT_AGAIN, LATER, Rig, Stage, stage

G = Signal
Road = Callable[[Session], None]


def do(session: Session, *signals: Signal) -> None:
    """Hand in signals one after the other."""
    for signal in signals:
        session.handle(Event(signal))


def played(session: Session, frame: int) -> None:
    """The device has consumed the run up to `frame`."""
    session.handle(Event(G.PLAYED, session.run, frame))


def heard_out(session: Session) -> None:
    """The run was played to its end."""
    played(session, session.timeline.length)


def said_out(session: Session) -> list[Order]:
    """Play on until what is being said was heard and the jump that waits for it is made; what that ordered."""
    orders: list[Order] = []
    for _ in range(400):
        if session.state is not State.HEARING_OUT:
            return orders
        orders = session.handle(Event(G.PLAYED, session.run, session.frame + RATE // 10))
    raise AssertionError("the jump is never made")


def ends_in_time(rig: Rig, seconds: float = 2_000) -> Rig:
    """A session that has not ended by then never will."""

    def late() -> None:
        raise AssertionError("it never ends")

    rig.happen(seconds, late)
    return rig


def begun(session: Session) -> None:
    do(session, G.START)
    heard_out(session)
    do(session, G.READY)


def awaiting(session: Session) -> None:
    do(session, G.START)
    heard_out(session)


def to_practice(session: Session, step: int, share: float = 0.3) -> None:
    """Play on into the practice of `step`, where nothing is being said."""
    chapter = next(c for c in session.timeline.chapters if c.secured.index == step)
    frame = chapter.practice_start + round((chapter.practice_end - chapter.practice_start) * share)
    while any(p.start - RATE // 4 <= frame <= p.end + RATE // 4 for p in session.timeline.placements):
        frame += RATE // 4
    assert frame < chapter.practice_end
    played(session, frame)


def caution(session: Session, step: int, number: int = 0) -> Placement:
    """A caution of `step` on the timeline that plays."""
    return [p for p in session.timeline.placements if p.cue.is_caution and p.cue.step == step][number]


def announcement_hearing_out(session: Session) -> None:
    begun(session)
    to_caution(session, 4)
    do(session, G.NEXT)


def to_caution(session: Session, step: int, number: int = 0) -> None:
    """Into the middle of a caution of `step`."""
    placement = caution(session, step, number)
    played(session, (placement.start + placement.end) // 2)


def practising(session: Session) -> None:
    begun(session)
    to_practice(session, 2)


def cautioned(session: Session) -> None:
    begun(session)
    to_caution(session, 2, 1)


def hearing_out(session: Session) -> None:
    cautioned(session)
    do(session, G.NEXT)


def closing_tail(session: Session) -> None:
    """All steps done, the aftercare of the same run being said."""
    begun(session)
    played(session, session.timeline.chapters[-1].practice_end + 3 * RATE)


def at_announcement(session: Session) -> None:
    """The front of the neck is announced."""
    begun(session)
    said = next(p for p in session.timeline.placements if p.cue.text.startswith("Front of the neck next"))
    played(session, said.end - RATE)


def waiting(session: Session) -> None:
    begun(session)
    heard_out(session)


def then(road: Road, *signals: Signal) -> Road:
    def went(session: Session) -> None:
        road(session)
        do(session, *signals)

    return went


def nowhere(session: Session) -> None:
    """Before the start."""


def ended(session: Session) -> None:
    begun(session)
    heard_out(session)


NECK: dict[str, Road] = {
    "idle": nowhere,
    "preparing": then(nowhere, G.START),
    "awaiting": awaiting,
    "opening": begun,
    "mid-caution": cautioned,
    "practising": practising,
    "asked-for-the-time": then(practising, G.TIME_LEFT),
    "closing-tail": closing_tail,
    "hearing-out": hearing_out,
    "paused": then(practising, G.PAUSE),
    "paused-mid-caution": then(cautioned, G.PAUSE),
    "paused-preparation": then(nowhere, G.START, G.PAUSE),
    "paused-closing-tail": then(closing_tail, G.PAUSE),
    "stopped": then(practising, G.STOP),
    "stopped-preparation": then(nowhere, G.START, G.STOP),
    "checking": then(practising, G.STOP, G.TOGGLE),
    "cleared": then(practising, G.STOP, G.TOGGLE, G.NO),
    "confirming": then(practising, G.FINISH),
    "confirming-preparation": then(nowhere, G.START, G.FINISH),
    "lost": then(practising, G.DEVICE_LOST),
    "lost-while-awaiting": then(awaiting, G.DEVICE_LOST),
    "lost-while-paused": then(practising, G.PAUSE, G.DEVICE_LOST),
    "lost-while-stopped": then(practising, G.STOP, G.DEVICE_LOST),
    "lost-while-checking": then(practising, G.STOP, G.TOGGLE, G.DEVICE_LOST),
    "closing": then(practising, G.FINISH, G.FINISH),
    "closing-after-a-sign": then(practising, G.STOP, G.TOGGLE, G.YES),
    "closing-stopped": then(practising, G.FINISH, G.FINISH, G.STOP),
    "ended": ended,
}
FRONT_OF_NECK: dict[str, Road] = {
    "announcement": at_announcement,
    "announcement-hearing-out": announcement_hearing_out,
    "announcement-paused": then(at_announcement, G.PAUSE),
}
NECK_AND_BACK: dict[str, Road] = {
    "waiting": waiting,
    "waiting-stopped": then(waiting, G.STOP),
    "waiting-lost": then(waiting, G.DEVICE_LOST),
    "waiting-cleared": then(waiting, G.STOP, G.TOGGLE, G.NO),
}
PLACES: dict[str, tuple[str, Road]] = {
    **{name: ("neck", road) for name, road in NECK.items()},
    **{name: ("front", road) for name, road in FRONT_OF_NECK.items()},
    **{name: ("neck-and-back", road) for name, road in NECK_AND_BACK.items()},
}


def stage_of(what: str) -> Stage:
    """The stage that a place belongs to."""
    known = {"neck": ("neck", FIRST), "front": ("neck", FRONT), "front again": ("neck", FRONT_AGAIN)}
    return stage(*known.get(what, (what, LATER)))


def session_at(place: str) -> Session:
    """A new session, standing at a place."""
    what, road = PLACES[place]
    session = stage_of(what).session()
    road(session)
    return session
