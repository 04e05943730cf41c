"""What must be true of a session whatever happens, said without plans or timelines: a plain model and its checks.

It knows what was done to the session, hears every sample, and sees where the device is in what it plays. From
the session itself it takes its state, its clock, and the place that was ordered last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode
from massage_voice.safety.script import Kind
from massage_voice.session.checkpoint import Phase
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import ANSWER_KEYS
from massage_voice.session.table import State
from massage_voice.timeline import wording
from tests.live.books import Books
from tests.live.life import Life, Listener
from tests.live.whereabouts import AGAIN, NOWHERE, TURN, Place, Watching, continues

G, S = Signal, State
FADE = RATE * 80 // 1000
"""A pause is silence within 80 ms."""
TRIES: Final = 3
MOVING: Final = {S.PREPARING, S.PLAYING, S.HEARING_OUT, S.CLOSING}
AFTER_STOP: Final = {S.STOPPED, S.CHECKING, S.LOST, S.CLOSING, S.ENDED}
QUIET: Final = {S.PAUSED, S.STOPPED, S.CHECKING, S.CONFIRMING, S.AWAITING, S.WAITING, S.LOST, S.ENDED}
LEAVES_OUT: Final = {G.TOGGLE, G.NEXT, G.BACK, G.REPEAT, G.SLOWER, G.FASTER, G.ADD_TIME, G.TIME_LEFT, G.LOUDER,
                     G.QUIETER, G.READY, G.RESUME, G.YES, G.NO, G.UNSURE}  # fmt: skip


@dataclass
class World:
    """What outlives a crash: what the person knows and did."""

    stopped: bool = False
    barred: bool = False
    front_out: bool = False
    """Left out by a key, or worked and left."""
    front_at: tuple[int, int] = (0, 0)
    """Step and frames of practice that the front of the neck has had."""
    place: Place = NOWHERE
    completed: bool = False
    """It was killed with its last step done; what goes on from there has no place of its own."""
    given: set[Signal] = field(default_factory=set)
    reached: set[State] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Model:
    """Looks at one life after every turn; what is wrong is added to `world.wrong`."""

    def __init__(
        self, world: World, ears: Listener, hands: Watching, expected: list[Place] | None, entries: int
    ) -> None:
        self.world, self.ears, self.hands = world, ears, hands
        self.expected = expected
        """Where a resumed life must go on; None when it is new, or when nobody can say."""
        self.seen: Counter[str] = Counter()
        """What was done or happened, for whoever wants to know how far the examples go."""
        self.leapt = False
        """Somebody went to another step out of silence."""
        self.life: Life | None = None
        self.tears: dict[str, int] = {}
        self.owed = ""
        """A caution that was torn, and must be the next thing heard."""
        self.uncut = ""
        """A caution in which somebody wanted to go elsewhere, and that is heard out first."""
        self.ordered = self.earlier = NOWHERE
        """Where the hands were ordered to, which the device may not have begun yet."""
        self._state, self._since = S.IDLE, 0
        self._clock, self._frame, self._heard, self._begun = 0, 0, 0, 0
        self._played = (0, 0)
        self._stuck = 0
        self._stop_at: int | None = None
        self._leaving = 0
        self._in_steps = False
        self.books = Books(ears, entries)

    def fail(self, what: str) -> None:
        """Something is wrong."""
        self.world.wrong.append(f"{what} [{self._state}, {self.ears.frame / RATE:.2f} s, {self.world.place}]")

    # --- what was done ---

    def before(self, event: Event) -> None:
        """Somebody is about to hand in `event`."""
        assert self.life is not None
        session, world = self.life.session, self.world
        asked = session.state in {S.CHECKING, S.CONFIRMING}
        signal = ANSWER_KEYS.get(event.key, event.signal) if asked else event.signal
        world.given.add(signal)
        self.owed = self.uncut = ""
        if signal in {G.NEXT, G.BACK, G.REPEAT} and session.state is S.PLAYING and session.phase is Phase.STEPS:
            self.uncut = self.caution() if self.life.speaker.played()[0] == session.run else ""
        if signal is G.STOP and session.state is not S.ENDED:
            world.stopped, self._stop_at = True, self.ears.frame
        elif session.state in {S.STOPPED, S.CHECKING}:
            self._stop_at = None
            if session.state is S.CHECKING and signal is G.NO:
                world.stopped = False
            if session.state is S.CHECKING and signal in {G.YES, G.UNSURE}:
                world.barred = True
        chapter = session.chapter
        if session.state is S.PLAYING and chapter is not None and chapter.secured.hands_off and signal in LEAVES_OUT:
            announced = chapter.secured.step.gate is not None and chapter.secured.say
            self._leaving = session.run if announced and session.without_front else 0
        if signal in {G.NEXT, G.BACK} and session.state is S.PAUSED:
            self.expected, self.leapt = None, True

    def tear(self, frames: int) -> None:
        """The device is about to run dry for so many frames."""
        assert self.life is not None
        life = self.life
        self.uncut = ""
        if frames * 1000 < 60 * RATE or life.speaker.played()[0] != life.session.run or not life.session.sounding:
            return
        text = self.caution()
        if text:
            self.tears[text] = self.tears.get(text, 0) + 1
            self.owed = text
            self.seen["cautions torn"] += 1

    def caution(self) -> str:
        """The caution, or the words of a stop, that are being said."""
        text = self.ears.texts.get(self.ears.saying, "")
        if any((text, self.ears.frame) == (said, end) for said, _, end in self.ears.whole[-1:]):
            return ""  # it ended with the last block
        timeline = self.life.playing if self.life else None
        placements = timeline.placements if timeline else ()
        owed = {p.cue.text for p in placements if p.cue.is_caution or p.cue.kind is Kind.SAFETY}
        return text if text in owed else ""

    # --- after every turn ---

    def look(self) -> None:
        """Check all."""
        if self.life is None:
            return
        life, session = self.life, self.life.session
        self.world.reached.add(session.state)
        self._check_state(life)
        self._check_sound(life)
        self._check_clock(life)
        self._check_begun(session.state)
        self._check_place(life)
        for what in self.books.wrong(life):
            self.fail(what)
        self._state = session.state
        self._clock, self._frame, self._played = session.clock, self.ears.frame, life.speaker.played()

    def _check_state(self, life: Life) -> None:
        state = life.session.state
        if state is not self._state:
            self._since = self.ears.frame
            if state in {S.PAUSED, S.STOPPED, S.LOST, S.CONFIRMING}:
                self._leaving, self.owed, self.uncut = 0, "", ""
        if self.world.stopped and state not in AFTER_STOP and self._since:
            self.fail(f"{state} after a stop that nobody has cleared")
        if self.world.barred and state not in AFTER_STOP:
            self.fail(f"{state} after a sign that bars going on")

    def _check_sound(self, life: Life) -> None:
        """In a state that waits nothing is heard but what belongs to it; in one that plays, time passes."""
        state, session = life.session.state, life.session
        text = self.ears.texts.get(self.ears.saying)
        if text is not None and self.ears.frame - self._since > FADE and self.ears.frame > self._frame:
            if state in QUIET and text not in self._allowed(life):
                self.fail(f"heard while {state}: {text!r}")
            if state in {S.PLAYING, S.HEARING_OUT} and session.phase is Phase.STEPS and text in self._besides(life):
                self.fail(f"heard while {state}: {text!r}")
        run, frame = life.speaker.played()
        passed = self.ears.frame - self._frame
        same = state is self._state and state in MOVING and run == self._played[0] == session.run
        end = life.timelines[run].length if run in life.timelines else 0
        if same and frame != end and frame - self._played[1] != passed:
            self.fail(f"{passed} frames passed, {frame - self._played[1]} were played")
        ended = state in MOVING and run == session.run and frame == end and passed > 0
        self._stuck = self._stuck + passed if ended else 0
        if self._stuck > RATE:
            self.fail("it stands silent")

    def _allowed(self, life: Life) -> set[str]:
        said = life.session.emergency
        return {
            S.PAUSED: {wording.HELD, wording.NO_WAY_BACK, said.pain},
            S.STOPPED: set(said.stop),
            S.CHECKING: {said.any_sign},
            S.CONFIRMING: {wording.FINISH},
            S.AWAITING: {wording.READY},
            S.WAITING: {wording.WAITING, wording.NO_WAY_BACK},
        }.get(life.session.state, set())

    def _besides(self, life: Life) -> set[str]:
        said = life.session.emergency
        return {wording.HELD, wording.FINISH, wording.READY, wording.WAITING, said.any_sign, *said.stop}

    def _check_clock(self, life: Life) -> None:
        """Session time runs as sound is played, never without it, and in the steps never back."""
        session = life.session
        ran, passed = session.clock - self._clock, self.ears.frame - self._frame
        if not self._in_steps:  # before them, and while a resumed session waits to go on, there is none
            return
        if ran > passed + TURN:
            self.fail(f"session time ran {ran} frames in {passed}")
        if session.phase is Phase.STEPS and ran < 0:
            self.fail(f"session time went back {-ran} frames")
        if self._state in QUIET and session.state in QUIET and self._played == life.speaker.played() and ran > TURN:
            self.fail("session time ran in silence")

    def _check_begun(self, state: State) -> None:
        """What must be the next thing heard: the words of a stop; a caution that was torn."""
        assert self.life is not None
        begun = self.ears.begun
        stop = self.life.session.emergency.stop
        for text, at in begun[self._begun :]:
            if self.owed and at >= self._frame - FADE:
                if text != self.owed and self.tears.get(self.owed, 0) < TRIES:
                    self.fail(f"{text!r} after {self.owed!r} was torn")
                self.owed = ""
            if self._stop_at is not None and at > self._stop_at + FADE:
                if text != stop[0]:
                    self.fail(f"{text!r} after a stop")
                self._stop_at = None
        self._begun = len(begun)
        if (
            self._stop_at is not None
            and state is S.STOPPED
            and self.ears.frame - max(self._stop_at, self._since) > RATE
        ):
            self.fail("a stop without a word")
        if self.uncut and self.ears.texts.get(self.ears.saying) != self.uncut:
            if self.ears.whole[-1:] and self.ears.whole[-1][0] != self.uncut:
                self.fail(f"{self.uncut!r} was cut by a jump")
            self.uncut = ""
        for text, _, _ in self.ears.whole[self._heard :]:
            self.tears.pop(text, None)
        self._heard = len(self.ears.whole)

    def _check_place(self, life: Life) -> None:
        session, world, steps = life.session, self.world, len(life.session.plan.script.steps)
        if session.phase is Phase.STEPS and session.timeline.chapters:
            self._in_steps = True
            self.ordered = Place.of(session.timeline, session.frame, steps)
            self._meet(self.ordered)
            if self._leaving and session.run != self._leaving and session.state is S.PLAYING:
                world.front_out, self._leaving = True, 0
                self.seen["front left out"] += 1
        run, frame = life.speaker.played()
        timeline = life.timelines.get(run)
        if timeline is None or not timeline.chapters:
            return
        world.place = here = Place.of(timeline, frame, steps)
        if session.state in QUIET:
            self.hands.rest((run, frame))
        else:
            self.hands.look((run, frame), timeline)
        if self.hands.wrong:
            self.fail(f"hands: {self.hands.wrong}")
            self.hands.wrong.clear()
        if here.work and (run, frame) != self._played:
            if session.state in QUIET and self.ears.frame - self._since > TURN:
                self.fail(f"hands at work while {session.state}")
            self._check_front(here)

    def _check_front(self, here: Place) -> None:
        world = self.world
        if not here.gated:
            world.front_out = world.front_out or (world.front_at[0] > 0 and here.index > world.front_at[0])
            return
        if world.front_out:
            self.fail("the front of the neck, which was worked or left out")
        index, practised = world.front_at
        if here.index == index and here.practised < practised - AGAIN - TURN:
            self.fail("the front of the neck, worked again")
        self.seen["turns with hands on the front"] += 1
        if here.index >= index:
            world.front_at = here.index, here.practised

    def _meet(self, here: Place) -> None:
        """The first place of a resumed life: where it was, or with what was lost at most."""
        if self.expected is not None:
            self.seen["gone on in the steps"] += 1
            if not any(continues(was, here) for was in self.expected):
                self.fail(f"went on at {here}, was at {self.expected}")
            self.expected = None

    # --- the end ---

    def places(self) -> list[Place]:
        """Where whoever resumes may go on; none when nobody can say."""
        if self.expected is not None:
            return self.expected
        if self.leapt and not self._in_steps:
            return []
        return [place for place in (self.world.place, self.earlier, self.ordered) if place.index]

    def finish(self, life: Life) -> None:
        """The life is over; `life.code` is None after a crash."""
        session = life.session
        if session.phase is Phase.STEPS and session.timeline.chapters:  # ordered, and killed before anyone looked
            self.earlier = self.ordered
            self.ordered = Place.of(session.timeline, session.frame, len(session.plan.script.steps))
        given, code, place = self.world.given, life.code, self.world.place
        refused = any(notice.startswith("STOP. Hands off.") for notice in life.view.notices)
        torn = max(self.tears.values(), default=0) >= TRIES
        allowed = {
            ExitCode.FINISHED: self.world.completed or (place.last and place.left == 0),
            ExitCode.ENDED_EARLY: bool(given & {G.FINISH, G.STOP, G.NEXT, G.YES, G.UNSURE}),
            ExitCode.INTERRUPTED: G.INTERRUPT in given,
            ExitCode.NO_SOUND: G.FINISH in given,
            ExitCode.SAFETY_NOT_DELIVERED: refused and torn,
        }
        if code is not None and not allowed.get(code, False):
            self.fail(f"exit code {code!r}: {life.view.notices}")
