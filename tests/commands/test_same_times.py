"""The same options give the same times: `plan --json`, the ledger of a file, and the ledger of a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run
from tests.live.processes import lines_of
from tests.live.support import FIRST, Rig, identity, numbered, stage

PLAN = ["routine", "title", "language", "voice", "wpm", "pace", "first", "front", "length", "steps", "cues"]
STEP = [
    *("index", "name", "exercise", "areas", "technique", "pressure", "side"),
    *("hazards", "start", "practice_start", "end"),
]
CUE = ["id", "step", "kind", "hazard", "text", "start", "end"]
LINE = ["cue", "kind", "step", "planned", "started", "ended", "outcome"]
KINDS = {"opening", "safety", "safety-repeat", "instruction", "reminder", "switch", "notice", "closing", "bell"}


def planned(run: Run, *options: str) -> dict[str, Any]:
    ran = run("plan", "neck", "--json", "--voice", "none", *options)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert isinstance(told, dict)
    return told


def test_the_json_of_a_plan_has_the_fixed_keys(run: Run) -> None:
    """Exactly those of the design, in their order, with nothing besides on stdout."""
    told = planned(run)
    assert list(told) == PLAN
    assert all(list(step) == STEP for step in told["steps"])
    assert all(list(cue) == CUE for cue in told["cues"])
    assert {cue["kind"] for cue in told["cues"]} <= KINDS
    assert len({cue["id"] for cue in told["cues"]}) == len(told["cues"])


@pytest.mark.parametrize(
    "options", [(), ("--again", "--pace", "brisk"), ("--front",), ("--again", "--length", "16m", "--no-bells")]
)
def test_a_file_holds_what_the_plan_says(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Every cue of the plan stands in the file's ledger, at the same times, delivered; the preparation before 0."""
    told = planned(run, *options)
    ledger = tmp_path / "a.ledger.jsonl"
    ran = run("render", "neck", "-o", str(tmp_path / "a.wav"), "--ledger", str(ledger), "--voice", "none", *options)
    assert ran.code == 0, ran.err
    lines = lines_of(ledger.read_text("utf-8"))
    assert all(list(line) == LINE for line in lines)
    assert [line["outcome"] for line in lines] == ["delivered"] * len(lines)
    session = [line for line in lines if line["planned"] >= 0]
    assert [(e["cue"], e["planned"], e["ended"]) for e in session] == [
        (cue["id"], cue["start"], cue["end"]) for cue in told["cues"]
    ]
    assert all(line["ended"] <= 0 for line in lines[: len(lines) - len(session)])


def test_a_session_delivers_what_the_plan_says(run: Run) -> None:
    """The ledger of a live session, over the same plan, has the plan's names and times."""
    told = planned(run)
    made = stage("neck", FIRST)
    rig = Rig(made.session(interactive=False), identity(numbered([made.plan])), grain_s=0.2)
    assert rig.play() == 0
    session = sorted((e for e in rig.lines if e["planned"] >= 0), key=lambda e: e["planned"])
    assert all(list(line) == LINE for line in rig.lines)
    assert [(e["cue"], e["kind"], e["started"], e["ended"]) for e in session] == [
        (cue["id"], cue["kind"], cue["start"], cue["end"]) for cue in told["cues"]
    ]
