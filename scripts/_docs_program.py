"""What the documents tell of commands, keys and states."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from _markdown import table

from massage_voice.cli import EPILOG, cli
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import Places
from massage_voice.controls.bindings import BINDINGS
from massage_voice.controls.effects import EFFECTS
from massage_voice.errors import ExitCode
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.safety.registry import load_registry
from massage_voice.screen.picture import picture
from massage_voice.session.events import Signal
from massage_voice.session.table import TABLE, State, mermaid
from massage_voice.voices.library import SilentLibrary

NOWHERE = Path("/nonexistent")
WIDTH = 90
"""Columns of the printed help."""


def commands() -> str:
    """Every command and what it does."""
    rows = ((f"`massage-voice {name}`", purpose(command)) for name, command in cli.commands.items())
    return table(("command", "what it does"), rows)


def purpose(command: click.Command) -> str:
    """The first paragraph of a command's help."""
    return " ".join((command.help or "").split("\n\n")[0].split())


def helps() -> str:
    """What `--help` prints, for the program and each command."""
    size: dict[str, Any] = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    group = click.Context(cli, info_name="massage-voice", **size, **cli.context_settings)
    parts = [section("massage-voice", cli.get_help(group))]
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=name, parent=group, **size)
        parts.append(section(f"massage-voice {name}", command.get_help(context)))
    return "\n\n".join(parts)


def section(title: str, text: str) -> str:
    """The help of one command, under its name."""
    return f"## {title}\n\n```text\n{text}\n```"


def shown() -> str:
    """What `show neck` draws for somebody who has had a session before, as far as the map of the body."""
    asked = Asked(first=False)
    script = make_script(read_routine("neck", Places(*[NOWHERE] * 4)), asked, Answers(), first=False)
    made = make_plan(script, asked, SilentLibrary())
    lines = [line.plain.rstrip() for line in picture(made, made.whole(), load_registry(), 80)]
    end = next(number for number, line in enumerate(lines) if line.startswith("area"))
    return "\n".join(["```text", *lines[: end - 1], "```"])


def exit_codes() -> str:
    """Every exit code, in the words of `--help`."""
    words = dict(re.findall(r"(\d+) ([^,.]+)", " ".join(EPILOG.split())))
    return table(("code", "meaning"), ((str(int(code)), words[str(int(code))]) for code in ExitCode))


def spoken() -> str:
    """What each spoken command does."""
    phrases: dict[Signal, list[str]] = {}
    for phrase in builtin_phrases().commands:
        phrases.setdefault(phrase.signal, []).append(f"`{phrase.say}`")
    return table(("say", "effect"), ((", ".join(said), EFFECTS[signal]) for signal, said in phrases.items()))


def controls() -> str:
    """Every key and what it does."""
    by_signal: dict[Signal, list[str]] = {}
    for key, signal in BINDINGS.items():
        by_signal.setdefault(signal, []).append(f"`{key}`")
    by_signal[Signal.TOGGLE].append("any other key")
    return table(("keys", "effect"), ((", ".join(names), EFFECTS[signal]) for signal, names in by_signal.items()))


def state_diagram() -> str:
    """The table as a picture."""
    return f"```mermaid\n{mermaid()}\n```"


def state_table() -> str:
    """Every signal in every state: the action, and nothing where the signal changes nothing."""
    rows = ([f"`{signal}`", *(action(state, signal) for state in State)] for signal in Signal)
    return table(("signal", *State), rows)


def action(state: State, signal: Signal) -> str:
    """A cell of the table."""
    transition = TABLE[state].get(signal)
    return transition.action.replace("_", " ") if transition else ""
