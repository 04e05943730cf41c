from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_pictures_in_the_document_are_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python scripts/screens.py` draws them anew."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    screens = runpy.run_path(str(ROOT / "scripts" / "screens.py"))
    text = (ROOT / "docs" / "screen.md").read_text("utf-8")
    assert text.count("<!-- screen: ") == text.count("```text") == 2
    assert screens["renewed"](text) == text
