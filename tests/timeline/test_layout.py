"""What is heard when: repeats, sides, reminders, bells, and going on from anywhere."""

from __future__ import annotations

import itertools
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from massage_voice.clip import RATE
from massage_voice.errors import MassageVoiceError, RoutineError
from massage_voice.routine.model import At, Line, Moment, Reminder, Routine, Side
from massage_voice.safety.script import Cue, Kind, Saying
from massage_voice.session.position import Heard, heard, landing_at
from massage_voice.timeline import wording
from massage_voice.timeline.audit import audit
from massage_voice.timeline.layout import LEAD_IN, Laid, Landing, Memory, lay_step
from massage_voice.timeline.model import Chapter, Placement, Timeline
from massage_voice.timeline.plan import Plan, TooTightError
from tests.support.builders import (
    REGISTRY,
    ROUTINES,
    SWITCH,
    builtin,
    front_routine,
    gated,
    hold,
    plan,
    routine,
    step,
    to_prone,
)
from tests.support.oracle import HAZARDS, Person, unsafe

TURNED: dict[str, Any] = {"flags": frozenset({"head-turn"}), "between": (60, 80)}


def chapter(timeline: Timeline, name: str) -> Chapter:
    """The chapter of the step of that name."""
    return next(c for c in timeline.chapters if c.secured.step.name == name)


def of(timeline: Timeline, hazard: str) -> list[Placement]:
    """Everything said about a hazard."""
    return [p for p in timeline.placements if p.cue.hazard == hazard]


def long_line(words: int) -> Line:
    """A line of that many one-word breaths."""
    return Line(" ".join(["on"] * words) + ".")


def at(percent: int, words: int = 4) -> Reminder:
    """A reminder."""
    return Reminder(At(Moment.FRACTION, fraction=percent / 100), long_line(words))


@pytest.mark.parametrize("name", ROUTINES)
def test_no_gap_is_too_long_across_steps(name: str) -> None:
    """[5] While hazards stay in play, gaps stay within their repeat_s, also where one step follows another."""
    made = plan(builtin(name), front=True)
    timeline = made.timeline()
    for hazard in ("carotid-jugular", "spine-bones", "warning-signs"):
        limit = HAZARDS[hazard]["repeat_s"] * RATE
        for one, other in pairwise(of(timeline, hazard)):
            between = [c for c in timeline.chapters if c.practice_end > one.end and c.start < other.start]
            if all(hazard in c.secured.hazards for c in between):
                assert other.start - one.end <= limit


def test_repeats_rotate() -> None:
    """The short forms of the carotid caution take turns."""
    timeline = plan(front_routine(gated("f"), gated("g"), gated("h", seconds=60)), front=True).timeline()
    texts = [p.cue.text for p in of(timeline, "carotid-jugular") if p.cue.kind is Kind.SAFETY_REPEAT]
    assert len(set(texts)) == 3
    assert all(one != other for one, other in pairwise(texts))


def test_each_text_begins_after_the_other() -> None:
    """Two texts are never closer than half a second."""
    spoken = [p for p in plan(builtin("neck"), front=True).timeline().placements if p.cue.is_spoken]
    assert min(other.start - one.end for one, other in pairwise(spoken)) >= RATE // 2 - 1


def test_nothing_is_lost_in_the_first_ramp() -> None:
    """The first sound of every timeline waits a tenth of a second."""
    made = plan(builtin("back"))
    assert made.timeline().placements[0].start >= LEAD_IN
    assert made.timeline(Landing(4, 48_000, 480_000)).placements[0].start >= LEAD_IN


@pytest.mark.parametrize("reminders", [(), (at(0), at(49), at(50), at(51), at(100)), (at(45, 18), at(52, 18))])
def test_both_sides_get_the_same(reminders: tuple[Reminder, ...]) -> None:
    """[12] Whatever else is said, the change of sides splits the practice in two halves within 3 s."""
    made = plan(routine(step("s", ("upper-back",), side=Side.SEQUENTIAL, remind=(*reminders, SWITCH)), hold("z")))
    timeline = made.timeline()
    one = chapter(timeline, "s")
    assert one.switch is not None
    assert abs((one.switch[0] - one.practice_start) - (one.practice_end - one.switch[1])) <= 3 * RATE
    assert audit(timeline, made.script, REGISTRY) == []


def test_a_turned_head_goes_back_soon() -> None:
    """[9] With the head turned no side takes more than 20 s, at any voice that fits."""
    for wpm in (125, 130, 140):
        made = plan(front_routine(gated("f", **TURNED), gated("g")), front=True, wpm=wpm)
        turned = chapter(made.timeline(), "f")
        assert turned.switch is not None
        first = turned.switch[0] - turned.practice_start
        assert max(first, turned.practice_end - turned.switch[1]) <= 20 * RATE


