"""`run`: a live session, from the sound check to the goodbye.

The first sound and the first word are promises, so this file imports only what a bell and a greeting need;
`live` brings the rest while they sound.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from massage_voice.clip import Speech
from massage_voice.commands.asked import Asked
from massage_voice.commands.config import key_bindings
from massage_voice.commands.music import MusicAsked
from massage_voice.commands.places import Places, places
from massage_voice.commands.sounding import checked_card, open_speaker
from massage_voice.controls.key_controls import open_keys
from massage_voice.controls.several import Several
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode
from massage_voice.routine.store import Store
from massage_voice.screen.talk import read_aloud, talk
from massage_voice.session.device import Device

if TYPE_CHECKING:
    from massage_voice.commands.interview import Interview
    from massage_voice.hearing.microphone import Microphone
    from massage_voice.ports import Controls, Library
    from massage_voice.screen.progress import Progress

LOADING_S: Final = 20.0
"""How long the process that hears may take to begin; two seconds are usual."""
GREETING: Final = "This is your guide. Set the volume so that you both hear me well."


@dataclass(frozen=True, slots=True)
class Manner:
    """How a session is run, besides what is asked of it."""

    screened: bool = False
    plain: bool = False
    json: bool = False
    captions_only: bool = False
    require_sound: bool = False
    until_s: float | None = None
    """The end by the wall clock, in seconds of the epoch."""
    mic: bool = False
    """Listen to spoken commands."""
    wake: str | None = None
    """Another wake word."""
    bare: bool = False
    """Every command without the wake word too."""
    headset: bool = False
    """The microphone does not hear the loudspeaker."""
    mic_model: str | None = None
    """A folder with another model."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a session needs around it, open and at work."""

    device: Device
    controls: Controls
    library: Library
    interview: Interview
    progress: Progress
    microphone: Microphone | None
    music: MusicAsked
    attended: bool
    """Somebody can press a key or be heard."""


def run(name: str, asked: Asked, manner: Manner) -> ExitCode:
    """Guide a live session of the routine called `name`; returns how it ended.

    Raises:
        MassageVoiceError: it could not start; or a caution could not be delivered.
    """
    home = places()
    source = Store(home.routines).find(name)  # a name that does not exist rings no bell
    with open_stage(asked, manner, home) as stage:
        from massage_voice.commands.live import live

        return live(source, asked, manner, home, stage)


@contextmanager
def open_stage(asked: Asked, manner: Manner, home: Places) -> Iterator[Stage]:
    """Bell, voice, greeting; everything is closed in the end."""
    with ExitStack() as stack:
        music = MusicAsked(asked, home)
        microphone = _microphone(manner) if manner.mic else None
        tap = microphone.tap if microphone else None
        keys = NoControls() if manner.json and not sys.stdin.isatty() else open_keys(key_bindings())
        stack.callback(keys.close)
        speaker = open_speaker(
            keys, talk, captions_only=manner.captions_only, require_sound=manner.require_sound, tap=tap
        )
        device = Device(speaker, lambda: checked_card(tap, bell=False))
        stack.callback(device.close)
        device.gain(decibels(asked.volume))
        controls: Controls = keys
        if microphone:
            microphone.start(device.tone)
            stack.callback(microphone.close)
            controls = Several(keys, microphone)
        from massage_voice.commands.interview import Interview
        from massage_voice.screen.progress import Progress
        from massage_voice.voices.pair import open_voices

        progress = Progress("Preparing the voice")
        silent = manner.captions_only
        voices = ("none", None) if silent else (asked.voice, asked.safety_voice)
        library = open_voices(*voices, home.clips, progress)
        stack.callback(library.close)
        library.begin({GREETING: Speech(asked.wpm)})
        interview = Interview(
            device,
            controls,
            samples=lambda text: library.clip(text).samples,
            show=talk if manner.json else read_aloud,
            hearing=microphone,
        )
        interview.greet(GREETING)
        music.begin()
        attended = not isinstance(keys, NoControls) or (microphone is not None and microphone.wait(LOADING_S))
        yield Stage(device, controls, library, interview, progress, microphone, music, attended)


def _microphone(manner: Manner) -> Microphone:
    """The microphone, not listening yet.

    Raises:
        HearingError: what it needs is not installed.
        UsageError: the wake word is a command.
    """
    from massage_voice.hearing.microphone import Microphone, Wishes, check

    wishes = Wishes(manner.wake or "", manner.bare, not manner.headset, manner.mic_model or "")
    check(wishes)
    return Microphone(wishes, talk)


def decibels(volume: int) -> float:
    """`--volume` as a gain: 100 is 0 dB."""
    return 20 * math.log10(volume / 100)
