"""The page of the live view: what matters is on it, as large as possible, in a terminal of any size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from massage_voice.safety.registry import load_registry
from massage_voice.screen.big import ALARM, CAUTION, Page, wrapped
from massage_voice.screen.blocks import drawn, is_drawable
from massage_voice.screen.glance import WORDS, Glance
from tests.fuzz.nasty import STEERING

AT_WORK = Glance(
    routine="Neck", whole="12:34 left", name="edge strokes", how="3 of 9   neck-back   light", left="4:05", part=9,
    following="next: ear to ear",
)  # fmt: skip
CAUTIONS = [text for hazard in load_registry().hazards.values() for text in (hazard.enter, *hazard.repeats)]
KEYS = "Space pause   n next   b back   r repeat   s STOP   q finish   t time"
SIZES = [(30, 8), (40, 12), (80, 24), (160, 50), (200, 60)]


def texts(seen: Glance, width: int, height: int, *, plain: bool = False) -> list[str]:
    """The lines of the page."""
    return [row.text for row in Page(width, height, plain).rows(seen, KEYS)]


def scale_of(lines: list[str], text: str, width: int, *, plain: bool = False) -> int:
    """In which size `text` is drawn on the page; 1 as text, 0 when it is not there."""
    for scale in range(40, 0, -1):
        if plain and scale % 2:
            continue
        block = [f" {row}" if row else "" for row in drawn(text, width - 2, scale, plain=plain)]
        if block and any(lines[n : n + len(block)] == block for n in range(len(lines))):
            return scale
    return int(any(text in line for line in lines))


@pytest.mark.parametrize(("size", "least"), [((40, 12), 2), ((80, 24), 4), ((160, 50), 9), ((200, 60), 12)])
def test_the_time_left_grows_with_the_terminal(size: tuple[int, int], least: int) -> None:
    """The largest thing on the page."""
    assert scale_of(texts(AT_WORK, *size), "4:05", size[0]) >= least
    assert scale_of(texts(AT_WORK, *size, plain=True), "4:05", size[0], plain=True) >= least - least % 2


@pytest.mark.parametrize("size", SIZES)
def test_the_step_and_the_next_are_there(size: tuple[int, int]) -> None:
    """As large letters, or as text where there is no room."""
    lines = texts(AT_WORK, *size)
    assert scale_of(lines, "edge strokes", size[0])
    assert scale_of(lines, "next: ear to ear", size[0])
    assert any("Neck   12:34 left" in line for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("state", WORDS.values())
def test_every_state_is_told_in_words(size: tuple[int, int], plain: bool, state: str) -> None:
    """And what it waits for, with the time that is left."""
    lines = texts(replace(AT_WORK, state=state, told="Any key goes on."), *size, plain=plain)
    assert scale_of(lines, state, size[0], plain=plain)
    assert any("Any key goes on." in line for line in lines)
    assert size < (40, 12) or any("4:05 left in this step" in line for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("plain", [False, True])
def test_a_caution_is_never_cut(size: tuple[int, int], plain: bool) -> None:
    """Every word of every caution of the registry, whatever else is shown; marked in other ways than by a colour."""
    for text in CAUTIONS:
        for seen in (AT_WORK, replace(AT_WORK, state="STOPPED", told="Space: look whether it may go on.", alarm=True)):
            lines = texts(replace(seen, words=text, urgent=True), *size, plain=plain)
            assert scale_of(lines, text, size[0], plain=plain) or f"! {text}" in " ".join(map(str.strip, lines)), lines


def test_a_caution_takes_the_room_it_needs() -> None:
    """Large letters at 80 by 24, every one of them; the time left stays, smaller."""
    for text in CAUTIONS:
        lines = texts(replace(AT_WORK, words=text, urgent=True), 80, 23)
        assert not any(text[:8] in line for line in lines)
        assert scale_of(lines, "4:05", 80) >= 1


@pytest.mark.parametrize("size", SIZES[1:])
def test_an_ordinary_sentence_moves_nothing(size: tuple[int, int]) -> None:
    """Digits that jump at every word are hard to read."""
    said = replace(AT_WORK, words="Stroke down beside the spine.")
    assert scale_of(texts(said, *size), "4:05", size[0]) == scale_of(texts(AT_WORK, *size), "4:05", size[0])
    assert texts(said, *size).index(" Stroke down beside the spine.") > 1


def test_what_colour_tells_is_told_by_words() -> None:
    """Two pages that differ in a colour differ in their text."""
    pages = [
        AT_WORK,
        replace(AT_WORK, words="Beside the spine, never on it."),
        replace(AT_WORK, words="Beside the spine, never on it.", urgent=True),
        replace(AT_WORK, state="STOPPED", alarm=True),
        replace(AT_WORK, state="PAUSED"),
        replace(AT_WORK, notice="The sound is back."),
    ]
    for size in SIZES:
        assert len({tuple(texts(page, *size)) for page in pages}) == len(pages)
    rows = Page(80, 24).rows(replace(AT_WORK, words="Stop.", urgent=True, alarm=True, state="STOPPED"), KEYS)
    assert {row.style for row in rows} >= {ALARM}
    assert CAUTION in {row.style for row in Page(80, 24).rows(pages[2], KEYS)}


HOSTILE = st.one_of(
    st.sampled_from(["", "首" * 90, "a" * 300, "word " * 40, "e\u0301" * 50, *CAUTIONS]), st.text(max_size=90)
)


@given(
    st.builds(
        Glance, routine=HOSTILE, whole=HOSTILE, name=HOSTILE, how=HOSTILE, left=st.sampled_from(["", "4:05", "123:45"]),
        part=st.integers(0, 32), state=st.sampled_from(["", "PAUSED", "NO SOUND"]), told=HOSTILE, words=HOSTILE,
        urgent=st.booleans(), alarm=st.booleans(), following=HOSTILE, notice=HOSTILE,
    ),
    st.integers(20, 220), st.integers(6, 70), st.booleans(),
)  # fmt: skip
def test_every_page_fits(seen: Glance, width: int, height: int, plain: bool) -> None:
    """Whatever the texts are: as many lines as there are, none of them wider than the terminal less one cell."""
    lines = texts(seen, width, height, plain=plain)
    assert len(lines) == height
    assert max(map(cell_len, lines)) < width


@given(HOSTILE, st.integers(2, 100))
def test_breaking_loses_nothing(text: str, width: int) -> None:
    """Words longer than a line are broken, and no letter is lost."""
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(cell_len, lines)) <= width


def test_signs_that_steer_are_no_letters() -> None:
    """They are not drawn, and `glance` has taken them out of texts before."""
    assert not any(is_drawable(text) for text in STEERING)
