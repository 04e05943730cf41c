from __future__ import annotations

import json

import pytest

from massage_voice.routine.lint import lint, raises_pressure, techniques_named
from massage_voice.routine.store import Store
from massage_voice.routine.words import builtin_words
from tests.routine.samples import SMALL, VOCABULARY, changed, read


def said(text: str) -> str:
    """What the linter says about one spoken line of a step on the back of the neck and the low back."""
    return "\n".join(map(str, lint(read(changed("say", json.dumps([text], ensure_ascii=False))), VOCABULARY)))


BROKEN = {
    "at most 20 words": ["go " * 21],
    "words alone": [
        "Take 2 / 5 strokes.",
        "Palms (both) down.",
        "Palms and/or pads.",
        "Slowly \N{EN DASH} very slowly.",
        "Rest - then glide.",
        "Relax 🙂.",
        "Press at % of it.",
        "One [two].",
    ],
    "found '...'": ["..."],
    "no 'stop' in a step": ["When you stop, rest.", "STOP here.", "Then it stops."],
    "whose side": [
        "Use the left hand.",
        "Now the right side.",
        "Move left.",
        "Move your hand left.",
        "Your hand is right of it.",
        "Left, then right.",
        "On the left, your partner's shoulder.",
    ],
    "no promise": [
        "This heals the neck.",
        "A cure for pain.",
        "It treats tension.",
        "This fixes the back.",
        "Straighten the spine.",
        "Realign the neck.",
        "Gently adjust the spine.",
        "Restores the muscle.",
        "It prevents injury.",
        "A detox for you both.",
        "It flushes toxins.",
        "We guarantee ease.",
        "Get rid of tension.",
        "It blocks the pain.",
        "A therapeutic stroke.",
        "Medical massage.",
        "Feel the tension melt away.",
        "Release the muscle.",
        "It releases trauma.",
        "It improves the circulation.",
        "Stimulating the lymph flow.",
        "Pain relief begins here.",
        "STRENGTHENS the corset.",
    ],
    "what hands may do": ["Crack the neck softly.", "Use a massage gun.", "Press with your elbows."],
    "words to the person who gives": [
        "Relax your neck.",
        "Turn your head a little.",
        "Close your eyes.",
        "Tell me if it hurts.",
        "Lie face down.",
        "Lie on your back.",
        "I will massage your shoulders now.",
        "Feel my hands.",
    ],
    "places in the step's areas": [
        "Now the Adam's apple.",
        "Now the Adam\N{RIGHT SINGLE QUOTATION MARK}s apple.",
        "Press the throat.",
        "Stroke the front of the neck.",
        "Stroke the front of your partner's neck.",
        "Both sides of the neck.",
        "Circle around the armpits.",
        "Toward the groin.",
        "Behind the knees.",
        "The back of their knee.",
        "Over the eyelids.",
        "Near the carotid artery.",
        "Press on the spine.",
        "Knuckles down the spine.",
        "Under their chin.",
        "Above the collarbone.",
        "On the belly button.",
        "Press on their stomach.",
        "Press the eyes closed.",
    ],
    "also a spoken command": [
        "Massage, next.",
        "Massage next to it.",
        "Pause.",
        "Repeat.",
        "Rest. Pause. Rest.",
        "Next!",
    ],
}
SOUND = [
    "Your partner's left, then their right.",
    "One stroke on your partner's right, then one on their left.",
    "Use your right hand. Rest your left hand.",
    "On Mum's left and right.",
    "Knees at a right angle.",
    "Stay right behind them.",
    "That is all right.",
    "Ten seconds left.",
    "If you are left-handed, mirror this.",
    "Drop your own shoulders. Breathe out.",
    "Keep your own back straight and easy.",
    "Rest your hands.",
    "Ask your partner to relax.",
    "One hand each side of the spine.",
    "Work beside the spine.",
    "To the bone behind the ear.",
    "Near the breastbone.",
    "Lift off. Go back to the hairline. Repeat.",
    "The next stroke is slower.",
    "Shoulder-width apart, little-finger edge.",
    "Like eleven o'clock.",
    "A secure, steady chair.",
    "Take twenty strokes.",
    "Let go.",
    "Your partner lies on their stomach.",
    "Your own left hand.",
]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BROKEN.items() for text in texts])
def test_rule_fires(rule: str, text: str) -> None:
    """Each rule finds what it is for, in any form of the word."""
    assert rule in said(text)


