"""A live session as a state machine that hypothesis drives: anything a person can do, every fault, any crash.

Long: `MASSAGE_VOICE_HYPOTHESIS=deep python -m pytest tests/live/test_stateful.py`.
"""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from massage_voice.controls.bindings import event_of
from massage_voice.session.events import Event, Signal
from massage_voice.session.table import State
from tests.live.massage import SEEN, STAGES, Massage
from tests.support.profiles import DEEP

G, S = Signal, State
FRONT = "neck with the front"
"""Has the most rules of its own, and comes twice as often."""
NEWS = {G.START, G.PLAYED, G.GAP, G.DEVICE_LOST, G.DEVICE_BACK, G.ASLEEP}
ENDING = {G.INTERRUPT, G.FINISH}
PRESSED = st.one_of(
    st.sampled_from([G.NEXT, G.TOGGLE, G.READY, G.BACK, G.REPEAT, G.STOP, G.TIME_LEFT, G.ADD_TIME, G.NO]),
    st.sampled_from(sorted({*G} - NEWS - ENDING)),
)
KEYS = st.sampled_from(["Space", "n", "b", "r", "s", "t", "m", "+", "-", "y", "u", "Enter", "x"])
SECONDS = st.one_of(st.floats(0.0, 2.0), st.floats(2.0, 30.0), st.floats(30.0, 150.0))
AGO = st.floats(0.0, 1.0)
OTHERS = st.sampled_from([{}, {}, {"wpm": 120}, {"pace": 1.1}, {"wpm": 140, "pace": 0.95}])