def test_the_hands_have_time() -> None:
    """[16] However much is said, at least ten seconds are left to work in, and some of it is silence."""
    made = plan(routine(step("s", ("upper-back",), between=(10, 290), say=("on " * 60,) * 2), hold("z")))
    one = chapter(made.timeline(), "s")
    assert one.practice_end - one.practice_start >= 10 * RATE
    speech = sum(p.end - p.start for p in made.timeline().placements if p.cue.is_spoken and p.cue.step == 1)
    assert speech <= 0.65 * (one.end - one.start)


def test_too_many_words_are_refused() -> None:
    """[3, 16] When the words do not fit, the routine is refused; cautions are not cut."""
    with pytest.raises(RoutineError, match="do not fit"):
        plan(routine(step("s", ("upper-back",), between=(120, 130), say=("on " * 60,) * 8), hold("z")))


@pytest.mark.parametrize("areas", [("neck-back",), ("temples",), ("skull-base",)])
def test_a_line_longer_than_a_caution_can_wait(areas: tuple[str, ...]) -> None:
    """A line that outlasts the time between two cautions is refused, and found so in no time."""
    with pytest.raises(RoutineError, match="do not fit"):
        plan(routine(step("s", areas, pressure="feather", say=("on " * 140,), seconds=300), hold("z")))


def test_a_reminder_longer_than_a_caution_can_wait_is_left_out() -> None:
    """A reminder that outlasts the time between two cautions is left out, and the cautions are said."""
    made = plan(routine(step("s", ("neck-back",), seconds=240, remind=(at(0, 140), at(60))), hold("z")))
    timeline = made.timeline()
    assert [len(cue.text) > 99 for cue in timeline.dropped] == [True]
    assert audit(timeline, made.script, REGISTRY) == []


def test_a_change_of_sides_longer_than_its_step_is_refused() -> None:
    """The change of sides is never left out: too long for its step, the routine is refused."""
    slow = Reminder(At(Moment.SWITCH), long_line(140))
    with pytest.raises(RoutineError, match="do not fit"):
        plan(routine(step("s", ("neck-back",), side=Side.SEQUENTIAL, remind=(slow,)), hold("z")))


def test_a_reminder_before_its_step_is_left_out() -> None:
    """A reminder further from the end than the practice is long is reported as left out."""
    early = Reminder(At(Moment.BEFORE_END, before_end_ms=119_000), long_line(3))
    made = plan(routine(step("s", remind=(early,)), hold("z")))
    assert [cue.text for cue in made.timeline().dropped] == ["on on on."]


@pytest.mark.parametrize("share", [0.2, 0.49, 0.505, 0.52, 0.8])
def test_a_pause_around_the_change_of_sides_loses_it_not(share: float) -> None:
    """Going on before, within or after the change of sides, the side is said (again)."""
    made = plan(front_routine(), front=True)
    whole = made.timeline()
    one = chapter(whole, "front-one")
    frame = one.practice_start + int(share * (one.practice_end - one.practice_start))
    landing = landing_at(whole, frame)
    assert landing is not None
    said = [p.cue.text for p in made.timeline(landing).placements if p.cue.step == landing.step]
    assert SWITCH.line.text in said


@pytest.mark.parametrize("frame_s", [0, 3, 200, 260, 300, 400])
def test_anew_means_in_full(frame_s: int) -> None:
    """[6] Going on without a memory says every caution of the areas in full, before the practice."""
    made = plan(builtin("neck"), front=True)
    landing = landing_at(made.timeline(), frame_s * RATE)
    assert landing is not None
    timeline = made.timeline(landing)
    first = timeline.chapters[0]
    texts = {p.cue.text for p in timeline.placements if p.end <= first.practice_start}
    assert {c.full for c in first.secured.cautions if not c.session_wide} <= texts


def test_a_memory_goes_on_without_repeating() -> None:
    """With a memory of what was just heard nothing is said anew, and what falls due is still said in time."""
    made = plan(builtin("neck"), front=True)
    whole = made.timeline()
    one = chapter(whole, "edge-strokes")
    frame = one.practice_start + 5 * RATE
    landing = landing_at(whole, frame)
    assert landing is not None
    timeline = made.timeline(replace(landing, memory=Heard().at(whole, frame)))
    assert not [p for p in timeline.placements if p.cue.step == landing.step and p.cue.kind is Kind.SAFETY]
    last = max(p.end for p in of(whole, "spine-bones") if p.end <= frame) - frame
    assert of(timeline, "spine-bones")[0].start - last <= 60 * RATE


