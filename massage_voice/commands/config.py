"""The user's config file: defaults for the options, between the environment and the built-in ones."""

from __future__ import annotations

from typing import Any

import click

from massage_voice.commands.places import places
from massage_voice.errors import UsageError
from massage_voice.routine.problem import suggestion

LARGEST = 64 * 1024
"""Bytes; a config file is a handful of lines."""


def defaults(group: click.Group) -> dict[str, dict[str, Any]]:
    """What click calls `default_map`: for each command the settings of the file that it has an option for.

    Raises:
        UsageError: the file cannot be read, or sets something there is no option for.
    """
    settings = _read()
    options = {name: _options(command) for name, command in group.commands.items()}
    known = {key for keys in options.values() for key in keys}
    for key in settings:
        if key not in known:
            hint = suggestion(key, known) or f"known: {', '.join(sorted(known))}"
            raise UsageError(f"{places().config}: there is no setting {key!r}", hint)
    return {
        name: {keys[key]: value for key, value in settings.items() if key in keys} for name, keys in options.items()
    }


def _options(command: click.Command) -> dict[str, str]:
    """The long names of a command's options, without dashes, and what click calls each."""
    named = [param for param in command.params if isinstance(param, click.Option) and param.envvar]
    return {str(max(param.opts, key=len)).lstrip("-"): str(param.name) for param in named}


def _read() -> dict[str, Any]:
    path = places().config
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    if len(text) > LARGEST:
        raise UsageError(f"{path} is too large for a config file", "keep it to lines such as `wpm: 120`")
    import yaml

    try:
        settings = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path} is not YAML: {error}", "lines such as `wpm: 120`") from error
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: expected lines such as `wpm: 120`")
    return {str(key): value for key, value in settings.items()}
