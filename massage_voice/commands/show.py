"""`show`: the routine as a picture in the terminal."""

from __future__ import annotations

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, is_first, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.errors import ExitCode
from massage_voice.safety.registry import load_registry
from massage_voice.screen.picture import picture
from massage_voice.screen.table import console_for_tables
from massage_voice.voices.library import SilentLibrary


def show(name: str, asked: Asked) -> ExitCode:
    """Draw the routine called `name`; times are estimated from its words, so no voice is needed."""
    home = places()
    routine = read_routine(name, home)
    script = make_script(routine, asked, Answers(front=bool(asked.front)), first=is_first(asked, home))
    made = make_plan(script, asked, SilentLibrary())
    console = console_for_tables()
    width = console.width if console.is_terminal else 80
    for line in picture(made, made.whole(), load_registry(), width):
        console.print(line, overflow="fold", no_wrap=False)
    return ExitCode.FINISHED
