"""The loop around a session: reads controls and what the device has sounded, carries out orders.

It decides nothing; `machine.Session` does. Orders are carried out in the order in which they come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from massage_voice.clip import RATE
from massage_voice.errors import ExitCode, MassageVoiceError, RoutineError, SafetyError
from massage_voice.ports import Controls, Journal, Program
from massage_voice.session.checkpoint import Phase
from massage_voice.session.deadline import Deadline
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Deliver, End, Gain, Order, Play, Record, Silence
from massage_voice.session.table import State
from massage_voice.sound.bells import bell
from massage_voice.sound.program import Piece, Pieces
from massage_voice.timeline.model import Timeline

POLL_S: Final = 0.04
"""How often the frame counter is looked at: one period of the device. Controls wake the loop at once."""
AHEAD_S: Final = 0.05
"""How long a journal that is written ahead is waited for. A disk slower than this is not: whoever is killed in the
meantime goes on from the entry before."""
ALARMS: Final = 3
"""How often the bell of a session that cannot go on is rung before the program ends."""


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
        device: Device,
        controls: Controls,
        *,
        program: Callable[[Timeline], Program],
        check: Callable[[Timeline], object],
        journal: Journal,
        ledger: Journal,
        view: View,
        slept: Callable[[], float] = lambda: 0.0,
        deadline: Deadline | None = None,
    ) -> None:
        self.session = session
        self._device = device
        self._controls = controls
        self._program = program
        self._check = check
        self._journal = journal
        self._ledger = ledger
        self._view = view
        self._slept = slept
        self._deadline = deadline or Deadline()
        self._posted: deque[Event] = deque()
        self._complained = False
        self._code: ExitCode | None = None

    def post(self, event: Event) -> None:
        """Hand in an event from a signal handler."""
        self._posted.append(event)

    def play(self) -> ExitCode:
        """From START to the end; returns how it ended.

        A timeline that `check` refuses, or that cannot be laid out, is never played, and a caution that breaks off
        again and again is not tried for ever: bell, screen, exit code 6.
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
        for order in self.session.abandoned():
            self._carry_out(order)
        self._journal.append({"event": "end", "code": int(ExitCode.SAFETY_NOT_DELIVERED)})
        self._view.notice(f"STOP. Hands off. {error.message}")
        sound = bell("hold")
        for number in range(1, ALARMS + 1):
            run = self.session.run + number
            self._device.speaker.play(run, Pieces([Piece(0, sound)], 2 * len(sound)))
            for _ in range(round(3 * len(sound) / self._device.speaker.rate / POLL_S)):
                if self._controls.read(POLL_S) is not None:
                    return
                if self._device.speaker.played() == (run, 2 * len(sound)):
                    break

    def _turn(self) -> None:
        event = self._posted.popleft() if self._posted else self._controls.read(POLL_S)
        if self._slept():
            self._handle(Event(Signal.ASLEEP))
        if event is not None:
            if event.signal is not Signal.STOP:  # a stop waits for nothing
                self._look()
            self._handle(event)
        self._look()
        self._say_troubles()
        self._view.update(self.session)

    def _look(self) -> None:
        """Tell the session what became of the device, and how far it has come.

        Raises:
            SafetyError: the sound itself cannot be made.
        """
        failure = self._device.speaker.failure
        if failure is not None:
            raise SafetyError(f"the sound could not be made: {failure or type(failure).__name__}", "")
        for event in self._device.news():
            trouble = self._device.trouble
            self._handle(event)
            if event.signal is Signal.DEVICE_LOST:
                self._view.notice(f"{trouble} The session holds until there is sound again.")
            if event.signal is Signal.DEVICE_BACK:
                self._view.notice("The sound is back.")
        if self._code is None:
            self._handle(Event(Signal.PLAYED, *self._device.speaker.played()))

    def _say_troubles(self) -> None:
        """A record that cannot be written is said once; the session goes on, because hands are on a body."""
        for lines in (self._journal, self._ledger):
            complaint = lines.complaint()
            if complaint and not self._complained:
                self._complained = True
                self._view.notice(f"{complaint}: the record of this session is not whole.")

    def _handle(self, event: Event) -> None:
        left_s = self._deadline.left_s()
        self.session.remaining = None if left_s is None else round(left_s * RATE)
        for order in self.session.handle(event):
            if isinstance(order, Play) and event.signal is not Signal.STOP:
                self._journal.settle(AHEAD_S)
            self._carry_out(order)
        if event.signal is Signal.STOP and self.session.state is State.LOST:
            self._view.notice(" ".join(self.session.emergency.stop))

    def _carry_out(self, order: Order) -> None:
        match order:
            case Play(run, timeline, frame):
                if self.session.phase is Phase.STEPS:
                    self._deadline.begin()
                    if not self.session.going_on:
                        self._check(timeline)
                self._device.speaker.play(run, self._program(timeline), frame)
            case Silence():
                self._device.silence()
            case Gain(decibels):
                self._device.gain(decibels)
            case Deliver(line):
                self._ledger.append(line)
            case Record(entry):
                self._journal.append(entry)
            case End(code):
                self._journal.append({"event": "end", "code": int(code)})
                self._code = code
