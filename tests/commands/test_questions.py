"""The questions before a session, over keys and a speaker whose clock is moved by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from massage_voice.commands.interview import KEYS, LEAD, Interview
from massage_voice.commands.run import GREETING
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import ScriptedControls
from massage_voice.errors import LeftError
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import AGREE, INCLUDE, LEAVE_OUT, NO, UNSURE, YES, Outcome, Prompt, load_screening
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.sound.virtual import VirtualSpeaker
from tests.live.support import real_library, warm_everything

EVERY_S = 1.0
"""Between two presses; longer than a question needs to be listened to, shorter than it takes to say."""


def ask(keys: str, *, every_s: float = EVERY_S, has_front: bool = True, wants_front: bool | None = None) -> Asked:
    """Hold the interview with these keys pressed one after the other."""
    return Asked([event_of(key) for key in keys], every_s).hold(has_front=has_front, wants_front=wants_front)


def tell(*answers: str, has_front: bool = True) -> Asked:
    """Hold it with these answers spoken one after the other; other phrases are commands."""
    return Asked([spoken(answer) for answer in answers]).hold(has_front=has_front, wants_front=None)


def spoken(say: str) -> Event:
    """What the microphone makes of an answer, or of a command."""
    known = builtin_phrases()
    return next(Event(p.signal, answer=p.answer) for p in (*known.answers, *known.commands) if say in {p.answer, p.say})


class Listening:
    """`ports.Hearing` that notes what it is told."""

    def __init__(self) -> None:
        self.expected: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self.narrated: list[tuple[str, float]] = []

    def expect(self, answers: tuple[str, ...], opening: tuple[str, ...]) -> None:
        """See `ports.Hearing`."""
        self.expected.append((answers, opening))

    def narrate(self, text: str, seconds: float) -> None:
        """See `ports.Hearing`."""
        self.narrated.append((text, seconds))


class Asked:
    """An interview, what was shown in it and how it ended."""

    def __init__(self, events: Sequence[Event], every_s: float = EVERY_S) -> None:
        warm_everything()
        self.shown: list[str] = []
        self.hearing = Listening()
        self.speaker = VirtualSpeaker()
        script = [((number + 1) * every_s, event) for number, event in enumerate(events)]
        controls = ScriptedControls(script, wait=lambda seconds: self.speaker.advance(round(seconds * 48_000)))
        self.controls = controls
        self.interview = Interview(
            Device(self.speaker),
            controls,
            samples=lambda text: real_library().clip(text).samples,
            show=self.shown.append,
            hearing=self.hearing,
        )
        self.outcome: Outcome | None = None

    def hold(self, *, has_front: bool, wants_front: bool | None) -> Asked:
        """Ask everything."""
        dialogue = load_screening().ask(load_registry(), has_front=has_front, wants_front=wants_front)
        self.outcome = self.interview.hold(dialogue)
        return self


def test_eight_times_no_and_consent() -> None:
    """All clear: nothing is restricted, the front is left out when the routine has none."""
    asked = ask("nnnnnnnn" + "a", has_front=False)
    assert asked.outcome is not None
    assert asked.outcome.suitable
    assert not asked.outcome.restrictions.block
    assert not asked.outcome.front
    assert len(asked.shown) == 9


def test_the_gate_opens_the_front() -> None:
    """Four more times no, and include."""
    asked = ask("nnnnnnnn" + "nnnn" + "i" + "a")
    assert asked.outcome is not None
    assert (asked.outcome.suitable, asked.outcome.front) == (True, True)


@pytest.mark.parametrize("gate", ["y", "u", "nnny", "nnnnl"])
def test_any_other_answer_at_the_gate_leaves_the_front_out(gate: str) -> None:
    """And says so."""
    asked = ask("nnnnnnnn" + gate + "a")
    assert asked.outcome is not None
    assert (asked.outcome.suitable, asked.outcome.front) == (True, False)
    assert asked.outcome.say == (load_screening().text("outcomes", "front-left-out"),)


@pytest.mark.parametrize("key", ["y", "u"])
@pytest.mark.parametrize("question", [1, 2])
def test_a_yes_or_not_sure_refuses(question: int, key: str) -> None:
    """At the questions that refuse: it ends there, with words to say."""
    asked = ask("n" * (question - 1) + key)
    assert asked.outcome is not None
    assert not asked.outcome.suitable
    assert asked.outcome.say
    assert len(asked.shown) == question


def test_without_consent_there_is_no_massage() -> None:
    """No is no."""
    asked = ask("nnnnnnnn" + "n", has_front=False)
    assert asked.outcome is not None
    assert not asked.outcome.suitable


def test_a_held_key_passes_no_question_unheard() -> None:
    """Twenty presses a second: no more than one answer every 300 ms, and consent is another key."""
    asked = Asked([event_of("n")] * 400, 0.05)
    with pytest.raises(TimeoutError):
        hold_for(asked, 30.0)
    assert len(asked.shown) <= 9
    assert asked.outcome is None or not asked.outcome.suitable


def hold_for(asked: Asked, seconds: float) -> None:
    """Hold the interview for so long; it may still be waiting then."""
    read = asked.controls.read

    def limited(timeout_s: float) -> object:
        if asked.controls.now_s > seconds:
            raise TimeoutError
        return read(timeout_s)

    asked.controls.read = limited  # type: ignore[method-assign,assignment]
    asked.hold(has_front=False, wants_front=None)


def test_a_key_without_a_meaning_answers_nothing() -> None:
    """The space bar, an arrow: the question stays."""
    asked = ask("x tn" + "nnnnnnn" + "a", has_front=False)
    assert asked.outcome is not None
    assert asked.outcome.suitable
    assert len(asked.shown) == 9


def test_q_leaves() -> None:
    """In the middle of the questions."""
    with pytest.raises(LeftError):
        ask("nnq")


# --- answered by voice ---

SAFE = {"consent": AGREE, "front-opt-in": INCLUDE}
CLINICIAN = ("injury", "vascular", "fragile")
DIALOGUES: list[dict[str, str]] = [
    {},
    {"consent": NO},
    {"front-opt-in": LEAVE_OUT},
    *({f"front-gate-{number}": answer} for number in (1, 2, 3, 4) for answer in (YES, UNSURE)),
    *({question: answer} for question in ("emergency", "ill") for answer in (YES, UNSURE)),
    *({question: YES, f"{question}-clinician": word} for question in CLINICIAN for word in (YES, NO, UNSURE)),
    *({"clot-bleed": YES, "clot-bleed-follow-up": word, "clot-bleed-clinician": YES} for word in (YES, NO, UNSURE)),
    *({"nerve": UNSURE, "nerve-follow-up": word, "nerve-clinician": YES} for word in (YES, NO, UNSURE)),
    *(
        {"pregnant-bp-feet": YES, "pregnant-bp-feet-follow-up": word, "pregnant-bp-feet-clinician": YES}
        for word in ("pregnant", "pressure", "feet", UNSURE)
    ),
]
"""Every way through the questions, by the answers that are not the safe ones."""


def walked(answers: Mapping[str, str]) -> list[tuple[Prompt, str]]:
    """The prompts on that way, each with its answer."""
    dialogue, way = load_screening().ask(load_registry(), has_front=True), []
    try:
        prompt = next(dialogue)
        while True:
            way.append((prompt, {**SAFE, **answers}.get(prompt.id, NO)))
            prompt = dialogue.send(way[-1][1])
    except StopIteration:
        return way


@pytest.mark.parametrize("answers", DIALOGUES, ids=lambda answers: " ".join(answers.values()) or "safe")
def test_an_answer_by_voice_is_an_answer_by_key(answers: Mapping[str, str]) -> None:
    """On every way: the same questions are asked, and they end alike."""
    way = walked(answers)
    keys = [KEYS.get(answer, str(prompt.answers.index(answer) + 1)) for prompt, answer in way]
    by_key = Asked([event_of(key) for key in keys]).hold(has_front=True, wants_front=None)
    by_voice = tell(*(answer for _, answer in way))
    assert by_voice.outcome == by_key.outcome
    assert by_voice.shown == by_key.shown
    assert len(by_voice.shown) == len(way)


def test_the_microphone_is_told_each_question() -> None:
    """Its answers and which of them open; and its words, for as long as they sound, before them."""
    way = walked({"pregnant-bp-feet": YES, "pregnant-bp-feet-follow-up": "feet"})
    told = tell(*(answer for _, answer in way)).hearing
    assert told.expected == [(prompt.answers, prompt.opening) for prompt, _ in way]
    assert [text for text, _ in told.narrated] == [prompt.ask for prompt, _ in way]
    for text, seconds in told.narrated:
        assert seconds == pytest.approx((LEAD + len(real_library().clip(text).samples)) / 48_000)


def test_what_is_said_besides_questions_is_told_as_well() -> None:
    """The greeting and every other line: their words are nobody's commands."""
    asked = Asked([])
    asked.interview.greet(GREETING)
    asked.interview.say(GREETING)
    assert [text for text, _ in asked.hearing.narrated] == [GREETING, GREETING]
    assert asked.hearing.expected == []


