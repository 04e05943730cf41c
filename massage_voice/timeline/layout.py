"""Lays one step on the timeline: bell, cautions, instructions, then the time in which the hands work.

A caution's short form is placed before it falls due, by the latest start that still lets every other due
caution be said in time; reminders take what room is left. All times are frames; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from massage_voice.clip import RATE
from massage_voice.routine.model import Moment
from massage_voice.safety.script import Caution, Cue, Kind, Saying, SecuredStep, Timed
from massage_voice.timeline import wording
from massage_voice.timeline.model import Chapter, Placement

PAUSE = RATE // 2
"""Between two spoken texts."""
BREATH = 2 * RATE
"""After every three full cautions when a session goes on in the middle of a step."""
LEAD_IN = RATE // 10
"""Before the first sound of a timeline: its start is ramped, and nothing may be lost in the ramp."""
SCANT = 20 * RATE
"""So little practice left that the cautions falling due in it are said first."""
LATEST = 8 * RATE
"""How far a reminder may slip before it is left out."""
REST = 4 * RATE
"""What a part of cautions alone leaves for an answer."""
TICK_MARGIN = RATE // 3
"""Between a stroke tick and anything else that sounds."""
_NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Sounds:
    """Lengths in frames: of every text, and of every bell."""

    texts: Mapping[str, int]
    bells: Mapping[str, int]
    """Empty when bells are off."""


@dataclass(slots=True)
class Memory:
    """When each hazard in play was last heard, and which short form is next."""

    last: dict[str, int] = field(default_factory=dict)
    turn: dict[str, int] = field(default_factory=dict)

    def copy(self) -> Memory:
        """An independent copy."""
        return Memory(dict(self.last), dict(self.turn))


@dataclass(frozen=True, slots=True)
class Landing:
    """How a timeline begins when it does not begin at a step's start."""

    step: int
    """Index of the step, from 1."""
    practised: int = 0
    """Frames of the step's practice that are done."""
    left: int | None = None
    """Frames of practice that remain, or None for the whole step anew."""
    instruct: bool = False
    """Say the step's instructions again."""
    memory: Memory | None = None
    """What was heard up to here, when the hands never left: cautions go on. None: they are said anew."""
    owed: tuple[Caution, ...] = ()
    """Cautions of the session or the position that a jump would leave unheard: said in full, before all else."""
    say: tuple[Cue, ...] = ()
    """Answers to say first: the time left, a new pace."""


@dataclass(slots=True)
class Laid:
    """A step as laid, or why it could not be."""

    chapter: Chapter
    placements: list[Placement]
    ticks: list[int]
    dropped: list[Cue]
    speech: int
    """Frames of speech in the step."""
    late: bool
    """Something that may not be dropped came too late."""
    excess: int
    """Frames by which one side is worked too long."""


@dataclass(frozen=True, slots=True)
class Room:
    """What there is room for besides cautions and instructions."""

    notices: bool = True
    reminders: bool = True


def lay_step(
    secured: SecuredStep,
    place: tuple[int, int],
    memory: Memory,
    sounds: Sounds,
    landing: Landing | None = None,
    room: Room = Room(),
) -> Laid:
    """Lay `secured` at `place`, its start and duration; `memory` is moved on to the step's end.

    With a `landing` that has `left`, the duration follows from it instead.
    """
    return _Desk(secured, place, memory, sounds, landing, room).lay()


