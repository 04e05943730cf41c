"""Which answers let more happen: what a question says of itself, against what its answers lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from massage_voice.safety.screening import AGREE, INCLUDE, NO, UNSURE, YES, Outcome, Prompt
from tests.safety.test_screening import GATE, PATHS, QUESTIONS, SAFE, prompts
from tests.support.builders import REGISTRY, SCREENING

POSITIONS = frozenset({"seated", "standing", "prone", "supine", "side-lying"})
UNCLEAR = ""
"""What counts as the risk answer, whatever the question is."""
Taken = frozenset[tuple[str, ...]] | None
"""What an outcome takes away; None for everything."""


def question_of(prompt: str) -> str:
    """The question that a follow-up belongs to."""
    return prompt.removesuffix("-follow-up").removesuffix("-clinician")


def taken(outcome: Outcome) -> Taken:
    if not outcome.suitable:
        return None
    limits = outcome.restrictions
    caps = [("cap", "", limits.cap)] if limits.cap else []
    return frozenset(
        [
            *(("block", area) for area in limits.block),
            *(("forbid", technique) for technique in limits.forbid),
            *(("flag", flag) for flag in limits.flags),
            *(("cap", area, level) for area, level in limits.cap_area),
            *(("position", name) for name in POSITIONS - (limits.positions or POSITIONS)),
            *caps,
            *([] if outcome.front else [("front",)]),
        ]
    )


def less(one: Taken, other: Taken) -> bool:
    """Whether `one` takes strictly less away."""
    return one is not None and (other is None or one < other)


def outcomes(answers: Mapping[str, str], question: str) -> Iterator[Outcome]:
    """Every end with these answers: what else `question` asks is answered in every way, other questions safely."""
    dialogue, given = SCREENING.ask(REGISTRY, has_front=True), {**SAFE, **answers}
    try:
        prompt = next(dialogue)
        while True:
            if prompt.id not in answers and question_of(prompt.id) == question:
                for answer in prompt.answers:
                    yield from outcomes({**answers, prompt.id: answer}, question)
                return
            prompt = dialogue.send(given.get(prompt.id, NO))
    except StopIteration as stop:
        yield stop.value


def best(before: Mapping[str, str], prompt: Prompt, answer: str) -> frozenset[Taken]:
    """The least that is taken away after this answer; several things where they cannot be compared."""
    ends = [taken(end) for end in outcomes({**before, prompt.id: answer}, question_of(prompt.id))]
    return frozenset(one for one in ends if not any(less(other, one) for other in ends))


def opens(ends: frozenset[Taken], others: frozenset[Taken]) -> bool:
    """Whether, whatever the others are, one of `ends` takes less away."""
    return all(any(less(one, other) for one in ends) for other in others)


def asked() -> Iterator[tuple[Mapping[str, str], Prompt]]:
    """Every prompt there is, with the answers that led to it."""
    seen: set[str] = set()
    for path in PATHS:
        before: dict[str, str] = {}
        for prompt in prompts(path):
            if prompt.id not in seen:
                seen.add(prompt.id)
                yield dict(before), prompt
            before[prompt.id] = {**SAFE, **path}.get(prompt.id, NO)


def every() -> dict[str, tuple[Mapping[str, str], Prompt]]:
    """By its name; in a test asked anew, so that a mutant is asked as well."""
    return {prompt.id: (before, prompt) for before, prompt in asked()}


NAMES = tuple(every())


def test_every_prompt_is_looked_at() -> None:
    """The questions, what follows them, the gate, the opt-in, consent."""
    follow = {f"{name}-follow-up" for name in ("clot-bleed", "nerve", "pregnant-bp-feet")}
    clinician = {f"{q}-clinician" for q in QUESTIONS} - {"emergency-clinician", "ill-clinician"}
    assert {*every()} == {*QUESTIONS, *GATE, "front-opt-in", "consent"} | follow | clinician


@pytest.mark.parametrize("name", NAMES)
def test_the_opening_answers_are_those_that_take_less_away(name: str) -> None:
    """Than an answer that was not clear does; all others take as much, so that mishearing one costs nothing."""
    before, prompt = every()[name]
    worst = best(before, prompt, UNCLEAR)
    found = {answer: best(before, prompt, answer) for answer in prompt.answers}
    assert {answer for answer in prompt.answers if opens(found[answer], worst)} == {*prompt.opening}
    assert {found[answer] for answer in prompt.answers if answer not in prompt.opening} == {worst}


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        *((name, {NO}) for name in (*QUESTIONS, *GATE)),
        *((f"{name}-clinician", {YES}) for name in ("injury", "vascular", "clot-bleed", "nerve", "fragile")),
        ("clot-bleed-follow-up", {YES}),
        ("nerve-follow-up", {NO}),
        ("pregnant-bp-feet-follow-up", {"pregnant", "feet"}),
        ("front-opt-in", {INCLUDE}),
        ("consent", {AGREE}),
    ],
)
def test_they_are_these(name: str, opening: set[str]) -> None:
    """In plain words, should what they lead to be changed by mistake."""
    assert {*every()[name][1].opening} == opening


@pytest.mark.parametrize("name", NAMES)
def test_there_is_always_an_answer_that_opens_nothing(name: str) -> None:
    """And never is "not sure" one that does."""
    prompt = every()[name][1]
    assert {*prompt.opening} < {*prompt.answers}
    assert UNSURE not in prompt.opening
    assert len({*prompt.opening}) == len(prompt.opening) >= 1
