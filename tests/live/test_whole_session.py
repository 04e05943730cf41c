"""The whole session on the virtual clock: the real voice, the real mixer, every sample compared with the plan."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.commands.plan import document
from massage_voice.sound.bells import bell
from massage_voice.timeline.model import Placement, Timeline
from tests.live.heeding import full
from tests.live.support import FIRST, FRONT, Rig, stage

ASKED = {"neck": FIRST, "neck with the front": FRONT}


@cache
def played(what: str) -> Rig:
    """The session, played from the first word to the last; once for all tests."""
    set_up = stage("neck", ASKED[what], real=True)
    rig = Rig(set_up.session(interactive=False), set_up.program, keep=True)
    assert rig.play() == 0
    return rig


def plan_of(what: str) -> list[dict[str, Any]]:
    """The cues as `plan --json` lists them."""
    set_up = stage("neck", ASKED[what], real=True)
    told = document(set_up.plan, set_up.plan.timeline(), ASKED[what], set_up.library.voice)
    cues = told["cues"]
    assert isinstance(cues, list)
    return cues


def spoken(timeline: Timeline) -> list[Placement]:
    return [p for p in timeline.placements if p.cue.is_spoken]


@pytest.mark.parametrize("what", ASKED)
def test_every_cue_is_heard_sample_for_sample(what: str) -> None:
    """Each text of the preparation and of the plan stands in the recording, bit for bit, at its frame."""
    rig = played(what)
    library, recording = stage("neck", ASKED[what], real=True).library, rig.recording()
    assert [run.frame for run in rig.runs] == [0, 0]
    for run in rig.runs:
        for placement in spoken(run.timeline):
            clip = library.clip(placement.cue.text).samples
            assert clip.any()
            start = run.began + placement.start
            assert np.array_equal(recording[start : start + len(clip)], clip), placement.cue.id


@pytest.mark.parametrize("what", ASKED)
def test_between_the_cues_is_silence(what: str) -> None:
    """Besides texts, bells and stroke ticks nothing sounds: no rest of a clip, no click."""
    rig = played(what)
    rest = rig.recording().copy()
    for run in rig.runs:
        for placement in run.timeline.placements:
            rest[run.began + placement.start : run.began + placement.end] = 0
        for tick in run.timeline.ticks:
            rest[run.began + tick : run.began + tick + len(bell("tick"))] = 0
    assert not rest.any()


@pytest.mark.parametrize("what", ASKED)
def test_no_two_cues_overlap_and_all_come_in_order(what: str) -> None:
    """One voice, one text at a time, half a second between two."""
    for run in played(what).runs:
        texts = spoken(run.timeline)
        assert all(one.end + RATE // 2 <= other.start for one, other in pairwise(texts))


@pytest.mark.parametrize("what", ASKED)
def test_the_ledger_lists_each_cue_once_at_its_planned_time(what: str) -> None:
    """Delivered, started as planned, the times and names those of `plan --json`."""
    lines = played(what).lines
    steps = {line["cue"]: line for line in lines if line["step"] > 0 or line["planned"] >= 0}
    cues = {cue["id"]: cue for cue in plan_of(what)}
    assert len({line["cue"] for line in lines}) == len(lines)
    assert steps.keys() == cues.keys()
    for name, line in steps.items():
        cue = cues[name]
        assert (line["planned"], line["started"], line["ended"]) == (cue["start"], cue["start"], cue["end"])
        assert (line["kind"], line["step"], line["outcome"]) == (cue["kind"], cue["step"], "delivered")


@pytest.mark.parametrize("what", ASKED)
def test_the_preparation_is_in_the_ledger_before_zero(what: str) -> None:
    """Every line, the caution about skin among them, delivered before the session's time begins."""
    before = [line for line in played(what).lines if line["planned"] < 0]
    assert len(before) == len(stage("neck", ASKED[what], real=True).plan.script.preparation) >= 12
    assert "safety" in {line["kind"] for line in before}
    assert {line["outcome"] for line in before} == {"delivered"}
    assert all(line["ended"] <= 0 for line in before)


def test_the_carotid_caution_is_heard_word_for_word() -> None:
    """The caution this product is known for: in the opening, before the collarbones, and before the front."""
    for what, hazard, count in (
        ("neck", "carotid-keep-off", 2),
        ("neck with the front", "carotid-jugular", 4),
    ):
        rig = played(what)
        placed = [p for p in spoken(rig.runs[1].timeline) if p.cue.text == full(hazard)]
        assert len(placed) == count
        assert {line["outcome"] for line in rig.lines if hazard in line["cue"]} == {"delivered"}
