"""The loop around a session, over a virtual speaker: what it looks at, says, waits for, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.errors import SafetyError
from massage_voice.ports import Program
from massage_voice.session.delivery import ATTEMPTS
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.session.journal import MemoryLines
from massage_voice.session.player import AHEAD_S, ALARMS, Player
from massage_voice.session.position import rewound
from massage_voice.session.table import State
from massage_voice.sound.bells import bell
from massage_voice.timeline.model import Timeline
from tests.live.support import FIRST, Rig, at, identity, numbered, stage
from tests.session.places import ends_in_time
from tests.sound.programs import Broken

G = Signal
ALARM = len(bell("hold"))


class Book(MemoryLines):
    """Keeps, in one list with others, what was written and what was waited for."""

    def __init__(self, happened: list[object], complaints: list[str] | None = None) -> None:
        super().__init__()
        self._happened = happened
        self._complaints = complaints or []

    def append(self, entry: Mapping[str, object]) -> None:
        """See `ports.Journal`."""
        super().append(entry)
        self._happened.append(entry.get("event", "line"))

    def settle(self, timeout_s: float) -> bool:
        """See `ports.Journal`."""
        self._happened.append(timeout_s)
        return True

    def complaint(self) -> str:
        """See `ports.Journal`."""
        return self._complaints.pop(0) if self._complaints else ""


def rig_of(*script: tuple[float, Event], prelude: bool = False, grain_s: float = 0.2, **more: object) -> Rig:
    """The steps of `neck`, with a preparation if asked for."""
    made = stage("neck", FIRST)
    program = more.pop("program", identity(numbered([made.plan])))
    rig = Rig(made.session(prelude=prelude), program, script, grain_s=grain_s, **more)  # type: ignore[arg-type]
    return ends_in_time(rig)


def finished(at_s: float) -> list[tuple[float, Event]]:
    """Left without a word, by two interrupts."""
    return [at(at_s, G.INTERRUPT), at(at_s + 1, G.INTERRUPT)]


def torn() -> tuple[Rig, list[float]]:
    """A session whose first caution breaks off three times; the seconds in which it does."""
    rig = rig_of(keep=True, grain_s=0.0)
    said = next(p for p in rig.session.plan.timeline().placements if p.cue.is_caution)
    broke: list[float] = []

    def starve() -> None:
        rig.speaker.starve(RATE)
        broke.append(rig.controls.now_s)
        if len(broke) < ATTEMPTS:
            rig.happen(rig.controls.now_s + (said.end - said.start) / RATE / 2 + 0.3, starve)

    rig.happen((said.start + said.end) / 2 / RATE, starve)
    return rig, broke


# --- a session that cannot go on ---


def test_the_bell_rings_three_times_and_is_heard_each_time() -> None:
    """One after the other, each as long again apart, and then the program ends."""
    rig, broke = torn()
    assert rig.play() == 6
    rung = [run for what, run, _ in rig.speaker.orders if what == "play" and run > rig.session.run]
    assert rung == [rig.session.run + number for number in range(1, ALARMS + 1)]
    heard = np.flatnonzero(rig.recording()[round(broke[-1] * RATE) + RATE // 10 :])
    starts = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(heard)) if b - a > ALARM // 2)]
    assert len(starts) == ALARMS
    assert rig.controls.now_s - broke[-1] == pytest.approx(ALARMS * 2 * ALARM / RATE, abs=0.5)


def test_any_key_ends_the_bell() -> None:
    """Whoever is there has heard it."""
    rig, broke = torn()
    assert rig.play() == 6
    again, _ = torn()
    pressed = broke[-1] + ALARM / RATE
    again.controls._script.append(at(pressed, G.TOGGLE))  # noqa: SLF001 (known only when one has been played)
    assert again.play() == 6
    assert again.controls.now_s == pytest.approx(pressed, abs=0.1)
    assert [run > again.session.run for _, run, _ in again.speaker.orders].count(True) == 1


def test_a_bell_that_nobody_can_hear_is_not_waited_for_for_ever() -> None:
    """The device has gone meanwhile; a little longer than each bell, and the program ends."""
    rig, broke = torn()
    assert rig.play() == 6
    again, _ = torn()
    again.happen(broke[-1] + 0.2, again.speaker.lose)
    assert again.play() == 6
    assert again.controls.now_s - broke[-1] == pytest.approx(ALARMS * 3 * ALARM / RATE, abs=0.5)


def test_a_sound_that_cannot_be_made_ends_the_session() -> None:
    """With the reason; silence is not mistaken for guidance."""

    def broken(_: Timeline) -> Program:
        return Broken(RATE)

    rig = rig_of(program=broken)
    assert rig.play() == 6
    assert rig.view.notices[-1] == "STOP. Hands off. the sound could not be made: broken program"
    assert rig.journal.entries[-1] == {"event": "end", "code": 6}


def test_nothing_plays_that_the_audit_refuses() -> None:
    """Neither at the beginning nor after a jump out of a pause; and both records are as far as it came."""
    for script, entries in (([], 2), ([at(60, G.PAUSE), at(61, G.NEXT)], 5)):
        rig = rig_of(*script)
        looked: list[Timeline] = []

        def check(timeline: Timeline, looked: list[Timeline] = looked, most: int = len(script) // 2) -> None:
            looked.append(timeline)
            if len(looked) > most:
                raise SafetyError("refused", "")

        rig.player._check = check  # noqa: SLF001 (the rig has its own, which refuses nothing here)
        before = len(script) // 2
        assert rig.play() == 6
        played = [order for order in rig.speaker.orders if order[0] == "play"]
        assert len(played) == before + ALARMS
        assert rig.view.notices == ["STOP. Hands off. refused"]
        assert len(rig.journal.entries) >= entries


# --- what it looks at ---


def test_a_key_is_taken_at_the_frame_at_which_it_was_pressed() -> None:
    """However seldom the loop turns: a pause cuts what was being said there and then."""
    said = next(p for p in rig_of().session.plan.timeline().placements if p.cue.is_caution)
    pressed = (said.start + said.end) / 2 / RATE
    rig = rig_of(at(pressed, G.PAUSE), *finished(pressed + 30), grain_s=pressed - 0.7)
    assert rig.play() == 130
    cut = next(line for line in rig.lines if line["outcome"] == "cut")
    assert cut["ended"] == pytest.approx(pressed, abs=0.001)


def test_an_event_from_a_signal_handler_is_taken_at_once() -> None:
    """Without waiting for a key; keys that come meanwhile come after it."""
    rig = rig_of(grain_s=0.0)
    rig.player.post(Event(G.INTERRUPT))
    rig.player.post(Event(G.INTERRUPT))
    assert rig.play() == 130
    assert rig.controls.now_s == 0.0


def test_the_screen_sees_every_turn() -> None:
    """Also the last one, and also when nothing happens."""
    seen: list[State] = []
    rig = rig_of(*finished(10), grain_s=0.0)
    rig.view.look = lambda session: seen.append(session.state)
    assert rig.play() == 130
    assert len(seen) >= 10 / 0.04
    assert seen[-1] is State.ENDED


def test_asleep_comes_before_the_key_that_woke_it() -> None:
    """A space bar after the lid was opened goes on; it does not pause what would have run on."""
    rig = rig_of(at(60, G.TOGGLE), *finished(80), grain_s=60)
    rig.player._slept = lambda: 3_600.0 if rig.controls.now_s == 60 else 0.0  # noqa: SLF001 (no clock that sleeps)
    states: list[str] = []
    rig.view.look = lambda session: states.append(session.state.value)
    assert rig.play() == 130
    assert states[0] == "playing"


# --- what it says ---


def test_a_lost_device_is_told_with_its_reason_and_so_is_its_return() -> None:
    """In words on the screen, because nobody can hear any."""
    rig = rig_of(*finished(90))
    rig.happen(60, rig.unplug)
    rig.happen(70, rig.plug)
    assert rig.play() == 130
    assert rig.view.notices == [
        "The virtual plug was pulled. The session holds until there is sound again.",
        "The sound is back.",
    ]


def test_a_stop_without_sound_stands_on_the_screen() -> None:
    """All its words; with sound they are heard, and nothing need be shown."""
    rig = rig_of(at(65, G.STOP), *finished(70))
    rig.happen(60, rig.unplug)
    assert rig.play() == 130
    assert rig.view.notices[1:] == [" ".join(rig.session.emergency.stop)]
    heard = rig_of(at(65, G.STOP), *finished(70))
    assert heard.play() == 130
    assert heard.view.notices == []


@pytest.mark.parametrize("which", ["journal", "ledger"])
def test_a_record_that_is_not_whole_is_told_of_once(which: str) -> None:
    """Whichever of the two it is, and however often the disk complains."""
    happened: list[object] = []
    books = {name: Book(happened, ["no space"] * 5 if name == which else []) for name in ("journal", "ledger")}
    rig = rig_of(*finished(10), journal=books["journal"], ledger=books["ledger"])
    assert rig.play() == 130
    assert rig.view.notices == ["no space: the record of this session is not whole."]


# --- what it waits for ---


def quiet_s() -> float:
    """A second of the session in which the hands work and nothing is said."""
    timeline = rig_of().session.plan.timeline()
    frame = timeline.chapters[1].practice_start + RATE
    while any(p.start - RATE < frame < p.end + RATE for p in timeline.placements):
        frame += RATE // 10
    return frame / RATE


def followed(what: list[object], event: str) -> object:
    return what[what.index(event) + 1]


def test_what_plays_is_on_the_disk_before_but_a_stop_waits_for_nothing() -> None:
    """A jump is written ahead of its sound, for so long as a disk may take; the words of a stop are not."""
    happened: list[object] = []
    rig = rig_of(at(quiet_s(), G.NEXT), at(200, G.STOP), *finished(230), journal=Book(happened))
    assert rig.play() == 130
    assert followed(happened, "start") == AHEAD_S
    assert followed(happened, "next") == AHEAD_S
    assert followed(happened, "stop") != AHEAD_S
    assert happened.count(AHEAD_S) == happened.count("start") + happened.count("next") + 1  # the closing


def test_a_length_counts_from_the_first_step() -> None:
    """Neither the preparation nor the wait for "ready" is taken from it."""
    rig = rig_of(at(100, G.READY), *finished(160), prelude=True, length_s=870.0)
    left: list[int | None] = []
    rig.view.look = lambda session: left.append(session.remaining)
    assert rig.play() == 130
    assert left[0] is None
    known = [frames for frames in left if frames is not None]
    assert known[0] == pytest.approx(870 * RATE, abs=RATE)
    assert known[-1] == pytest.approx((870 - 61) * RATE, abs=RATE)


def test_a_pause_is_silence() -> None:
    """The speaker is told at once, and plays nothing until somebody goes on."""
    rig = rig_of(at(quiet_s(), G.PAUSE), *finished(quiet_s() + 30))
    assert rig.play() == 130
    assert [what for what, _, _ in rig.speaker.orders][:3] == ["play", "silence", "play"]


def test_what_broke_off_is_played_from_its_start() -> None:
    """Not from the beginning of the session, nor from where it broke off."""
    rig = rig_of(grain_s=0.0)
    timeline = rig.session.plan.timeline()
    said = [p for p in timeline.placements if p.cue.is_caution][1]
    middle = (said.start + said.end) / 2 / RATE
    rig.happen(middle, lambda: rig.speaker.starve(RATE))
    rig.controls._script += finished(middle + 5)  # noqa: SLF001 (known only when the timeline is)
    assert rig.play() == 130
    assert rig.speaker.orders[:2] == [("play", 1, 0), ("play", 2, rewound(timeline, said))]


def test_loudness_reaches_the_speaker() -> None:
    """In decibels, as the session has it."""
    rig = rig_of(at(10, G.QUIETER), at(11, G.QUIETER), *finished(12))
    assert rig.play() == 130
    assert rig.speaker.gained == [-2.0, -4.0]


def test_unless_told_otherwise_it_neither_sleeps_nor_ends() -> None:
    """A player that was given no clocks plays a session to its end."""
    rig = rig_of()
    journal = MemoryLines()
    nothing: Callable[[Timeline], object] = lambda _: None  # noqa: E731 (a check that refuses nothing)
    player = Player(
        rig.session, Device(rig.speaker), rig.controls, program=identity(numbered([rig.session.plan])),
        check=nothing, journal=journal, ledger=MemoryLines(), view=rig.view,
    )  # fmt: skip
    assert player.play() == 0
    assert "paused" not in rig.view.states
    assert journal.entries[-1] == {"event": "end", "code": 0}
