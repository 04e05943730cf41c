"""Which mutants `scripts/mutation.py` leaves out, because they only reword a complaint."""

from __future__ import annotations

import os
import runpy
import textwrap
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "mutation.py"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="it forks")


def is_wording(folder: Path, before: str, after: str) -> bool:
    """What the script says of the mutant that makes `after` of the function `before`."""
    one, other = (textwrap.dedent(text).strip() for text in (before, after))
    names = ("made__mutmut_orig", "made__mutmut_1")
    source = "\n\n".join(text.replace("made", name, 1) for text, name in zip((one, other), names, strict=True))
    (folder / "module.py").write_text(source, "utf-8")
    return bool(runpy.run_path(str(SCRIPT))["wording"]("module.made__mutmut_1"))


TOLD = """
def made(step, hint=""):
    found = "none"
    if step.flag:
        yield _problem(step, "flag", f"no flag on {step.name}", found)
"""
REFUSED = """
def made(path, error):
    reason = error.strerror or str(error)
    return OutputError(f"cannot write {path}: {reason}")
"""
USED = """
def made(steps, rules):
    found = [problem for step in steps for problem in rules(step)]
    found.extend(late(steps))
    return found
"""
BOTH = """
def made(step, areas):
    allowed = areas.techniques - areas.barred
    if step.technique not in allowed:
        expected = f"one of {allowed}"
        yield _problem(step, "technique", expected, step.technique)
"""


@pytest.mark.parametrize(
    ("before", "old", "new"),
    [
        (TOLD, '"none"', "None"),
        (TOLD, "no flag on", "XXno flag onXX"),
        (REFUSED, "error.strerror or", "error.strerror and"),
        (BOTH, "one of", "ONE OF"),
    ],
    ids=["a name told in a complaint", "a complaint", "a name told in an error", "a name that is told beside one used"],
)
def test_what_only_rewords_a_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, old: str, new: str
) -> None:
    """Its own words, and names that go nowhere else."""
    monkeypatch.chdir(tmp_path)
    assert old in before
    assert is_wording(tmp_path, before, before.replace(old, new))


@pytest.mark.parametrize(
    ("before", "old", "new"),
    [
        (TOLD, "if step.flag", "if not step.flag"),
        (TOLD, 'hint=""', 'hint="XX"'),
        (USED, "rules(step)", "rules(None)"),
        (BOTH, "areas.techniques - areas.barred", "areas.techniques"),
    ],
    ids=["whether it is said", "a default", "what is found", "what is allowed"],
)
def test_what_does_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, old: str, new: str) -> None:
    """A condition, a default of a parameter, and a name `found` or `allowed` that decides something."""
    monkeypatch.chdir(tmp_path)
    assert old in before
    assert not is_wording(tmp_path, before, before.replace(old, new))
