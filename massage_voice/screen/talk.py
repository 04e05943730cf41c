"""Lines for people and for programs: data to stdout, talk to stderr, and nothing that steers a terminal."""

from __future__ import annotations

import unicodedata

import click


def clean(text: str) -> str:
    """`text` without control and formatting characters, so that no file can steer the terminal."""
    return "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for c in text)


def data(text: str) -> None:
    """What was asked for."""
    click.echo(clean(text))


def talk(text: str) -> None:
    """What goes on."""
    click.echo(clean(text), err=True)
