"""A live session without a clock, a disk or a loudspeaker: events in, orders out.

`table.TABLE` says what may happen; this file says what it does. Whatever road leads into a step, the step's
cautions are said first, because every road goes through `Plan.timeline(landing)`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode
from massage_voice.safety.script import Cue, Kind
from massage_voice.session.answers import TOLD, Moment, answer
from massage_voice.session.checkpoint import Phase
from massage_voice.session.course import GAIN_STEP, Spot
from massage_voice.session.events import Event, Signal
from massage_voice.session.leaps import Leaps
from massage_voice.session.orders import Deliver, End, Order, Play, Record
from massage_voice.session.position import LEAD, SCRAP, cautioning, landing_at, next_caution, rewound, speaking
from massage_voice.session.table import TABLE, State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import spoken

ANSWER_KEYS: Final = {"y": Signal.YES, "n": Signal.NO, "u": Signal.UNSURE}
"""What keys mean while a question is open."""
_HOLDING: Final = frozenset({State.AWAITING, State.WAITING, State.PAUSED})
"""States that wait for somebody, sound or not."""
_NEWS: Final = frozenset({Signal.PLAYED, Signal.GAP})
"""What the device reports; taken in every state."""


class Session(Leaps):
    """One session. `handle` is the only way in; everything else is for looking."""

    def handle(self, event: Event) -> list[Order]:
        """What to do about `event`, in this order; nothing when the state has no use for it.

        Raises:
            SafetyError: a caution cannot be heard, or a step cannot hold what must be said in it.
        """
        if event.signal in _NEWS and not self._news(event):
            return self._taken()
        signal, before = self._meant(event), self.state
        transition = TABLE[before].get(signal)
        if transition is None:
            return self._taken()
        target = getattr(self, f"_do_{transition.action}")(signal)
        self.state = before if target is None else target
        if self.state is not before or self._plays_on():
            self._write_ahead(signal.value)
        if signal is Signal.STOP:
            self._orders.sort(key=_waits_for_disk)
        return self._taken()

    def _news(self, event: Event) -> bool:
        """Take what the device reports; False when it is of an old run and means nothing."""
        return self._played(event) if event.signal is Signal.PLAYED else self._tear(event)

    def _meant(self, event: Event) -> Signal:
        """A key that answers a question means its answer; a pedal's "next" is no "no"."""
        asked = self.state in {State.CHECKING, State.CONFIRMING}
        return ANSWER_KEYS.get(event.key, event.signal) if asked else event.signal

    def _plays_on(self) -> bool:
        """The steps were ordered to play from another place: written ahead of it."""
        return self.phase is Phase.STEPS and any(isinstance(order, Play) for order in self._orders)

    def _write_ahead(self, event: str) -> None:
        """An entry before all that follows from it, and after a checkpoint that fell due at the place left now."""
        place = max((n for n, order in enumerate(self._orders, 1) if isinstance(order, Record)), default=0)
        self._orders.insert(place, Record(self._entry(event)))

    # --- actions: each is named in the table and returns the next state, or None to stay ---

    def _do_start(self, signal: Signal) -> State:
        """From the beginning, or from where a crash left the session."""
        if self.stopped:
            return self._do_check(signal)
        if self.spot.phase is Phase.CLOSING:
            self.code = ExitCode.FINISHED  # every step is done
            return self._close()
        if self.spot.phase is Phase.PRELUDE and self.prelude.length:
            return self._do_prepare_again(signal)
        return self._ready() if self.spot.phase is Phase.STEPS else self._do_begin(signal)

    def _do_prepared(self, _: Signal) -> State | None:
        if self.frame < self.timeline.length:
            return None
        return self._ready()

    def _ready(self) -> State:
        """Wait for somebody to say that it may begin; where nobody can, begin."""
        if not self.interactive:
            return self._do_begin(Signal.READY)
        self._aside(wording.READY)
        return State.AWAITING

    def _do_skip_line(self, _: Signal) -> None:
        """On to the next caution of the preparation, or to its end; a caution is heard out."""
        if not cautioning(self.timeline, self.frame):
            caution = next_caution(self.timeline, self.frame)
            begin = self.prelude.length if caution is None else rewound(self.timeline, caution)
            self._play(Phase.PRELUDE, self.prelude, begin)

    def _do_prepare_again(self, _: Signal) -> State:
        self._play(Phase.PRELUDE, self.prelude)
        return State.PREPARING

    def _do_begin(self, _: Signal) -> State:
        self.phase = Phase.PRELUDE
        if self.spot.landing is not None:
            return self._do_go_on(Signal.READY)
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

    def _do_sleep(self, signal: Signal) -> State:
        """Nothing ran for a while, so nothing was heard: hold, say so, and go on with cautions."""
        if self.state is State.CLOSING:
            return self._close_again()
        self._do_pause(signal)
        if not self.interactive:
            return self._do_resume(signal)
        self._aside(wording.HELD)
        return State.PAUSED

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

    def _do_toggle(self, signal: Signal) -> State | None:
        if self._at_gate():
            return self._do_jump(signal)
        return self._do_pause(signal)

    def _do_decline(self, signal: Signal) -> State | None:
        """A key without a use here: at the announcement it leaves the front out, as announced."""
        return self._do_jump(signal) if self._at_gate() else None

    def _do_proceed(self, _: Signal) -> State | None:
        """Go on, after somebody asked to stay."""
        return self._do_answer(Signal.READY)

    def _do_pause(self, _: Signal) -> State:
        self._mark()
        self._hush()
        return State.PAUSED

    def _do_jump(self, signal: Signal) -> State | None:
        if self._spot().landing is None:
            return None  # the closing is heard out
        if cautioning(self.timeline, self.frame):
            self.pending = signal
            return State.HEARING_OUT
        return self._leap(signal)

    def _do_heard_out(self, _: Signal) -> State | None:
        begun_again = cautioning(self.timeline, self.frame + LEAD)  # it had broken off
        if cautioning(self.timeline, self.frame) or begun_again or self.pending is None:
            return None
        signal, self.pending = self.pending, None
        return self._leap(signal)

    def _do_leap(self, signal: Signal) -> State:
        """A jump out of silence: from the spot that was marked."""
        landing = self.spot.landing
        if landing is None:
            return self._do_resume(signal)
        announced = self._announced(landing.step)
        if signal is Signal.NEXT and announced is not None:
            return self._leave_front(announced)
        return self._jump(signal, landing.step, landing)

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
        self.stopped = True
        self.code = ExitCode.ENDED_EARLY
        self._aside(*self.emergency.stop, kind=Kind.SAFETY)
        return State.STOPPED

    def _do_stop_unheard(self, _: Signal) -> None:
        """Without sound: its words are said as soon as there is some."""
        self.stopped, self.held = True, None
        self._orders.append(Record(self._entry(Signal.STOP.value)))

    def _do_check(self, signal: Signal) -> State:
        if self.barred:
            return self._do_sign(signal)
        self._aside(self.emergency.any_sign)
        return State.CHECKING

    def _do_cleared(self, _: Signal) -> State:
        self.stopped = False
        self.unheard = (self.emergency.pain,)
        self._aside(self.emergency.pain, kind=Kind.SAFETY)
        return State.PAUSED

    def _do_sign(self, _: Signal) -> State:
        """After such a sign nothing goes on: the words for it, then the closing."""
        self.barred = True
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
        self._mark()
        self.code = ExitCode.INTERRUPTED
        return self._close()

    def _close_again(self) -> State:
        """Go on with the closing, with what was being said."""
        placements = self.timeline.placements
        self._rewind(next((p for p in placements if p.end > self.frame), placements[-1]))
        return State.CLOSING

    def _do_closed(self, _: Signal) -> State | None:
        return self._end(self.code) if self.frame >= self.timeline.length else None

    def _do_leave(self, signal: Signal) -> State:
        return self._end(ExitCode.INTERRUPTED if signal is Signal.INTERRUPT else ExitCode.NO_SOUND)

    def _do_lose(self, _: Signal) -> State:
        self._mark()
        self._hush()
        self.held = self.state if self.state in {*_HOLDING, State.CLOSING} else None
        return State.LOST

    def _do_find(self, signal: Signal) -> State:
        """Sound again: what held before, holds on; after a stop nothing goes on that nobody has cleared."""
        if self.held is State.CLOSING:
            return self._close_again()
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

    # --- answers: pace, one more minute, time left; the hands go on meanwhile ---

    def _do_answer(self, signal: Signal) -> State | None:
        return self._do_jump(signal) if self._at_gate() else self._do_tell(signal)

    def _do_tell(self, signal: Signal) -> State | None:
        """As soon as nothing else is being said."""
        if signal not in TOLD or signal not in self.answers:  # of several only one, with true figures
            self.answers.append(signal)
        if self._may_answer():
            self._answer(self.answers.pop(0))
        return None

    def _may_answer(self) -> bool:
        """The hands are at work, nothing is being said, and no caution that broke off is about to be said again."""
        chapter = self.chapter
        at_work = chapter is not None and chapter.practice_start <= self.frame < chapter.practice_end - SCRAP
        about_to = cautioning(self.timeline, self.frame + LEAD)
        return at_work and speaking(self.timeline, self.frame) is None and not about_to

    def _answer(self, signal: Signal) -> None:
        step, left = self.waited or (0, None)
        waited = left if step == self._index() else None
        moment = Moment(self.plan, self.timeline, self.frame, self.clock, self.heard, self._remaining(), waited)
        if signal is Signal.READY and waited is None:
            return
        if signal is Signal.WAIT and waited is None:
            landing = landing_at(self.timeline, self.frame)
            self.waited = (self._index(), landing.left) if landing and landing.left is not None else None
        if signal is Signal.READY:
            self.waited = None
        answered = answer(signal, moment)
        if answered is not None:
            self._steps(self._take(answered), fitted=True)


def _waits_for_disk(order: Order) -> bool:
    return isinstance(order, Record | Deliver)
