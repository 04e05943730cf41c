"""Chosen steps alone: never without the cautions that the hands need, however few are left of the rest."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.errors import UsageError
from massage_voice.routine.store import Store
from massage_voice.safety.script import Kind
from massage_voice.timeline.audit import audit
from massage_voice.timeline.excerpt import chosen, closing_after, excerpt
from massage_voice.timeline.joined import joined
from massage_voice.timeline.learning import GAP, closed_up
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan
from tests.live.heeding import REGISTRY, full, hazards_of
from tests.live.support import FIRST, FRONT, LATER, stage

PLANS = {
    **{name: (name, LATER) for name in Store().names()},
    "neck": ("neck", FIRST),
    "front": ("neck", FRONT),
    "both": ("neck-and-back", LATER),
}


def plan_of(what: str) -> Plan:
    routine, asked = PLANS[what]
    return stage(routine, asked).plan


def parts_of(plan: Plan, *wanted: str) -> list[Timeline]:
    return excerpt(plan, chosen(plan.script, wanted, at_work=False))


def heard_in_full(timeline: Timeline) -> bool:
    """Before the hands work, each caution of the step's areas was said whole in this very timeline."""
    said = [(p.cue.text, p.end) for p in timeline.placements]
    return all(
        any(text == full(hazard) and end <= chapter.practice_start for text, end in said)
        for chapter in timeline.chapters
        for hazard in hazards_of(chapter.secured)
    )


@pytest.mark.parametrize("what", PLANS)
def test_every_step_alone_has_all_its_cautions(what: str) -> None:
    """The audit finds nothing, the registry's words are all there, and the warning signs come first of all."""
    plan = plan_of(what)
    for secured in plan.script.steps:
        parts = parts_of(plan, secured.step.name)
        for part in parts:
            assert audit(part, plan.script, REGISTRY, whole=False) == []
            assert heard_in_full(part)
        first = next(p.cue for p in parts[0].placements if p.cue.text in plan.full_texts)
        assert first.hazard == "warning-signs"
        assert secured.step.name in {c.secured.step.name for p in parts for c in p.chapters} or secured.hands_off


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_choice_of_steps_is_safe(data: st.DataObject) -> None:
    """In whatever order they are named, and however often."""
    plan = plan_of(data.draw(st.sampled_from(sorted(PLANS))))
    names = [secured.step.name for secured in plan.script.steps]
    wanted = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=6))
    parts = parts_of(plan, *wanted)
    order = [c.secured.index for part in parts for c in part.chapters]
    assert order == sorted(set(order))
    for part in parts:
        assert audit(part, plan.script, REGISTRY, whole=False) == []
        assert heard_in_full(part)


def test_cautions_that_are_said_once_a_session_are_said_once() -> None:
    """A later part does not begin with the warning signs again, when the first one said them."""
    plan = plan_of("neck")
    for one, other in combinations((2, 5, 7), 2):
        texts = [p.cue.text for part in parts_of(plan, str(one), str(other)) for p in part.placements]
        assert texts.count(REGISTRY.hazards["carotid-keep-off"].enter) == 1


@pytest.mark.parametrize("name", ["Ear to ear", "EAR-TO-EAR", "5", "ear-to  ear"])
def test_a_step_has_a_name_and_a_number(name: str) -> None:
    """Written as one likes."""
    assert chosen(plan_of("neck").script, [name], at_work=True) == (5,)


@pytest.mark.parametrize("name", ["0", "10", "ear-to-eye", "", "9" * 40, "²", "x" * 10_000])
def test_an_unknown_step_is_said_with_those_that_exist(name: str) -> None:
    """Names and numbers."""
    with pytest.raises(UsageError, match="there is no step") as raised:
        chosen(plan_of("neck").script, [name], at_work=True)
    assert "5 ear-to-ear" in raised.value.hint
    assert len(raised.value.message) < 100