@pytest.mark.parametrize("answer", [AGREE, INCLUDE, LEAVE_OUT, "pregnant", "feet"])
def test_an_answer_that_the_question_does_not_have_answers_nothing(answer: str) -> None:
    """Whatever signal comes with it; the question stays until it is answered."""
    asked = tell(answer, answer, *[NO] * 8, AGREE, has_front=False)
    assert asked.outcome is not None
    assert asked.outcome.suitable
    assert len(asked.shown) == 9


@pytest.mark.parametrize("answer", [YES, UNSURE, INCLUDE])
def test_consent_by_voice_wants_its_own_words(answer: str) -> None:
    """A yes is none."""
    with pytest.raises(TimeoutError):
        hold_for(Asked([*[spoken(NO)] * 8, *[spoken(answer)] * 3]), 30.0)


def test_an_answer_may_come_at_once() -> None:
    """What was said before the question the microphone itself leaves out."""
    asked = Asked([*[spoken(NO)] * 8, spoken(AGREE)], every_s=0.1).hold(has_front=False, wants_front=None)
    assert asked.outcome is not None
    assert asked.outcome.suitable


@pytest.mark.parametrize("command", ["stop", "finish"])
@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_spoken_stop_leaves(command: str, after: int) -> None:
    """At any question: nobody begins after that."""
    with pytest.raises(LeftError):
        tell(*[NO] * after, command, has_front=False)


