"""The loop around a session: reads controls and the speaker's frame counter, carries out orders.

It decides nothing; `machine.Session` does. Orders are carried out in the order in which they come.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from massage_voice.errors import ExitCode, MassageVoiceError, OutputError, RoutineError, SafetyError, SoundError
from massage_voice.ports import Controls, Journal, Program, Speaker
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Phase, Session
from massage_voice.session.orders import Deliver, End, Gain, Order, Play, Record, Silence
from massage_voice.session.table import State
from massage_voice.sound.bells import bell
from massage_voice.sound.program import Piece, Pieces
from massage_voice.timeline.model import Timeline

POLL_S: Final = 0.04
"""How often the frame counter is looked at: one period of the device. Controls wake the loop at once."""
REOPEN_S: Final = 1.0
"""Between two tries to open a lost device."""


class View(Protocol):
    """Whoever shows the session."""

    def update(self, session: Session) -> None:
        """Look at the session and show it; called after every event and at least every `POLL_S` seconds."""
        ...

    def notice(self, text: str) -> None:
        """Show a sentence that is not spoken."""
        ...


class Player:
    """Plays one session to its end."""

    def __init__(
        self,
        session: Session,
        speaker: Speaker,
        controls: Controls,
        *,
        program: Callable[[Timeline], Program],
        check: Callable[[Timeline], object],
        journal: Journal,
        ledger: Journal,
        view: View,
        reopen: Callable[[], Speaker] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self.speaker = speaker
        self._controls = controls
        self._program = program
        self._check = check
        self._journal = journal
        self._ledger = ledger
        self._view = view
        self._reopen = reopen
        self._clock = clock
        self._posted: deque[Event] = deque()
        self._tried_s = 0.0
        self._complained = False
        self._code: ExitCode | None = None

    def post(self, event: Event) -> None:
        """Hand in an event from a signal handler."""
        self._posted.append(event)

    def play(self) -> ExitCode:
        """From START to the end; returns how it ended.

        A timeline that `check` refuses, or that cannot be laid out, is never played: bell, screen, exit code 6.
        """
        try:
            self._handle(Event(Signal.START))
            while self._code is None:
                self._turn()
        except (SafetyError, RoutineError) as error:
            self._refuse(error)
            return ExitCode.SAFETY_NOT_DELIVERED
        return self._code

    def _refuse(self, error: MassageVoiceError) -> None:
        sound = bell("hold")
        self.speaker.play(self.session.run + 1, Pieces([Piece(0, sound)], len(sound)))
        self._view.notice(f"STOP. Hands off. {error.message}")
        self._write({"event": "end", "code": int(ExitCode.SAFETY_NOT_DELIVERED)})

    def _turn(self) -> None:
        event = self._posted.popleft() if self._posted else self._controls.read(POLL_S)
        if event is not None:
            if event.signal is not Signal.STOP:  # a stop waits for nothing, not even for the ledger
                self._look()
            self._handle(event)
        self._look()
        self._watch()
        self._view.update(self.session)

    def _look(self) -> None:
        """Tell the session how far the device has come."""
        if self._code is None:
            run, frame = self.speaker.played()
            self._handle(Event(Signal.PLAYED, run, frame))

    def _watch(self) -> None:
        """Notice a device that has gone, and try to get it back."""
        if self._code is not None:
            return
        if self._is_lost():
            self._try_again()
        elif not self.speaker.alive():
            self._handle(Event(Signal.DEVICE_LOST))
            if self._is_lost():
                self._view.notice("The sound is gone. The session holds until it is back.")

    def _is_lost(self) -> bool:
        return self.session.state is State.LOST

    def _try_again(self) -> None:
        now = self._clock()
        if self._reopen is None or now - self._tried_s < REOPEN_S:
            return
        self._tried_s = now
        try:
            speaker = self._reopen()
        except SoundError:
            return
        self.speaker.close()
        self.speaker = speaker
        self.speaker.gain(self.session.gain)
        self._view.notice("The sound is back.")
        self._handle(Event(Signal.DEVICE_BACK))

    def _handle(self, event: Event) -> None:
        for order in self.session.handle(event):
            self._carry_out(order)

    def _carry_out(self, order: Order) -> None:
        match order:
            case Play(run, timeline, frame):
                if self.session.phase is Phase.STEPS and not self.session.going_on:
                    self._check(timeline)
                self.speaker.play(run, self._program(timeline), frame)
            case Silence():
                self.speaker.silence()
            case Gain(decibels):
                self.speaker.gain(decibels)
            case Deliver(line):
                self._write(line, self._ledger)
            case Record(entry):
                self._write(entry)
            case End(code):
                self._write({"event": "end", "code": int(code)})
                self._code = code

    def _write(self, entry: Mapping[str, object], lines: Journal | None = None) -> None:
        """A record that cannot be written is said once; the session goes on, because hands are on a body."""
        try:
            (lines or self._journal).append(entry)
        except OutputError as error:
            if not self._complained:
                self._view.notice(f"{error.message}: the record of this session is not whole.")
            self._complained = True