def test_an_empty_memory_hides_nothing() -> None:
    """A memory that does not hold a hazard of the step cannot keep its caution from being said."""
    made = plan(front_routine(), front=True)
    index = chapter(made.timeline(), "neck").secured.index
    for left in (None, 30 * RATE):
        timeline = made.timeline(Landing(index, 0, left, memory=Memory()))
        first = timeline.chapters[0]
        texts = {p.cue.text for p in timeline.placements if p.end <= first.practice_start}
        assert {HAZARDS["neck-movement"]["enter"], HAZARDS["spine-bones"]["enter"]} <= texts


def test_answers_come_before_the_practice() -> None:
    """What a landing says is heard before the hands go on, after the cautions."""
    made = plan(builtin("back"))
    cue = Cue("x", Kind.NOTICE, "About five minutes left in this step.", 3)
    timeline = made.timeline(Landing(3, RATE, 60 * RATE, say=(cue,)))
    said = next(p for p in timeline.placements if p.cue is cue)
    assert all(p.end < said.start for p in timeline.placements if p.cue.kind is Kind.SAFETY and p.cue.step == 3)
    assert said.end <= timeline.chapters[0].practice_start + RATE


def test_heard_and_memory_go_round() -> None:
    """What was heard before a run and in it adds up, counted from the frame asked for."""
    whole = plan(builtin("back")).timeline()
    first = Heard().at(whole, 100 * RATE)
    assert first.last
    assert all(end <= 0 for end in first.last.values())
    again = heard(first).at(replace(whole, placements=()), 7 * RATE)
    assert again.last == {hazard: end - 7 * RATE for hazard, end in first.last.items()}
    assert again.turn == first.turn


def test_a_caution_under_way_is_not_heard() -> None:
    """A caution counts only from its last frame on."""
    whole = plan(builtin("back")).timeline()
    caution = next(p for p in whole.placements if p.cue.is_caution)
    assert caution.cue.hazard not in Heard().at(whole, caution.end - 1).last
    assert Heard().at(whole, caution.end).last[caution.cue.hazard or ""] == 0


