"""The terminal as rich sees it, and how busy the machine is."""

from __future__ import annotations

import io
import os

import pytest
from rich.console import Console

from massage_voice.checkup.finding import Verdict
from massage_voice.checkup.machine import machine
from massage_voice.checkup.remedies import Remedies
from massage_voice.checkup.terminal import terminal


def console(columns: int = 80, lines: int = 24, encoding: str = "utf-8", **environ: str) -> Console:
    """A terminal of that size and those letters."""
    made = {"TERM": "xterm-256color", **environ}
    file = io.TextIOWrapper(io.BytesIO(), encoding)
    return Console(file=file, force_terminal=True, width=columns, height=lines, _environ=made, legacy_windows=False)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (console(), "80 columns by 24 lines, colour, UTF-8."),
        (console(200, 60, NO_COLOR="1"), "200 columns by 60 lines, no colour, UTF-8."),
    ],
)
def test_a_terminal_that_serves(seen: Console, words: str, debian: Remedies) -> None:
    """At least 40 by 12; colour is welcome and not needed."""
    found = terminal(debian, seen)
    assert (found.verdict, found.found, found.remedy) == (Verdict.OK, words, "")


@pytest.mark.parametrize(
    ("seen", "words", "remedy"),
    [
        (Console(file=io.StringIO()), "no terminal", "terminal-none"),
        (console(TERM="dumb"), "TERM=dumb", "terminal-dumb"),
        (console(39), "expected at least 40 by 12", "terminal-size"),
        (console(80, 11), "80 columns by 11 lines", "terminal-size"),
        (console(encoding="latin-1"), "latin-1, expected UTF-8", "terminal-utf8"),
    ],
)
def test_a_terminal_that_does_not(seen: Console, words: str, remedy: str, debian: Remedies) -> None:
    """A warning: a session goes on in plain lines."""
    found = terminal(debian, seen)
    assert (found.verdict, words in found.found, found.remedy) == (Verdict.WARNING, True, debian(remedy))


def test_the_machine_is_described(debian: Remedies) -> None:
    """What a report of trouble needs."""
    found = machine(debian, load=0.0)
    assert found.verdict is Verdict.OK
    assert all(word in found.found for word in ("Python 3.", "massage-voice ", f"{os.cpu_count()} cores", "load 0.0"))


def test_a_busy_machine(debian: Remedies) -> None:
    """More than two programs a core want to run."""
    cores = os.cpu_count() or 1
    assert machine(debian, load=2.0 * cores).verdict is Verdict.OK
    found = machine(debian, load=2.0 * cores + 0.1)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, debian("machine-busy"))
