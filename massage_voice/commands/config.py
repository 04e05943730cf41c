"""The user's config file: defaults for the options, between the environment and the built-in ones.

Nothing in it is executed or guessed: a key is the long name of an option, a value is what one would type after it.
Below `keys:` a key is one of the terminal, and a value what it does in a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from massage_voice.commands.places import places
from massage_voice.commands.setting import LINES, Setting, Settings
from massage_voice.controls.bindings import Bindings
from massage_voice.controls.mapping import read_wishes
from massage_voice.errors import UsageError
from massage_voice.routine.problem import suggestion
from massage_voice.routine.shown import label, shown
from massage_voice.routine.source import NotRegularError, open_regular

LARGEST = 64 * 1024
"""Bytes; a config file is a handful of lines."""


def defaults(group: click.Group) -> dict[str, dict[str, Any]]:
    """What click calls `default_map`: for each command the settings of the file that it has an option for.

    Raises:
        UsageError: the file cannot be read, sets something there is no option for, or to what that cannot be.
    """
    found = read_config(places().config)
    bindings_of(found)
    settings = found.lines
    if not settings:
        return {}
    options = {name: _options(command) for name, command in group.commands.items()}
    _refuse_unknown(settings, {key for of_command in options.values() for key in of_command})
    return {
        name: {
            str(option.name): _value(option, click.Context(group.commands[name]), key, settings[key])
            for key, option in of_command.items()
            if key in settings
        }
        for name, of_command in options.items()
    }


def key_bindings() -> Bindings:
    """What the keys do, as the config file has it.

    Raises:
        UsageError: see `defaults`.
    """
    return bindings_of(read_config(places().config))


def bindings_of(found: Settings) -> Bindings:
    """What the keys do after `found`.

    Raises:
        UsageError: there are mistakes below `keys:`; it lists all of them.
    """
    bindings, problems = read_wishes(found.wishes, found.keys_place)
    if problems:
        raise UsageError("\n".join(map(str, sorted(problems))), "massage-voice keys lists what keys can do")
    return bindings


def _options(command: click.Command) -> dict[str, click.Option]:
    """A command's options that may be set beforehand, by their long names without dashes."""
    named = [param for param in command.params if isinstance(param, click.Option) and param.envvar]
    return {str(max(param.opts, key=len)).lstrip("-"): param for param in named}


def _refuse_unknown(settings: Mapping[str, Setting], known: set[str]) -> None:
    for key, setting in settings.items():
        if key not in known:
            hint = suggestion(key[:60], known) or f"known: {', '.join(sorted(known))}"
            raise UsageError(f"{setting.place}: there is no setting {shown(key)}", hint)


def _value(option: click.Option, context: click.Context, key: str, setting: Setting) -> Any:
    try:
        return option.type_cast_value(context, setting.text)
    except click.BadParameter as error:
        raise UsageError(f"{setting.place}: {key}: {error.message}") from None


def read_config(path: Path) -> Settings:
    """What the config file at `path` says; a file that is not there says nothing.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    name = label(str(path))
    try:
        with open_regular(path) as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Settings()
    except NotRegularError:
        raise UsageError(f"{name} is not a file", f"the config file holds {LINES}") from None
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise UsageError(f"{name} is too large for a config file", f"keep it to {LINES}")
    from massage_voice.commands.setting import settings

    return settings(raw, name)