@pytest.mark.parametrize("bells", [True, False])
def test_bells_and_ticks_keep_clear(bells: bool) -> None:
    """No bell and no tick sounds beside a word; without bells there are neither."""
    timeline = plan(builtin("neck"), front=True, bells=bells).timeline()
    silent = [(p.start, p.end) for p in timeline.placements if not p.cue.is_spoken]
    silent += [(tick, tick + RATE // 10) for tick in timeline.ticks]
    spoken = [(p.start, p.end) for p in timeline.placements if p.cue.is_spoken]
    assert bool(silent) == bells
    assert not [(a, b) for a in silent for b in spoken if a[0] < b[1] and b[0] < a[1]]


def test_cue_ids_are_unique() -> None:
    """Every cue of a session has its own id."""
    ids = [p.cue.id for p in plan(builtin("neck-and-back"), front=True).timeline().placements]
    assert len(ids) == len(set(ids))


def test_the_half_minute_bell() -> None:
    """A step of more than a minute rings about half a minute before its end."""
    timeline = plan(builtin("back")).timeline()
    one = chapter(timeline, "circles")
    rings = [p for p in timeline.placements if p.cue.text == "half-minute" and p.cue.step == one.secured.index]
    assert [30 <= (one.end - p.start) / RATE <= 35 for p in rings] == [True]


def test_as_far_as_a_step_that_waits() -> None:
    """A timeline up to a step has no closing; the next one begins anew after it."""
    made = plan(routine(step("a"), to_prone(wait=True), step("b", ("upper-back",)), hold("z")))
    part = made.timeline(upto=2)
    assert [c.secured.index for c in part.chapters] == [1, 2]
    assert not [p for p in part.placements if p.cue.kind is Kind.CLOSING]
    assert audit(part, made.script, REGISTRY, whole=False) == []
    assert audit(made.timeline(Landing(3)), made.script, REGISTRY, whole=False) == []


def test_what_is_owed_is_said_in_full() -> None:
    """A jump over the opening owes the carotid caution and the warning signs; the landing says them in full."""
    made = plan(builtin("neck"))
    owed = made.owed(2, set())
    assert {"warning-signs", "seated-faint", "carotid-keep-off"} == {caution.hazard for caution in owed}
    assert made.owed(2, {caution.hazard for caution in owed}) == ()
    texts = [p.cue.text for p in made.timeline(Landing(2, owed=owed)).placements]
    assert HAZARDS["carotid-keep-off"]["enter"] in texts


def try_plan(words: int) -> Plan | None:
    """A front part with a line of that many words, where it fits."""
    try:
        return plan(front_routine(gated("f", say=("on " * words,)), gated("g")), front=True)
    except MassageVoiceError:
        return None


def test_growing_lines_are_safe_or_refused() -> None:
    """A line in the front of the neck, word by word longer: safe as long as it plays, then refused for good."""
    plays = []
    for words in range(5, 90, 5):
        made = try_plan(words)
        plays.append(made is not None and not audit(made.timeline(), made.script, REGISTRY))
    assert plays[0]
    assert not plays[-1]


MIXED = front_routine(gated("f"), gated("g", ("neck-front", "neck-side")))
MANY = routine(
    hold("settle", ("scalp",)),
    step("s", ("skull-base", "neck-back", "jaw", "collarbone", "upper-arm"), pressure="feather"),
    hold("rest"),
)


@pytest.mark.parametrize("many", [MIXED, MANY], ids=["front into side", "nine cautions"])
def test_going_on_at_a_part_of_cautions_alone(many: Routine) -> None:
    """[6] Whatever part one lands in, each caution of the step after it is heard in full before the hands."""
    made = plan(many, front=True)
    split = [s.index for s in made.script.steps if s.hands_off]
    assert len(split) >= 2
    whole = made.timeline()
    assert audit(whole, made.script, REGISTRY) == []
    for chapter_ in whole.chapters:
        if chapter_.secured.index in split:
            for frame in (chapter_.start, chapter_.practice_start, chapter_.practice_end - 1):
                landing = landing_at(whole, frame)
                assert landing is not None
                timeline = made.timeline(landing)
                assert unsafe(timeline, Person()) == []
                assert audit(timeline, made.script, REGISTRY, whole=False) == []


def test_a_step_that_is_split_is_entered_anew() -> None:
    """[2] The hands leave for the part of cautions alone, so what went on till then is said in full as well."""
    made = plan(MIXED, front=True)
    after = next(s for s in made.script.steps if s.step.name == "g")
    part = made.script.steps[after.index - 2]
    assert part.hands_off
    heard_in_full = {c.hazard for c in (*part.cautions, *after.cautions) if c.saying is Saying.FULL}
    assert {"throat", "both-sides-grip", "neck-movement", "carotid-jugular", "brachial-plexus"} <= heard_in_full


@pytest.mark.parametrize(("number", "left_s"), [(4, 127.6), (5, 181.0), (5, 184.6), (6, 241.0)])
def test_sides_and_silence_that_contradict_end_the_search(
    number: int, left_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too long for the side the head is turned to, and too short for its words: the length is not sought for ever."""
    made = plan(builtin("neck"), front=True)
    tries = itertools.count(1)

    def counted(*given: Any) -> Laid:
        assert next(tries) < 100, "one length after the other is tried again"
        return lay_step(*given)

    monkeypatch.setattr("massage_voice.timeline.plan.lay_step", counted)
    with pytest.raises(TooTightError, match=r"steps\.front-"):
        made.timeline(Landing(number, left=round(left_s * RATE)))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.8, 0.9, 0.99])
def test_both_sides_get_the_same_when_a_caution_falls_due_at_once(share: float) -> None:
    """Gone on with in the middle, after so many words that a caution is due again before the change of sides."""
    made = plan(builtin("neck"), front=True)
    for number in (s.index for s in made.script.steps if s.step.side is Side.SEQUENTIAL):
        whole = made.timeline().chapters[number - 1]
        assert whole.switch is not None
        done = round(share * (whole.switch[0] - whole.practice_start))
        left = whole.practice_end - whole.practice_start - done
        landing = Landing(number, done, left, instruct=True, owed=made.owed(number, set()))
        gone_on = made.timeline(landing).chapters[0]
        assert gone_on.switch is not None
        one = gone_on.practised + gone_on.switch[0] - gone_on.practice_start
        assert one == pytest.approx(gone_on.practice_end - gone_on.switch[1], abs=RATE // 10)


@pytest.mark.parametrize("name", ROUTINES)
def test_how_long_is_true_when_it_is_said(name: str) -> None:
    """To the half minute, also where a caution that falls due goes before it."""
    made = plan(builtin(name))
    halves = {wording.how_long(30 * n): 30 * n for n in range(1, 11)}
    for number in range(1, len(made.script.steps) + 1):
        timeline = made.timeline(Landing(number, owed=made.owed(number, set())))
        said = [p for p in timeline.placements if p.cue.id.endswith(".time")]
        for placement in said:
            chapter_ = next(c for c in timeline.chapters if c.secured.index == placement.cue.step)
            true = (chapter_.practice_end - placement.start) / RATE
            assert halves[placement.cue.text] == pytest.approx(min(true, 300), abs=16), placement.cue.id
