"""Letters of blocks: they fit where they are said to fit, and say what they are asked to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.safety.registry import load_registry
from massage_voice.screen.blocks import drawn, height_of, is_drawable, largest, lines_of
from massage_voice.screen.glance import WORDS

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:;.,!?'-+/()"
TEXTS = st.text(st.sampled_from(f"{CHARACTERS.lower()}     "), min_size=1, max_size=80)


def test_no_two_letters_look_the_same() -> None:
    """Zero and O, one and I, five and S are told apart."""
    assert len({drawn(character, 99, 1) for character in CHARACTERS}) == len(CHARACTERS)


def test_the_time_as_it_is_seen() -> None:
    """With half blocks, and with signs that every terminal has."""
    assert drawn("1:2", 99, 1) == ("▄█  ▄ ▀▀█", " █  ▄ █▀▀", "▀▀▀   ▀▀▀")
    assert drawn("-1", 99, 2, plain=True) == (
        "          ##",
        "        ####",
        "######    ##",
        "          ##",
        "        ######",
    )


@given(TEXTS, st.integers(1, 220), st.integers(0, 70), st.integers(1, 9), st.booleans())
def test_what_fits_fits_and_nothing_larger_does(text: str, width: int, rows: int, lines: int, plain: bool) -> None:
    """In width and height; every word is there, in its order."""
    scale = largest(text, width, rows, most_lines=lines, plain=plain)
    if scale:
        made = drawn(text, width, scale, plain=plain)
        assert len(made) == height_of(len(lines_of(text, width, scale)), scale) <= rows
        assert max(map(len, made)) <= width
        assert "\n".join(lines_of(text, width, scale)).split() == text.split()
        assert not plain or set("".join(made)) <= {"#", " "}
    above = scale + (2 if plain else 1)
    broken = lines_of(text, width, above)
    assert not broken or len(broken) > lines or height_of(len(broken), above) > rows


@pytest.mark.parametrize("text", ["Nacken ä", "首", "a\x1bb", "", "a\nb"])
def test_what_has_no_letters_is_not_drawn(text: str) -> None:
    """It is shown as plain text instead."""
    assert largest(text, 200, 60) == 0


def test_every_caution_and_every_state_can_be_drawn() -> None:
    """The texts that must be seen from a distance."""
    texts = [text for hazard in load_registry().hazards.values() for text in (hazard.enter, *hazard.repeats)]
    assert all(map(is_drawable, [*texts, *WORDS.values()]))
