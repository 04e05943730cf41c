"""A live session after its first sound: questions, plan, play."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import (
    Answers,
    checked,
    is_first,
    make_plan,
    make_script,
    read_routine,
    speeches,
    unattended_cues,
)
from massage_voice.commands.awake import awake
from massage_voice.commands.interview import Interview
from massage_voice.commands.places import Places
from massage_voice.commands.run import Manner, Stage, decibels
from massage_voice.commands.sounding import checked_card
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode, NotSuitableError, OutputError
from massage_voice.ports import Journal, Program
from massage_voice.routine.model import Routine
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Cue, Script
from massage_voice.screen.talk import data, talk
from massage_voice.screen.views import PlainView, QuietView
from massage_voice.session.events import Event, Signal
from massage_voice.session.journal import JsonLines, Lines, MemoryLines, new_session
from massage_voice.session.machine import Emergency, Session
from massage_voice.session.player import Player, View
from massage_voice.sound.bells import bell
from massage_voice.sound.program import TimelineProgram
from massage_voice.sound.samples import Samples
from massage_voice.timeline import wording
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan

STOP_NOW: Final = ("stop-now", "call", "faint")
"""The emergency texts that follow a stop, in this order."""


def live(name: str, asked: Asked, manner: Manner, home: Places, stage: Stage) -> ExitCode:
    """Guide a session on a stage on which the greeting has begun; returns how it ended.

    Raises:
        MassageVoiceError: it could not start; or a caution could not be delivered.
    """
    routine = read_routine(name, home)
    stage.library.begin(speeches(load_screening().texts(), asked.wpm, caution=True))
    return _Live(routine, asked, manner, home, stage).go()


class _Live:
    """One live session: questions, plan, play."""

    def __init__(
        self,
        routine: Routine,
        asked: Asked,
        manner: Manner,
        home: Places,
        stage: Stage,
    ) -> None:
        self.routine = routine
        self.asked = asked
        self.manner = manner
        self.home = home
        self.library = stage.library
        self.controls = stage.controls
        self.speaker = stage.speaker
        self.progress = stage.progress
        self.interview = stage.interview
        self.interactive = not isinstance(stage.controls, NoControls)
        self._samples: dict[str, Samples] = {}

    def go(self) -> ExitCode:
        self.interview.wait()
        answers = self._screen(self.interview)
        with self.progress.shown():
            session = self._session(answers)
        return self._play(session)

    # --- questions ---

    def _screen(self, interview: Interview) -> Answers:
        """What the answers leave of the session.

        Raises:
            NotSuitableError: they leave nothing.
            LeftError: somebody left in the middle of the questions.
        """
        screening = load_screening()
        if self.manner.screened:
            return Answers(front=bool(self.asked.front))
        if not self.interactive:
            talk("Nobody can answer the questions here, so the session is the most careful one (see --screened).")
            return Answers(restrictions=screening.unattended())
        has_front = any(step.gate is not None for step in self.routine.steps)
        outcome = interview.hold(screening.ask(load_registry(), has_front=has_front, wants_front=self.asked.front))
        for line in outcome.say:
            interview.say(line)
        if not outcome.suitable:
            raise NotSuitableError("no massage today", "the reason was just said")
        return Answers(outcome.front, outcome.restrictions)

    # --- plan ---

    def _session(self, answers: Answers) -> Session:
        first = is_first(self.asked, self.home)
        plan = self._plan(answers, first=first)
        for note in self.library.notes:
            talk(note)
        shut = Answers(front=False, restrictions=answers.restrictions)
        attended = self.interactive or self.manner.screened
        questions = () if attended else unattended_cues(load_screening())
        return Session(
            plan,
            emergency(),
            prelude=plan.preparation(questions),
            without_front=self._plan(shut, first=first) if plan.script.front else None,
            interactive=self.interactive,
            gain=decibels(self.asked.volume),
        )

    def _plan(self, answers: Answers, *, first: bool) -> Plan:
        """The plan, with every sample that it may need in memory: a stop waits for no disk."""
        script = make_script(self.routine, self.asked, answers, first=first)
        wpm = self.asked.wpm
        answering = speeches(wording.live_texts(script.limit_ms // 60_000), wpm)
        around = speeches(load_screening().texts(), wpm, caution=True)
        plan = make_plan(script, self.asked, self.library, {**around, **answering})
        said = emergency()
        for text in (*said.stop, said.any_sign, said.pain, said.no_drive):
            self._text_samples(text)
        for text in plan.sounds.texts.keys() - around.keys():  # the questions are over, and heavy
            self._text_samples(text)
        return plan

    # --- sound ---

    def _text_samples(self, text: str) -> Samples:
        found = self._samples.get(text)
        if found is None:
            found = self._samples[text] = self.library.clip(text).samples
        return found

    def _program(self, timeline: Timeline) -> Program:
        return TimelineProgram(timeline, self._sound)

    def _sound(self, cue: Cue) -> Samples:
        return self._text_samples(cue.text) if cue.is_spoken else bell(cue.text)

    # --- play ---

    def _play(self, session: Session) -> ExitCode:
        script = session.plan.script
        journal, ledger = self._records(script)
        with ExitStack() as stack:
            stack.callback(journal.close)
            stack.callback(ledger.close)
            stack.enter_context(awake(talk))
            view = self._view(stack)
            player = Player(
                session,
                self.speaker,
                self.controls,
                program=self._program,
                check=lambda timeline: checked(timeline, session.plan.script, whole=False),
                journal=journal,
                ledger=JsonLines(ledger, _if_read(data)) if self.manner.json else ledger,
                view=_Unwatched(view),
                reopen=None if self.manner.captions_only else checked_card,
            )
            stack.enter_context(_signals(player))
            code = player.play()
            stack.callback(player.speaker.close)
        self._report(code, ledger)
        return code

    def _records(self, script: Script) -> tuple[Lines, Lines]:
        """Journal and ledger; in memory, and said so, where the disk takes none."""
        head = {
            "event": "session",
            "routine": self.routine.source,
            "title": self.routine.title,
            "front": script.front,
            "first": script.first,
            "registry": script.registry_digest,
        }
        try:
            journal, ledger = new_session(self.home.sessions, datetime.now(UTC))
            journal.append(head)
        except OutputError as error:
            talk(f"{error.message}: this session leaves no record.")
            return MemoryLines(), MemoryLines()
        return journal, ledger

    def _view(self, stack: ExitStack) -> View:
        if self.manner.json:
            return QuietView(talk)
        if self.manner.plain or not sys.stdout.isatty():
            return PlainView(data)
        from massage_voice.screen.live import live_view

        view = live_view(self.routine.title)
        if view is None:
            return PlainView(data)
        stack.callback(view.close)
        return view

    def _report(self, code: ExitCode, ledger: Journal) -> None:
        path = getattr(ledger, "path", None)
        ended = "The session is finished." if code is ExitCode.FINISHED else "The session ended before its end."
        _if_read(talk)(f"{ended} What was delivered: {path}" if path else ended)


def _if_read(tell: Callable[[str], None]) -> Callable[[str], None]:
    """`tell`, which may fail: a closed window or a reader that has left ends no massage."""

    def told(text: str) -> None:
        with suppress(OSError):
            tell(text)

    return told


class _Unwatched:
    """A View that may fail: hands are on a body, whether somebody watches or not."""

    def __init__(self, view: View) -> None:
        self._view = view

    def update(self, session: Session) -> None:
        """See `player.View`."""
        with suppress(OSError):
            self._view.update(session)

    def notice(self, text: str) -> None:
        """See `player.View`."""
        with suppress(OSError):
            self._view.notice(text)


def emergency() -> Emergency:
    """What a stop says, and what is asked and said after it."""
    screening = load_screening()
    return Emergency(
        stop=screening.emergency(*STOP_NOW),
        any_sign=screening.text("emergency", "any-sign"),
        pain=screening.text("emergency", "pain"),
        no_drive=screening.text("emergency", "no-drive"),
    )


@contextmanager
def _signals(player: Player) -> Iterator[None]:
    """Ctrl-C, an ended terminal and a polite kill close the session properly; a second one leaves at once."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        player.post(Event(Signal.INTERRUPT))

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
