"""A live session as a state machine that hypothesis drives: anything a person can do, every fault, any crash.

Long: `MASSAGE_VOICE_HYPOTHESIS=deep python -m pytest tests/live/test_stateful.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.controls.bindings import event_of
from massage_voice.errors import ExitCode
from massage_voice.session.checkpoint import Checkpoint, durations_of
from massage_voice.session.checkpoint import Phase as Part
from massage_voice.session.events import Event, Signal
from massage_voice.session.front import placed
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.timeline.model import Timeline
from tests.live.life import Disk, Life, Listener
from tests.live.model import Model, Place, Watching, World
from tests.live.support import FIRST, FRONT, LATER, Stage, numbered, stage
from tests.support.profiles import DEEP

G, S = Signal, State
STAGES = {
    "neck": ("neck", FIRST),
    "neck with the front": ("neck", FRONT),
    "back": ("back", LATER),
    "neck and back": ("neck-and-back", LATER),
}
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
EMPTY = Timeline(RATE, (), (), 0)
SEEN: Counter[str] = Counter()
"""What the examples reached, for whoever wants to know how far they go."""


class Massage(RuleBasedStateMachine):
    """One massage: a session, its crashes, and what goes on from them."""

    world: World
    life: Life | None = None
    model: Model

    # --- beginning, crash, going on ---

    @initialize(
        what=st.sampled_from(sorted(STAGES)), prepared=st.booleans(), attended=st.sampled_from([True] * 5 + [False])
    )
    def begin(self, what: str, *, prepared: bool, attended: bool) -> None:
        """A new session."""
        self.world, self.attended, self.done = World(), attended, False
        self.routine, self.asked = STAGES[what]
        self.entries: list[dict[str, object]] = []
        made = stage(self.routine, self.asked)
        self._live(made, made.session(interactive=attended, prelude=prepared), None)
        if prepared and attended:
            self._pass(3)
        else:
            self._press(Event(G.READY))

    def _live(self, made: Stage, session: Session, expected: list[Place] | None) -> None:
        self.at_once = False
        plans = [made.plan, *([made.without_front] if made.without_front else [])]
        numbers = numbered(plans)
        lengths = {text: frames for plan in plans for text, frames in plan.sounds.texts.items()}
        ears = Listener({number: text for text, number in numbers.items()}, lengths)
        seated = made.plan.script.routine.position == "seated"
        lies = (s.index for s in made.plan.script.steps if "to-prone" in s.step.flags)
        self.model = Model(
            self.world, ears, Watching(ears, next(lies, 1_000) if seated else 0), expected, len(self.entries)
        )
        disk = Disk()
        disk.durable = self.entries
        self.life = Life(session, ears, numbers, self.model.look, disk)
        self.model.life = self.life
        self._do(self.life.turn)

    @precondition(lambda self: self.life is None and not self.done)
    @rule(other=OTHERS, after_s=SECONDS)
    def resume(self, other: dict[str, Any], after_s: float) -> None:  # noqa: ARG002 (nothing happens meanwhile)
        """`massage-voice resume`, as commands/resume.py and commands/live.py do it."""
        durations: tuple[int, ...] = ()
        since = None
        for entry in self.entries:
            durations = durations_of(entry) if "durations" in entry else durations
            since = Checkpoint.read(entry, durations) if "phase" in entry else since
        if since is None or any(entry.get("barred") for entry in self.entries):
            self.done = True
            return
        assert not self.world.barred or not self.healthy or self.at_once, "the sign was forgotten"
        self.world.barred = False
        self.asked = replace(self.asked, **other) if since.phase is not Part.PRELUDE else self.asked
        made = stage(self.routine, replace(self.asked, front=since.front or None))
        if "pace" in other:
            since = replace(since, durations=())
        plan = made.plan.at(since.durations)
        session = Session(
            plan, emergency(), prelude=plan.preparation() if self.attended else EMPTY,
            without_front=made.without_front, interactive=self.attended, since=placed(since, plan),
        )  # fmt: skip
        expected = self.model.places()
        if not self.healthy:
            self._forget(since)
        went_on = since.phase is Part.STEPS and self.healthy and expected
        if self.healthy:
            assert since.stopped >= (self.world.stopped and not self.at_once), "the stop was forgotten"
            if since.phase is Part.PRELUDE:
                assert not any(p.practised for p in expected), "begun again from the preparation"
        self.world.stopped = since.stopped
        self._live(Stage(plan, made.without_front, made.library), session, expected if went_on else None)

    def _forget(self, since: Checkpoint) -> None:
        """The disk did not know all; the world that it tells of is the one that counts."""
        self.world.place = Place(0)
        self.world.front_at = self.world.front_at if since.worked else (0, 0)
        self.world.front_out = self.world.front_out and (since.worked or not since.front)

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
    def skip(self, steps: int, more_s: float) -> None:
        """On by some steps, perhaps to the end."""
        for _ in range(steps):
            self._press(Event(G.NEXT))
            self._until(lambda: self.life is not None and self.life.session.state is not S.HEARING_OUT, 30)
        self._pass(more_s)

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

    @precondition(lambda self: self.life is not None and self.life.session.state in {S.PLAYING, S.PREPARING})
    @rule(signal=PRESSED, at_s=st.floats(0.1, 4.0), wait_s=SECONDS)
    def press_in_caution(self, signal: Signal, at_s: float, wait_s: float) -> None:
        """Somebody wants something while a caution is being said."""
        self._until(self._cautioning)
        self._pass(at_s)
        self._press(Event(signal))
        self._pass(wait_s)

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
        self.model.owed = ""
        self._do(self.life.turn)

    @precondition(lambda self: self.life is not None)
    @rule(mode=st.sampled_from(["well", "hangs", "refuses"]))
    def disk(self, mode: str) -> None:
        """The disk hangs, is full, or takes everything again."""
        assert self.life is not None
        self.life.disk.mode = mode
        self.life.disk.catch_up()

    # --- how it is done ---

    def _press(self, event: Event) -> None:
        if self.life is not None:
            life = self.life
            self.model.before(event)
            self._do(lambda: life.hand_in(event))

    def _pass(self, seconds: float) -> None:
        if self.life is not None:
            life = self.life
            self._do(lambda: life.wait(seconds))

    def _until(self, true: Callable[[], bool], limit_s: float = 150.0) -> None:
        end = self.life.now_s + limit_s if self.life else 0
        while self.life is not None and self.life.now_s < end and not true():
            self._pass(0.5)

    def _cautioning(self) -> bool:
        if self.life is None or self.life.playing is None:
            return False
        text = self.model.ears.texts.get(self.model.ears.saying)
        return any(p.cue.text == text and p.cue.is_caution for p in self.life.playing.placements)

    def _gap(self, ms: int) -> None:
        if self.life is not None and self.life.speaker.alive():
            frames = ms * RATE // 1000
            self.model.tear(frames)
            self.life.speaker.starve(frames)
            self._do(self.life.turn)

    def _do(self, what: Callable[[], object]) -> None:
        """Do it, see whether the life is over, and whether anything is wrong."""
        assert self.life is not None
        life = self.life
        what()
        if not life.over and any(notice.startswith("STOP. Hands off.") for notice in life.view.notices):
            life.wait(30)
        if life.over:
            self.healthy, self.life = not life.disk.handed, None
            self.model.finish(life)
            SEEN.update(self.model.seen)
            self.done = life.code in {ExitCode.FINISHED, ExitCode.ENDED_EARLY}
            SEEN[f"ended: {life.code.name if life.code is not None else 'CRASH'}"] += 1
        assert not self.world.wrong, self.world.wrong[:3]

    at_once = False
    healthy = True

    def teardown(self) -> None:
        """Whatever still runs is ended."""
        SEEN["examples"] += 1
        SEEN.update(f"reached: {state.value}" for state in self.world.reached)
        if self.life is not None:
            life, self.life = self.life, None
            life.crash()


def test_whatever_happens_the_model_holds() -> None:
    """Any order of anything, against a model that knows no timeline."""
    run_state_machine_as_test(
        Massage,
        settings=settings(
            max_examples=5_000 if DEEP else 40, stateful_step_count=60 if DEEP else 25, deadline=None, database=None,
            derandomize=not DEEP, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
            report_multiple_bugs=False,
        ),
    )  # fmt: skip
