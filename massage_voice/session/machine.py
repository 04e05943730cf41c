"""A live session without a clock, a disk or a loudspeaker: events in, orders out.

`table.TABLE` says what may happen; this file says what it does. Session time is counted in frames that the
output device has consumed; it stands still while nothing plays. Whatever road leads into a step, the step's
cautions are said first, because every road goes through `Plan.timeline(landing)`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode
from massage_voice.safety.script import Cue, Kind, SecuredStep
from massage_voice.session.answers import Moment, answer
from massage_voice.session.events import Event, Signal
from massage_voice.session.orders import Deliver, End, Gain, Order, Play, Record, Silence
from massage_voice.session.position import (
    Heard,
    cautioning,
    chapter_at,
    heard,
    landing_at,
    next_caution,
    speaking,
)
from massage_voice.session.table import TABLE, State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Chapter, Placement, Timeline
from massage_voice.timeline.plan import Plan, spoken

GAIN_STEP, GAIN_LOWEST, GAIN_HIGHEST = 2.0, -12.0, 3.0
"""Decibels; never silent, never so loud that speech with peaks at -3 dBFS would clip."""
ANSWER_KEYS: Final = {"y": Signal.YES, "n": Signal.NO, "u": Signal.UNSURE}
"""What keys mean while a question is open."""
_HOLDING: Final = frozenset({State.AWAITING, State.WAITING, State.PAUSED})
"""States that wait for somebody, sound or not."""
_EMPTY: Final = Timeline(RATE, (), (), 0)


class Phase(StrEnum):
    """Which part of the session a run belongs to."""

    PRELUDE = "preparation"
    STEPS = "steps"
    ASIDE = "aside"
    """An answer or question outside the session's own time."""
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Emergency:
    """The texts of a stop, ready before the first step."""

    stop: tuple[str, ...]
    """Said at once, in this order."""
    any_sign: str
    """The question before anything goes on."""
    pain: str
    no_drive: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to go on: a phase, and within the steps a landing."""

    phase: Phase
    landing: Landing | None = None


class Session:
    """One session. `handle` is the only way in; everything else is for looking."""

    def __init__(
        self, plan: Plan, emergency: Emergency, *, prelude: Timeline = _EMPTY, without_front: Plan | None = None,
        interactive: bool = True, gain: float = 0.0,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.emergency = emergency
        self.prelude = prelude
        self.without_front = without_front
        self.interactive = interactive
        self.state = State.IDLE
        self.code = ExitCode.ENDED_EARLY
        self.run = 0
        self.timeline = _EMPTY
        self.frame = 0
        self.phase = Phase.PRELUDE
        self.base = -prelude.length
        """Session time at frame 0 of the run."""
        self.gain = gain
        """Decibels, 0 being as mixed."""
        self._lowest = min(gain, GAIN_LOWEST)
        self.spot = Spot(Phase.PRELUDE)
        self.pending: Signal | None = None
        self.answers: list[Signal] = []
        self.heard = Heard()
        self.told: set[str] = set()
        """Hazards that were heard in full in this session."""
        self.sounding = False
        """A run plays, or has played to its end; False before the first and after a silence."""
        self.stopped = False
        """Somebody said stop, and nobody has said since that no sign bars going on."""
        self.held: State | None = None
        """The state in which the sound was lost, when that one waits for somebody in any case."""
        self._listed: set[str] = set()
        """Cues that stand in the ledger; said again, they get their run's number."""
        self._orders: list[Order] = []

    def handle(self, event: Event) -> list[Order]:
        """What to do about `event`, in this order; nothing when the state has no use for it."""
        if event.signal is Signal.PLAYED and not self._played(event):
            return self._taken()
        signal = self._meant(event)
        transition = TABLE[self.state].get(signal)
        if transition is None:
            return self._taken()
        before = self.state
        target = getattr(self, f"_do_{transition.action}")(signal)
        self.state = before if target is None else target
        if self.state is not before:
            self._orders.insert(0, Record(self._entry(signal)))
        if signal is Signal.STOP:
            self._orders.sort(key=_waits_for_disk)
        return self._taken()

    def _meant(self, event: Event) -> Signal:
        """A key that answers a question means its answer; a pedal's "next" is no "no"."""
        asked = self.state in {State.CHECKING, State.CONFIRMING}
        return ANSWER_KEYS.get(event.key, event.signal) if asked else event.signal

    # --- for looking ---

    @property
    def chapter(self) -> Chapter | None:
        """The chapter that plays, while the steps do."""
        if self.phase is Phase.STEPS and self.timeline.chapters:
            return chapter_at(self.timeline, self.frame)
        return None

    @property
    def going_on(self) -> bool:
        """The run goes on where the hands are, with cautions heard before it began."""
        return self.phase is Phase.STEPS and self.heard != Heard()

    @property
    def caption(self) -> Placement | None:
        """The text being said."""
        return speaking(self.timeline, self.frame)

    @property
    def clock(self) -> int:
        """Session time in frames."""
        return self.base + self.frame

    @property
    def left(self) -> int:
        """Frames that the session still takes."""
        if self.phase is Phase.STEPS:
            beyond = 0
            if self._upto(self._index()) is not None:
                last = self.timeline.chapters[-1].secured.index
                beyond = sum(self.plan.durations[last:]) + self.plan.tail()
            return self.timeline.length - self.frame + beyond
        return self.timeline.length - self.frame

    # --- what was consumed ---

    def _played(self, event: Event) -> bool:
        """Take the device's news; False when it is of an old run, or of one that was silenced meanwhile."""
        if event.run != self.run or not self.sounding:
            return False
        for placement in self.timeline.placements:
            if self.frame < placement.end <= event.frame:
                self._deliver(placement, placement.end, "delivered")
                self._tell(placement.cue)
        self.frame = max(self.frame, event.frame)
        return True

    def _tell(self, cue: Cue) -> None:
        if cue.hazard is not None and cue.text in self.plan.full_texts:
            self.told.add(cue.hazard)

    def _deliver(self, placement: Placement, end: int, outcome: str) -> None:
        cue = placement.cue
        started = self._seconds(placement.start)
        name = f"{cue.id}@{self.run}" if cue.id in self._listed else cue.id
        self._listed.add(cue.id)
        line = {
            "cue": name,
            "kind": cue.kind.value,
            "step": cue.step,
            "planned": started,
            "started": started,
            "ended": self._seconds(end),
            "outcome": outcome,
        }
        self._orders.append(Deliver(line))

    def _seconds(self, frame: int) -> float:
        return round((self.base + frame) / RATE, 6)

    def _cut(self) -> None:
        """Whatever is being said is cut; the ledger says so."""
        placement = self.caption
        if self.sounding and placement is not None and placement.start < self.frame:
            self._deliver(placement, self.frame, "cut")

    def _hush(self) -> None:
        """Silence; what the device still reports of this run was heard in a falling ramp, if at all."""
        self._cut()
        self._orders.append(Silence())
        self.sounding = False

    # --- playing ---

    def _play(self, phase: Phase, timeline: Timeline, frame: int = 0) -> None:
        self._cut()
        if phase is Phase.PRELUDE:
            self.base = -self.prelude.length
        elif phase is Phase.STEPS and self.phase is Phase.PRELUDE:
            self.base = 0
        else:
            self.base += self.frame
        self.run += 1
        self.sounding = True
        self.phase, self.timeline, self.frame = phase, timeline, frame
        self._orders.append(Play(self.run, timeline, frame))

    def _aside(self, *texts: str, kind: Kind = Kind.NOTICE) -> None:
        """Say something outside the session's own time."""
        cues = [Cue(f"aside.{n}", kind, text, self._index()) for n, text in enumerate(texts, 1)]
        self._play(Phase.ASIDE, spoken(cues, self.plan.sounds, RATE // 10))

    def _steps(self, landing: Landing | None) -> None:
        """Play the steps from `landing` on, as far as the next that waits."""
        self.heard = heard(landing.memory) if landing and landing.memory else Heard()
        if landing and landing.memory is None:
            landing = replace(landing, owed=self.plan.owed(landing.step, self.told))
        self.spot = Spot(Phase.STEPS, landing)
        upto = self._upto(landing.step if landing else 1)
        self._play(Phase.STEPS, self.plan.timeline(landing, upto))

    def _upto(self, step: int) -> int | None:
        if not self.interactive:
            return None
        waits = (s.index for s in self.plan.script.steps if s.step.wait and s.index >= step)
        return next(waits, None)

    def _mark(self) -> None:
        """Remember where the hands are, before anything else is said."""
        if self.phase is Phase.STEPS:
            landing = landing_at(self.timeline, self.frame)
            self.spot = Spot(Phase.STEPS, landing) if landing else Spot(Phase.CLOSING)
            if landing is None:
                self.code = ExitCode.FINISHED  # every step is done
        elif self.phase is not Phase.ASIDE:
            self.spot = Spot(self.phase)

    def _index(self) -> int:
        chapter = self.chapter
        if chapter is not None:
            return chapter.secured.index
        return self.spot.landing.step if self.spot.landing else 0

    def _taken(self) -> list[Order]:
        orders, self._orders = self._orders, []
        return orders

    def _entry(self, signal: Signal) -> dict[str, object]:
        landing = self.spot.landing
        return {
            "event": signal.value,
            "state": self.state.value,
            "phase": self.phase.value,
            "step": landing.step if landing else self._index(),
            "practised": round((landing.practised if landing else 0) / RATE, 3),
            "clock": self._seconds(self.frame),
        }

    # --- actions: each is named in the table and returns the next state, or None to stay ---

    def _do_start(self, _: Signal) -> State:
        if self.prelude.length == 0:
            self._steps(None)
            return State.PLAYING
        self._play(Phase.PRELUDE, self.prelude)
        return State.PREPARING

    def _do_prepared(self, _: Signal) -> State | None:
        if self.frame < self.timeline.length:
            return None
        if self.interactive:
            self._aside(wording.READY)
            return State.AWAITING
        self._steps(None)
        return State.PLAYING

    def _do_skip_line(self, _: Signal) -> None:
        """On to the next caution of the preparation, or to its end; a caution is heard out."""
        if not cautioning(self.timeline, self.frame):
            caution = next_caution(self.timeline, self.frame)
            self._play(Phase.PRELUDE, self.prelude, self.prelude.length if caution is None else caution)

    def _do_prepare_again(self, _: Signal) -> State:
        self._play(Phase.PRELUDE, self.prelude)
        return State.PREPARING

    def _do_begin(self, _: Signal) -> State:
        self.phase = Phase.PRELUDE
        self._steps(None)
        return State.PLAYING

    def _do_note(self, _: Signal) -> None:
        """The ledger has it; nothing else changes."""

    def _do_advance(self, _: Signal) -> State | None:
        if self.frame >= self.timeline.length:
            return self._over()
        if self.answers and self._may_answer():
            self._answer(self.answers.pop(0))
        return None

    def _over(self) -> State:
        last = self.timeline.chapters[-1].secured
        if last.index < len(self.plan.script.steps) or self._upto(last.index) is not None:
            self.spot = Spot(Phase.STEPS, Landing(last.index + 1))
            self._aside(wording.WAITING)
            return State.WAITING
        return self._end(ExitCode.FINISHED)

    def _end(self, code: ExitCode) -> State:
        self.code = code
        self._hush()
        self._orders.append(End(code))
        return State.ENDED

    def _do_toggle(self, signal: Signal) -> State:
        if self._at_gate():
            return self._do_jump(signal)
        return self._do_pause(signal)

    def _at_gate(self) -> bool:
        """The front of the neck is being announced, and any key leaves it out."""
        return self.phase is Phase.STEPS and self._announced(self._index()) is not None

    def _announced(self, index: int) -> SecuredStep | None:
        """Step `index`, when it announces the front of the neck."""
        steps = self.plan.script.steps
        found = steps[index - 1] if self.without_front is not None and 1 <= index <= len(steps) else None
        return found if found is not None and _announces_gate(found) else None

    def _do_decline(self, signal: Signal) -> State | None:
        """A key without a use here: at the announcement it leaves the front out, as announced."""
        return self._do_jump(signal) if self._at_gate() else None

    def _do_pause(self, _: Signal) -> State:
        self._mark()
        self._hush()
        return State.PAUSED

    def _do_jump(self, signal: Signal) -> State:
        if cautioning(self.timeline, self.frame):
            self.pending = signal
            return State.HEARING_OUT
        return self._leap(signal)

    def _do_heard_out(self, _: Signal) -> State | None:
        if cautioning(self.timeline, self.frame) or self.pending is None:
            return None
        signal, self.pending = self.pending, None
        return self._leap(signal)

    def _leap(self, signal: Signal) -> State:
        index = self._index()
        announced = self._announced(index)
        if announced is not None:
            return self._leave_front(announced)
        if signal is Signal.NEXT:
            return self._land(Landing(index + 1))
        if signal is Signal.BACK:
            return self._land(Landing(max(1, index - 1)))
        landing = landing_at(self.timeline, self.frame) or Landing(index)
        return self._land(replace(landing, instruct=True))

    def _leave_front(self, announced: SecuredStep) -> State:
        assert self.without_front is not None  # noqa: S101 (see _announced)
        texts = {**self.plan.sounds.texts, **self.without_front.sounds.texts}  # with what a stop says, and answers
        plan = replace(self.without_front, sounds=replace(self.without_front.sounds, texts=texts))
        self.plan, self.without_front = plan, None
        substitutes = (s.index for s in self.plan.script.steps if s.step.name == announced.step.instead)
        index = next(substitutes, announced.index)  # none, where today's answers took the substitute out as well
        return self._land(Landing(index))

    def _land(self, landing: Landing | None) -> State:
        """Go on at `landing`, cautions first; past the last step there is only the closing."""
        self.answers.clear()
        if landing is None or landing.step > len(self.plan.script.steps):
            self.code = ExitCode.FINISHED if landing is None else ExitCode.ENDED_EARLY
            return self._close()
        self._steps(landing)
        return State.PLAYING

    def _do_leap(self, signal: Signal) -> State:
        """A jump out of silence: from the spot that was marked."""
        if self.spot.phase is not Phase.STEPS:
            return self._do_resume(signal)
        landing = self.spot.landing or Landing(1)
        step = landing.step
        announced = self._announced(step)
        if signal is Signal.NEXT and announced is not None:
            return self._leave_front(announced)
        if signal is Signal.NEXT:
            return self._land(Landing(step + 1))
        if signal is Signal.BACK:
            return self._land(Landing(max(1, step - 1)))
        return self._land(replace(landing, memory=None, say=(), instruct=True))

    def _do_resume(self, _: Signal) -> State:
        if self.spot.phase is Phase.PRELUDE:
            return self._do_prepare_again(Signal.BACK)
        if self.spot.phase is Phase.CLOSING:
            return self._close()
        landing = self.spot.landing
        return self._land(replace(landing, memory=None, say=()) if landing else Landing(1))

    def _do_go_on(self, _: Signal) -> State:
        landing = self.spot.landing
        over = landing is not None and landing.step > len(self.plan.script.steps)
        return self._land(None if over else landing)

    # --- stop, and what follows ---

    def _do_stop(self, _: Signal) -> State:
        self._mark()
        self._hush()
        self.pending = None
        self.stopped = True
        self.code = ExitCode.ENDED_EARLY
        self._aside(*self.emergency.stop, kind=Kind.SAFETY)
        return State.STOPPED

    def _do_check(self, _: Signal) -> State:
        self._aside(self.emergency.any_sign)
        return State.CHECKING

    def _do_cleared(self, _: Signal) -> State:
        self.stopped = False
        self._aside(self.emergency.pain, kind=Kind.SAFETY)
        return State.PAUSED

    def _do_sign(self, _: Signal) -> State:
        """After such a sign nothing goes on: the words for it, then the closing."""
        self.code = ExitCode.ENDED_EARLY
        aside = [Cue("aside.no-drive", Kind.SAFETY, self.emergency.no_drive, self._index())]
        closing = self.plan.closing()
        words = spoken(aside, self.plan.sounds)
        moved = tuple(replace(p, start=p.start + words.length, end=p.end + words.length) for p in closing.placements)
        whole = Timeline(RATE, (*words.placements, *moved), (), words.length + closing.length)
        self._play(Phase.CLOSING, whole)
        return State.CLOSING

    # --- the end ---

    def _do_ask_finish(self, _: Signal) -> State:
        self._mark()
        self._aside(wording.FINISH)
        return State.CONFIRMING

    def _do_finish(self, _: Signal) -> State:
        self.code = ExitCode.ENDED_EARLY
        return self._close()

    def _do_interrupt(self, _: Signal) -> State:
        self.code = ExitCode.INTERRUPTED
        return self._close()

    def _close(self) -> State:
        self._play(Phase.CLOSING, self.plan.closing())
        return State.CLOSING

    def _do_closed(self, _: Signal) -> State | None:
        return self._end(self.code) if self.frame >= self.timeline.length else None

    def _do_leave(self, signal: Signal) -> State:
        early = {Signal.INTERRUPT: ExitCode.INTERRUPTED, Signal.FINISH: ExitCode.ENDED_EARLY}
        return self._end(early.get(signal, self.code))

    def _do_lose(self, _: Signal) -> State:
        self._mark()
        self._hush()
        self.pending = None
        self.held = self.state if self.state in _HOLDING else None
        return State.LOST

    def _do_find(self, signal: Signal) -> State:
        """Sound again: what held before, holds on; after a stop nothing goes on that nobody has cleared."""
        if self.stopped:
            return self._do_stop(signal)
        if self.held is State.AWAITING:
            self._aside(wording.READY)
        elif self.held is State.WAITING:
            self._aside(wording.WAITING)
        return self.held or self._do_resume(signal)

    # --- loudness ---

    def _do_louder(self, signal: Signal) -> State | None:
        self._set_gain(self.gain + GAIN_STEP)
        return self._do_decline(signal) if self.state is State.PLAYING else None

    def _do_quieter(self, signal: Signal) -> State | None:
        self._set_gain(self.gain - GAIN_STEP)
        return self._do_decline(signal) if self.state is State.PLAYING else None

    def _set_gain(self, decibels: float) -> None:
        self.gain = min(max(decibels, self._lowest), GAIN_HIGHEST)
        self._orders.append(Gain(self.gain))

    # --- answers: pace, one more minute, time left; the hands go on meanwhile ---

    def _do_answer(self, signal: Signal) -> State | None:
        if self._at_gate():
            return self._do_jump(signal)
        if signal is not Signal.TIME_LEFT or signal not in self.answers:  # of several only one, with true figures
            self.answers.append(signal)
        if self._may_answer():
            self._answer(self.answers.pop(0))
        return None

    def _may_answer(self) -> bool:
        """The hands are at work and nothing is being said."""
        chapter = self.chapter
        at_work = chapter is not None and chapter.practice_start <= self.frame < chapter.practice_end - RATE
        return at_work and speaking(self.timeline, self.frame) is None

    def _answer(self, signal: Signal) -> None:
        moment = Moment(self.plan, self.timeline, self.frame, self.clock, self.heard)
        answered = answer(signal, moment)
        if answered is not None:
            self.plan, landing = answered
            self._steps(landing)


def _waits_for_disk(order: Order) -> bool:
    return isinstance(order, Record | Deliver)


def _announces_gate(secured: SecuredStep) -> bool:
    return secured.hands_off and secured.step.gate is not None and bool(secured.say)
