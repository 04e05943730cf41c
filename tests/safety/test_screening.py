"""The questions: every path, and that only explicit safe answers open anything."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.safety.screening import AGREE, INCLUDE, LEAVE_OUT, NO, UNSURE, YES, Outcome, Prompt
from tests.support.builders import REGISTRY, SCREENING
from tests.support.profiles import tries

SAFE = {"consent": AGREE, "front-opt-in": INCLUDE}
QUESTIONS = [question["id"] for question in SCREENING.data["questions"]]
GATE = [f"front-gate-{number}" for number in (1, 2, 3, 4)]
CLINICIAN = ["injury", "vascular", "fragile"]


def outcome(
    answers: Mapping[str, str] | None = None, *, has_front: bool = True, wants_front: bool | None = None
) -> tuple[Outcome, list[str]]:
    """How the dialogue ends when everything else is answered safely, and what was asked."""
    given_answers = {**SAFE, **(answers or {})}
    dialogue = SCREENING.ask(REGISTRY, has_front=has_front, wants_front=wants_front)
    asked: list[str] = []
    try:
        prompt = next(dialogue)
        while True:
            asked.append(prompt.id)
            prompt = dialogue.send(given_answers.get(prompt.id, NO))
    except StopIteration as stop:
        ended: Outcome = stop.value
    return ended, asked


def text(name: str) -> str:
    """The words of an outcome."""
    return SCREENING.text("outcomes", name)


def test_all_safe_answers_open_everything() -> None:
    """Eight times no, the gate, the opt-in and consent: suitable, unrestricted, with the front."""
    ended, asked = outcome()
    assert ended == Outcome(suitable=True, front=True)
    assert asked == [*QUESTIONS, *GATE, "front-opt-in", "consent"]
    assert len(QUESTIONS) == 8


@pytest.mark.parametrize("answer", [YES, UNSURE, "", "maybe"])
def test_an_emergency_ends_it(answer: str) -> None:
    """A stroke sign, or not being sure of none, ends the questions with the call for help."""
    ended, asked = outcome({"emergency": answer})
    assert ended == Outcome(suitable=False, say=SCREENING.emergency("call"))
    assert asked == ["emergency"]


@pytest.mark.parametrize("answer", [YES, UNSURE, "", "maybe"])
def test_illness_refuses_today(answer: str) -> None:
    """Fever or drink today: not today."""
    assert outcome({"ill": answer})[0] == Outcome(suitable=False, say=(text("refuse-today"),))


@pytest.mark.parametrize("question", CLINICIAN)
@pytest.mark.parametrize("word", [NO, UNSURE, "", "probably"])
def test_without_a_clinicians_yes_it_is_declined(question: str, word: str) -> None:
    """A risk without a clinician's explicit yes is declined; there is no "continue anyway"."""
    ended, _ = outcome({question: YES, f"{question}-clinician": word})
    assert ended == Outcome(suitable=False, say=(text("declined"),))


@pytest.mark.parametrize("question", CLINICIAN)
def test_a_clinicians_yes_restricts(question: str) -> None:
    """Cleared by a clinician: light everywhere, front and side of the neck out, the gate not even asked."""
    ended, asked = outcome({question: UNSURE, f"{question}-clinician": YES})
    assert ended.suitable
    assert not ended.front
    assert ended.restrictions.cap == "light"
    assert {"neck-front", "neck-side"} <= ended.restrictions.block
    assert not set(asked) & {*GATE, "front-opt-in"}
    assert ended.say == (text("front-left-out"),)


def test_fragile_bones_keep_the_whole_neck_out() -> None:
    """After a yes about bones or joints no part of the neck is left, and nothing but strokes."""
    limits = outcome({"fragile": YES, "fragile-clinician": YES})[0].restrictions
    assert limits.block == {"neck-front", "neck-side", "neck-back", "skull-base"}
    assert limits.forbid == {"patter", "skin-lift", "knead"}


@pytest.mark.parametrize(
    ("question", "follow", "says"),
    [
        ("clot-bleed", NO, "refuse-see-doctor"),
        ("clot-bleed", UNSURE, "refuse-see-doctor"),
        ("clot-bleed", "what", "refuse-see-doctor"),
        ("nerve", YES, "urgent-care"),
        ("nerve", UNSURE, "urgent-care"),
        ("nerve", "what", "urgent-care"),
        ("pregnant-bp-feet", "pressure", "refuse-today"),
        ("pregnant-bp-feet", UNSURE, "refuse-today"),
        ("pregnant-bp-feet", YES, "refuse-today"),
    ],
)
def test_follow_ups_refuse(question: str, follow: str, says: str) -> None:
    """The worse reading of a follow-up, or no clear answer to it, refuses with its own words."""
    ended, _ = outcome({question: YES, f"{question}-follow-up": follow})
    assert ended == Outcome(suitable=False, say=(text(says),))


