"""One massage in the hands of a test: a session, its crashes, and what goes on from them, with a model beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.commands.records import begun_again
from massage_voice.errors import ExitCode
from massage_voice.session.checkpoint import Checkpoint, Phase, durations_of
from massage_voice.session.events import Event
from massage_voice.session.front import placed
from massage_voice.session.machine import Session
from massage_voice.timeline.model import Timeline
from tests.live.life import Disk, Life, Listener
from tests.live.model import Model, World
from tests.live.support import FIRST, FRONT, LATER, Stage, numbered, stage
from tests.live.whereabouts import NOWHERE, SKIPPED, Place, Watching

STAGES = {
    "neck": ("neck", FIRST),
    "neck with the front": ("neck", FRONT),
    "back": ("back", LATER),
    "neck and back": ("neck-and-back", LATER),
}
EMPTY = Timeline(RATE, (), (), 0)
SEEN: Counter[str] = Counter()
"""What the examples reached, for whoever wants to know how far they go."""


class Massage(RuleBasedStateMachine):
    """What the rules of a machine are made of."""

    world: World
    life: Life | None = None
    model: Model
    at_once = False
    """The last life was killed in the middle of an order."""
    healthy = True
    """The last life's disk had taken everything."""

    # --- beginning, crash, going on ---

    def _begin(self, what: str, *, prepared: bool, attended: bool) -> None:
        self.world, self.attended, self.done = World(), attended, False
        self.routine, self.asked = STAGES[what]
        self.entries: list[dict[str, object]] = []
        made = stage(self.routine, self.asked)
        self._live(made, made.session(interactive=attended, prelude=prepared), None)

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

    def _resume(self, other: dict[str, Any]) -> None:
        """As commands/resume.py and commands/live.py go on, with `other` options."""
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
        asked = replace(self.asked, **other, front=since.front or None)
        made = stage(self.routine, asked)
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
        went_on = since.phase is Phase.STEPS and self.healthy and expected
        if self.healthy and not self.at_once and not other and len(plan.durations) == len(self.durations):
            moved = [n for n, (a, b) in enumerate(zip(plan.durations, self.durations, strict=True)) if abs(a - b) > 48]
            assert not moved, f"steps {moved} last as long as before the pace was changed"
        if self.healthy:
            assert since.stopped >= (self.world.stopped and not self.at_once), "the stop was forgotten"
            if since.phase is Phase.PRELUDE:
                assert not any(p.practised for p in expected), "begun again from the preparation"
            if since.phase is Phase.CLOSING:
                assert not expected or any(p.last for p in expected), "steps were left out"
        worked = self.world.completed or any(p.last and p.left <= SKIPPED for p in expected)
        self.world.completed = since.phase is Phase.CLOSING and worked
        self.world.stopped = since.stopped
        self.entries.append(json.loads(json.dumps(begun_again(plan, "silent"))))
        self._live(Stage(plan, made.without_front, made.library), session, expected if went_on else None)

    def _forget(self, since: Checkpoint) -> None:
        """The disk did not know all; the world that it tells of is the one that counts."""
        world = self.world
        world.place = NOWHERE
        world.front_at = min(world.front_at, (since.step, since.practised)) if since.worked else (0, 0)
        world.front_out = world.front_out and not since.front

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
        return self.life is not None and bool(self.model.caution())

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
            self.durations = life.session.plan.durations
            self.model.finish(life)
            SEEN.update(self.model.seen)
            self.done = life.code in {ExitCode.FINISHED, ExitCode.ENDED_EARLY}
            SEEN[f"ended: {life.code.name if life.code is not None else 'CRASH'}"] += 1
        assert not self.world.wrong, self.world.wrong[:3]

    def teardown(self) -> None:
        """Whatever still runs is ended."""
        SEEN["examples"] += 1
        SEEN.update(f"reached: {state.value}" for state in self.world.reached)
        if self.life is not None:
            life, self.life = self.life, None
            life.crash()
