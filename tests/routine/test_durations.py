from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.routine.durations import milliseconds, spelled


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("1:40", 100), ("1m40s", 100), ("2m", 120), ("0:45", 45), ("010", 10), ("2.5s", 2.5)],
)
def test_means_what_it_looks_like(text: str, seconds: float) -> None:
    """A length is what a person reads in it, whatever YAML 1.1 makes of it."""
    assert milliseconds(text) == seconds * 1000


@pytest.mark.parametrize("text", ["", "-5", "1:60", "1:5", "1h", "1e2", "0x10", "1_0", "soon", "1m60s", "٣", "9" * 99])
def test_nonsense_is_no_length(text: str) -> None:
    """What is not written in a documented form has no length."""
    assert milliseconds(text) is None


@given(st.integers(1, 3_600_000))
def test_spelling_reads_back(length_ms: int) -> None:
    """A spelled length is the same length again."""
    assert milliseconds(spelled(length_ms)) == length_ms
