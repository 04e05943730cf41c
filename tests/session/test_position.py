"""Where the hands are, to the frame: half-open times, and no scrap of a step for which cautions are said again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massage_voice.clip import RATE
from massage_voice.safety.script import Cue, Kind
from massage_voice.session.position import (
    Heard,
    cautioning,
    chapter_at,
    heard,
    landing_at,
    next_caution,
    rewound,
    speaking,
)
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Chapter, Placement, Timeline
from tests.support.builders import hold, routine, script, step

S = RATE
FIRST, SECOND = script(routine(step("a"), hold("b"))).steps


def cue(name: str, kind: Kind = Kind.INSTRUCTION, hazard: str | None = None) -> Cue:
    """Something to be heard."""
    return Cue(name, kind, name, 1, hazard)


BELL = Placement(cue("bell", Kind.BELL), 0, 5 * S)
EYES = Placement(cue("eyes", Kind.SAFETY, "eyes"), 1 * S, 3 * S)
SLOW = Placement(cue("slow"), 4 * S, 6 * S)
SHORT = Placement(cue("eyes again", Kind.SAFETY_REPEAT, "eyes"), 20 * S, 22 * S)
CLOSING = Placement(cue("goodbye", Kind.CLOSING), 71 * S, 75 * S)
CHAPTERS = (
    Chapter(FIRST, 0, 6 * S, 40 * S, 41 * S),
    Chapter(SECOND, 41 * S, 50 * S, 70 * S, 71 * S),
)
WHOLE = Timeline(RATE, (BELL, EYES, SLOW, SHORT, CLOSING), CHAPTERS, 76 * S)


def test_a_text_is_said_from_its_first_frame_up_to_its_end() -> None:
    """A bell is no text, also while it sounds together with one."""
    assert speaking(WHOLE, EYES.start - 1) is None
    assert speaking(WHOLE, EYES.start) is EYES
    assert speaking(WHOLE, EYES.end - 1) is EYES
    assert speaking(WHOLE, EYES.end) is None
    assert speaking(WHOLE, SLOW.start) is SLOW


def test_only_a_caution_is_a_caution() -> None:
    """An instruction may be cut by a key, a caution in full or in short may not."""
    assert [cautioning(WHOLE, p.start) for p in (EYES, SLOW, SHORT, CLOSING)] == [True, False, True, False]
    assert not cautioning(WHOLE, EYES.end)


def test_the_next_caution_is_one_that_has_not_begun() -> None:
    """One under way is not skipped to, and after the last there is none."""
    assert next_caution(WHOLE, 0) is EYES
    assert next_caution(WHOLE, EYES.start) is SHORT
    assert next_caution(WHOLE, SHORT.start) is None


@pytest.mark.parametrize(("frame", "index"), [(0, 1), (41 * S - 1, 1), (41 * S, 2), (71 * S, 2), (76 * S, 2), (-1, 1)])
def test_a_frame_is_in_one_chapter(frame: int, index: int) -> None:
    """A step begins at its first frame; after the end the last one holds."""
    assert chapter_at(WHOLE, frame).secured.index == index


def test_said_again_it_is_whole_and_nothing_before_it() -> None:
    """A tenth of a second of silence before it, unless the text before ends later or the run begins."""
    assert rewound(WHOLE, SHORT) == SHORT.start - S // 10
    near = replace(SHORT, start=SLOW.end + S // 50)
    assert rewound(replace(WHOLE, placements=(EYES, SLOW, near)), near) == SLOW.end
    touching = replace(SHORT, start=SLOW.end)
    assert rewound(replace(WHOLE, placements=(EYES, SLOW, touching)), touching) == SLOW.end
    at_once = replace(EYES, start=S // 50)
    assert rewound(replace(WHOLE, placements=(at_once,)), at_once) == 0


def test_before_the_hands_work_a_step_begins_anew() -> None:
    """Nothing was practised yet, so the whole step is to come."""
    for frame in (0, 6 * S - 1):
        assert landing_at(WHOLE, frame) == Landing(1)
    assert landing_at(WHOLE, 41 * S) == Landing(2)


def test_at_work_it_goes_on_with_what_is_left() -> None:
    """What was practised and what is left add up to the step."""
    for frame in (6 * S, 20 * S, 37 * S - 1):
        assert landing_at(WHOLE, frame) == Landing(1, frame - 6 * S, 40 * S - frame)


def test_three_seconds_are_not_worth_the_cautions() -> None:
    """With so little left the next step begins; the last step is played out to its end."""
    for frame in (37 * S, 40 * S - 1, 40 * S, 41 * S - 1):
        assert landing_at(WHOLE, frame) == Landing(2)
    assert landing_at(WHOLE, 70 * S - 1) == Landing(2, 20 * S - 1, 1)


def test_a_step_in_the_middle_is_not_the_last() -> None:
    """Of three steps the second leads to the third, and the third is played out."""
    third = replace(CHAPTERS[1], secured=replace(SECOND, index=3), start=71 * S, practice_start=80 * S)
    third = replace(third, practice_end=100 * S, end=101 * S)
    timeline = replace(WHOLE, chapters=(*CHAPTERS, third), length=106 * S)
    assert landing_at(timeline, 70 * S - 1) == Landing(3)
    assert landing_at(timeline, 100 * S - 1) == Landing(3, 20 * S - 1, 1)
    assert landing_at(timeline, 100 * S) is None


def test_after_the_last_step_only_the_closing_is_left() -> None:
    """Where a timeline ends without one, a step that waits is still to come."""
    assert landing_at(WHOLE, 70 * S) is None
    assert landing_at(replace(WHOLE, placements=(EYES,)), 70 * S) == Landing(3)


def test_a_step_gone_on_with_counts_what_was_practised_before() -> None:
    """In its lead-in all that is left is still left; at work both parts count."""
    going_on = replace(CHAPTERS[0], practised=10 * S)
    timeline = replace(WHOLE, chapters=(going_on, CHAPTERS[1]))
    assert landing_at(timeline, 6 * S - 1) == Landing(1, 10 * S, 34 * S, instruct=True)
    assert landing_at(timeline, 7 * S) == Landing(1, 11 * S, 33 * S)


def test_what_was_heard_is_remembered_from_its_last_frame_on() -> None:
    """The end of the latest saying counts, and each saying moves the short forms on."""
    assert Heard().at(WHOLE, EYES.end - 1).last == {}
    first = Heard().at(WHOLE, EYES.end)
    assert (first.last, first.turn) == ({"eyes": 0}, {"eyes": 1})
    second = Heard().at(WHOLE, 30 * S)
    assert (second.last, second.turn) == ({"eyes": 22 * S - 30 * S}, {"eyes": 2})


def test_what_was_heard_before_a_run_goes_on_counting() -> None:
    """A memory taken over into a new run grows older with it, until the hazard is heard again."""
    before = heard(Heard().at(WHOLE, 30 * S))
    assert before.at(replace(WHOLE, placements=()), 5 * S).last == {"eyes": -13 * S}
    later = before.at(WHOLE, EYES.end)
    assert (later.last, later.turn) == ({"eyes": 0}, {"eyes": 3})
