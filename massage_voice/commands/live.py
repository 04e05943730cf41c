"""A live session after its first sound: questions, plan, play."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import (
    Answers,
    checked,
    is_first,
    make_plan,
    make_script,
    parsed,
    speeches,
    unattended_cues,
)
from massage_voice.commands.awake import awake
from massage_voice.commands.config import key_bindings
from massage_voice.commands.places import Places
from massage_voice.commands.questions import ask
from massage_voice.commands.records import Records, head, new_records
from massage_voice.commands.run import LOADING_S, Manner, Stage, decibels
from massage_voice.commands.signals import signals
from massage_voice.controls.several import Several
from massage_voice.errors import ExitCode
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.ports import Program
from massage_voice.remote.buttons import media_buttons
from massage_voice.routine.model import Routine
from massage_voice.routine.store import Source
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Cue
from massage_voice.screen.outlet import unblocked
from massage_voice.screen.talk import data, talk
from massage_voice.screen.views import PlainView, QuietView
from massage_voice.session.checkpoint import Checkpoint
from massage_voice.session.course import Emergency
from massage_voice.session.deadline import Deadline
from massage_voice.session.front import placed
from massage_voice.session.journal import JsonLines
from massage_voice.session.machine import Session
from massage_voice.session.player import Player, View
from massage_voice.session.sleep import Sleep, system_clocks
from massage_voice.sound.bells import bell
from massage_voice.sound.program import TimelineProgram
from massage_voice.sound.samples import Samples
from massage_voice.timeline import wording
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan

STOP_NOW: Final = ("stop-now", "call", "faint")
"""The emergency texts that follow a stop, in this order."""


def live(source: Source, asked: Asked, manner: Manner, home: Places, stage: Stage) -> ExitCode:
    """Guide a new session on a stage on which the greeting has begun; returns how it ended.

    Raises:
        MassageVoiceError: it could not start; or a caution could not be delivered.
    """
    guide = Guide(source, asked, manner, home, stage)
    guide.welcome()
    answers = ask(guide.routine, asked, home, stage.interview, interactive=guide.interactive, screened=manner.screened)
    session = guide.session(answers, first=is_first(asked, home))
    records = new_records(home.sessions)
    records.keep(answers.kept())
    name = str(source.path.resolve()) if source.path else Path(source.file).stem
    records.journal.append(head(name, guide.routine, source.digest, asked, session.plan.script))
    return guide.play(session, records)


class Guide:
    """What it takes to guide one session of one routine: its plan, its sounds, its screen."""

    def __init__(self, source: Source, asked: Asked, manner: Manner, home: Places, stage: Stage) -> None:
        self.routine: Routine = parsed(source)
        self.asked = asked
        self.manner = manner
        self.home = home
        self.stage = stage
        self.library = stage.library
        self.interactive = stage.attended
        self._samples: dict[str, Samples] = {}
        if stage.microphone:
            self.library.begin(speeches((self._listening(), wording.DEAF), asked.wpm))
        self.library.begin(speeches(load_screening().texts(), asked.wpm, caution=True))

    def welcome(self) -> None:
        """Hear the greeting out; and say what may be said, or that nothing is heard."""
        self.stage.interview.wait()
        if self.stage.microphone:
            hears = self.stage.microphone.wait(LOADING_S)
            self.stage.interview.say(self._listening() if hears else wording.DEAF)

    def _listening(self) -> str:
        return wording.listening(self.manner.wake or builtin_phrases().wake, bare=self.manner.bare)

    # --- plan ---

    def session(self, answers: Answers, *, first: bool, since: Checkpoint | None = None) -> Session:
        """A session that can begin, every sample of it in memory; another voice than expected is told aloud."""
        with self.stage.progress.shown():
            self.stage.device.bed(self.stage.music.ready())
            plan = self._plan(answers, first=first)
            shut = replace(answers, front=False)
            other = self._plan(shut, first=first) if plan.script.front else None
        self._tell_notes()
        attended = self.interactive or self.manner.screened
        questions = () if attended else unattended_cues(load_screening())
        if since is not None:
            plan, since = plan.at(since.durations), placed(since, plan)
        return Session(
            plan,
            emergency(),
            prelude=plan.preparation(questions),
            without_front=other,
            interactive=self.interactive,
            gain=decibels(self.asked.volume),
            since=since,
        )

    def _tell_notes(self) -> None:
        for note in self.library.notes:
            talk(note)
        for note in self.library.aloud:
            self.library.prepare(speeches([note], self.asked.wpm))
            self.stage.interview.say(note)

    def _plan(self, answers: Answers, *, first: bool) -> Plan:
        """The plan, with every sample that it may need in memory: a stop waits for no disk."""
        script = make_script(self.routine, self.asked, answers, first=first)
        wpm = self.asked.wpm
        answering = speeches(wording.live_texts(script.limit_ms // 60_000), wpm)
        around = speeches(load_screening().texts(), wpm, caution=True)
        until_s = self.manner.until_s
        latest_s = None if until_s is None else until_s - time.time()
        if latest_s is not None or self.asked.length_s is not None:
            answering |= speeches(wording.late_texts(script), wpm)
        plan = make_plan(script, self.asked, self.library, {**around, **answering}, latest_s=latest_s)
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
        return TimelineProgram(timeline, self._sound, self.asked.tick_volume)

    def _sound(self, cue: Cue) -> Samples:
        return self._text_samples(cue.text) if cue.is_spoken else bell(cue.text, self.asked.bell_volume)

    # --- play ---

    def play(self, session: Session, records: Records) -> ExitCode:
        """Play it to its end; the records are closed whatever happens."""
        code: ExitCode | None = None
        with ExitStack() as stack:
            stack.callback(lambda: records.close(code, barred=session.barred))
            stack.enter_context(unblocked())
            stack.enter_context(awake(talk))
            device = self.stage.device
            view, microphone = self._view(stack), self.stage.microphone
            if microphone:
                microphone.tell_to(view.notice)
            buttons = stack.enter_context(media_buttons(self.routine.title, self.home.clips.parent / "pictures"))
            player = Player(
                session,
                device,
                Several(self.stage.controls, buttons),
                program=self._program,
                check=lambda timeline: checked(timeline, session.plan.script, whole=False),
                journal=records.journal,
                ledger=JsonLines(records.ledger, _if_read(data)) if self.manner.json else records.ledger,
                view=_Unwatched(view, buttons.update, *([microphone.update] if microphone else [])),
                slept=Sleep(system_clocks()).check,
                deadline=self._deadline(session),
            )
            stack.enter_context(signals(player.post, device.silence))
            code = player.play()
        self._report(code, records)
        return code

    def _deadline(self, session: Session) -> Deadline:
        """The end that was asked for, counted from the place where the session begins or goes on."""
        length_s = self.asked.length_s
        return Deadline(None if length_s is None else length_s - session.origin / RATE, self.manner.until_s)

    def _view(self, stack: ExitStack) -> View:
        if self.manner.json:
            return QuietView(talk)
        if self.manner.plain or not sys.stdout.isatty():
            return PlainView(data, key_bindings())
        from massage_voice.screen.live import live_view

        view = live_view(self.routine.title, key_bindings())
        if view is None:
            return PlainView(data, key_bindings())
        stack.callback(view.close)
        return view

    def _report(self, code: ExitCode, records: Records) -> None:
        ended = "The session is finished." if code is ExitCode.FINISHED else "The session ended before its end."
        path = records.ledger_path
        _if_read(talk)(f"{ended} What was delivered: {path}" if path else ended)


def _if_read(tell: Callable[[str], None]) -> Callable[[str], None]:
    """`tell`, which may fail: a closed window or a reader that has left ends no massage."""

    def told(text: str) -> None:
        with suppress(OSError):
            tell(text)

    return told


class _Unwatched:
    """A View that may fail: hands are on a body, whether somebody watches or not."""

    def __init__(self, view: View, *others: Callable[[Session], None]) -> None:
        self._view = view
        self._others = others

    def update(self, session: Session) -> None:
        """See `player.View`; the others are shown the same."""
        for show in (*self._others, self._view.update):
            with suppress(Exception):  # a fault of a picture is no reason to leave the hands without guidance
                show(session)

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
