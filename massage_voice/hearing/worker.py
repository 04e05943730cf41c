"""The process that hears: microphone, canceller, gate, recogniser. The audio callback never waits for any of it.

The wire is a pipe each way, one JSON object a line. To here: `{"expect": …, "since": s}`, `{"say": text, "from": s,
"to": s}`, `{"played": bytes, "at": s}` with so many bytes of mono int16 at 48 kHz after it. From here: `{"listening":
name}` as soon as it hears, `{"heard": verdict, …}`, `{"trouble": name, "why": text}`, and `{"failed": text, "hint":
text}` as its last word. Seconds are those of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from massage_voice import child
from massage_voice.errors import MassageVoiceError, SoundError
from massage_voice.hearing.capture import TROUBLES, Capture, Trouble
from massage_voice.hearing.echo import BLOCK, Cleaned, Echo
from massage_voice.hearing.gate import CHUNK, Gate, silero
from massage_voice.hearing.listener import Expected, Heard, Listener, Narrated
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.model import Whisper, find_model
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.hearing.recogniser import Recogniser, Verdict

PAUSES_S: Final = (0.5, 1.0, 2.0)
"""Before each try to open the microphone again; the last one is used from then on."""
IDLE_S: Final = 0.01
LATE_S: Final = 0.5
"""So long the microphone's sound waits for news of what was played."""
assert CHUNK % BLOCK == 0  # noqa: S101


class Ears:
    """The microphone and what is made of it; `turn` is called again and again."""

    def __init__(self, listener: Listener, echo: Echo | None, *, headset: bool = True) -> None:
        self.listener = listener
        self.echo = echo
        """None where there is nothing to take out, or nothing that could."""
        self._headset = headset
        self._capture: Capture | None = None
        self._waiting = np.zeros(0, np.float32)
        self._at_s = 0.0  # when its last frame came
        self._trouble: Trouble | None = None
        self._tries = 0
        self._next_s = 0.0

    def turn(self) -> Iterator[dict[str, Any]]:
        """What is to be told after this turn."""
        yield from self._see_to_it()
        for samples, at_s in self._capture.read() if self._capture else ():
            for heard in self.hear(samples, at_s):
                yield told(heard)

    def _see_to_it(self) -> Iterator[dict[str, Any]]:
        if self._capture is None and time.monotonic() >= self._next_s:
            try:
                self._capture = Capture()
            except SoundError as error:
                self._later()
                yield from self._tell(Trouble.MISSING, f"{error.message}. {error.hint}")
                return
            self._tries = 0
        if self._capture is not None:
            trouble = self._capture.trouble
            yield from self._tell(trouble, TROUBLES.get(trouble, self._capture.name))
            if trouble is Trouble.MISSING:
                self._capture.close()
                self._capture = None
                self._later()

    def _later(self) -> None:
        self._next_s = time.monotonic() + PAUSES_S[min(self._tries, len(PAUSES_S) - 1)]
        self._tries += 1

    def _tell(self, trouble: Trouble, why: str) -> Iterator[dict[str, Any]]:
        if trouble is not self._trouble:
            self._trouble = trouble
            yield {"trouble": trouble.value, "why": why} if trouble else {"listening": why}

    def hear(self, samples: Array, at_s: float) -> Iterator[Heard]:
        """Take in `samples`, 16 kHz, whose last frame came at `at_s`; must be read to its end.

        They wait until it is known what was played meanwhile, but not for ever.
        """
        self._waiting, self._at_s = np.concatenate([self._waiting, samples]), at_s
        while len(self._waiting) >= CHUNK:
            late = len(self._waiting) > LATE_S * RATE
            if self.echo and not late and not self.echo.knows(CHUNK):
                return
            end_s = self._at_s - (len(self._waiting) - CHUNK) / RATE
            chunk, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
            cleaned = self.echo.clean(chunk, end_s) if self.echo else Cleaned(chunk, chunk)
            trusted = self.echo.trusted if self.echo else self._headset
            yield from self.listener.hear(cleaned.samples, end_s, cleaned.people, trusted=trusted)


def told(heard: Heard) -> dict[str, Any]:
    """A decision as it goes through the pipe; what was said stays here."""
    decision = heard.decision
    when = {"from": heard.start_s, "end": heard.end_s}
    if decision.verdict is Verdict.ACCEPTED and decision.phrase:
        meaning = {"signal": decision.phrase.signal.value, "answer": decision.phrase.answer}
        return {"heard": decision.verdict.value, **when, **meaning}
    return {"heard": "wake" if decision.wake else decision.verdict.value, **when}


def obey(message: dict[str, Any], ears: Ears) -> None:
    """Do what the parent says."""
    if "expect" in message:
        expected = message["expect"]
        ears.listener.expect(Expected.received(expected) if expected else None, message["since"])
    elif "say" in message:
        ears.listener.narrate(Narrated(message["say"], message["from"], message["to"]))
    elif ears.echo:
        ears.echo.played(np.frombuffer(message["samples"], "<i2"), message["at"])


def main(wishes: str) -> None:
    """Hear until stdin closes. The body of the process."""
    wire = child.private_stdout()
    inbox = _inbox(sys.stdin.buffer)
    asked = json.loads(wishes)
    try:
        model = Whisper(find_model(Path(asked["model"]) if asked["model"] else None))
        phrases = builtin_phrases()
        recogniser = Recogniser(model, phrases, wake=asked["wake"], bare=asked["bare"])
        listener = Listener(Gate(silero()), recogniser, phrases)
        recogniser.prepare((*phrases.commands, *phrases.answers))
        echo = Echo() if asked["echo"] and importlib.util.find_spec("pyaec") else None
        ears = Ears(listener, echo, headset=not asked["echo"])
        _serve(ears, inbox, wire)
    except MassageVoiceError as error:
        _tell(wire, {"failed": error.message, "hint": error.hint})
    except BrokenPipeError:
        pass
    os._exit(0)  # the thread that reads stdin, and a device that hangs, would hold up an orderly end


def _serve(ears: Ears, inbox: queue.SimpleQueue[dict[str, Any]], wire: BinaryIO) -> None:
    while True:
        while not inbox.empty():
            obey(inbox.get(), ears)
        for message in ears.turn():
            _tell(wire, message)
        time.sleep(IDLE_S)


def _inbox(source: BinaryIO) -> queue.SimpleQueue[dict[str, Any]]:
    """Messages as they come; at the end of stdin the process ends at once."""
    messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def read() -> None:
        for line in source:
            message = json.loads(line)
            if "played" in message:
                message["samples"] = source.read(message["played"])
            messages.put(message)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return messages


def _tell(wire: BinaryIO, message: dict[str, Any]) -> None:
    wire.write(json.dumps(message).encode() + b"\n")
    wire.flush()


if __name__ == "__main__":
    main(sys.argv[1])
