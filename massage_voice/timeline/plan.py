"""A Plan: the script, the lengths of its sounds, and how long each step lasts. It lays out timelines.

The same plan gives `plan`, `render` and `run` the same timeline; a live session asks it again, from where the
hands are, whenever something changes what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from massage_voice.clip import RATE
from massage_voice.errors import RoutineError
from massage_voice.safety.script import Caution, Cue, Kind, Saying, Script, SecuredStep
from massage_voice.timeline.layout import PAUSE, REST, Laid, Landing, Memory, Room, Sounds, lay_step
from massage_voice.timeline.model import Placement, Timeline

LANDED_ROOM = 60 * RATE
"""How far a step may outgrow its bounds after a landing: its cautions are said anew, its practice stays."""
PRACTICE = 10 * RATE
"""The least time in which the hands work after a lead-in."""


class TooTightError(RoutineError):
    """A step whose words and cautions do not fit into the longest it may last."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Durations are frames, one a step; a step takes longer where its words need it.

    Compared by identity, so that the timeline of the whole is laid out once.
    """

    script: Script
    sounds: Sounds
    durations: tuple[int, ...]
    exercise: tuple[int, int, int]
    """The least and the most that the steps of one exercise may last together, and the most of a gated one."""
    notices: bool = True
    """False: names and lengths of steps are left out, because there is too little silence."""
    reminders: bool = True
    """False: reminders are left out, because the session would not fit otherwise."""

    def timeline(self, landing: Landing | None = None, upto: int | None = None) -> Timeline:
        """The whole session, or what is left of it from `landing` on; with `upto`, as far as that step's end.

        Raises:
            TooTightError: a step cannot hold what must be said in it.
        """
        laid = list(self.lay(landing, upto))
        chapters = [one.chapter for one in laid]
        tail, length = self._closing(chapters[-1].end) if upto is None else ([], chapters[-1].end)
        chapters[-1] = replace(chapters[-1], end=length)
        return Timeline(
            rate=RATE,
            placements=(*(p for one in laid for p in one.placements), *tail),
            chapters=tuple(chapters),
            length=length,
            ticks=tuple(tick for one in laid for tick in one.ticks),
            dropped=tuple(cue for one in laid for cue in one.dropped),
        )

    def whole(self) -> Timeline:
        """The timeline of the whole session, laid out once.

        Raises:
            TooTightError: a step cannot hold what must be said in it.
        """
        return _whole(self)

    @property
    def full_texts(self) -> frozenset[str]:
        """The full words of every caution in the script."""
        return frozenset(caution.full for secured in self.script.steps for caution in secured.cautions)

    def lay(self, landing: Landing | None = None, upto: int | None = None) -> Iterator[Laid]:
        """Step after step, as far as step `upto` or the end of the script."""
        memory, start = Memory(), 0
        landing = self._landed(landing) if landing else None
        if landing and landing.memory is not None:
            memory = landing.memory.copy()
        first = landing.step - 1 if landing else 0
        for number in range(first, upto or len(self.script.steps)):
            at = landing if number == first else None
            place = start, self.durations[number]
            spare = LANDED_ROOM if landing else 0
            one, memory = self._settle(self.script.steps[number], place, memory, at, spare)
            start = one.chapter.end
            yield one

    def _landed(self, landing: Landing) -> Landing:
        """A second part of cautions alone leans on the first: instead go on at their step, which says them all."""
        steps, at = self.script.steps, landing.step - 1
        if landing.memory is not None or not (at > 0 and steps[at].hands_off and steps[at - 1].hands_off):
            return landing
        return Landing(next(s.index for s in steps[at:] if not s.hands_off), owed=landing.owed, say=landing.say)

    def tail(self) -> int:
        """Frames that the closing takes after the last step."""
        return self._closing(0)[1]

    def owed(self, step: int, told: Set[str]) -> tuple[Caution, ...]:
        """Cautions of the session or the position that step `step` needs and that were never heard in full.

        `told` are the hazards that were. One that is never repeated (rising slowly, keeping off the carotid
        artery) is owed however far a jump goes; the others as long as they are in play.
        """
        in_play = set(self.script.steps[step - 1].hazards)
        cautions = (c for secured in self.script.steps[:step] for c in secured.cautions if c.session_wide)
        missing = {
            c.hazard: c
            for c in cautions
            if c.saying is Saying.FULL and c.hazard not in told and (c.repeat_ms is None or c.hazard in in_play)
        }
        return tuple(missing.values())

    def paced_after(self, step: int, factor: float) -> Plan:
        """The steps after `step` made `factor` times as long, each within its bounds.

        An exercise that would leave its own limits keeps its durations.
        """
        durations = [round(d * factor) if n >= step else d for n, d in enumerate(self.durations)]
        return self.at(durations)

    def at(self, durations: Sequence[int]) -> Plan:
        """The steps as long as `durations` says, in frames, each within its bounds; none changes nothing.

        An exercise that would leave its own limits keeps its durations.
        """
        if len(durations) != len(self.durations):
            return self
        pairs = zip(self.script.steps, durations, strict=True)
        wanted = [min(max(frames, bounds(secured)[0]), bounds(secured)[1]) for secured, frames in pairs]
        kept = exercises_out_of_bounds(self.script, wanted, self.exercise)
        return replace(self, durations=tuple(self.durations[n] if n in kept else d for n, d in enumerate(wanted)))

    def lengthened(self, step: int, frames: int) -> Plan | None:
        """Step `step` (from 1) made longer or shorter; None when its exercise would leave its limits."""
        durations = list(self.durations)
        durations[step - 1] += frames
        if step - 1 in exercises_out_of_bounds(self.script, durations, self.exercise):
            return None
        return replace(self, durations=tuple(durations))

    def preparation(self, lines: Sequence[Cue] = ()) -> Timeline:
        """`lines` and the script's preparation, spoken one after the other."""
        return spoken((*lines, *self.script.preparation), self.sounds)

    def closing(self, cues: Sequence[Cue] | None = None) -> Timeline:
        """The closing alone, after an early finish; with other `cues` where the session ends in another position."""
        placements, length = self._closing(0, cues)
        return Timeline(RATE, tuple(placements), (), length)

    def _settle(
        self, secured: SecuredStep, place: tuple[int, int], memory: Memory, landing: Landing | None, spare: int
    ) -> tuple[Laid, Memory]:
        """Lay the step as long as wanted, or as little longer as its words need; `spare` lies beyond its bounds."""
        low, high = bounds(secured)
        start, wanted = place
        duration = min(max(wanted, low), high)
        for room in self._rooms():
            length, least, most = duration, low, high + spare
            while least <= length <= most:
                mind = memory.copy()
                one = lay_step(secured, (start, length), mind, self.sounds, landing, room)
                missing = _missing(one)
                if missing == 0 or (landing is not None and landing.left is not None):
                    return one, mind
                if room.notices:
                    break
                if missing > 0:  # what was too short or too long is not tried again: sides and silence may contradict
                    least = length + 1
                else:
                    most = length - 1
                length += missing
        raise _too_tight(secured)

    def _rooms(self) -> tuple[Room, ...]:
        """What a step leaves out when its words do not fit: first the notices, at last the reminders."""
        kept = Room(notices=self.notices, reminders=self.reminders)
        return kept, replace(kept, notices=False), Room(notices=False, reminders=False)

    def _closing(self, end: int, cues: Sequence[Cue] | None = None) -> tuple[list[Placement], int]:
        last = self.script.steps[-1].index if self.script.steps else 0
        now, placements = end + PAUSE, []
        for cue in self.script.closing if cues is None else cues:
            length = self.sounds.texts[cue.text]
            placements.append(Placement(replace(cue, step=last), now, now + length))
            now += length + PAUSE
        bell = self.sounds.bells.get("end")
        if bell is not None:
            placements.append(Placement(Cue("closing.bell.end", Kind.BELL, "end", last), now, now + bell))
            now += bell
        return placements, now


