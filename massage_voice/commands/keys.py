"""`keys`: what each key does in a session; `--learn` finds out what a pedal sends and writes what it should do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import click
from rich.table import Table
from rich.text import Text

from massage_voice.commands.config import bindings_of, read_config
from massage_voice.commands.places import places
from massage_voice.commands.setting import KEYS, Settings, settings
from massage_voice.controls.bindings import Bindings
from massage_voice.controls.effects import EFFECTS
from massage_voice.controls.key_controls import open_keys
from massage_voice.controls.keys import UNKNOWN
from massage_voice.controls.mapping import ACTIONS, Wish, read_wishes
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode, UsageError
from massage_voice.ports import Controls
from massage_voice.routine.problem import NOWHERE, suggestion
from massage_voice.routine.shown import label
from massage_voice.screen.table import console_for_tables
from massage_voice.screen.talk import data, talk
from massage_voice.session.events import Signal
from massage_voice.sound.atomic import write_text_atomic

PRESS_S: Final = 30.0
"""How long a key is waited for."""
QUIET_S: Final = 0.4
"""A pedal that is let go, or that sends several keys, has fallen silent after this."""
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9]+")
_VALUE: Final = re.compile(r""""[^"]*"|'[^']*'|[^\s#]+""")


class Asks(Protocol):
    """Whoever answers; lines are typed, not single keys."""

    def line(self, question: str) -> str:
        """What was typed, without spaces around it."""
        ...

    def sure(self, question: str) -> bool:
        """Yes or no."""
        ...


@dataclass(frozen=True, slots=True)
class Prompts:
    """Asks at the terminal."""

    def line(self, question: str) -> str:
        """See `Asks`."""
        return str(click.prompt(question, default="", show_default=False, err=True)).strip()

    def sure(self, question: str) -> bool:
        """See `Asks`."""
        return click.confirm(question, err=True)


def keys(*, learning: bool) -> ExitCode:
    """List what the keys do, or learn what a pedal should do.

    Raises:
        UsageError: there is no terminal to learn at, or the config file is wrong.
    """
    if learning:
        return learn(open_keys, Prompts(), places().config)
    show(bindings_of(read_config(places().config)))
    return ExitCode.FINISHED


def show(bindings: Bindings) -> None:
    """Print every key and what it does."""
    console = console_for_tables()
    table = Table(box=None, pad_edge=False)
    table.add_column("keys", overflow="fold", min_width=16)
    table.add_column("name", no_wrap=True)
    table.add_column("what they do")
    for signal, effect in EFFECTS.items():
        named = [f"{key}*" if key in bindings.own else key for key in bindings.keys(signal)]
        named += ["any other key"] if signal is Signal.TOGGLE else []
        if named:
            table.add_row(Text(", ".join(named)), signal.value, effect, style="bold" if signal is Signal.STOP else "")
    console.print(table)
    if bindings.own:
        data(f"\n* from {label(str(places().config))}")
    data("\nQuestions are answered with y, n, u (not sure), a (agree), i (include) and l (leave out), whatever else")
    data("those keys do. Another pedal or key: massage-voice keys --learn")


def learn(opened: Callable[[], Controls], asks: Asks, config: Path) -> ExitCode:
    """Ask for keys and what they should do, print the lines of the config file, and write them if wanted.

    Raises:
        UsageError: there is no terminal, or the config file is wrong.
        OutputError: it cannot be written.
    """
    before = read_config(config)
    bindings = bindings_of(before)
    learned: dict[str, Signal] = {}
    while True:
        key = _pressed(opened)
        if key and (wanted := _wanted(key, Bindings({**bindings.own, **learned}), asks)):
            learned[key] = wanted
        if not asks.sure("Another one?"):
            break
    if not learned:
        talk("Nothing has changed.")
        return ExitCode.FINISHED
    data("\n".join([f"{KEYS}:", *(_spelled(key, signal) for key, signal in learned.items())]))
    if asks.sure(f"Write this into {label(str(config))}?"):
        _write(config, before, learned)
    return ExitCode.FINISHED