@pytest.mark.parametrize(
    ("question", "follow", "blocked"),
    [
        ("clot-bleed", YES, {"neck-front", "neck-side", "thigh", "calves", "ankles", "feet", "toes"}),
        ("nerve", NO, {"neck-front", "neck-side"}),
        ("pregnant-bp-feet", "pregnant", {"neck-front", "neck-side", "thigh", "calves", "ankles", "feet", "toes"}),
    ],
)
def test_follow_ups_restrict(question: str, follow: str, blocked: set[str]) -> None:
    """The milder reading still wants a clinician's yes, and then takes these areas away."""
    answers = {question: YES, f"{question}-follow-up": follow}
    assert not outcome(answers)[0].suitable
    ended, _ = outcome({**answers, f"{question}-clinician": YES})
    assert ended.restrictions.block == blocked
    assert ended.restrictions.cap == "light"


def test_pregnancy_allows_no_lying_face_down() -> None:
    """A pregnant partner sits or lies on the side, and the pregnancy caution is on."""
    answers = {"pregnant-bp-feet": YES, "pregnant-bp-feet-follow-up": "pregnant", "pregnant-bp-feet-clinician": YES}
    limits = outcome(answers)[0].restrictions
    assert limits.positions == frozenset({"seated", "side-lying"})
    assert limits.flags == {"pregnant"}


def test_numb_feet_go_on_with_feather() -> None:
    """Poor feeling in the feet needs no clinician: feather there, the front still possible."""
    ended, _ = outcome({"pregnant-bp-feet": YES, "pregnant-bp-feet-follow-up": "feet"})
    assert dict(ended.restrictions.cap_area) == {"feet": "feather", "toes": "feather"}
    assert ended.front


@pytest.mark.parametrize("question", GATE)
@pytest.mark.parametrize("answer", [YES, UNSURE, "", INCLUDE, AGREE])
def test_each_gate_question_needs_a_no(question: str, answer: str) -> None:
    """Anything but an explicit no to any gate question leaves the front out and asks no further."""
    ended, asked = outcome({question: answer})
    assert ended == Outcome(suitable=True, say=(text("front-left-out"),))
    assert asked[-2:] == [question, "consent"]


@pytest.mark.parametrize("answer", [LEAVE_OUT, YES, NO, UNSURE, "", AGREE])
def test_the_front_wants_its_own_word(answer: str) -> None:
    """The opt-in takes the word include; yes is not enough."""
    assert not outcome({"front-opt-in": answer})[0].front


@pytest.mark.parametrize("answer", [YES, NO, UNSURE, "", INCLUDE])
def test_consent_wants_its_own_word(answer: str) -> None:
    """Consent takes the words we agree; a yes, a no and a held key start nothing."""
    assert outcome({"consent": answer})[0] == Outcome(suitable=False, say=(text("no-consent"),))


@pytest.mark.parametrize(("has_front", "wants_front"), [(False, None), (False, True), (True, False)])
def test_no_gate_without_a_front(has_front: bool, wants_front: bool | None) -> None:
    """Where there is no front, or it is not wanted, nothing asks for it and it stays shut."""
    ended, asked = outcome(has_front=has_front, wants_front=wants_front)
    assert ended.front is False
    assert not set(asked) & {*GATE, "front-opt-in"}


@pytest.mark.parametrize("answer", [YES, NO, UNSURE, AGREE, INCLUDE, LEAVE_OUT, ""])
def test_one_key_passes_nothing(answer: str) -> None:
    """Whatever single answer is given to every question, no massage starts."""
    dialogue = SCREENING.ask(REGISTRY, has_front=True)
    ended: Outcome | None = None
    try:
        next(dialogue)
        while True:
            dialogue.send(answer)
    except StopIteration as stop:
        ended = stop.value
    assert ended is not None
    assert not ended.suitable


WORDS = [YES, NO, NO, NO, NO, UNSURE, AGREE, INCLUDE, LEAVE_OUT, "pregnant", "pressure", "feet", "", "42"]


@given(words=st.lists(st.sampled_from(WORDS), max_size=40), wants=st.sampled_from([None, True, False]))
@tries(150)
def test_no_answers_widen_anything(words: list[str], wants: bool | None) -> None:
    """No sequence of answers gives more than all no and consent; one risk answer never leaves it unrestricted."""
    dialogue = SCREENING.ask(REGISTRY, has_front=True, wants_front=wants)
    answered: dict[str, str] = {}
    feed = iter(words)
    try:
        prompt = next(dialogue)
        while True:
            answered[prompt.id] = next(feed, "")
            prompt = dialogue.send(answered[prompt.id])
    except StopIteration as stop:
        ended = stop.value
    risky = [question for question in QUESTIONS if answered.get(question, NO) != NO]
    if ended.suitable:
        assert answered["consent"] == AGREE
        assert all(question in answered for question in QUESTIONS)
        assert bool(ended.restrictions) == bool(risky)
    if ended.front:
        assert all(answered[question] == NO for question in GATE)
        assert answered["front-opt-in"] == INCLUDE
        assert "neck-front" not in ended.restrictions.block
        assert ended.suitable