class Anything(Massage):
    """Whatever a person can do, and every fault."""

    # --- beginning, crash, going on ---

    @initialize(
        what=st.sampled_from([*STAGES, FRONT]), prepared=st.booleans(), attended=st.sampled_from([True] * 5 + [False])
    )
    def begin(self, what: str, *, prepared: bool, attended: bool) -> None:
        """A new session."""
        self._begin(what, prepared=prepared, attended=attended)
        if prepared and attended:
            self._pass(3)
        else:
            self._press(Event(G.READY))

    @precondition(lambda self: self.life is None and not self.done)
    @rule(other=OTHERS, after_s=SECONDS)
    def resume(self, other: dict[str, Any], after_s: float) -> None:  # noqa: ARG002 (nothing happens meanwhile)
        """`massage-voice resume`, as commands/resume.py and commands/live.py do it."""
        self._resume(other)

    @precondition(lambda self: self.life is None and self.done)
    @rule()
    def nothing(self) -> None:
        """It is over."""

    @precondition(lambda self: self.life is not None)
    @rule()
    def crash(self) -> None:
        """Killed between two turns."""
        assert self.life is not None
        self._do(self.life.crash)

    @precondition(lambda self: self.life is not None)
    @rule(signal=PRESSED, calls=st.integers(0, 6), wait_s=st.floats(0.0, 8.0))
    def crash_within(self, signal: Signal, calls: int, wait_s: float) -> None:
        """Killed in the middle of doing what was asked for, or of what came after it."""
        assert self.life is not None
        self.life.burning, self.at_once = calls, True
        self._press(Event(signal))
        if self.life is not None:
            self._pass(wait_s)
        if self.life is not None:
            self._do(self.life.crash)

    # --- what a person does ---

    @precondition(lambda self: self.life is not None)
    @rule(signal=PRESSED, wait_s=SECONDS)
    def say(self, signal: Signal, wait_s: float) -> None:
        """A spoken word or a button, and some time after it."""
        self._press(Event(signal))
        self._pass(wait_s)

    @precondition(lambda self: self.life is not None)
    @rule(key=KEYS, wait_s=SECONDS)
    def press(self, key: str, wait_s: float) -> None:
        """A key, and some time after it."""
        self._press(event_of(key))
        self._pass(wait_s)

    @precondition(lambda self: self.life is not None)
    @rule(signals=st.lists(st.tuples(PRESSED, st.floats(0.0, 0.2)), min_size=2, max_size=6))
    def burst(self, signals: list[tuple[Signal, float]]) -> None:
        """Many at once."""
        for signal, wait_s in signals:
            self._press(Event(signal))
            self._pass(wait_s)

    @precondition(lambda self: self.life is not None)
    @rule(signal=st.sampled_from(sorted(ENDING)))
    def end(self, signal: Signal) -> None:
        """Somebody wants to end it."""
        self._press(Event(signal))

    @precondition(lambda self: self.life is not None and self.life.session.state in {S.STOPPED, S.CHECKING})
    @rule(answer=st.sampled_from([G.NO, G.NO, G.YES, G.UNSURE]), wait_s=st.floats(0.0, 5.0))
    def clear(self, answer: Signal, wait_s: float) -> None:
        """The question after a stop is asked for and answered."""
        for signal in (G.TOGGLE, answer, G.READY):
            self._press(Event(signal))
            self._pass(wait_s)

    # --- time ---

    @precondition(lambda self: self.life is not None)
    @rule(seconds=SECONDS)
    def let_pass(self, seconds: float) -> None:
        """Time passes."""
        self._pass(seconds)

    @precondition(lambda self: self.life is not None and self.life.session.state is S.PLAYING)
    @rule(more_s=st.floats(0.0, 20.0))
    def to_practice(self, more_s: float) -> None:
        """On until the hands work."""
        self._until(lambda: self.world.place.work)
        self._pass(more_s)

    @precondition(lambda self: self.life is not None and self.life.session.state is S.PLAYING)
    @rule(steps=st.integers(1, 8), more_s=st.floats(0.0, 60.0))
    def on(self, steps: int, more_s: float) -> None:
        """On by some steps, perhaps to the end."""
        self._skip(steps)
        self._pass(more_s)

    def _skip(self, steps: int) -> None:
        for _ in range(steps):
            self._press(Event(G.NEXT))
            self._until(lambda: self.life is not None and self.life.session.state is not S.HEARING_OUT, 30)

    @precondition(lambda self: self.life is not None and self.life.session.without_front)
    @rule(on=st.booleans(), more_s=st.floats(0.0, 60.0))
    def to_front(self, more_s: float, *, on: bool) -> None:
        """On to the announcement of the front of the neck, step by step; and to the front itself."""
        for _ in range(12):
            chapter = self.life.session.chapter if self.life else None
            if chapter is None or chapter.secured.step.gate is not None:
                break
            self._press(Event(G.NEXT))
            self._until(lambda: self.life is not None and self.life.session.state is S.PLAYING, 30)
        if on:
            self._until(lambda: self.world.place.work, 60)
            self._pass(more_s)

    @precondition(lambda self: self.world.front_at[0] and self.life and self.life.session.state is S.PLAYING)
    @rule(steps=st.integers(1, 3), back=st.integers(1, 8))
    def back_to_front(self, steps: int, back: int) -> None:
        """On from the front of the neck, and back again."""
        self._skip(steps)
        for _ in range(back):
            self._press(Event(G.BACK))
            self._until(lambda: self.life is not None and self.life.session.state is not S.HEARING_OUT, 30)
        self._until(lambda: self.world.place.work, 60)

    @precondition(lambda self: self.life is not None and self.life.session.state in {S.PLAYING, S.PREPARING})
    @rule(signal=PRESSED, at_s=st.floats(0.1, 4.0), wait_s=SECONDS)
    def press_in_caution(self, signal: Signal, at_s: float, wait_s: float) -> None:
        """Somebody wants something while a caution is being said."""
        self._until(self._cautioning)
        self._pass(at_s)
        self._press(Event(signal))
        self._pass(wait_s)

    @precondition(lambda self: self.life is not None and self.life.session.state is S.PLAYING)
    @rule(signal=st.sampled_from([G.SLOWER, G.FASTER, G.FASTER, G.ADD_TIME]), more_s=st.floats(0.0, 20.0))
    def change(self, signal: Signal, more_s: float) -> None:
        """Another pace, or a minute more, while the hands work."""
        self._until(lambda: self.world.place.work)
        self._press(Event(signal))
        self._pass(more_s)

    # --- faults ---

    @precondition(lambda self: self.life is not None)
    @rule(ms=st.integers(10, 500), at_s=SECONDS)
    def gap(self, ms: int, at_s: float) -> None:
        """The device runs dry somewhere."""
        self._pass(at_s)
        self._gap(ms)

    @precondition(lambda self: self.life is not None and self.life.session.state in {S.PLAYING, S.PREPARING})
    @rule(ms=st.lists(st.integers(10, 500), min_size=1, max_size=4), at_s=st.floats(0.1, 4.0))
    def gap_in_caution(self, ms: list[int], at_s: float) -> None:
        """The device runs dry while a caution is being said, perhaps again and again."""
        self._until(self._cautioning)
        for one in ms:
            self._pass(at_s)
            self._gap(one)

    @precondition(lambda self: self.life is not None)
    @rule(gone_s=SECONDS, same=st.booleans(), meanwhile=st.one_of(st.none(), PRESSED))
    def lose(self, gone_s: float, meanwhile: Signal | None, *, same: bool) -> None:
        """The device goes, or stalls, and comes back."""
        assert self.life is not None
        self.life.unplug()
        self._pass(gone_s)
        if meanwhile is not None:
            self._press(Event(meanwhile))
        if self.life is not None:
            self.life.replug(same=same)
            self._pass(11.0)

    @precondition(lambda self: self.life is not None)
    @rule(seconds=st.floats(1.0, 9_000.0))
    def sleep(self, seconds: float) -> None:
        """The lid is closed for a while."""
        assert self.life is not None
        self.life.slept_s = seconds
        self.model.owed = self.model.uncut = ""
        self._do(self.life.turn)

    @precondition(lambda self: self.life is not None)
    @rule(mode=st.sampled_from(["well", "hangs", "refuses"]))
    def disk(self, mode: str) -> None:
        """The disk hangs, is full, or takes everything again."""
        assert self.life is not None
        self.life.disk.mode = mode
        self.life.disk.catch_up()


