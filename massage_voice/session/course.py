"""The course of a live session: what plays, where the hands are, what was heard. It decides nothing.

`machine.Session` adds what each signal does. Session time is counted in frames that the output device has
sounded; it stands still while nothing plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode, SafetyError
from massage_voice.safety.script import Cue, Kind, SecuredStep
from massage_voice.session.answers import OVER
from massage_voice.session.checkpoint import Checkpoint, Phase, spelled
from massage_voice.session.delivery import Delivery
from massage_voice.session.events import Event, Signal
from massage_voice.session.orders import Deliver, Gain, Order, Play, Record, Silence
from massage_voice.session.position import (
    Heard,
    chapter_at,
    heard,
    landing_at,
    rewound,
    speaking,
)
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Chapter, Placement, Timeline
from massage_voice.timeline.plan import Plan, TooTightError, bounds, spoken
from massage_voice.timeline.refit import Refit, least_wanted, refit

GAIN_STEP, GAIN_LOWEST, GAIN_HIGHEST = 2.0, -12.0, 3.0
"""Decibels; never silent, never so loud that speech with peaks at -3 dBFS would clip."""
NOTE_EVERY: Final = 5 * RATE
"""How much of a step may be done again after a crash."""
EMPTY: Final = Timeline(RATE, (), (), 0)


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


class Course:
    """Where a session stands and how it plays on."""

    def __init__(
        self, plan: Plan, emergency: Emergency, *, prelude: Timeline = EMPTY, without_front: Plan | None = None,
        interactive: bool = True, gain: float = 0.0, since: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.emergency = emergency
        self.prelude = prelude
        self.without_front = without_front
        self.interactive = interactive
        self.state = State.IDLE
        self.code = ExitCode.ENDED_EARLY
        self.run = 0
        self.timeline = EMPTY
        self.frame = 0
        self.phase = Phase.PRELUDE
        self.base = -prelude.length
        """Session time at frame 0 of the run."""
        self.origin = 0
        """Session time at which the steps begin, or go on after a crash."""
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
        self.barred = False
        """There was such a sign."""
        self.worked = False
        """Hands were on the front of the neck."""
        self.remaining: int | None = None
        """Frames until the session is to end, where that was asked for; set before every event."""
        self.waited: tuple[int, int] | None = None
        """The step somebody asked to stay in, and the practice that was left of it."""
        self.told_late = False
        """It was said that there is more left than time."""
        self.unheard: tuple[str, ...] = ()
        """Words after a stop that were begun and not heard whole: said before the hands go on."""
        self.held: State | None = None
        """The state in which the sound was lost, when that one waits for somebody in any case."""
        self._fitted = plan.durations
        self._delivery = Delivery()
        self._noted = (0, 0, plan.durations)
        """Run, frame and durations of the last checkpoint."""
        self._orders: list[Order] = []
        if since is not None:
            self._go_back_to(since)

    def _go_back_to(self, since: Checkpoint) -> None:
        """Stand where a checkpoint stood. What was heard then counts as unheard: cautions are owed anew."""
        self.stopped, self.worked = since.stopped, since.worked
        if since.phase is not Phase.PRELUDE:
            self.base = self.origin = since.clock
        landing = Landing(since.step, since.practised, since.left, instruct=True)
        self.spot = Spot(since.phase, landing if since.phase is Phase.STEPS else None)

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

    @property
    def checkpoint(self) -> Checkpoint:
        """Where to go on, should everything end now."""
        spot = self._spot()
        landing = spot.landing or Landing(self._index())
        index = min(landing.step, len(self.plan.script.steps))
        return Checkpoint(
            phase=spot.phase,
            step=landing.step,
            name=self.plan.script.steps[index - 1].step.name if index else "",
            practised=landing.practised,
            left=landing.left,
            clock=max(self.clock, self.origin),
            front=self.plan.script.front,
            worked=self.worked,
            stopped=self.stopped,
            barred=self.barred,
        )

    # --- what was sounded ---

    def _played(self, event: Event) -> bool:
        """Take the device's news; False when it is of an old run, or of one that was silenced meanwhile."""
        if event.run != self.run or not self.sounding:
            return False
        for placement in self._delivery.heard(self.timeline, self.frame, event.frame):
            self._orders.append(self._delivery.deliver(placement, self.run, self.base))
            self._tell(placement)
        self.frame = max(self.frame, event.frame)
        self._note_progress()
        return True

    def _tell(self, placement: Placement) -> None:
        cue = placement.cue
        if self._delivery.whole(placement):
            self.unheard = tuple(text for text in self.unheard if text != cue.text)
        if cue.hazard is not None and cue.text in self.plan.full_texts and self._delivery.whole(placement):
            self.told.add(cue.hazard)

    def _note_progress(self) -> None:
        """A checkpoint at every step, at the first touch of the front of the neck, and every few seconds."""
        chapter = self.chapter
        if chapter is None:
            return
        touched = chapter.secured.step.gate is not None and self.frame > chapter.practice_start
        run, frame, _ = self._noted
        began = run == self.run and frame < chapter.start <= self.frame
        if began or (touched and not self.worked) or self.frame - frame >= NOTE_EVERY:
            self.worked = self.worked or touched
            self._orders.append(Record(self._entry("at")))

    def _tear(self, event: Event) -> bool:
        """Note a gap; True when it tore a caution, which is then said again from its start.

        Raises:
            SafetyError: it was torn too often.
        """
        if event.run != self.run or not self.sounding:
            return False
        self._delivery.gap(event.frame, event.frames)
        torn = speaking(self.timeline, event.frame)
        if torn is None or not _is_owed(torn.cue) or self._delivery.whole(torn):
            return False
        if self._delivery.torn(torn):
            self._orders.append(self._delivery.line(torn, event.frame, self.run, self.base, "failed"))
            raise SafetyError("a caution could not be heard: the sound broke off again and again", "")
        self._rewind(torn)
        return True

    def _cut(self) -> None:
        """Whatever is being said is cut; the ledger says so."""
        placement = self.caption
        if self.sounding and placement is not None and placement.start < self.frame:
            self._orders.append(self._delivery.line(placement, self.frame, self.run, self.base, "cut"))

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
            self.base = self.origin - frame
        else:
            self.base += self.frame - frame
        self.run += 1
        self.sounding = True
        self.phase, self.timeline, self.frame = phase, timeline, frame
        self._delivery.begin()
        self._orders.append(Play(self.run, timeline, frame))

    def _rewind(self, placement: Placement) -> None:
        """Say `placement` again, and go on from there."""
        self._play(self.phase, self.timeline, rewound(self.timeline, placement))

    def _aside(self, *texts: str, kind: Kind = Kind.NOTICE) -> None:
        """Say something outside the session's own time."""
        cues = [Cue(f"aside.{n}", kind, text, self._index()) for n, text in enumerate(texts, 1)]
        self._play(Phase.ASIDE, self._said(cues))

    def _said(self, cues: Sequence[Cue]) -> Timeline:
        return spoken(cues, self.plan.sounds, RATE // 10)

    def _steps(self, landing: Landing | None, *, fitted: bool = False) -> None:
        """Play the steps from `landing` on, as far as the next that waits; `fitted` says that they end in time."""
        remaining = self._remaining()
        if remaining is not None and not fitted:
            self._laid(landing, None)  # `refit` begins from lengths that leave every sentence room
            landing = self._in_time(landing, remaining)
        self.heard = heard(landing.memory) if landing and landing.memory else Heard()
        landing = landing and self._owing(landing)
        self.spot = Spot(Phase.STEPS, landing)
        upto = self._upto(landing.step if landing else 1)
        self._play(Phase.STEPS, self._laid(landing, upto))

    def _owing(self, landing: Landing) -> Landing:
        """`landing` with what was never heard: cautions of the session, and instructions that broke off."""
        if landing.memory is not None:
            return landing
        words = tuple(Cue(f"{landing.step}.unheard", Kind.NOTICE, text, landing.step) for text in self.unheard)
        return replace(landing, owed=self.plan.owed(landing.step, self.told), say=(*words, *landing.say))

    def _laid(self, landing: Landing | None, upto: int | None) -> Timeline:
        """The timeline from `landing` on. Where pace and added minutes leave some sentence no room, other lengths.

        Raises:
            TooTightError: none does.
        """
        lows, highs = zip(*(bounds(secured) for secured in self.plan.script.steps), strict=True)
        for durations in (self.plan.durations, self._fitted, lows, highs):
            plan = self.plan.at(durations)
            with suppress(TooTightError):
                timeline = plan.timeline(landing, upto)
                self.plan = plan
                return timeline
        return self.plan.timeline(landing, upto)

    def _most(self) -> int:
        """Frames that may come yet: the limit of a session counts what has sounded of its steps."""
        return self.plan.script.limit_ms * RATE // 1000 - max(self.clock, self.origin)

    def _remaining(self) -> int | None:
        """Frames until the end that was asked for, never beyond the limit of a session; None where none was."""
        return None if self.remaining is None else min(self.remaining, self._most())

    def _in_time(self, landing: Landing | None, remaining: int) -> Landing | None:
        """Move what is left so that the end stays where it was asked for."""
        return self._take(refit(self.plan, landing, remaining))

    def _take(self, made: Refit) -> Landing | None:
        """Go on with another plan; the landing says, once, that it ends too late."""
        self.plan, landing = made.plan, made.landing
        if landing is None or made.over <= OVER or self.told_late:
            return landing
        self.told_late = True
        step = least_wanted(self.plan, landing, made.over)
        texts = [wording.TOO_LATE, *([wording.leave_out(step)] if step else [])]
        cues = [Cue(f"{landing.step}.late.{n}", Kind.NOTICE, text, landing.step) for n, text in enumerate(texts, 1)]
        return replace(landing, say=(*landing.say, *cues))

    def _upto(self, step: int) -> int | None:
        if not self.interactive:
            return None
        waits = (s.index for s in self.plan.script.steps if s.step.wait and s.index >= step)
        return next(waits, None)

    def _spot(self) -> Spot:
        """Where the hands are."""
        if self.phase is not Phase.STEPS:
            return self.spot
        landing = landing_at(self.timeline, self.frame)
        return Spot(Phase.STEPS, landing) if landing else Spot(Phase.CLOSING)

    def _mark(self) -> None:
        """Remember where the hands are, before anything else is said."""
        self.spot = self._spot()
        if self.phase is Phase.STEPS and self.spot.phase is Phase.CLOSING:
            self.code = ExitCode.FINISHED  # every step is done

    def _index(self) -> int:
        chapter = self.chapter
        if chapter is not None:
            return chapter.secured.index
        return self.spot.landing.step if self.spot.landing else 0

    def _step(self, index: int) -> SecuredStep | None:
        steps = self.plan.script.steps
        return steps[index - 1] if 1 <= index <= len(steps) else None

    # --- what the journal gets ---

    def _entry(self, event: str) -> dict[str, object]:
        """A checkpoint as a journal's entry, with the durations when they have changed since the last one."""
        entry = {"event": event, "state": self.state.value, **self.checkpoint.entry()}
        if self.plan.durations != self._noted[2]:
            entry["durations"] = spelled(self.plan.durations)
        self._noted = self.run, self.frame, self.plan.durations
        return entry

    def _taken(self) -> list[Order]:
        orders, self._orders = self._orders, []
        return orders

    def abandoned(self) -> list[Order]:
        """What is still to be written down when the session cannot go on."""
        return [order for order in self._taken() if isinstance(order, Record | Deliver)]

    def _set_gain(self, decibels: float) -> None:
        self.gain = min(max(decibels, self._lowest), GAIN_HIGHEST)
        self._orders.append(Gain(self.gain))


def _is_owed(cue: Cue) -> bool:
    """It must be heard whole: a caution, and the words of a stop."""
    return cue.is_caution or cue.kind is Kind.SAFETY