class _Desk:
    """The working place for one step."""

    def __init__(
        self,
        secured: SecuredStep,
        place: tuple[int, int],
        memory: Memory,
        sounds: Sounds,
        landing: Landing | None,
        room: Room,
    ) -> None:
        self.secured = secured
        self.start, duration = place
        self.now = self.start
        self.end = self.start + duration if landing is None or landing.left is None else _NEVER
        self.memory = memory
        self.sounds = sounds
        self.answers = landing.say if landing else ()
        self.owed = landing.owed if landing else ()
        self.owes = {caution.hazard for caution in self.owed}
        self.anew = landing is not None and landing.memory is None
        self.going_on = landing is not None and landing.memory is not None
        self.landing = landing if landing is not None and landing.left is not None else None
        self.notices = room.notices
        self.reminders = room.reminders
        self.count: dict[str, int] = {}
        """How often each cue id was given in this step."""
        self.longest = {c.hazard: self._longest(c) for c in secured.cautions if c.shorts}
        """Frames of the longest short form of each caution."""
        self.placements: list[Placement] = []
        self.dropped: list[Cue] = []
        self.speech = 0
        self.late = False
        self.switch: tuple[int, int] | None = None
        self.due: list[tuple[int, int, Caution]] = []
        memory.last = {c.hazard: memory.last[c.hazard] for c in secured.cautions if c.hazard in memory.last}

    def lay(self) -> Laid:
        self._refresh()
        if self.start == 0:
            self.now = LEAD_IN
        if not self.going_on:
            self._give_way(self.sounds.bells.get("step", 0))
            self._bell("step", self.now)
        self._lead()
        landing = self.landing
        if landing is not None and landing.left is not None and landing.left < SCANT:
            self._give_way(landing.left)
        practice = self.now - PAUSE if self.speech else self.now
        if landing is not None and landing.left is not None:
            self.end = practice + landing.left
            self._refresh()
        self._practise(practice)
        self.placements.sort(key=_start)
        practised = landing.practised if landing else 0
        chapter = Chapter(self.secured, self.start, practice, self.end, self.end, practised, self.switch)
        return Laid(
            chapter, self.placements, self._ticks(practice), self.dropped, self.speech, self.late, self._excess(chapter)
        )

    # --- the lead-in ---

    def _lead(self) -> None:
        fresh = self.landing is None
        if self.notices and fresh and self.secured.index > 1 and not self.secured.hands_off:
            self._notice("title", wording.next_step(self.secured))
        for caution in self.owed:
            self._full(caution)
        if self.going_on:
            self._unheard()
            self._give_way(self._soon())
        else:
            self._cautions()
        self._side()
        for cue in self.answers:
            self._speak(cue)
        if fresh or (self.landing and self.landing.instruct):
            for cue in self.secured.say:
                self._speak(cue)
        if self.notices and fresh and not self.secured.hands_off and self.secured.say:
            self._how_long()

    def _cautions(self) -> None:
        full = 0
        for caution in self.secured.cautions:
            full += self._caution(caution)
            if self.anew and full == 3:
                self.now, full = self.now + BREATH, 0

    def _unheard(self) -> None:
        """What the memory of a step that goes on does not hold was never heard."""
        for caution in self.secured.cautions:
            if not caution.session_wide and caution.hazard not in self.memory.last:
                self._full(caution)

    def _soon(self) -> int:
        """Frames of the answers, and of the rest of the step where that is too short to say a caution in."""
        answers = sum(self.sounds.texts[cue.text] + PAUSE for cue in self.answers)
        left = self.landing.left if self.landing and self.landing.left is not None else 0
        return answers + (left if left < SCANT else 0)

    def _side(self) -> None:
        """Going on after the change of sides: say again which side it is."""
        landing = self.landing
        if not self.anew or landing is None or landing.left is None:
            return
        total = landing.practised + landing.left
        for timed in self.secured.remind:
            if timed.cue.kind is Kind.SWITCH and self._offset(timed, total) < landing.practised:
                self._speak(replace(timed.cue, id=f"{timed.cue.id}.again"))

    def _caution(self, caution: Caution) -> int:
        """Say what the step's beginning owes; returns 1 for an area's full text."""
        saying = caution.saying
        if self.anew and saying is not Saying.FULL:
            saying = Saying.SHORT if caution.session_wide else Saying.FULL
        if caution.hazard in self.owes:
            return 0
        if saying is Saying.FULL:
            self._full(caution)
            return int(not caution.session_wide)
        if saying is Saying.SHORT and caution.shorts:
            self._give_way(self.longest[caution.hazard], caution.hazard)
            if self.memory.last.get(caution.hazard, -1) < self.start:
                self._short(caution, Kind.SAFETY)
        return 0

    def _full(self, caution: Caution) -> None:
        self._speak(Cue(self._id(caution, "full"), caution.kind, caution.full, self._step, caution.hazard))
        self._heard(caution)

    def _how_long(self) -> None:
        """As it is when it is said: a caution that falls due meanwhile goes first, and takes of the time."""
        text = wording.how_long((self.end - self.now) / RATE)
        if text is not None:
            self._give_way(self.sounds.texts[text])
            text = wording.how_long((self.end - self.now) / RATE)
        if text is not None:
            self._notice("time", text)

    def _notice(self, name: str, text: str) -> None:
        self._speak(Cue(f"{self._step}.{name}", Kind.NOTICE, text, self._step))

    def _speak(self, cue: Cue) -> None:
        """Say `cue` now, after whatever would fall due meanwhile."""
        length = self.sounds.texts[cue.text]
        self._give_way(length, cue.hazard)
        self._put(cue, self.now, length)

    def _give_way(self, length: int, hazard: str | None = None) -> None:
        """Say what would fall due while `length` frames sound from now on, up to `hazard` itself.

        Each only once: what falls due even so comes too late, because the text is too long for this step.
        """
        given = {hazard}
        while self.due and self._latest() < self.now + length + PAUSE and self.due[0][2].hazard not in given:
            given.add(self.due[0][2].hazard)
            self._short(self.due[0][2], Kind.SAFETY_REPEAT)

    def _put(self, cue: Cue, start: int, length: int) -> None:
        self.placements.append(Placement(cue, start, start + length))
        self.speech += length
        self.now = start + length + PAUSE

    # --- what falls due ---

    def _short(self, caution: Caution, kind: Kind, start: int | None = None) -> None:
        """Say the next short form of `caution`; some may fall due before it, and go first."""
        memory, hazard = self.memory, caution.hazard
        turn = memory.turn.get(hazard, 0)
        text = caution.shorts[turn % len(caution.shorts)]
        memory.turn[hazard] = turn + 1
        cue = Cue(self._id(caution, "short"), kind, text, self._step, hazard)
        at = self.now if start is None else start
        self.late = self.late or at > self._deadline(caution)
        self._put(cue, at, self.sounds.texts[text])
        self._heard(caution)

    def _deadline(self, caution: Caution) -> int:
        last = self.memory.last.get(caution.hazard)
        if last is None or caution.repeat_ms is None:
            return _NEVER
        return last + caution.repeat_ms * RATE // 1000 - LEAD_IN  # in time even when a new timeline begins just before

    def _heard(self, caution: Caution) -> None:
        self.memory.last[caution.hazard] = self.now - PAUSE
        self._refresh()

    def _refresh(self) -> None:
        """The cautions in play by the frame at which each must be said again, soonest first."""
        due = []
        for caution in self.secured.cautions:
            deadline = self._deadline(caution)
            if deadline != _NEVER and caution.shorts:
                longest = self.longest[caution.hazard]
                within = min(deadline, self.end - longest) if deadline < self.end else deadline
                due.append((within, longest, caution))
        self.due = sorted(due, key=_start_of_due)

    def _longest(self, caution: Caution) -> int:
        return max(self.sounds.texts[text] for text in caution.shorts)

    def _latest(self, before: int = _NEVER) -> int:
        """The latest frame at which the first due caution may start so that none comes too late.

        One that must begin in this step must end in it as well.
        """
        latest = _NEVER
        for due, length, _ in reversed(self.due):
            if due < before:
                latest = min(due, latest - length - PAUSE)
                latest = min(latest, self.end - length) if latest < self.end else latest
        return latest

    # --- the time in which the hands work ---

    def _practise(self, practice: int) -> None:
        ahead = self._wanted(practice)
        for number, (target, timed) in enumerate(ahead):
            length = self.sounds.texts[timed.cue.text]
            if self._outlasts(length):
                self.late = self.late or timed.cue.kind is Kind.SWITCH
                self.dropped.append(timed.cue)
                continue
            switch = next((t for t, other in ahead[number + 1 :] if other.cue.kind is Kind.SWITCH), self.end)
            self._repeat_before(target, length)
            self._remind(target, timed, length, switch)
        self._repeat_before(self.end, 0)
        self._half_minute(practice)

    def _outlasts(self, length: int) -> bool:
        """A text so long that a caution would fall due twice around it."""
        texts = ((c, self.longest[c.hazard]) for c in self.secured.cautions if c.shorts and c.repeat_ms is not None)
        return any(length + short + 2 * PAUSE > (c.repeat_ms or 0) * RATE // 1000 for c, short in texts)

    def _wanted(self, practice: int) -> list[tuple[int, Timed]]:
        """The step's reminders by the frame at which each is wanted, earlier ones first."""
        done = self.landing.practised if self.landing else 0
        total = self.end - practice + done
        wanted = []
        for timed in self.secured.remind:
            offset = self._offset(timed, total)
            if timed.cue.kind is Kind.SWITCH:
                self.late = self.late or offset < 0  # longer than all the practice
            if offset >= done and (self.reminders or timed.cue.kind is Kind.SWITCH):
                wanted.append((practice + offset - done, timed))
            elif offset >= done or done == 0:
                self.dropped.append(timed.cue)
        return sorted(wanted, key=_target)

    def _offset(self, timed: Timed, total: int) -> int:
        at = timed.at
        if at.moment is Moment.SWITCH:
            return (total - self.sounds.texts[timed.cue.text]) // 2
        if at.moment is Moment.FRACTION:
            return int(total * at.fraction)
        return total - at.before_end_ms * RATE // 1000

    def _remind(self, target: int, timed: Timed, length: int, switch: int) -> None:
        """Place a reminder as wanted, or as near as there is room; the change of sides never gives way."""
        start = max(target, self.now)
        if timed.cue.kind is Kind.SWITCH:
            self.late = self.late or start - target > RATE
            self._put(timed.cue, start, length)
            self.switch = (start, start + length)
            if self.landing is not None and start > target:  # the other side gets as much
                self.end += 2 * (start - target)
                self._refresh()
            self._bell("switch", start - self.sounds.bells.get("switch", 0) - PAUSE // 5)
            return
        start = min(start, self.end - length)
        if start < self.now or start - target > LATEST or start + length + PAUSE > switch + PAUSE:
            self.dropped.append(timed.cue)
        else:
            self._put(timed.cue, start, length)

    def _repeat_before(self, target: int, length: int) -> None:
        """Say what would fall due before a text of `length` at `target` is over, as late as that allows."""
        while self.due:
            wanted = max(target, self.now) + (length + PAUSE if length else 0)
            latest = self._latest(_NEVER if length else self._horizon())
            if latest >= wanted:
                return
            start = max(self.now, min(latest, target - self._chain(wanted)))
            if start + self.due[0][1] > self.end:
                return
            self._short(self.due[0][2], Kind.SAFETY_REPEAT, start)

    def _horizon(self) -> int:
        """What is due this long after the step's end is left to the next step."""
        return self.end + sum(length + PAUSE for _, length, _ in self.due)

    def _chain(self, before: int) -> int:
        """Frames that the cautions due before `before` take, one after the other."""
        taken = [length + PAUSE for due, length, _ in self.due if due < before]
        return sum(taken) or self.due[0][1] + PAUSE

    # --- bells and ticks ---

    def _bell(self, name: str, start: int) -> None:
        length = self.sounds.bells.get(name)
        if length is None or start < self.start or not self._free(start, start + length):
            return
        self.placements.append(Placement(Cue(self._bell_id(name), Kind.BELL, name, self._step), start, start + length))
        self.now = max(self.now, start + length + PAUSE // 5)

    def _half_minute(self, practice: int) -> None:
        """Half a minute to go, in a step long enough to need telling; a little earlier where speech is."""
        if self.end - practice < 60 * RATE or self.secured.hands_off:
            return
        length = self.sounds.bells.get("half-minute", 0)
        for shift in range(0, 5 * RATE, RATE // 2):
            start = self.end - 30 * RATE - shift
            if self._free(start - PAUSE // 2, start + length + PAUSE // 2):
                self._bell("half-minute", start)
                return

    def _free(self, start: int, end: int) -> bool:
        return all(p.end <= start or p.start >= end for p in self.placements)

    def _ticks(self, practice: int) -> list[int]:
        tempo = self.secured.step.tempo_ms
        if tempo is None or "tick" not in self.sounds.bells:
            return []
        margin = TICK_MARGIN
        length = self.sounds.bells["tick"]
        beats = range(practice + PAUSE, self.end - length, tempo * RATE // 1000)
        return [beat for beat in beats if self._free(beat - margin, beat + length + margin)]

    # --- what the caller looks at ---

    def _excess(self, chapter: Chapter) -> int:
        limit = self.secured.side_limit_ms
        if limit is None or chapter.switch is None:
            return 0
        first = chapter.switch[0] - chapter.practice_start + chapter.practised
        return max(0, max(first, chapter.practice_end - chapter.switch[1]) - limit * RATE // 1000)

    @property
    def _step(self) -> int:
        return self.secured.index

    def _id(self, caution: Caution, form: str) -> str:
        return self._numbered(f"{self._step}.{form}.{caution.hazard}")

    def _bell_id(self, name: str) -> str:
        return self._numbered(f"{self._step}.bell.{name}")

    def _numbered(self, name: str) -> str:
        count = self.count.get(name, 0) + 1
        self.count[name] = count
        return f"{name}.{count}" if count > 1 else name


def _start(placement: Placement) -> int:
    return placement.start


def _target(wanted: tuple[int, Timed]) -> int:
    return wanted[0]


def _start_of_due(due: tuple[int, int, Caution]) -> int:
    return due[0]