def test_whatever_happens_the_model_holds() -> None:
    """Any order of anything, against a model that knows no timeline."""
    run_state_machine_as_test(
        Anything,
        settings=settings(
            max_examples=5_000 if DEEP else 40, stateful_step_count=60 if DEEP else 25, deadline=None, database=None,
            derandomize=not DEEP, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
            report_multiple_bugs=False,
        ),
    )  # fmt: skip
    told = "\n".join(f"{what}: {count}" for what, count in sorted(SEEN.items()))
    sys.stdout.write(f"\n{told}\n")


def test_a_jump_waits_for_a_caution_that_broke_off_while_it_was_heard_out() -> None:
    """Found by the machine above: in the moment before it was begun again, nothing was being said, so it jumped."""
    live = Anything()
    live.begin(what="neck", attended=True, prepared=False)
    live.press_in_caution(at_s=1.0, signal=G.NEXT, wait_s=0.2)
    live.gap(at_s=0.3, ms=300)
    states = []
    for seconds in (1.0, 10.0):
        live.let_pass(seconds)
        states.append(live.life.session.state if live.life else None)
    assert states == [S.HEARING_OUT, S.PLAYING]
    live.teardown()


STORM = (
    ("to_front", 0, True),
    ("change", 13.71217482081086, Signal.FASTER),
    ("to_front", 43.67133128679877, True),
    ("to_front", 8.58, True),
    ("change", 8.58, Signal.SLOWER),
    ("to_front", 7.03, True),
    ("change", 0.5, Signal.SLOWER),
    ("change", 10.6, Signal.ADD_TIME),
    ("change", 6.3, Signal.ADD_TIME),
    ("change", 1.43, Signal.FASTER),
    ("change", 1.0, Signal.SLOWER),
    ("change", 0, Signal.ADD_TIME),
    ("change", 0.0001, Signal.FASTER),
    ("change", 4.3, Signal.FASTER),
    ("to_front", 0, True),
)


def test_an_answer_that_leaves_a_sentence_no_room_changes_nothing() -> None:
    """Found by the machine above: the words of an answer made a later step too long, and the session ended."""
    live = Anything()
    live.begin(prepared=False, what="neck with the front", attended=True)
    for rule_name, more_s, what in STORM:
        given = {"on": what} if rule_name == "to_front" else {"signal": what}
        getattr(live, rule_name)(more_s=more_s, **given)
    live.teardown()
