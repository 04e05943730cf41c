"""The questions before a session, over a speaker and keys: each is shown and spoken, and waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from massage_voice.clip import RATE
from massage_voice.controls.waiting import NoHearing
from massage_voice.errors import LeftError, SoundError
from massage_voice.ports import Controls, Hearing, Program
from massage_voice.safety.screening import AGREE, INCLUDE, LEAVE_OUT, NO, UNSURE, YES, Dialogue, Outcome, Prompt
from massage_voice.session.delivery import HARM
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.sound.bells import bell
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples

KEYS: Final = {YES: "y", NO: "n", UNSURE: "u", AGREE: "a", INCLUDE: "i", LEAVE_OUT: "l"}
"""The safe answer to a question and the one that consents are different keys: a held key passes nothing."""
_SHOWN: Final = {UNSURE: "not sure"}
LISTEN_S: Final = 0.3
"""A key this soon after a question appeared was meant for the one before."""
POLL_S: Final = 0.05
LEAD: Final = RATE // 20
"""Silence before a text, so that the ramp of the start takes nothing from it."""


class Interview:
    """Puts prompts to the people beside the table."""

    def __init__(
        self,
        device: Device,
        controls: Controls,
        *,
        samples: Callable[[str], Samples],
        show: Callable[[str], None],
        hearing: Hearing | None = None,
        waits: bool = True,
    ) -> None:
        self._device = device
        self._controls = controls
        self._samples = samples
        self._show = show
        self._hearing = hearing or NoHearing()
        self._waits = waits
        """For a device that is gone, rather than giving up."""
        self._run = 0
        self._program: Program = Pieces([], 0)

    def hold(self, dialogue: Dialogue) -> Outcome:
        """Ask everything; returns how it ended.

        Raises:
            LeftError: `q` or Ctrl-C.
        """
        try:
            prompt = next(dialogue)
            while True:
                prompt = dialogue.send(self._ask(prompt))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]

    def greet(self, text: str) -> None:
        """Begin the first words while the sound check's bell still rings, and rings on below; `wait` hears them out."""
        samples = self._samples(text)
        run, frame = self._device.speaker.handed()
        ringing = bell("start")[frame if run == 0 else len(bell("start")) :]
        pieces = [Piece(LEAD, samples), Piece(0, ringing)]
        self._show(text)
        self._hearing.narrate(text, len(samples) / RATE)
        self._start(Pieces(pieces, max(LEAD + len(samples), len(ringing))))

    def say(self, text: str) -> None:
        """Show and speak a line, and wait until it was heard.

        Raises:
            SoundError: see `_look`.
        """
        self._show(text)
        self._start(self._alone(text))
        self.wait()

    def wait(self) -> None:
        """Until what was last begun was heard.

        Raises:
            SoundError: see `_look`.
            LeftError: somebody said "stop". Keys were meant for a question, and are passed over.
        """
        while self._device.speaker.played() != (self._run, self._program.length):
            event = self._controls.read(POLL_S)
            if event is not None and _said_stop(event):
                raise LeftError("left before the start")
            self._look()

    def _look(self) -> None:
        """What was not heard, because the device went away or broke off, is said again.

        Raises:
            SoundError: it went away and nobody waits for it, or the sound cannot be made.
        """
        if self._device.speaker.failure is not None:
            raise SoundError("the sound could not be made", str(self._device.speaker.failure))
        for event in self._device.news():
            if event.signal is Signal.DEVICE_LOST:
                trouble = self._device.trouble
                if not self._waits:
                    raise SoundError("the sound device is gone", trouble)
                self._show(f"{trouble} Waiting until there is sound again.")
            elif event.signal is Signal.DEVICE_BACK or (event.run == self._run and event.frames >= HARM):
                self._start(self._program)

    def _ask(self, prompt: Prompt) -> str:
        keys = _keys(prompt)
        self._show(
            f"{prompt.ask}\n    {'   '.join(f'{key} {_SHOWN.get(answer, answer)}' for key, answer in keys.items())}"
        )
        self._start(self._alone(prompt.ask))
        self._hearing.expect(prompt.answers, prompt.opening)
        waited = 0.0
        while True:
            event = self._controls.read(POLL_S)
            self._look()
            if event is None:
                waited += POLL_S
                continue
            if _leaves(event, keys):
                raise LeftError("left before the start")
            if event.answer in prompt.answers:
                return event.answer
            if event.key in keys and waited >= LISTEN_S:
                return keys[event.key]
            if event.signal is Signal.REPEAT:
                self._start(self._alone(prompt.ask))

    def _alone(self, text: str) -> Program:
        samples = self._samples(text)
        self._hearing.narrate(text, (LEAD + len(samples)) / RATE)
        return Pieces([Piece(LEAD, samples)], LEAD + len(samples))

    def _start(self, program: Program) -> None:
        self._run -= 1
        self._program = program
        self._device.speaker.play(self._run, program)


def _leaves(event: Event, keys: Mapping[str, str]) -> bool:
    """Whether nobody begins after it: a spoken "stop", or the key for it where that is no answer."""
    return _said_stop(event) or (event.signal is Signal.FINISH and "q" not in keys)


def _said_stop(event: Event) -> bool:
    return event.signal is Signal.STOP and not event.key


def _keys(prompt: Prompt) -> dict[str, str]:
    """Key → answer; answers of a question's own have their place as a digit."""
    keys: dict[str, str] = {}
    for number, answer in enumerate(prompt.answers, 1):
        keys[KEYS.get(answer, str(number))] = answer
    return keys
