"""The questions as a form that is answered on the page. It is hidden until the script is there to listen to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from massage_voice.safety.screening import INCLUDE, LEAVE_OUT, NO, UNSURE, YES
from massage_voice.sheet.markup import Markup, tag
from massage_voice.sheet.questions import Question

_SHOWN = {UNSURE: "not sure", INCLUDE: "include it", LEAVE_OUT: "leave it out"}
_ICON = "M4 9v6h4l5 4V5L8 9zM16 8a5 5 0 0 1 0 8M18.5 5.5a9 9 0 0 1 0 13"


def questionnaire(questions: Sequence[Question]) -> Markup:
    """Radio buttons, none of them chosen; the consent is a button of its own."""
    *first, consent = questions
    intro = tag("p", "Answer together, before hands are laid on. Nothing plays before, and no answer is kept.")
    heading = tag("h2", "First, the questions", id="ask-heading", tabindex="-1")
    icon = tag("svg", tag("path", d=_ICON), viewBox="0 0 24 24", aria_hidden="true")
    read = tag("button", icon, tag("span", "Read them to us", id="read-label"), type="button", id="read")
    top = tag("div", intro, read, class_="top")
    asked = tag("div", *(_fieldset(question) for question in first), class_="fields")
    return tag(
        "section", heading, top, asked, _consent(consent), tag("p", role="status", id="verdict"),
        id="ask", aria_labelledby="ask-heading", hidden=True,
    )  # fmt: skip


def _fieldset(question: Question, *, further: bool = False) -> Markup:
    inside = [
        tag("legend", question.ask),
        tag("div", *_choices(question), class_="choices"),
        *([_fieldset(question.follow_up, further=True)] if question.follow_up else []),
    ]
    if not further:
        inside.append(tag("p", class_="why", role="status"))
    return tag("fieldset", *inside, data_question=question.id, hidden=further)


def _choices(question: Question) -> Iterator[Markup]:
    usual = [answer for answer in (YES, NO) if answer in question.why_not]  # always in this order
    for answer in dict.fromkeys([*usual, *question.why_not]):
        # A browser that fills in forms again, as after a reload, must not answer.
        box = tag("input", type="radio", name_=question.id, value=answer, autocomplete="off")
        yield tag("label", box, tag("span", _label(answer)), class_="choice")


def _label(answer: str) -> str:
    return _SHOWN.get(answer, answer).capitalize()


def _consent(question: Question) -> Markup:
    """Its answers are buttons, the one that starts first."""
    ordered = sorted(question.why_not, key=lambda answer: bool(question.why_not[answer]))
    buttons = [
        tag("button", _label(answer), type="button", data_answer=answer, class_="main" if not n else None)
        for n, answer in enumerate(ordered)
    ]
    return tag(
        "div", tag("p", question.ask, id="consent"), tag("div", *buttons, class_="pair"), class_="consent",
        role="group", aria_labelledby="consent", data_question=question.id,
    )  # fmt: skip


def answered() -> Markup:
    """What stands in the place of the form while it plays."""
    again = tag("button", "Answer again", type="button", id="again")
    return tag("p", tag("span", "Every question was answered. "), again, id="answered", hidden=True)
