"""Ways from step to step: on, back, the same again. Each lands with the cautions of where it leads.

The front of the neck is left out while it is announced, and never worked twice; and going back does not make a
session longer than its limit.
"""

from __future__ import annotations

from dataclasses import replace

from massage_voice.errors import ExitCode
from massage_voice.routine.model import Side
from massage_voice.safety.script import SecuredStep
from massage_voice.session.answers import OVER
from massage_voice.session.checkpoint import Phase
from massage_voice.session.course import Course, Spot
from massage_voice.session.events import Signal
from massage_voice.session.front import announces_gate, without
from massage_voice.session.position import landing_at
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.plan import PRACTICE, Plan
from massage_voice.timeline.refit import refit


class Leaps(Course):
    """A course that jumps."""

    def _at_gate(self) -> bool:
        """The front of the neck is being announced, and any key leaves it out."""
        return self.phase is Phase.STEPS and self._announced(self._index()) is not None

    def _announced(self, index: int) -> SecuredStep | None:
        """Step `index`, when it announces the front of the neck."""
        found = self._step(index) if self.without_front is not None else None
        return found if found is not None and announces_gate(found) else None

    def _mark(self) -> None:
        """As before; and a key that was pressed while the front was announced has left it out."""
        super()._mark()
        pending, self.pending = self.pending, None
        announced = self._announced(self._index()) if pending is not None else None
        if announced is not None:
            self.spot = Spot(Phase.STEPS, self._shut_front(announced.step.instead, announced.index))

    def _leap(self, signal: Signal) -> State:
        """A jump while it plays."""
        index = self._index()
        announced = self._announced(index)
        if announced is not None:
            return self._leave_front(announced)
        return self._jump(signal, index, landing_at(self.timeline, self.frame) or Landing(index))

    def _jump(self, signal: Signal, index: int, landing: Landing) -> State:
        if signal is Signal.NEXT:
            return self._land(Landing(index + 1))
        if signal is Signal.BACK and not self._is_worked_front(index):
            if self._is_worked_front(index - 1):
                return self._back_before_front(index)
            return self._landed_back(self._way_back(Landing(max(1, index - 1))))
        return self._land(replace(landing, memory=None, say=(), instruct=True))

    def _is_worked_front(self, index: int) -> bool:
        """Step `index` belongs to the front of the neck, which hands have been on in this session."""
        step = self._step(index)
        return self.worked and step is not None and step.step.gate is not None

    def _leave_front(self, announced: SecuredStep) -> State:
        return self._land(self._shut_front(announced.step.instead, announced.index))

    def _back_before_front(self, index: int) -> State:
        """Back over the front, which is done: to the step before it, and no road leads into it again."""
        before = [s for s in self.plan.script.steps[: index - 1] if s.step.gate is None]
        kept = self.plan, self.without_front, self._fitted
        back = self._way_back(self._shut_front(before[-1].step.name, before[-1].index))
        if back is None:
            self.plan, self.without_front, self._fitted = kept
        return self._landed_back(back)

    def _shut_front(self, name: str | None, otherwise: int) -> Landing:
        """Take the plan without the front; the landing at its step called `name`, or at number `otherwise`."""
        assert self.without_front is not None  # noqa: S101 (a plan with the front comes with one without)
        self.plan, self.without_front = without(self.plan, self.without_front, self._fitted), None
        self._fitted = self.plan.durations
        found = (s.index for s in self.plan.script.steps if s.step.name == name)
        return Landing(next(found, otherwise))  # today's answers may have taken that one out as well

    def _way_back(self, back: Landing) -> Landing | None:
        """How to go on at `back`, the rest shortened until it ends in time; None where that is not enough.

        The limit of a session counts what was worked already, however often the same step comes again. What cannot
        become shorter by its own limits is worked a second time for as long as there is time.
        """
        plan, asked = self.plan, self._remaining()
        most = self._most() if asked is None else asked
        owing = self._owing(back)
        if self._laid(owing, None).length <= most:
            return back
        made = refit(self.plan, owing, most)
        way = self._some_of(made.plan, owing, most) if made.over > OVER else owing
        self.plan = plan if way is None else made.plan
        return way and replace(way, owed=(), say=back.say)

    def _some_of(self, plan: Plan, back: Landing, most: int) -> Landing | None:
        """Its step with so much less practice; None where too little is left.

        Nor where the sides would differ, or the pressure rises: the question before that may lie in what is left off.
        """
        timeline = plan.timeline(back)
        chapter = timeline.chapters[0]
        step = chapter.secured.step
        if step.side is Side.SEQUENTIAL or step.pressure.start != step.pressure.end:
            return None
        practice = left = chapter.practice_end - chapter.practice_start
        landing = back
        for _ in range(2):  # a step that is begun in its middle has fewer words
            left = min(left - (timeline.length - most), practice)  # without these words there may be time for all of it
            if left < PRACTICE:
                return None
            landing = replace(back, practised=practice - left, left=left, instruct=True)
            timeline = plan.timeline(landing)
        return landing

    def _landed_back(self, way: Landing | None) -> State:
        """Without a way back everything stays as it is, and it is said why."""
        if way is not None:
            return self._land(way)
        if self.state in {State.PAUSED, State.WAITING}:
            self._aside(wording.NO_WAY_BACK)
            return self.state
        if Signal.BACK not in self.answers:
            self.answers.append(Signal.BACK)
        return State.PLAYING

    def _land(self, landing: Landing | None) -> State:
        """Go on at `landing`, cautions first; past the last step there is only the closing."""
        self.answers.clear()
        if landing is None or landing.step > len(self.plan.script.steps):
            self._mark()
            self.code = ExitCode.FINISHED if landing is None else ExitCode.ENDED_EARLY
            return self._close()
        self._steps(landing)
        return State.PLAYING

    def _close(self) -> State:
        self._play(Phase.CLOSING, self.plan.closing())
        return State.CLOSING
