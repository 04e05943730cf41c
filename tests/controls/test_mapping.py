"""Somebody's own keys: what they come to, and every mistake with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.controls.mapping import ACTIONS, Wish, read_wishes
from massage_voice.routine.problem import Place
from massage_voice.session.events import Signal

TOP = Place("config.yaml", 1, 1)


def wishes(*lines: tuple[str, str]) -> list[Wish]:
    """Lines below `keys:`, one key and one action each."""
    return [
        Wish(key, Place("config.yaml", n, 3), action, Place("config.yaml", n, 5 + len(key)))
        for n, (key, action) in enumerate(lines, 2)
    ]


def complaints(*lines: tuple[str, str]) -> list[str]:
    return [str(problem) for problem in read_wishes(wishes(*lines), TOP)[1]]


def test_wishes_are_taken() -> None:
    """Named keys and typed ones."""
    bindings, problems = read_wishes(
        wishes(("F5", "toggle"), ("Escape", "stop"), ("b", "next"), (".", "add-time")), TOP
    )
    assert problems == []
    assert bindings.own == {
        "F5": Signal.TOGGLE,
        "Escape": Signal.STOP,
        "b": Signal.NEXT,
        ".": Signal.ADD_TIME,
    }


@pytest.mark.parametrize(
    ("key", "meant"),
    [("Esc", "Escape"), ("pgdn", "PageDown"), ("pagedown", "PageDown"), ("N", "n"), ("f5", "F5"), (" ", "Space"),
     ("Pagedwon", "PageDown"), ("return", "Enter")],
)  # fmt: skip
def test_a_key_that_is_none(key: str, meant: str) -> None:
    """With the place of the key, and what was probably meant."""
    (told,) = complaints((key, "next"))
    assert told.startswith("config.yaml:2:3: keys: expected a key such as")
    assert f"did you mean {meant!r}?" in told


def test_an_action_that_is_none() -> None:
    """With its own place; what a device reports is none either."""
    assert complaints(("F5", "nxt"))[0].startswith("config.yaml:2:7: keys.F5: expected what the key does, found 'nxt'")
    assert "did you mean 'next'?" in complaints(("F5", "nxt"))[0]
    assert "known: toggle, pause" in complaints(("F5", "zzzzz"))[0]
    assert all(complaints(("F5", word)) for word in ("played", "device-lost", "interrupt", "start", "no", "unsure", ""))


@pytest.mark.parametrize("lines", [[("s", "next")], [("s", "pause"), ("F5", "toggle")]])
def test_a_key_for_stop_stays(lines: list[tuple[str, str]]) -> None:
    """Whoever takes `s` for something else must say what stops."""
    (told,) = complaints(*lines)
    assert told.startswith("config.yaml:1:1: keys: expected a key for stop, found none")
    assert complaints(*lines, ("Escape", "stop")) == []


@pytest.mark.parametrize("key", "ynuail1")
@pytest.mark.parametrize("action", ["stop", "finish"])
def test_an_answer_stops_and_ends_nothing(key: str, action: str) -> None:
    """A stop that means "no" while something is asked would be none; other meanings are fine."""
    assert "answers questions" in complaints((key, action))[0]
    assert complaints((key, "next")) == []


def test_all_mistakes_at_once() -> None:
    """Each with its line; what follows from a mistake is not told as another one."""
    told = complaints(("Esc", "stop"), ("F5", "nxt"), ("F6", "next"), ("F6", "back"), ("s", "next"))
    assert [line.split(":")[1] for line in told] == ["2", "3", "5"]


KEYS = st.sampled_from(["F5", "Esc", "Escape", "s", "n", "y", ".", "N", "", "Space"])


@given(st.lists(st.tuples(KEYS, st.sampled_from([*ACTIONS, "nonsense"])), max_size=8))
def test_stop_is_always_within_reach(lines: list[tuple[str, str]]) -> None:
    """What is accepted has a key for stop that no question takes for an answer, whatever was wished for."""
    bindings, problems = read_wishes(wishes(*lines), TOP)
    if not problems:
        assert set(bindings.keys(Signal.STOP)) - set("ynuail123456789")
        assert bindings.own == {key: ACTIONS[action] for key, action in lines}