@lru_cache(maxsize=2)
def _whole(plan: Plan) -> Timeline:
    return plan.timeline()


def bounds(secured: SecuredStep) -> tuple[int, int]:
    """The shortest and longest a step may last, in frames."""
    low, high = secured.bounds_ms
    return low * RATE // 1000, high * RATE // 1000


def exercises_out_of_bounds(script: Script, durations: Sequence[int], limits: tuple[int, int, int]) -> set[int]:
    """Numbers (from 0) of the steps whose exercise would last too short or too long."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for number, secured in enumerate(script.steps):
        if secured.step.exercise is not None:
            key = secured.step.exercise, secured.step.gate is not None
            groups.setdefault(key, []).append(number)
    low, high, gated_high = limits
    return {
        number
        for (_, gated), group in groups.items()
        if not low <= sum(durations[n] for n in group) <= (gated_high if gated else high)
        for number in group
    }


def spoken(cues: Sequence[Cue], sounds: Sounds, pause: int = PAUSE * 2) -> Timeline:
    """`cues` one after the other, `pause` frames between them."""
    placements, now = [], pause
    for cue in cues:
        length = sounds.texts[cue.text]
        placements.append(Placement(cue, now, now + length))
        now += length + pause
    return Timeline(RATE, tuple(placements), (), now)


def _missing(one: Laid) -> int:
    """Frames by which the step must grow (or, negative, shrink); 0 when it is as it must be."""
    chapter = one.chapter
    secured = chapter.secured
    practice = chapter.practice_end - chapter.practice_start
    if one.excess:
        return -2 * one.excess
    least = REST if secured.hands_off else PRACTICE
    missing = max(least - practice, 0)
    if not secured.hands_off:
        missing = max(missing, int(one.speech / secured.speech_share) + 1 - (chapter.end - chapter.start))
    if one.late:
        missing = max(missing, RATE)
    return max(missing, 0)


def _too_tight(secured: SecuredStep) -> TooTightError:
    step = secured.step
    longest = secured.bounds_ms[1] / 1000
    return TooTightError(
        f"{step.place}: steps.{step.name}.between: the cautions and instructions of this step do not fit "
        f"into the longest it may last, {longest:g} s",
        "shorten what it says, lengthen `between`, or speak faster with --wpm",
    )
