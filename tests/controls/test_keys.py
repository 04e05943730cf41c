from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.controls.keys import NAMES, console_name, is_name, take_key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" ", "Space"), ("\r", "Enter"), ("\n", "Enter"), ("\t", "Tab"), ("\x7f", "Backspace"),
        ("a", "a"), ("N", "n"), ("ä", "ä"), ("+", "+"), ("=", "="), ("-", "-"), ("\x04", "Unknown"),
        ("\x1b[A", "Up"), ("\x1bOB", "Down"), ("\x1b[C", "Right"), ("\x1bOD", "Left"),
        ("\x1b[5~", "PageUp"), ("\x1b[6~", "PageDown"), ("\x1b[6;2~", "PageDown"), ("\x1b[1;5C", "Right"),
        ("\x1bOP", "F1"), ("\x1b[15~", "F5"), ("\x1b[99~", "Unknown"), ("\x1b[~", "Unknown"),
        ("\x1b[[A", "F1"), ("\x1b[[E", "F5"), ("\x1bx", "Unknown"), ("\x1b[<0;1;1m", "Unknown"),
    ],
)  # fmt: skip
def test_terminals_name_their_keys(text: str, name: str) -> None:
    """What xterm, the Linux console and their kin send is one key each, taken whole."""
    assert take_key(text, final=False) == (name, len(text))


@pytest.mark.parametrize("begun", ["\x1b", "\x1b[", "\x1bO", "\x1b[6", "\x1b[6;", "\x1b[["])
def test_a_begun_sequence_waits_for_its_end(begun: str) -> None:
    """Bytes that may go on are no key yet."""
    assert take_key(begun, final=False) == ("", 0)


def test_a_lone_escape_is_a_key_when_nothing_follows() -> None:
    """Esc alone is the Escape key."""
    assert take_key("\x1b", final=True) == ("Escape", 1)


def test_keys_come_one_by_one() -> None:
    """Only the first is taken."""
    assert take_key("ns", final=False) == ("n", 1)
    assert take_key("\x1b[6~s", final=False) == ("PageDown", 4)


@given(st.text())
def test_any_input_is_eaten_up(text: str) -> None:
    """Whatever a cat types, every key takes something and has a name."""
    while text:
        name, used = take_key(text, final=True)
        assert name
        assert used > 0
        text = text[used:]


@pytest.mark.parametrize(
    ("code", "name"),
    [("H", "Up"), (";", "F1"), ("?", "F5"), ("D", "F10"), ("\x85", "F11"), ("\x86", "F12"), ("~", "Unknown")],
)
def test_a_windows_console_names_its_keys(code: str, name: str) -> None:
    """By the character after NUL or 0xE0; F5 is what many presenters send."""
    assert console_name(code) == name


@given(st.text(max_size=8))
def test_whatever_a_terminal_names_can_be_named_in_a_file(text: str) -> None:
    """Every key that comes in has a name that is one, or is Unknown."""
    name, _ = take_key(text, final=True)
    assert not name or name == "Unknown" or is_name(name)


def test_what_is_no_name() -> None:
    """A capital is typed by the same key as its small letter; the space bar is called Space."""
    assert not any(map(is_name, ["N", " ", "", "Unknown", "F13", "esc", "ab", "\x1b"]))
    assert all(map(is_name, [*NAMES, "n", ".", "ä", "'", "7"]))