@pytest.mark.parametrize("text", SOUND)
def test_nothing_fires_on_sound_text(text: str) -> None:
    """Ordinary instructions pass."""
    assert said(text) == ""


@pytest.mark.parametrize("name", Store().names())
def test_built_in_texts_are_clean(name: str) -> None:
    """What comes with the program keeps its own rules."""
    source = Store().find(name)
    assert lint(read(source.text), VOCABULARY) == []


def test_problem_has_its_place() -> None:
    """A spoken line's problem names the line, the column and the way to it."""
    (problem,) = lint(read(SMALL.replace("Glide", "Heal")), VOCABULARY)
    assert str(problem).startswith("neck.yaml:11:11: steps[0].say[0]: expected no promise, found 'heal'")


def test_titles_and_preparation_are_looked_at() -> None:
    """A promise in a title, or in the preparation, is a promise too; `stop` may be explained there."""
    text = SMALL.replace("title: Neck", 'title: Healing\nprepare: ["Say stop at any time.", "It heals."]')
    found = [problem.path for problem in lint(read(text), VOCABULARY)]
    assert found == ["title", "prepare[1]"]


def test_reminders_are_looked_at() -> None:
    """Reminders are spoken like everything else."""
    text = SMALL + '    remind: [{at: 10%, say: "Now the throat."}]\n'
    assert [problem.path for problem in lint(read(text), VOCABULARY)] == ["steps[0].remind[0].say"]


def test_a_place_may_be_named_where_the_hands_work() -> None:
    """A gated place is named freely in a step that has it."""
    text = changed("say", '["Up the outer side of the neck."]').replace("neck-back, low-back", "neck-front")
    assert lint(read(text), VOCABULARY) == []


def test_every_guarded_place_has_phrases() -> None:
    """No place that cautions name is forgotten in the linter's words."""
    assert {place.id for place in builtin_words().places} >= VOCABULARY.no_go | {"neck-front", "neck-side"}


@pytest.mark.parametrize(
    "text",
    [
        "Hold the neck between thumb and fingers.",
        "Feel for the pulse beside the Adam apple.",
        "Rub the neck hard.",
        "Stroke the thigh.",
        "Stroke the low back, down over the kidneys.",
    ],
)
def test_prose_leads_to_no_other_area(text: str) -> None:
    """A step on the shoulders cannot send the hands elsewhere by what it says."""
    there = changed("say", f'["{text}"]').replace("neck-back, low-back", "shoulders")
    found = lint(read(there), VOCABULARY)
    assert "places in the step's areas" in [problem.expected for problem in found]


@pytest.mark.parametrize(
    ("text", "techniques"),
    [
        ("Patter twice, then tap.", {"patter"}),
        ("Pound the back.", {"patter"}),
        ("Squeeze gently.", {"knead"}),
        ("Pinch a fold of skin.", {"skin-lift"}),
        ("Glide down in small circles.", {"stroke", "circles"}),
        ("A lift, not a pinch.", set()),
        ("Lifts only, no patter.", set()),
        ("At the lowest rib, finish the patter.", set()),
        ("No patter. Now squeeze.", {"knead"}),
        ("Rest both hands.", set()),
    ],
)
def test_techniques_by_their_words(text: str, techniques: set[str]) -> None:
    """A line names the techniques it asks for, not those it forbids."""
    assert techniques_named(text) == techniques
    assert techniques <= VOCABULARY.techniques


@pytest.mark.parametrize(
    "text", ["A little more pressure.", "Firmer now.", "Press harder.", "Go deeper.", "Add weight."]
)
def test_asks_for_more(text: str) -> None:
    """Words that raise the pressure are known."""
    assert raises_pressure(text)


@pytest.mark.parametrize("text", ["Never harder.", "No more pressure than that.", "Take a deeper breath.", "Softer."])
def test_asks_for_no_more(text: str) -> None:
    """Forbidding pressure, or speaking of breath, raises nothing."""
    assert not raises_pressure(text)
