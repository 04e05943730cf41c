"""One reminder, put to whoever is there: shown, belled, spoken, and answered with a key."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from typing import Final

import click

from massage_voice.clip import Speech
from massage_voice.commands.asked import Asked
from massage_voice.commands.config import key_bindings
from massage_voice.commands.interview import LISTEN_S, POLL_S, Interview
from massage_voice.commands.places import Places
from massage_voice.commands.run import decibels
from massage_voice.commands.sounding import checked_card
from massage_voice.controls.key_controls import open_keys
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode, MassageVoiceError, SoundError, VoiceError
from massage_voice.ports import Controls, Speaker
from massage_voice.screen.progress import Progress
from massage_voice.screen.talk import talk
from massage_voice.session.device import Device
from massage_voice.voices.library import open_library

ANSWER_S: Final = 300.0
"""How long a reminder waits for a key."""
FADE_S: Final = 0.3
"""An interrupted sentence fades out before the device closes: the ramp, and what the device holds."""


class Answer(Enum):
    """What somebody wants."""

    BEGIN = "y"
    NOT_NOW = "n"
    LATER = "l"


QUESTION: Final = "Press Y to begin, N for not now, or L for in ten minutes."
KEYS: Final = "    y begin   n not now   l in ten minutes"


def is_attended() -> bool:
    """Somebody can press a key here: in the background, reading one would stop the process."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # not the terminal that controls this process: nobody minds
        return True


def spoken(sentence: str) -> str:
    """What is said: the question only where it can be answered."""
    return f"{sentence} {QUESTION}" if is_attended() else sentence


def prepare(sentences: Iterable[str], asked: Asked, home: Places) -> None:
    """Make the sound of sentences beforehand, so that a reminder comes on time; says which voice it is not.

    Raises:
        UsageError: no voice has that name.
    """
    progress = Progress("Preparing the voice")
    library = open_library(asked.voice, home.clips, progress)
    try:
        with progress.shown():
            library.prepare({spoken(sentence): Speech(asked.wpm) for sentence in sentences})
    except VoiceError as error:
        tell(error)
    finally:
        library.close()
    for note in library.notes:
        talk(note)


def offer(sentence: str, command: str, asked: Asked, home: Places) -> Answer | None:
    """Announce a reminder and ask what now; None when nobody answered. `command` is how to begin by hand."""
    attended = is_attended()
    talk(f"{sentence}\n{KEYS}" if attended else f"{sentence}\n    to begin: {command}")
    with _sound(spoken(sentence), asked, home) as heard, _keys(attended) as controls:
        if attended:
            return ask(controls, time.time)
        heard()
    return None


def ask(controls: Controls, clock: Callable[[], float]) -> Answer | None:
    """The first key with a meaning, within `ANSWER_S` seconds of the program or of `clock`, which may jump.

    A key that was waiting when the question appeared was meant for something else.
    """
    until_s = clock() + ANSWER_S
    waited_s = 0.0
    while waited_s < ANSWER_S and clock() < until_s:
        event = controls.read(POLL_S)
        if event is None:
            waited_s += POLL_S
        elif waited_s >= LISTEN_S and event.key in {answer.value for answer in Answer}:
            return Answer(event.key)
    return None


def tell(error: Exception) -> ExitCode:
    """Say an error that ends nothing; returns the code it would have ended with."""
    if isinstance(error, MassageVoiceError):
        talk(f"massage-voice: {error.message}{f'. {error.hint}' if error.hint else ''}")
        return error.exit_code
    talk(f"massage-voice: {type(error).__name__}: {error}. The reminders go on.")
    return ExitCode.ENDED_EARLY


@contextmanager
def _sound(text: str, asked: Asked, home: Places) -> Iterator[Callable[[], None]]:
    """Bell and sentence, begun; gives what waits until they were heard. What fails is said, and shown instead."""
    with ExitStack() as stack:
        heard: Callable[[], None] = _nothing
        try:
            speaker = checked_card()
            stack.callback(_fade, speaker)
            speaker.gain(decibels(asked.volume))
            library = open_library(asked.voice, home.clips)
            stack.callback(library.close)
            library.begin({text: Speech(asked.wpm)})
            interview = Interview(
                Device(speaker),
                NoControls(),
                samples=lambda said: library.clip(said).samples,
                show=lambda _shown: None,
                waits=False,
            )
            interview.greet(text)
            heard = interview.wait
        except MassageVoiceError as error:
            tell(error)
            talk("This reminder is not spoken.")
            click.echo("\a" if sys.stderr.isatty() else "", nl=False, err=True)
        with suppress(SoundError):
            yield heard


@contextmanager
def _keys(attended: bool) -> Iterator[Controls]:
    controls = open_keys(key_bindings()) if attended else NoControls()
    try:
        yield controls
    finally:
        controls.close()


def _fade(speaker: Speaker) -> None:
    speaker.silence()
    time.sleep(FADE_S)
    speaker.close()


def _nothing() -> None:
    """There is nothing to wait for."""