def _pressed(opened: Callable[[], Controls]) -> str:
    """The name of the key that somebody presses; empty when there was none to tell. The terminal is given back."""
    controls = opened()
    if isinstance(controls, NoControls):
        raise UsageError("keys can be learned at a terminal alone", "start it in a terminal window")
    try:
        talk("Press the pedal, or the key.")
        event = controls.read(PRESS_S)
        while controls.read(QUIET_S):
            pass
    finally:
        controls.close()
    if event is None:
        talk(f"No key came within {PRESS_S:g} s. Is the pedal connected, and this window in front?")
        return ""
    if not event.key:
        talk("Several keys came at once, which means pause. Set the pedal to send a single key, such as PageDown.")
        return ""
    if event.key == UNKNOWN:
        talk("The terminal does not tell which key that is; it pauses. Set the pedal to another, such as PageDown.")
        return ""
    return event.key


def _wanted(key: str, bindings: Bindings, asks: Asks) -> Signal | None:
    """What somebody wants `key` to do; None to leave it as it is."""
    talk(f"That is {key}. In a session it means {bindings.signal(key).value}: {EFFECTS[bindings.signal(key)]}")
    talk(f"It can be: {', '.join(ACTIONS)}.")
    while answer := asks.line("What should it do? (Enter: leave it)"):
        if answer not in ACTIONS:
            talk(suggestion(answer[:40], ACTIONS) or "That is none of them.")
            continue
        wishes = {**bindings.own, key: ACTIONS[answer]}
        _, problems = read_wishes([Wish(k, NOWHERE, does.value, NOWHERE) for k, does in wishes.items()], NOWHERE)
        if not problems:
            return ACTIONS[answer]
        for problem in problems:
            talk(f"It cannot: expected {problem.expected}, found {problem.found} ({problem.hint}).")
    return None


def _spelled(key: str, signal: Signal) -> str:
    """A line below `keys:`."""
    quoted = f'"{key}"' if key == "'" else f"'{key}'"
    name = key if _PLAIN_KEY.fullmatch(key) else quoted
    return f"  {name}: {signal.value}"


def _write(config: Path, before: Settings, learned: Mapping[str, Signal]) -> None:
    """Put the lines into the file, and leave everything else in it as it is."""
    old = config.read_text("utf-8") if config.exists() else ""
    new = merged(old, before, learned)
    if not _holds(new, before, learned):
        talk("The file is written in another way: put these lines into it by hand.")
        return
    config.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(config, new)
    talk("Written. It holds from the next session on.")


def _holds(new: str, before: Settings, learned: Mapping[str, Signal]) -> bool:
    """The text `new` sets these keys, and everything else as it was."""
    try:
        after = settings(new.encode(), "")
        own = bindings_of(after).own
    except UsageError:
        return False
    texts = [{key: line.text for key, line in found.lines.items()} for found in (before, after)]
    return own == {**bindings_of(before).own, **learned} and texts[0] == texts[1]


def merged(old: str, before: Settings, learned: Mapping[str, Signal]) -> str:
    """The text `old` of a config file with these keys added, or changed where they stand."""
    lines = old.splitlines()
    places_of = {wish.key: wish.place for wish in before.wishes}
    added = []
    for key, signal in learned.items():
        if key in places_of:
            at = places_of[key]
            line = lines[at.line - 1]
            lines[at.line - 1] = line[: at.column - 1] + _VALUE.sub(signal.value, line[at.column - 1 :], count=1)
        else:
            added.append(_spelled(key, signal))
    if before.wishes:
        last = before.wishes[-1]
        indent = " " * (last.key_place.column - 1)
        lines[last.place.line : last.place.line] = [indent + line.strip() for line in added]
    elif before.keys_place != NOWHERE:
        lines[before.keys_place.line : before.keys_place.line] = added
    else:
        lines += [f"{KEYS}:", *added]
    return "\n".join(lines) + "\n"
