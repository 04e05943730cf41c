"""`check`: all mistakes in routine files at once."""

from __future__ import annotations

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import Places, places
from massage_voice.errors import ExitCode, MassageVoiceError, RoutineError, UsageError
from massage_voice.routine.shown import label
from massage_voice.screen.talk import data
from massage_voice.voices.library import SilentLibrary


def check(names: tuple[str, ...]) -> ExitCode:
    """Print what is wrong with each file, or that nothing is; the worst decides the exit code."""
    home = places()
    return max((_check(name, home) for name in names), default=ExitCode.FINISHED)


def _check(name: str, home: Places) -> ExitCode:
    try:
        told = _plays(name, home)
    except RoutineError as error:
        data(error.message)
        return ExitCode.ROUTINE_INVALID
    except UsageError as error:
        data(f"{error.message}; {error.hint}" if error.hint else error.message)
        return ExitCode.USAGE
    data(f"{label(name)}: sound{told}")
    return ExitCode.FINISHED


def _plays(name: str, home: Places) -> str:
    """Read it, and lay it out once as a later session and once with the front, where it has one."""
    routine = read_routine(name, home)
    fronts = {False, any(step.gate is not None for step in routine.steps)}
    for front in sorted(fronts):
        script = make_script(routine, Asked(), Answers(front=front), first=False)
        make_plan(script, Asked(), SilentLibrary())
    script = make_script(routine, Asked(), Answers(), first=True)
    try:
        make_plan(script, Asked(), SilentLibrary())
    except MassageVoiceError:
        return "; too long for a first session (--again)"
    return ""
