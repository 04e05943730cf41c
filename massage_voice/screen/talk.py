"""Lines for people and for programs: data to stdout, talk to stderr, and nothing that steers a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata

import click

WIDEST = 100
"""Columns; longer lines are hard to read at a glance."""


def clean(text: str) -> str:
    """`text` without control and formatting characters, so that no file can steer the terminal."""
    return "".join(c if c == "\n" or _is_harmless(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_harmless(character: str) -> bool:
    """It is no control, format, private or unassigned character, and no line or paragraph separator."""
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"}


def data(text: str) -> None:
    """What was asked for."""
    click.echo(clean(text))


def read_aloud(text: str) -> None:
    """What is spoken at this moment, wrapped at words on a terminal."""
    data("\n".join(map(_wrapped, text.splitlines())) if sys.stdout.isatty() else text)


def _wrapped(line: str) -> str:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, width, subsequent_indent=indent)


def talk(text: str) -> None:
    """What goes on."""
    click.echo(clean(text), err=True)
