"""A session that was asked to end at a time: pauses, waits and added minutes shorten what is left, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.routine.model import Side
from massage_voice.session.deadline import Deadline
from massage_voice.session.events import Event, Signal
from massage_voice.timeline import wording
from tests.live.hands import Ears, Hands
from tests.live.support import FIRST, LATER, Rig, Stage, at, identity, numbered, stage
from tests.live.test_hands import sits_until, watch

G = Signal
LENGTHS = {"neck": ("neck", replace(FIRST, length_s=870.0)), "back": ("back", replace(LATER, length_s=960.0))}


def set_up(what: str) -> Stage:
    routine, asked = LENGTHS[what]
    return stage(routine, asked)


def rig_of(what: str, *script: tuple[float, Event], grain_s: float = 0.2) -> Rig:
    made = set_up(what)
    asked: Asked = LENGTHS[what][1]
    return Rig(
        made.session(prelude=False),
        identity(numbered([made.plan])),
        script,
        grain_s=grain_s,
        length_s=asked.length_s,
    )


def ended_s(rig: Rig) -> float:
    """When the last frame of the session was heard."""
    return rig.controls.now_s


def said(rig: Rig) -> list[str]:
    texts = [p.cue.text for run in rig.runs for p in run.timeline.placements]
    return [text for text in texts if text == wording.TOO_LATE or text.startswith("To end in time")]


@pytest.mark.parametrize("what", LENGTHS)
@pytest.mark.parametrize("pause_s", [20, 75])
def test_a_pause_is_made_up_for(what: str, pause_s: int) -> None:
    """The end stays where it was asked for; the steps have become shorter."""
    rig = rig_of(what, at(200, G.PAUSE), at(200 + pause_s, G.RESUME))
    assert rig.play() == 0
    assert ended_s(rig) == pytest.approx(LENGTHS[what][1].length_s, abs=2.0)
    assert said(rig) == []


def test_without_an_asked_length_a_pause_moves_the_end() -> None:
    """Nobody is hurried who has not asked for it."""
    made = stage("neck", FIRST)
    rig = Rig(made.session(prelude=False), identity(numbered([made.plan])), [at(200, G.PAUSE), at(260, G.RESUME)])
    assert rig.play() == 0
    assert ended_s(rig) > made.plan.timeline().length / RATE + 58


def test_too_long_a_pause_is_told_once_with_what_to_leave_out() -> None:
    """And the rest is as short as its steps allow; the closing is whole."""
    rig = rig_of("neck", at(200, G.PAUSE), at(600, G.RESUME), at(640, G.PAUSE), at(660, G.RESUME))
    assert rig.play() == 0
    texts = said(rig)
    assert texts.count(wording.TOO_LATE) == 1
    assert sum(text.startswith("To end in time, leave out ") for text in texts) == 1
    assert rig.lines[-1]["kind"] == "bell"
    assert {"closing"} <= {line["kind"] for line in rig.lines}


def test_an_added_minute_is_taken_from_the_rest() -> None:
    """The step is a minute longer, the session is not."""
    made = set_up("neck")
    chapter = made.plan.timeline().chapters[2]
    asked_at = (chapter.practice_start + chapter.practice_end) / 2 / RATE
    rig = rig_of("neck", at(asked_at, G.ADD_TIME))
    assert rig.play() == 0
    texts = {p.cue.text for run in rig.runs for p in run.timeline.placements}
    assert ended_s(rig) == pytest.approx(870.0, abs=2.0)
    assert {wording.ADDED} & texts or {wording.AT_LIMIT} & texts


def test_slower_keeps_the_end() -> None:
    """This step takes longer, the others less."""
    rig = rig_of("back", at(100, G.SLOWER))
    assert rig.play() == 0
    assert ended_s(rig) == pytest.approx(960.0, abs=2.0)


# --- staying in a step ---


def staying(what: str = "back") -> tuple[Stage, float, int]:
    """A stage, a second in the practice of a step that may last longer, and that step's number."""
    routine, asked = ("back", LATER) if what == "back" else ("neck", FIRST)
    made = stage(routine, asked)
    for chapter in made.plan.timeline().chapters:
        secured = chapter.secured
        room = secured.bounds_ms[1] * RATE // 1000 - made.plan.durations[secured.index - 1]
        if room > 30 * RATE and secured.step.side is not Side.SEQUENTIAL and not secured.hands_off:
            return made, (chapter.practice_start + chapter.practice_end) / 2 / RATE, secured.index
    raise LookupError(what)


