"""The sound output: a bell and a sentence go through the card that a session uses, and are looked for on the way."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from massage_voice.checkup.finding import Finding, Probe, Verdict
from massage_voice.checkup.monitor import LIKE, Monitor, monitor
from massage_voice.checkup.remedies import Remedies
from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.sound.bells import bell
from massage_voice.sound.card import CardSpeaker, open_card
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples
from massage_voice.sound.volume import Volume, output_volume

LIMIT_S: Final = 10.0
"""Opening, three seconds of sound, closing: seven on a slow machine."""
STILL_S: Final = 1.5
"""A device that consumes nothing for so long does not play."""
SETTLED_S: Final = 0.4
"""A device fills its buffers first; its rate is taken after that."""
FAST: Final = 0.02
"""A share of the rate: a card is within 0.0001, a busy machine seems to be off by some hundredths."""
QUIET: Final = 20
"""Percent; below this a voice is lost in a room."""
VOICE_AT: Final = RATE * 6 // 5
"""Frame at which the sentence begins, over the end of the bell."""
TAIL_S: Final = 0.3
"""How long what was consumed takes to come out, and to be recorded."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the card did."""

    began: float
    """When the bell was asked for, by `time.monotonic`."""
    frames: int
    gaps: int
    """How often it ran dry."""
    rate: float
    """Frames a second, 0 when there was too little to tell."""


class SoundCheck:
    """Looks at the output; `speech` gives the sentence to play, empty when no voice works."""

    def __init__(
        self,
        remedies: Remedies,
        speech: Callable[[], Samples],
        volume: Callable[[], Volume | None] = output_volume,
    ) -> None:
        self._remedies = remedies
        self._speech = speech
        self._volume = volume

    def probe(self, limit_s: float = LIMIT_S) -> Probe:
        """The check, as something to look at."""
        return Probe("sound out", self._look, limit_s, self._served("sound-stuck"))

    def _look(self) -> Finding:
        with monitor() as recording:
            try:
                card = open_card()
            except SoundError as error:
                return self._none(error)
            try:
                return self._played(card, recording)
            finally:
                card.close()

    def _none(self, error: SoundError) -> Finding:
        found = f"{error.message}{_named_server()}. Expected: headphones or a speaker that the system can use."
        return _failing(found, self._remedies("sound-dummy") if _server_answers() else self._served("sound"))

    def _played(self, card: CardSpeaker, recording: Monitor | None) -> Finding:
        if card.is_dummy:
            found = f"there is no sound device: the system plays into nothing ({card.name})."
            return _failing(found, self._remedies("sound-dummy"))
        turned_down = self._turned_down()
        if turned_down and turned_down.verdict is Verdict.FAILING:
            return turned_down
        played = play(card, self._speech())
        if played.frames == 0:
            found = f"{_name(card)} opens and takes no sound. {card.trouble}".rstrip()
            return _failing(found, self._served("sound-stuck"))
        came_out = self._came_out(_name(card), played, recording)
        return turned_down if turned_down and came_out.verdict is not Verdict.FAILING else came_out

    def _turned_down(self) -> Finding | None:
        volume = self._volume()
        if volume is None:
            return None
        name = volume.device or "the default output"
        if volume.muted:
            return _failing(f"{name} is muted.", self._controlled("sound-muted"))
        if volume.percent == 0:
            return _failing(f"the volume of {name} is zero.", self._controlled("sound-volume"))
        if volume.percent < QUIET:
            found = f"the volume of {name} is {volume.percent} %: a voice may be too quiet to hear."
            return Finding(Verdict.WARNING, found, self._controlled("sound-volume"))
        return None

    def _came_out(self, name: str, played: Played, recording: Monitor | None) -> Finding:
        about = f"{name} plays {_rate(played.rate)}"
        if recording is not None:
            if recording.is_silent:
                found = f"{name} takes sound, and the system's output stays silent."
                return _failing(found, self._served("sound-stuck"))
            heard = recording.find(bell("start")[:RATE])
            if heard.like >= LIKE:
                about += f"; the bell came out {(heard.at - played.began) * 1000:.0f} ms after it was asked for"
        if played.rate and abs(played.rate / RATE - 1) > FAST:
            found = f"{about}; expected {RATE}: the machine is very busy, or the device has a fault."
            return Finding(Verdict.WARNING, found, self._remedies("machine-busy"))
        if played.gaps:
            found = f"{about}; the sound had {played.gaps} gaps, expected none: the machine is very busy."
            return Finding(Verdict.WARNING, found, self._remedies("machine-busy"))
        return Finding(Verdict.OK, f"{about}.")

    def _served(self, trouble: str) -> str:
        """The remedy for the sound server that this machine has."""
        has_pulseaudio = sys.platform == "linux" and shutil.which("pulseaudio")
        return self._remedies(f"{trouble}-pulseaudio" if has_pulseaudio else trouble)

    def _controlled(self, trouble: str) -> str:
        """The remedy in the words of the program that sets the volume here."""
        has_wpctl_alone = sys.platform == "linux" and not shutil.which("pactl") and shutil.which("wpctl")
        return self._remedies(f"{trouble}-wpctl" if has_wpctl_alone else trouble)


def play(card: CardSpeaker, speech: Samples) -> Played:
    """Play the bell and the sentence to their end, or until the card takes no more."""
    sound = bell("start")
    length = max(len(sound), VOICE_AT + len(speech))
    began = time.monotonic()
    card.play(1, Pieces([Piece(0, sound), Piece(VOICE_AT, speech)], length))
    moved, frame, steps = began, 0, []
    while frame < length and (now := time.monotonic()) - moved < STILL_S:
        run, at = card.played()
        if run == 1 and at != frame:
            moved, frame = now, at
            steps.append((now, at))
        time.sleep(0.002)
    time.sleep(TAIL_S)
    return Played(
        began, frame, len(card.gaps()), _slope([(now, at) for now, at in steps[:-1] if now - began > SETTLED_S])
    )


def _slope(steps: list[tuple[float, int]]) -> float:
    """Frames a second through all steps, so that one late look counts for little; the last one may be cut short."""
    if len(steps) < 10:
        return 0.0
    times, frames = np.array(steps, np.float64).T
    return float(np.polyfit(times - times[0], frames, 1)[0])


def _name(card: CardSpeaker) -> str:
    return card.name or "the default output"


def _rate(rate: float) -> str:
    if not rate:
        return "too little to tell its rate"
    off = (rate / RATE - 1) * 100
    direction = "fast" if off > 0 else "slow"
    return (
        f"{rate:.0f} frames a second ({abs(off):.1f} % {direction})" if abs(off) >= 0.05 else f"{RATE} frames a second"
    )


def _failing(found: str, remedy: str) -> Finding:
    return Finding(Verdict.FAILING, found, remedy)


def _server_answers() -> bool:
    """Whether there is a sound server: then it is the output that is missing."""
    if sys.platform != "linux":
        return False
    from massage_voice.sound.pulse import PulseServer

    with suppress(ConnectionError), closing(PulseServer()) as server:
        server.default_sink()
        return True
    return False


def _named_server() -> str:
    """Where it looked, when somebody has set that by hand."""
    server = os.environ.get("PULSE_SERVER", "") if sys.platform == "linux" else ""
    return f" (PULSE_SERVER points to {server})" if server else ""
