"""Whatever is pressed whenever: hands never work where the cautions were not heard whole since they came there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode
from massage_voice.session.events import Event, Signal
from massage_voice.session.orders import Play
from tests.live.hands import Ears, Hands
from tests.live.support import FIRST, FRONT, LATER, Rig, Stage, identity, numbered, stage

G = Signal
STAGES = {
    "neck": ("neck", FIRST),
    "neck with the front": ("neck", FRONT),
    "back": ("back", LATER),
    "neck and back": ("neck-and-back", LATER),
}
UNPLUG, PLUG = "unplug", "plug"
NEWS = {G.PLAYED, G.GAP, G.DEVICE_LOST, G.DEVICE_BACK}
PRESSED = sorted({*G} - {*NEWS, G.START, G.LOUDER, G.QUIETER, G.INTERRUPT})
COMMON = [G.NEXT, G.BACK, G.REPEAT, G.TOGGLE, G.READY, G.SLOWER, G.ADD_TIME, G.TIME_LEFT]
THINGS = st.one_of(st.sampled_from(COMMON), st.sampled_from(PRESSED), st.sampled_from([UNPLUG, PLUG]))
GAPS = st.one_of(st.floats(0.0, 3.0), st.floats(3.0, 60.0), st.floats(60.0, 240.0))
ROOMS = st.lists(st.tuples(GAPS, THINGS), max_size=14)
PHASES = (Phase.explicit, Phase.generate)
"""A whole session is too long to look for the shortest of its kind."""
Room = list[tuple[float, Signal | str]]


@dataclass
class Told:
    """What became of a session."""

    rig: Rig
    hands: Hands
    code: ExitCode


def set_up(what: str) -> Stage:
    routine, asked = STAGES[what]
    return stage(routine, asked)


def go(what: str, room: Room, grain_s: float = 0.2) -> Told:
    """Play a session in which these things happen, each so many seconds after the one before; then it is left."""
    made = set_up(what)
    plans = [made.plan, *([made.without_front] if made.without_front else [])]
    numbers = numbered(plans)
    lengths = {text: frames for plan in plans for text, frames in plan.sounds.texts.items()}
    ears = Ears({number: text for text, number in numbers.items()}, lengths)
    hands = Hands(ears, sits_until(made))
    now_s, script = 0.0, []
    rig = Rig(made.session(prelude=False), identity(numbers), sink=ears.take, grain_s=grain_s)
    for gap_s, thing in room:
        now_s += gap_s
        if isinstance(thing, Signal):
            script.append((now_s, Event(thing)))
        else:
            rig.happen(now_s, rig.unplug if thing == UNPLUG else rig.plug)
    rig.happen(now_s + 200, rig.plug)
    rig.controls = type(rig.controls)([*script, *leaving(now_s + 320)], wait=rig.wait)
    rig.controls.grain_s = grain_s
    rig.player._controls = rig.controls  # noqa: SLF001 (the script is known only now)
    rig.view.look = lambda _: watch(rig, hands)
    return Told(rig, hands, rig.play())


def leaving(at_s: float) -> list[tuple[float, Event]]:
    return [(at_s, Event(G.INTERRUPT)), (at_s + 1, Event(G.INTERRUPT)), (at_s + 2, Event(G.INTERRUPT))]


def sits_until(made: Stage) -> int:
    """The number of the step in which the receiver lies down."""
    if made.plan.script.routine.position != "seated":
        return 0
    return next((s.index for s in made.plan.script.steps if "to-prone" in s.step.flags), 1_000)


def watch(rig: Rig, hands: Hands) -> None:
    run, frame = rig.speaker.played()
    if run in rig.timelines:
        hands.look((run, frame), rig.timelines[run][0])


def check(told: Told) -> None:
    assert told.hands.wrong == []
    names = [line["cue"] for line in told.rig.lines]
    assert len(set(names)) == len(names), "a cue stands in the ledger twice"
    heard = {text for text, _, _ in told.hands.ears.whole}
    for line in told.rig.lines:
        if line["outcome"] == "delivered" and line["kind"] in {"safety", "safety-repeat", "opening"}:
            assert texts_of(told.rig, str(line["cue"])) & heard
    assert told.code in {0, 4, 5, 130, 6}  # 4: left without sound; 6: the rest could not be laid out
    assert told.rig.journal.entries[-1]["code"] == told.code


def texts_of(rig: Rig, name: str) -> set[str]:
    cue = name.split("@", maxsplit=1)[0]
    return {p.cue.text for timeline, _ in rig.timelines.values() for p in timeline.placements if p.cue.id == cue}


STORM: Room = [(40.0, G.NEXT), (1.0, G.NEXT), (0.5, G.BACK), (9.0, G.REPEAT), (50.0, G.TIME_LEFT), (3.0, G.TOGGLE),
               (2.0, G.TOGGLE), (70.0, G.ADD_TIME), (20.0, G.SLOWER)]  # fmt: skip
HELD: Room = [(80.0, UNPLUG), (5.0, G.STOP), (5.0, PLUG), (3.0, G.TOGGLE), (8.0, G.NO), (1.0, G.NEXT), (30.0, G.NEXT)]


@pytest.mark.parametrize("what", STAGES)
@given(room=ROOMS)
@example(room=STORM)
@example(room=HELD)
@example(room=[(0.0, G.NEXT), (179.0, G.ADD_TIME), (64.0, G.TIME_LEFT)])
@example(
    room=[
        (128.69, G.TIME_LEFT),
        (60.0, G.READY),
        (231.05, G.REPEAT),
        (2.753, G.READY),
        (128.69, G.TIME_LEFT),
        (225.294, G.REPEAT),
    ]
)
@example(room=[(0.0, G.NEXT), (180.0, G.NEXT), (0.0, G.TIME_LEFT), (30.0, G.STOP)])
@settings(max_examples=10, deadline=None, database=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
def test_hands_work_only_where_the_cautions_were_heard(what: str, room: Room) -> None:
    """Every caution of an area, whole, since it was entered; and none older than its time to be said again."""
    check(go(what, room))


@pytest.mark.parametrize("what", STAGES)
def test_undisturbed_the_hands_are_seen_at_work(what: str) -> None:
    """The reader is no blind witness: it sees the practice of a whole session, and finds nothing wrong."""
    told = go(what, [(2_400.0, G.READY)])
    check(told)
    total = sum(c.practice_end - c.practice_start for c in set_up(what).plan.timeline().chapters)
    assert told.hands.worked >= 0.8 * total / RATE / 0.2 * (0.4 if what == "neck and back" else 1)


def test_a_caution_that_was_cut_is_seen_as_missing() -> None:
    """The reader finds fault with a session whose player drops the second half of a caution."""
    made = set_up("neck")
    numbers = numbered([made.plan])
    ears = Ears({n: t for t, n in numbers.items()}, made.plan.sounds.texts)
    hands = Hands(ears, 1_000)
    timeline = made.plan.timeline()
    program = identity(numbers)(timeline)
    cut = next(p for p in timeline.placements if p.cue.id == "2.full.spine-bones")
    for start in range(0, timeline.chapters[1].practice_end, RATE // 5):
        block = program.fill(start, RATE // 5)
        ears.take(block * 0 if cut.start + 1000 < start < cut.end else block)
        hands.look((1, start + RATE // 5), timeline)
    assert hands.wrong
    assert all("spine-bones" in wrong for wrong in hands.wrong)


def test_the_real_player_with_its_own_poll() -> None:
    """The same at the player's own forty milliseconds."""
    check(go("neck with the front", STORM, grain_s=0.0))


def test_every_order_to_play_in_a_step_is_watched() -> None:
    """`Play` is the only order that makes sound."""
    session = set_up("neck").session(prelude=False)
    orders = session.handle(Event(G.START))
    assert [type(order) for order in orders][-1] is Play