def test_wait_holds_the_step_and_its_cautions_go_on() -> None:
    """As long as the step may last; each caution is said again when its time comes; Enter goes on."""
    made, second, step = staying()
    plain = Rig(made.session(prelude=False), identity(numbered([made.plan])))
    assert plain.play() == 0
    rig = Rig(
        made.session(prelude=False), identity(numbered([made.plan])), [at(second, G.WAIT), at(second + 25, G.READY)]
    )
    assert rig.play() == 0
    texts = [p.cue.text for run in rig.runs for p in run.timeline.placements]
    assert wording.STAY in texts
    assert wording.ON in texts
    assert 20 < ended_s(rig) - ended_s(plain) < 35
    worked = [c for run in rig.runs for c in run.timeline.chapters if c.secured.index == step]
    assert max(c.practised + c.practice_end - c.practice_start for c in worked) > made.plan.durations[step - 1] / 2


def test_nobody_has_to_say_when_to_go_on() -> None:
    """At the most that the step may last, the next one comes by itself."""
    made, second, _ = staying()
    rig = Rig(made.session(prelude=False), identity(numbered([made.plan])), [at(second, G.WAIT)])
    assert rig.play() == 0
    high = max(s.bounds_ms[1] for s in made.plan.script.steps) / 1000
    assert ended_s(rig) < made.plan.timeline().length / RATE + high


def test_go_on_without_a_wait_means_nothing() -> None:
    """Enter while the hands work."""
    made, second, _ = staying()
    rig = Rig(made.session(prelude=False), identity(numbered([made.plan])), [at(second, G.READY)])
    assert rig.play() == 0
    assert len(rig.runs) == 1


# --- whatever happens ---

THINGS = [G.PAUSE, G.RESUME, G.WAIT, G.READY, G.ADD_TIME, G.SLOWER, G.FASTER, G.TIME_LEFT, G.NEXT, G.BACK, G.REPEAT]
ROOMS = st.lists(st.tuples(st.floats(1.0, 90.0), st.sampled_from(THINGS)), max_size=8)


@settings(max_examples=12, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(what=st.sampled_from(sorted(LENGTHS)), room=ROOMS)
def test_the_end_holds_or_the_shortfall_was_said(what: str, room: list[tuple[float, Signal]]) -> None:
    """Whatever is pressed: the end within two seconds, or it was said, or it came early because nothing was left."""
    made = set_up(what)
    numbers = numbered([made.plan])
    ears = Ears({n: text for text, n in numbers.items()}, made.plan.sounds.texts)
    hands = Hands(ears, sits_until(made))
    now_s, script = 0.0, []
    for gap_s, signal in room:
        now_s += gap_s
        script.append(at(now_s, signal))
    script.append(at(now_s + 60, G.RESUME))
    rig = rig_of(what, *script)
    rig.speaker._sink = ears.take  # noqa: SLF001 (the rig was made by another function)
    rig.view.look = lambda _: watch(rig, hands)
    code = rig.play()
    assert hands.wrong == []
    assert code in {0, 5, 6}
    over = ended_s(rig) - (LENGTHS[what][1].length_s or 0)
    if code == 0 and over > 2.0:
        assert wording.TOO_LATE in said(rig) or rig.session.told_late
    for run in rig.runs:
        for chapter in run.timeline.chapters:
            if chapter.switch and chapter.practised == 0:
                first = chapter.switch[0] - chapter.practice_start
                second = chapter.practice_end - chapter.switch[1]
                assert abs(first - second) <= 3 * RATE


# --- the clock itself ---


def test_a_length_counts_from_the_first_step() -> None:
    """Not while somebody prepares."""
    now = [100.0]
    deadline = Deadline(60.0, clock=lambda: now[0])
    now[0] = 500.0
    assert deadline.left_s() is None
    deadline.begin()
    now[0] = 510.0
    deadline.begin()
    assert deadline.left_s() == 50.0
    now[0] = 1_000.0
    assert deadline.left_s() == 0.0


def test_a_time_of_the_day_counts_at_once_and_the_earlier_end_counts() -> None:
    """Of a length and a time."""
    wall, now = [1_000.0], [0.0]
    deadline = Deadline(60.0, 1_090.0, clock=lambda: now[0], wall=lambda: wall[0])
    assert deadline.left_s() == 90.0
    deadline.begin()
    assert deadline.left_s() == 60.0
    wall[0] = 1_070.0
    assert deadline.left_s() == 20.0
    assert Deadline().left_s() is None
