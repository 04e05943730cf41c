"""What a page that plays asks first: the questions of a live session, and only its one safe way through them."""

from __future__ import annotations

import json
import re

import pytest

from massage_voice.safety.screening import AGREE, INCLUDE, LEAVE_OUT, NO, UNSURE, YES
from massage_voice.sheet.questions import CONSENT, Question, form, read_aloud
from tests.sheet.support import REGISTRY, SCREENING, html, sheet, tree
from tests.support.builders import ROUTINES

LIVE = "massage-voice run neck"
NOT_FOR_YOU = f"This recording is not for you: it was made for other answers. Use “{LIVE}”, which asks and adapts."
DECLINED = f"{SCREENING.text('outcomes', 'declined')} {NOT_FOR_YOU}"
IDS = [question["id"] for question in SCREENING.data["questions"]]


def asked(*, front: bool = False) -> dict[str, Question]:
    """The questions by their ids."""
    return {question.id: question for question in form(SCREENING, REGISTRY, front=front, live=LIVE)}


def words(name: str) -> str:
    """Of an outcome."""
    return SCREENING.text("outcomes", name)


def test_they_are_those_of_a_live_session_in_its_words_and_order() -> None:
    """Eight and the consent; with the front of the neck also its gate."""
    assert list(asked()) == [*IDS, CONSENT]
    assert list(asked(front=True)) == [*IDS, *(f"front-gate-{n}" for n in (1, 2, 3, 4)), "front-opt-in", CONSENT]
    assert [question.ask for question in asked().values()][:8] == [q["ask"] for q in SCREENING.data["questions"]]


@pytest.mark.parametrize("front", [False, True])
def test_only_the_safe_answer_lets_it_play(front: bool) -> None:
    """Nothing was taken away from what was recorded, so nothing else fits it."""
    safe = {CONSENT: AGREE, "front-opt-in": INCLUDE}
    for question in asked(front=front).values():
        plays = [answer for answer, why in question.why_not.items() if not why]
        assert plays == [safe.get(question.id, NO)]
        assert question.follow_up is None or all(question.follow_up.why_not.values())


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("emergency", SCREENING.text("emergency", "call")),
        ("ill", words("refuse-today")),
        ("injury", DECLINED),
        ("vascular", DECLINED),
        ("fragile", DECLINED),
    ],
)
@pytest.mark.parametrize("answer", [YES, UNSURE])
def test_why_not_in_the_words_of_the_registry(question: str, says: str, answer: str) -> None:
    """A refusal is a refusal; what a doctor's word would open needs a session that adapts."""
    assert asked()[question].why_not[answer] == says


@pytest.mark.parametrize(
    ("question", "answer", "says"),
    [
        ("clot-bleed", NO, words("refuse-see-doctor")),
        ("clot-bleed", UNSURE, words("refuse-see-doctor")),
        ("clot-bleed", YES, DECLINED),
        ("nerve", YES, words("urgent-care")),
        ("nerve", UNSURE, words("urgent-care")),
        ("nerve", NO, DECLINED),
        ("pregnant-bp-feet", "pregnant", DECLINED),
        ("pregnant-bp-feet", "pressure", words("refuse-today")),
        ("pregnant-bp-feet", "feet", NOT_FOR_YOU),
        ("pregnant-bp-feet", UNSURE, words("refuse-today")),
    ],
)
def test_what_follows_tells_more(question: str, answer: str, says: str) -> None:
    """Asked after a yes and after a not sure; none of its answers lets it play."""
    follow_up = asked()[question].follow_up
    assert follow_up is not None
    assert follow_up.why_not[answer] == says


def test_the_front_and_the_consent() -> None:
    """A gate that is not open, a front that is not wanted: another recording. No consent: none at all."""
    questions = asked(front=True)
    assert {questions[f"front-gate-{n}"].why_not[a] for n in (1, 2, 3, 4) for a in (YES, UNSURE)} == {NOT_FOR_YOU}
    assert questions["front-opt-in"].why_not[LEAVE_OUT] == NOT_FOR_YOU
    assert questions[CONSENT].why_not == {AGREE: "", NO: words("no-consent")}


def test_they_are_read_aloud_with_what_a_yes_means_before_the_consent() -> None:
    """In the words that stand on the page."""
    questions = form(SCREENING, REGISTRY, front=True, live=LIVE)
    lines = [cue.text for cue in read_aloud(questions, SCREENING)]
    assert lines == [*(q.ask for q in questions[:-1]), SCREENING.unattended_lines()[-1], SCREENING.data["consent"]]


@pytest.mark.parametrize("front", [False, True], ids=["", "front"])
@pytest.mark.parametrize("name", ROUTINES)
def test_the_form_on_the_page(name: str, front: bool) -> None:
    """A legend and radio buttons for each, none chosen, hidden until a script listens; the consent has buttons."""
    section = tree(html(name, sound=True, front=front)).by_id("ask")
    assert "hidden" in section.attributes
    fields = [e for e in section.all() if "data-question" in e.attributes]
    questions = {q.id: q for q in sheet(name, sound=b"no sound", front=front).form}
    questions |= {q.follow_up.id: q.follow_up for q in [*questions.values()] if q.follow_up}
    assert {field.attributes["data-question"] for field in fields} == set(questions)
    for field in fields:
        question = questions[field.attributes["data-question"] or ""]
        if question.id == CONSENT:
            assert {e.attributes["data-answer"] for e in field.all("button")} == set(question.why_not)
            continue
        own = [box for box in field.all("input") if box.attributes["name"] == question.id]
        assert next(field.all("legend")).text == question.ask
        assert {box.attributes["value"] for box in own} == set(question.why_not)
        assert not any("checked" in box.attributes for box in own)
        assert {box.attributes["autocomplete"] for box in own} == {"off"}


@pytest.mark.parametrize("name", ROUTINES)
def test_no_question_is_in_what_the_page_plays(name: str) -> None:
    """They are a sound of their own; the session's begins with the preparation. A page that is silent asks nothing."""
    (data,) = re.findall(r'id="program">(.*?)</script>', html(name, sound=True))
    read = json.loads(data)
    assert not {cue[2] for cue in read["cues"]} & {question.ask for question in sheet(name, sound=b"no sound").form}
    assert read["parts"][0]["name"] == "Preparation"
    assert [line[2] for line in read["reading"]] == [*IDS, "meaning", CONSENT]
    assert list(tree(html(name)).all("input")) == []
