"""The ledger's lines: what was sounded whole, late, or cut, in seconds of the session."""

from __future__ import annotations

from itertools import pairwise

import pytest

from massage_voice.clip import RATE
from massage_voice.safety.script import Cue, Kind
from massage_voice.session.delivery import Delivery
from massage_voice.timeline.model import Placement, Timeline

S = RATE
SAID = Placement(Cue("1.eyes", Kind.SAFETY, "Off the eyes.", 1, "eyes"), 2 * S, 4 * S)
NEXT = Placement(Cue("1.say.1", Kind.INSTRUCTION, "Slowly.", 1), 5 * S, 6 * S)
BOTH = Timeline(RATE, (SAID, NEXT), (), 9 * S)
A_WORD = S * 60 // 1000


def test_a_line_tells_when_it_was_planned_and_when_it_sounded() -> None:
    """In seconds of the session, which began before the run did."""
    delivery = Delivery()
    delivery.begin()
    assert delivery.deliver(SAID, 1, 10 * S).line == {
        "cue": "1.eyes",
        "kind": "safety",
        "step": 1,
        "planned": 12.0,
        "started": 12.0,
        "ended": 14.0,
        "outcome": "delivered",
    }


def test_said_again_it_has_the_number_of_its_run() -> None:
    """No two lines of a ledger are about the same saying."""
    delivery = Delivery()
    names = [delivery.deliver(SAID, run, 0).line["cue"] for run in (1, 2, 3)]
    assert names == ["1.eyes", "1.eyes@2", "1.eyes@3"]


def test_cut_again_it_has_the_number_of_its_run() -> None:
    """Torn and said again, each try has a line of its own."""
    delivery = Delivery()
    delivery.gap(3 * S, S)
    lines = [delivery.deliver(SAID, run, 0).line for run in (1, 2)]
    assert [(line["cue"], line["outcome"]) for line in lines] == [("1.eyes", "cut"), ("1.eyes@2", "cut")]


def test_what_ended_is_listed_once() -> None:
    """From report to report, each cue in the report that holds its last frame."""
    delivery = Delivery()
    reports = [0, 4 * S - 1, 4 * S, 5 * S, 6 * S, 9 * S]
    heard = [[p.cue.id for p in delivery.heard(BOTH, a, b)] for a, b in pairwise(reports)]
    assert heard == [[], ["1.eyes"], [], ["1.say.1"], []]


@pytest.mark.parametrize(
    ("at", "frames", "whole"),
    [
        (2 * S, A_WORD, False),
        (4 * S - 1, A_WORD, False),
        (3 * S, A_WORD - 1, True),
        (2 * S - 1, 9 * S, True),
        (4 * S, 9 * S, True),
    ],
)
def test_a_gap_inside_that_can_swallow_a_word_cuts_it(at: int, frames: int, whole: bool) -> None:
    """60 ms from its first frame to its last; before and after it no gap matters to it."""
    delivery = Delivery()
    delivery.begin()
    delivery.gap(at, frames)
    assert delivery.whole(SAID) is whole
    assert (delivery.deliver(SAID, 1, 0).line["outcome"] != "cut") is whole


def test_gaps_before_it_make_it_late() -> None:
    """More than a quarter of a second in all; the ledger has the true times."""
    delivery = Delivery()
    delivery.begin()
    delivery.gap(0, S // 8)
    delivery.gap(S, S // 8)
    on_time = delivery.deliver(SAID, 1, 0).line
    assert (on_time["outcome"], on_time["planned"], on_time["started"], on_time["ended"]) == (
        "delivered",
        2,
        2.25,
        4.25,
    )
    delivery.gap(2 * S - 1, 1)
    assert delivery.deliver(SAID, 1, 0).line["outcome"] == "late"


def test_a_gap_at_its_first_frame_does_not_move_its_start() -> None:
    """It had begun when the device ran dry."""
    delivery = Delivery()
    delivery.gap(2 * S, S)
    assert delivery.line(SAID, 3 * S, 1, 0, "cut").line["started"] == 2.0


def test_the_gaps_of_a_run_are_its_own() -> None:
    """A new run begins without those of the one before."""
    delivery = Delivery()
    delivery.gap(3 * S, S)
    delivery.begin()
    assert delivery.whole(SAID)


def test_three_times_torn_is_too_often() -> None:
    """Heard whole in between, the count begins anew; another caution has its own."""
    delivery = Delivery()
    assert [delivery.torn(SAID), delivery.torn(NEXT), delivery.torn(SAID)] == [False, False, False]
    delivery.deliver(SAID, 1, 0)
    assert [delivery.torn(SAID) for _ in range(3)] == [False, False, True]
    assert not delivery.torn(NEXT)


def test_torn_again_does_not_begin_the_count_anew() -> None:
    """A caution that was played to its end with a hole in it was not heard."""
    delivery = Delivery()
    delivery.torn(SAID)
    delivery.torn(SAID)
    delivery.gap(3 * S, S)
    delivery.deliver(SAID, 1, 0)
    assert delivery.torn(SAID)
