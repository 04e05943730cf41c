"""A second pair of eyes: reads a finished timeline and the registry, and lists what breaks a safety rule.

It shares no logic with `secure()` and `layout`: it looks at what will be heard, when, and where the hands are.
Nothing is played or rendered that it finds fault with. The numbers in brackets are the invariants it keeps.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from massage_voice.clip import RATE
from massage_voice.routine.model import Position, Side
from massage_voice.safety.registry import Hazard, Registry, Scope, Severity
from massage_voice.safety.script import Kind, Script
from massage_voice.timeline.model import Chapter, Placement, Timeline

_SLACK = RATE // 1000
"""A millisecond, for lengths that were rounded to frames."""


def audit(timeline: Timeline, script: Script, registry: Registry, *, whole: bool = True) -> list[str]:
    """What is wrong with `timeline`, in words; empty when nothing is.

    A timeline that is a part of the session (after a pause, a jump, a crash; up to a step that waits) is held to
    everything but the rules about the session as a whole. `whole=False` says that it is one, where the timeline
    alone does not tell: "back" to the first step, or from the first step to one that waits.
    """
    auditor = _Auditor(timeline, script, registry)
    first = timeline.chapters[0] if timeline.chapters else None
    from_the_start = first is not None and first.secured.index == 1 and not first.practised
    return [*auditor.moments(), *(auditor.session() if whole and from_the_start else ())]


@dataclass(frozen=True, slots=True)
class _Stay:
    """A run of chapters in which a hazard is in play."""

    hazard: Hazard
    chapters: tuple[Chapter, ...]

    @property
    def start(self) -> int:
        return self.chapters[0].start

    @property
    def end(self) -> int:
        return self.chapters[-1].practice_end


class _Auditor:
    def __init__(self, timeline: Timeline, script: Script, registry: Registry) -> None:
        self.timeline = timeline
        self.script = script
        self.registry = registry
        self.flags = script.flags
        self.spoken = [p for p in timeline.placements if p.cue.is_spoken]
        self.said: dict[str, list[Placement]] = {}
        self.in_step: dict[int, list[Placement]] = {}
        self.longest = max((p.end - p.start for p in self.spoken), default=0)
        self.moves = [s.index for s in script.steps if "to-prone" in s.step.flags]
        for placement in self.spoken:
            self.in_step.setdefault(placement.cue.step, []).append(placement)
            self.said.setdefault(placement.cue.hazard or "", []).append(placement)

    def moments(self) -> Iterator[str]:
        """Rules about every moment in which hands are on the body."""
        yield from self._steps()
        yield from self._words()
        yield from self._one_at_a_time()
        yield from self._undisturbed()
        yield from self._practice()
        for area in sorted({area for chapter in self.timeline.chapters for area in chapter.secured.step.areas}):
            yield from self._area(area)
        for stay in self._stays():
            yield from self._repeats(stay)
        for chapter in self.timeline.chapters:
            yield from self._entry_order(chapter)
            yield from self._pressure(chapter)
            yield from self._rising(chapter)

    def session(self) -> Iterator[str]:
        """Rules about the session as a whole."""
        yield from self._frame()
        yield from self._gate()
        yield from self._exercises()
        for chapter in self.timeline.chapters:
            yield from self._budget(chapter)
            yield from self._sides(chapter)

    # --- every moment ---

    def _steps(self) -> Iterator[str]:
        """[2] The chapters are the script's steps, one after the other, and each step's words stay within it."""
        chapters = self.timeline.chapters
        if not chapters:
            yield "there are no steps"
            return
        known = {secured.index: secured for secured in self.script.steps}
        first = chapters[0].secured.index
        for number, chapter in enumerate(chapters, first):
            if chapter.secured.index != number or known.get(number) != chapter.secured:
                yield f"{_name(chapter)} is not step {number} of the script"
            if chapter.secured.hands_off and chapter.secured.step.technique != "none":
                yield f"{_name(chapter)}: the hands are said to be off, and work"
        for one, other in pairwise(chapters):
            if other.start < one.practice_end:
                yield f"{_name(other)} begins before {_name(one)} is over"
        times = {chapter.secured.index: chapter for chapter in chapters}
        for placement in self.spoken:
            home = times.get(placement.cue.step)
            if home is None or not home.start <= placement.start <= placement.end <= home.end:
                yield f"{placement.cue.id} is said outside its step"

    def _words(self) -> Iterator[str]:
        """[2] Cautions are the registry's words, unchanged."""
        for placement in self.spoken:
            name = placement.cue.hazard
            if name is not None:
                hazard = self.registry.hazards.get(name)
                if hazard is None or placement.cue.text not in {hazard.enter, *hazard.repeats}:
                    yield f"{placement.cue.id}: the words are not the registry's"

    def _one_at_a_time(self) -> Iterator[str]:
        """[3] No two texts overlap, and none is cut by the end."""
        for one, other in pairwise(self.spoken):
            if other.start < one.end:
                yield f"{other.cue.id} begins before {one.cue.id} is over"
        if self.spoken and self.spoken[-1].end > self.timeline.length:
            yield f"{self.spoken[-1].cue.id} is cut by the end"

    def _undisturbed(self) -> Iterator[str]:
        """[3] No bell and no tick sounds beside a caution."""
        bells = [(p.start, p.end, p.cue.id) for p in self.timeline.placements if not p.cue.is_spoken]
        bells += [(tick, tick + 1, "a tick") for tick in self.timeline.ticks]
        cautions = [p for p in self.spoken if p.cue.is_caution]
        starts = [p.start for p in cautions]
        for start, end, name in bells:
            near = cautions[max(0, bisect_left(starts, start) - 1) : bisect_left(starts, end)]
            for caution in near:
                if start < caution.end and caution.start < end:
                    yield f"{name} sounds beside {caution.cue.id}"

    def _practice(self) -> Iterator[str]:
        for chapter in self.timeline.chapters:
            if not chapter.start <= chapter.practice_start <= chapter.practice_end <= chapter.end:
                yield f"{_name(chapter)}: its times are out of order"

    def _area(self, area: str) -> Iterator[str]:
        """[2, 6] Since an area was entered, each of its cautions was heard in full before the hands worked."""
        for run in _runs(self.timeline.chapters, area):
            for chapter in run:
                for hazard in self._fired(chapter, area):
                    since = chapter.start if hazard.always_full else run[0].start
                    if not self._full(hazard, since, chapter.practice_start):
                        yield f"{_name(chapter)}: {hazard.id} was not heard in full before the hands reach {area}"

    def _full(self, hazard: Hazard, since: int, until: int) -> bool:
        replaced = hazard.id == "carotid-keep-off" and any(
            p.end <= until for p in self._sayings("carotid-jugular", since, until)
        )
        return replaced or any(
            p.cue.text == hazard.enter and p.end <= until for p in self._sayings(hazard.id, since, until)
        )

    def _sayings(self, hazard: str, since: int, until: int) -> list[Placement]:
        """What was said of a hazard, by where it begins: `[since, until)`."""
        said = self.said.get(hazard, [])
        return said[bisect_left(said, since, key=_start) : bisect_left(said, until, key=_start)]

    def _fired(self, chapter: Chapter, area: str) -> Iterator[Hazard]:
        """The hazards that working `area` in this chapter puts in play."""
        step = chapter.secured.step
        if chapter.secured.hands_off:
            return
        resting = _weightless(chapter)
        names = list(self.registry.areas[area].hazards)
        names += [h.id for h in self.registry.hazards.values() if h.scope is Scope.STEP_FLAG and h.within & step.flags]
        for name in names:
            hazard = self.registry.hazards[name]
            barred = hazard.scope is Scope.PARTNER_FLAG and not hazard.within & self.flags
            if not barred and not (resting and hazard.severity is not Severity.CRITICAL):
                yield hazard

    def _stays(self) -> Iterator[_Stay]:
        """Every run of chapters in which a hazard with a repeat is in play."""
        in_play: dict[str, list[Chapter]] = {}
        for chapter in self.timeline.chapters:
            now = {h.id for area in chapter.secured.step.areas for h in self._fired(chapter, area)}
            now |= self._wide(chapter)
            for name in [name for name in in_play if name not in now]:
                yield _Stay(self.registry.hazards[name], tuple(in_play.pop(name)))
            for name in now:
                in_play.setdefault(name, []).append(chapter)
        for name, chapters in in_play.items():
            yield _Stay(self.registry.hazards[name], tuple(chapters))

    def _wide(self, chapter: Chapter) -> set[str]:
        """Hazards of the session and of the position while `chapter` plays."""
        names = {hazard.id for hazard in self.registry.scoped(Scope.SESSION)}
        position = self._position(chapter)
        if position is None:
            return names
        names |= {hazard.id for hazard in self.registry.scoped(Scope.POSITION, position)}
        if not chapter.secured.hands_off and not _weightless(chapter):
            names |= {hazard.id for hazard in self.registry.scoped(Scope.MOVING, position)}
        return names

    def _position(self, chapter: Chapter) -> Position | None:
        """How the receiver sits or lies; None while they move."""
        index = chapter.secured.index
        if index in self.moves:
            return None
        return Position.PRONE if any(move < index for move in self.moves) else self.script.routine.position

    def _repeats(self, stay: _Stay) -> Iterator[str]:
        """[5] While a hazard is in play, no longer than its `repeat_s` lies between two sayings."""
        hazard = stay.hazard
        if hazard.repeat_s is None:
            return
        limit = hazard.repeat_s * RATE + _SLACK
        near = self._sayings(hazard.id, stay.start - limit - self.longest, stay.end)
        sayings = [p for p in near if p.end > stay.start - limit]
        if not any(p.start <= stay.chapters[0].practice_start for p in sayings):
            yield f"{_name(stay.chapters[0])}: {hazard.id} was not said when it came into play"
        ends = [*sayings, None]
        for one, other in pairwise(ends):
            assert one is not None  # noqa: S101 (only the last is None)
            until = other.start if other is not None else stay.end
            at_work = until > stay.chapters[0].practice_start
            if at_work and until - one.end > limit:
                yield f"{one.cue.id}: {hazard.id} is not said again within {hazard.repeat_s} s"

    def _entry_order(self, chapter: Chapter) -> Iterator[str]:
        """[2] Full cautions stand before the instructions: at most three of an area, the carotid artery last."""
        spoken = self.in_step.get(chapter.secured.index, [])
        here = [p for p in spoken if p.start < chapter.practice_start]
        full = [p for p in here if p.cue.kind is Kind.SAFETY and self._is_area_full(p)]
        first = next((p.start for p in here if p.cue.kind is Kind.INSTRUCTION), chapter.practice_start)
        if any(p.start > first for p in full):
            yield f"{_name(chapter)}: an instruction comes before a caution"
        landed = chapter is self.timeline.chapters[0] and chapter.secured.index > 1
        if len(full) > self.registry.limits.full_cautions and not (landed or chapter.practised):
            yield f"{_name(chapter)}: {len(full)} full cautions are too many for one step"
        severities = [self._hazard(p).severity for p in full]
        carotid = [("carotid" in self._hazard(p).id) for p in full]
        if any(carotid[:-1]) or severities != sorted(severities):
            yield f"{_name(chapter)}: cautions are not in the order of their weight, the carotid artery last"

    def _hazard(self, placement: Placement) -> Hazard:
        return self.registry.hazards[placement.cue.hazard or ""]

    def _is_area_full(self, placement: Placement) -> bool:
        name = placement.cue.hazard
        hazard = self.registry.hazards.get(name or "")
        if hazard is None or placement.cue.text != hazard.enter:
            return False
        return hazard.scope in {Scope.AREA, Scope.STEP_FLAG, Scope.PARTNER_FLAG} or any(
            name in area.hazards for area in self.registry.areas.values()
        )

    def _pressure(self, chapter: Chapter) -> Iterator[str]:
        """[7, 8] No pressure above its cap, no technique an area does not allow."""
        step = chapter.secured.step
        if chapter.secured.hands_off:
            return
        for name in step.areas:
            area = self.registry.areas.get(name)
            if area is None or step.technique not in area.techniques:
                yield f"{_name(chapter)}: {step.technique} is not allowed in {name}"
            elif max(map(self.registry.level, step.pressure.range_in(name))) > area.cap:
                yield f"{_name(chapter)}: the pressure in {name} is above its cap"

    def _rising(self, chapter: Chapter) -> Iterator[str]:
        """[13] Nobody is told to change position without being told to rise slowly first."""
        if "to-prone" not in chapter.secured.step.flags:
            return
        lay = any(move < chapter.secured.index for move in self.moves)
        position = Position.PRONE if lay else self.script.routine.position
        for hazard in self.registry.scoped(Scope.CLOSING, position):
            if not self._full(hazard, chapter.start, chapter.practice_start):
                yield f"{_name(chapter)}: {hazard.id} was not heard before the receiver moves"

    # --- the session as a whole ---

    def _frame(self) -> Iterator[str]:
        """[11, 13] Opens with the warning signs, names the carotid artery, closes with rising and aftercare."""
        opening = [p.cue.hazard for p in self.spoken if p.cue.kind is Kind.OPENING]
        if not self.spoken or self.spoken[0].cue.hazard != "warning-signs":
            yield "the session does not open with the warning signs"
        touched = {area for chapter in self.timeline.chapters for area in chapter.secured.step.areas}
        for hazard in self.registry.scoped(Scope.ROUTINE_AREA, *touched):
            if hazard.id not in opening:
                yield f"the opening does not say {hazard.id}"
        for hazard in self.registry.scoped(Scope.POSITION, self.script.routine.position):
            if hazard.id not in opening:
                yield f"the opening does not say {hazard.id}"
        closing = [p for p in self.spoken if p.cue.kind is Kind.CLOSING]
        if not any((p.cue.hazard or "").startswith("rise-") for p in closing) or len(closing) < 2:
            yield "the session does not close with rising slowly and aftercare"
        if self.timeline.length > self.script.limit_ms * RATE // 1000 + _SLACK:
            yield f"the session is longer than {self.script.limit_ms // 1000} s"

    def _gate(self) -> Iterator[str]:
        """[9] The gated part is neither first nor last, in a seated receiver, on one side at a time, and short."""
        limits = self.registry.limits
        hands_on = [c for c in self.timeline.chapters if c.secured.step.areas and not c.secured.hands_off]
        gated = [c for c in hands_on if self.registry.gated(c.secured.step.areas)]
        for chapter in gated:
            if chapter in {hands_on[0], hands_on[-1]}:
                yield f"{_name(chapter)}: a gated part is first or last"
            if self._position(chapter) is not Position.SEATED:
                yield f"{_name(chapter)}: a gated part while the receiver does not sit"
            if chapter.secured.step.side not in {Side.SEQUENTIAL, Side.ALTERNATE}:
                yield f"{_name(chapter)}: a gated part on both sides at once"
            turned = "head-turn" in chapter.secured.step.flags
            most = limits.head_turn_step if turned else limits.gated_step
            if chapter.practice_end - chapter.start > most * RATE + _SLACK:
                yield f"{_name(chapter)} takes more than {most} s"
        if sum(c.practice_end - c.start for c in gated) > limits.front_exercise * RATE + _SLACK:
            yield f"the gated parts take more than {limits.front_exercise} s together"

    def _exercises(self) -> Iterator[str]:
        """[9, 11] Each exercise takes 2 to 5 minutes, the gated one less."""
        sums: dict[tuple[str, bool], int] = {}
        for chapter in self.timeline.chapters:
            step = chapter.secured.step
            if step.exercise is not None:
                key = step.exercise, step.gate is not None
                sums[key] = sums.get(key, 0) + chapter.practice_end - chapter.start
        low, high = self.registry.limits.exercise
        for (exercise, gated), frames in sums.items():
            top = self.registry.limits.front_exercise if gated else high
            if not low * RATE - _SLACK <= frames <= top * RATE + _SLACK:
                yield f"exercise {exercise} takes {frames / RATE:.0f} s, not {low} to {top}"

    def _budget(self, chapter: Chapter) -> Iterator[str]:
        """[16] The hands have time, and silence, to work in."""
        limits = self.registry.limits
        secured = chapter.secured
        if secured.hands_off:
            return
        if chapter.practice_end - chapter.practice_start < limits.practice * RATE - _SLACK:
            yield f"{_name(chapter)}: less than {limits.practice} s for the hands"
        speech = sum(p.end - p.start for p in self.in_step.get(secured.index, ()) if p.cue.kind is not Kind.CLOSING)
        share = limits.gated_speech_share if secured.step.gate else limits.speech_share
        if speech > share * (chapter.practice_end - chapter.start) + _SLACK:
            yield f"{_name(chapter)}: more than {share:.0%} of it is speech"

    def _sides(self, chapter: Chapter) -> Iterator[str]:
        """[9, 12] Both sides get the same time; a turned head goes back soon."""
        limits = self.registry.limits
        step = chapter.secured.step
        if step.side is not Side.SEQUENTIAL:
            return
        if chapter.switch is None:
            yield f"{_name(chapter)}: the change of sides is not said"
            return
        one = chapter.switch[0] - chapter.practice_start
        other = chapter.practice_end - chapter.switch[1]
        if abs(one - other) > limits.side_balance * RATE + _SLACK:
            yield f"{_name(chapter)}: one side gets {abs(one - other) / RATE:.1f} s more than the other"
        if "head-turn" in step.flags and max(one, other) > limits.head_turn_side * RATE + _SLACK:
            yield f"{_name(chapter)}: the head is turned for more than {limits.head_turn_side} s"


def _start(placement: Placement) -> int:
    return placement.start


def _runs(chapters: tuple[Chapter, ...], area: str) -> Iterator[list[Chapter]]:
    """The runs of neighbouring chapters that list `area`."""
    run: list[Chapter] = []
    for chapter in chapters:
        if area in chapter.secured.step.areas:
            run.append(chapter)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _weightless(chapter: Chapter) -> bool:
    """The hands touch nothing, or rest without any weight."""
    step = chapter.secured.step
    return all(step.technique == "hold" and set(step.pressure.range_in(area)) == {"still"} for area in step.areas)


def _name(chapter: Chapter) -> str:
    return f"step {chapter.secured.index} ({chapter.secured.step.name})"
