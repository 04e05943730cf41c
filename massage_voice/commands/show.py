"""`show`: the routine as a picture in the terminal, or as a page."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, is_first, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.commands.recorder import Job, prepare
from massage_voice.commands.signals import held_back
from massage_voice.errors import ExitCode, UsageError
from massage_voice.ports import Program
from massage_voice.recording.model import About, Told
from massage_voice.recording.mp3 import write_mp3
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Script
from massage_voice.screen.described import described
from massage_voice.screen.picture import picture
from massage_voice.screen.progress import Progress
from massage_voice.screen.table import console_for_tables
from massage_voice.screen.talk import data, talk
from massage_voice.sheet.model import Sheet, Sounds, sheet_of
from massage_voice.sheet.page import page
from massage_voice.sound.atomic import replacing, write_text_atomic
from massage_voice.timeline.model import Timeline
from massage_voice.voices.library import SilentLibrary

KBITS: Final = 48
"""A second of a page's sound. One voice is understood as well as in 64, which files get; docs/sheet.md has figures."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `show` was asked for, besides the session."""

    html: Path | None = None
    """The page's file; None: the picture goes to the terminal."""
    with_sound: bool = False
    """The page plays the session."""
    plain: bool = False
    """Sentences instead of the picture in the terminal; a page has both."""


def show(name: str, asked: Asked, wanted: Wanted = Wanted()) -> ExitCode:
    """Draw the routine called `name`. Times are estimated from its words, unless a voice speaks them for a page.

    Raises:
        UsageError: it was asked for sound without a page.
    """
    if wanted.html is None and wanted.with_sound:
        raise UsageError("--with-sound is for a page", "Add --html FILE.")
    if wanted.html is not None:
        return _write(name, asked, wanted.html, with_sound=wanted.with_sound)
    script = _script(name, asked)
    made = make_plan(script, asked, SilentLibrary())
    registry = load_registry()
    if wanted.plain or os.environ.get("TERM") == "dumb":
        for sentence in described(made, made.whole(), registry):
            data(sentence)
        return ExitCode.FINISHED
    console = console_for_tables()
    width = console.width if console.is_terminal else 80
    for line in picture(made, made.whole(), registry, width, console.encoding):
        console.print(line, overflow="fold", no_wrap=False)
    return ExitCode.FINISHED


def _script(name: str, asked: Asked) -> Script:
    home = places()
    return make_script(read_routine(name, home), asked, Answers(front=bool(asked.front)), first=is_first(asked, home))


def _write(name: str, asked: Asked, path: Path, *, with_sound: bool) -> ExitCode:
    """Write the page and say how large it is."""
    script = _script(name, asked)
    _try(path)
    sheet = _sounding(script, name, asked, path) if with_sound else _silent(script, asked)
    text = page(sheet, load_registry())
    write_text_atomic(path, text)
    size = len(text.encode())
    talk(f"{path}: {size / 1_000_000:.1f} MB" if with_sound else f"{path}: {size / 1000:.0f} kB")
    return ExitCode.FINISHED


def _try(path: Path) -> None:
    """Say what is wrong with the path before a minute of rendering, not after it."""
    with suppress(_EnoughError), replacing(path):
        raise _EnoughError


class _EnoughError(Exception):
    """The file could be opened; what stands there stays."""


def _silent(script: Script, asked: Asked) -> Sheet:
    return _sheet(script, make_plan(script, asked, SilentLibrary()).whole())


def _sounding(script: Script, name: str, asked: Asked, path: Path) -> Sheet:
    """The page of a recording, and of the questions, which the page asks before it plays that."""
    with Progress("Preparing the voice").shown() as told:
        made = prepare(Job(name, asked, path, page=True), told)
    for note in made.notes:
        talk(note)
    with held_back() as interrupted, Progress("Making the sound", percent=True).shown() as told:

        def written(done: int, total: int) -> None:
            interrupted()
            told(done, total)

        session = _mp3(made.program, made.about, written)
        questions = _mp3(made.asking.program, made.about)
    return _sheet(script, made.recording.whole, Sounds(session, questions, made.asking.timeline))


def _mp3(sound: Program, about: About, told: Told | None = None) -> bytes:
    """Without chapters and picture: a page has its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.mp3"
        write_mp3(path, sound, About(about.title, about.language), told, kbits=KBITS)
        return path.read_bytes()


def _sheet(script: Script, timeline: Timeline, sounds: Sounds | None = None) -> Sheet:
    return sheet_of(script, timeline, load_registry(), load_screening(), sounds)