def test_the_front_is_never_worked_alone() -> None:
    """Neither first nor last, as in a session; its words alone may be learnt, announcement and all."""
    script = plan_of("front").script
    front = [s.index for s in script.steps if s.step.gate and not s.hands_off]
    announced = next(s.index for s in script.steps if s.step.gate and s.hands_off)
    for wanted in ([front[1]], [1, front[1]], [front[0], announced + 5]):
        with pytest.raises(UsageError, match="cannot begin or end"):
            chosen(script, [str(n) for n in wanted], at_work=True)
    assert announced in chosen(script, [str(front[2])], at_work=False)
    assert chosen(script, ["2", str(front[0]), "ear-to-ear"], at_work=True) == (2, announced, front[0], 9)


def test_lying_down_comes_with_the_steps_that_need_it() -> None:
    """A step of the back brings the move to the table with it, and the closing is for who lies."""
    plan = plan_of("both")
    script = plan.script
    move = next(s.index for s in script.steps if "to-prone" in s.step.flags)
    numbers = chosen(script, ["long-strokes"], at_work=True)
    assert numbers[0] == move
    parts = excerpt(plan, numbers)
    rising = REGISTRY.hazards["rise-seated"].enter
    assert rising in [p.cue.text for p in parts[0].placements]
    assert closing_after(script, numbers[-1], REGISTRY)[0].hazard == "rise-lying"


def test_the_closing_is_for_how_they_sit_at_the_end() -> None:
    """Neck steps of a routine that ends on the table close with sitting, not with rolling over."""
    plan = plan_of("both")
    cues = closing_after(plan.script, 3, REGISTRY)
    assert [cue.hazard for cue in cues if cue.is_caution] == ["rise-seated"]
    last = closing_after(plan.script, len(plan.script.steps), REGISTRY)
    assert last == plan.script.closing
    spoken = [p.cue.text for p in plan.closing(cues).placements if p.cue.is_spoken]
    assert spoken == [cue.text for cue in cues]


def test_timelines_are_joined_in_order() -> None:
    """Everything moves by what lies before it: words, steps, ticks, changes of sides."""
    plan = plan_of("both")
    whole = plan.whole()
    twice = joined([whole, whole])
    shift = whole.length
    assert twice.length == 2 * shift
    assert [p.start for p in twice.placements[len(whole.placements) :]] == [p.start + shift for p in whole.placements]
    assert [t - shift for t in twice.ticks[len(whole.ticks) :]] == list(whole.ticks)
    for before, after in zip(whole.chapters, twice.chapters[len(whole.chapters) :], strict=True):
        assert (after.start, after.practice_end) == (before.start + shift, before.practice_end + shift)
        if before.switch:
            assert after.switch == (before.switch[0] + shift, before.switch[1] + shift)


@pytest.mark.parametrize("what", PLANS)
def test_the_words_alone_are_the_same_words(what: str) -> None:
    """Every sound in its order and at its length; no silence above a second, no overlap, no tick."""
    whole = plan_of(what).whole()
    short = closed_up(whole)
    assert [(p.cue, p.end - p.start) for p in short.placements] == [(p.cue, p.end - p.start) for p in whole.placements]
    end = before_end = 0
    for before, after in zip(whole.placements, short.placements, strict=True):
        assert after.start - end == min(before.start - before_end, GAP)
        end, before_end = after.end, before.end
    assert short.ticks == ()
    assert end <= short.length <= end + GAP
    spoken = sum(p.end - p.start for p in whole.placements if p.cue.kind is not Kind.BELL)
    assert short.length < min(whole.length, 2 * spoken + 60 * RATE)


@pytest.mark.parametrize("what", PLANS)
def test_steps_stay_around_their_words(what: str) -> None:
    """Chapters keep their order, and each holds the words of its step."""
    short = closed_up(plan_of(what).whole())
    chapters = {chapter.secured.index: chapter for chapter in short.chapters}
    starts = [chapter.start for chapter in short.chapters]
    assert starts == sorted(starts)
    for placement in short.placements:
        home = chapters[placement.cue.step]
        assert home.start <= placement.start <= placement.end <= home.end