def test_the_key_for_stop_leaves_nothing() -> None:
    """It is near others, and no word; `q` leaves."""
    assert ask("s" + "nnnnnnnn" + "a", has_front=False).outcome is not None


def test_repeat_asks_again() -> None:
    """The same question from its first word, as often as somebody wants; it is shown once."""
    asked = tell(NO, "repeat", "repeat", *[NO] * 7, AGREE, has_front=False)
    questions = [question["ask"] for question in load_screening().data["questions"]]
    texts = [text for text, _ in asked.hearing.narrated]
    assert texts[:5] == [questions[0], *[questions[1]] * 3, questions[2]]
    assert len([order for order in asked.speaker.orders if order[0] == "play"]) == 9 + 2
    assert len(asked.shown) == len(asked.hearing.expected) == 9


@pytest.mark.parametrize("command", ["pause", "next", "wait", "ready", "louder", "time left"])
def test_other_commands_answer_nothing(command: str) -> None:
    """Neither do the microphone's own news."""
    asked = tell(command, *[NO] * 8, AGREE, has_front=False)
    assert len(asked.shown) == 9
    news = [Event(Signal.DEAF), Event(Signal.HEARING)]
    asked = Asked([*news, *[spoken(NO)] * 8, spoken(AGREE)]).hold(has_front=False, wants_front=None)
    assert asked.outcome is not None
    assert asked.outcome.suitable