def test_nobody_there_is_the_most_careful_session() -> None:
    """When nobody can answer, the gated places, kneading and anything above light are out."""
    limits = SCREENING.unattended()
    assert {"neck-front", "neck-side"} <= limits.block
    assert limits.cap == "light"
    assert limits.forbid == {"patter", "skin-lift", "knead"}
    assert SCREENING.unattended_lines()[:8] == tuple(question["ask"] for question in SCREENING.data["questions"])


def test_every_text_can_be_made_beforehand() -> None:
    """All prompts and outcomes are among the texts prepared before the session."""
    prepared = set(SCREENING.texts())
    for question in QUESTIONS:
        for answer in (YES, UNSURE):
            ended, _ = outcome({question: answer})
            assert set(ended.say) <= prepared
    dialogue = SCREENING.ask(REGISTRY, has_front=True)
    assert next(dialogue).ask in prepared


def prompts(answers: Mapping[str, str]) -> list[Prompt]:
    """Every prompt of a dialogue in which everything else is answered safely."""
    dialogue = SCREENING.ask(REGISTRY, has_front=True)
    given_answers, asked = {**SAFE, **answers}, []
    try:
        asked.append(next(dialogue))
        while True:
            asked.append(dialogue.send(given_answers.get(asked[-1].id, NO)))
    except StopIteration:
        return asked


PATHS: list[dict[str, str]] = [
    {},
    *({question: YES, f"{question}-clinician": YES} for question in CLINICIAN),
    {"clot-bleed": YES, "clot-bleed-follow-up": YES, "clot-bleed-clinician": YES},
    {"nerve": YES, "nerve-follow-up": NO, "nerve-clinician": YES},
    *(
        {"pregnant-bp-feet": YES, "pregnant-bp-feet-follow-up": what, "pregnant-bp-feet-clinician": YES}
        for what in ("pregnant", "feet", "pressure")
    ),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "-".join(path) or "safe")
def test_every_prompt_can_be_asked_and_answered(path: dict[str, str]) -> None:
    """Its words are prepared beforehand, and it offers each answer that leads on, and a way out."""
    safe, prepared = {**SAFE, **path}, set(SCREENING.texts())
    for prompt in prompts(path):
        assert prompt.ask in prepared | {SCREENING.data["consent"]}
        assert safe.get(prompt.id, NO) in prompt.answers
        assert {NO, UNSURE, LEAVE_OUT} & set(prompt.answers)


def test_what_each_prompt_offers() -> None:
    """Yes, no and not sure; the words of their own for the front and for consent."""
    offered = {prompt.id: prompt.answers for path in PATHS for prompt in prompts(path)}
    for name in (*QUESTIONS, *GATE, *(f"{question}-clinician" for question in CLINICIAN)):
        assert offered[name] == (YES, NO, UNSURE)
    assert offered["pregnant-bp-feet-follow-up"] == ("pregnant", "pressure", "feet", UNSURE)
    assert offered["front-opt-in"] == (INCLUDE, LEAVE_OUT)
    assert offered["consent"] == (AGREE, NO)


def test_each_question_has_its_own_words() -> None:
    """What is asked is what the data says, in its order, the clinician's question after a risk."""
    asked = {prompt.id: prompt.ask for path in PATHS for prompt in prompts(path)}
    for question in SCREENING.data["questions"]:
        assert asked[question["id"]] == question["ask"]
        if "follow_up" in question["risk"]:
            assert asked[f"{question['id']}-follow-up"] == question["risk"]["follow_up"]
    assert [asked[name] for name in GATE] == SCREENING.data["front_gate"]
    for question in CLINICIAN:
        assert asked[f"{question}-clinician"] == SCREENING.data["clinician"]
    assert asked["front-opt-in"] == SCREENING.data["front_opt_in"]
    assert asked["consent"] == SCREENING.data["consent"]


def test_everything_around_a_session_is_prepared() -> None:
    """No text of an emergency, an outcome, a question or the front has to be made while somebody waits for it."""
    data, prepared = SCREENING.data, set(SCREENING.texts())
    assert set(data["emergency"].values()) <= prepared
    assert set(data["outcomes"].values()) <= prepared
    assert {data["unattended"]["say"], data["front_once"], *data["front_gate"]} <= prepared
    assert {q["risk"]["follow_up"] for q in data["questions"] if "follow_up" in q["risk"]} <= prepared


@pytest.mark.parametrize("position", ["seated", "standing", "prone"])
@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("front", [False, True])
def test_the_preparation_says_what_applies_and_nothing_else(position: str, capped: bool, front: bool) -> None:
    """Standing, light pressure everywhere, the age limit of the front: each said when it holds."""
    data = SCREENING.data
    lines = SCREENING.added_preparation(position, capped=capped, front=front)
    standing = tuple(data["standing"]) if position == "standing" else ()
    assert lines == (*standing, *([data["capped"]] if capped else []), *([data["front_age"]] if front else []))


def test_the_front_worked_earlier_today_has_its_words() -> None:
    """Once a day is enough, and the listener is told so."""
    assert SCREENING.front_once == SCREENING.data["front_once"]
    assert SCREENING.front_next == SCREENING.data["front_next"]
