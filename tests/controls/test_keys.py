from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.controls.keys import take_key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" ", "Space"), ("\r", "Enter"), ("\n", "Enter"), ("\t", "Tab"), ("\x7f", "Backspace"),
        ("a", "a"), ("N", "n"), ("ä", "ä"), ("+", "+"), ("=", "="), ("-", "-"), ("\x04", "Unknown"),
        ("\x1b[A", "Up"), ("\x1bOB", "Down"), ("\x1b[C", "Right"), ("\x1bOD", "Left"),
        ("\x1b[5~", "PageUp"), ("\x1b[6~", "PageDown"), ("\x1b[6;2~", "PageDown"), ("\x1b[1;5C", "Right"),
        ("\x1bOP", "F1"), ("\x1b[15~", "F5"), ("\x1b[99~", "Unknown"), ("\x1b[~", "Unknown"),
        ("\x1b[[A", "Unknown"), ("\x1bx", "Unknown"), ("\x1b[<0;1;1m", "Unknown"),
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
