"""The decision, with a model that likes what it is told to like."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from massage_voice.hearing.gate import Utterance
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.phrases import Guard, Phrase, builtin_phrases
from massage_voice.hearing.recogniser import Decision, Recogniser, Verdict
from massage_voice.session.events import Signal

PHRASES = builtin_phrases()
TASTE = -30.0
UTTERANCE = Utterance(np.full(8000, 0.5, np.float32), 0, RATE * 17 // 20, RATE)


class FakeModel:
    """Texts are as likely in noise as its taste is; in an utterance some are likelier, by the nats it was given."""

    def __init__(
        self, likes: Mapping[str, float], tastes: Mapping[str, float] | None = None, *, free: float = -math.inf
    ) -> None:
        self.likes = likes
        self.tastes = tastes or {}
        self.free = free
        self.asked: list[list[str]] = []
        self.noise_asked = 0
        self.free_asked = 0

    def encode(self, samples: Array, seconds: float) -> Array:  # noqa: ARG002 (the port's signature)
        """Whether it is the utterance."""
        return np.array([float(np.array_equal(samples, UTTERANCE.samples))], np.float32)

    def likelihoods(self, encoded: Array, phrases: Sequence[str]) -> Array:
        """As noise, but for what it likes."""
        self.asked.append(list(phrases))
        self.noise_asked += not encoded[0]
        found = (self.tastes.get(text, TASTE) + encoded[0] * self.likes.get(text, 0.0) for text in phrases)
        return np.array([*found], np.float32)

    def whole(self, encoded: Array, phrase: str) -> float:
        """The same as before."""
        return self.tastes.get(phrase, TASTE) + float(encoded[0]) * self.likes.get(phrase, 0.0)

    def freely(self, encoded: Array) -> float:  # noqa: ARG002 (the port's signature)
        """As likely as it was told, whatever that may be."""
        self.free_asked += 1
        return self.free


def decide(
    likes: Mapping[str, float],
    expected: Sequence[Phrase] = PHRASES.commands,
    *,
    free: float = -math.inf,
    wake: str = "",
    bare: bool = False,
    woken: bool = False,
    narrated: str = "",
    seconds: float = UTTERANCE.seconds,
) -> Decision:
    recogniser = Recogniser(FakeModel(likes, free=free), PHRASES, wake=wake, bare=bare)
    utterance = replace(UTTERANCE, end=round(seconds * RATE))
    return recogniser.decide(utterance, expected, woken=woken, narrated=narrated)


def obeyed(decision: Decision) -> str:
    return decision.phrase.say if decision.verdict is Verdict.ACCEPTED and decision.phrase else ""


@pytest.mark.parametrize("phrase", PHRASES.commands, ids=lambda phrase: phrase.say)
def test_every_command_is_obeyed_with_the_wake_word(phrase: Phrase) -> None:
    """Set apart or run together."""
    mark = "?" if phrase.say == "how long" else "."
    for text in (f"Massage, {phrase.say}{mark}", f"Massage {phrase.say}"):
        decision = decide({text: 20.0})
        assert (obeyed(decision), decision.waked) == (phrase.say, True)


@pytest.mark.parametrize("phrase", PHRASES.commands, ids=lambda phrase: phrase.say)
def test_without_the_wake_word_only_stop_and_pause(phrase: Phrase) -> None:
    """However clear the others are; with the option, and after the wake word alone, all of them."""
    likes = {phrase.say: 28.0}
    assert obeyed(decide(likes)) == (phrase.say if phrase.say in {"stop", "pause"} else "")
    assert obeyed(decide(likes, bare=True)) == phrase.say
    assert obeyed(decide(likes, woken=True)) == phrase.say


def test_evidence_is_counted_from_the_phrases_own_likelihood_in_noise() -> None:
    """It is what the sound adds, in nats."""
    assert decide({"Massage, next.": 20.0}).evidence == pytest.approx(20)


@pytest.mark.parametrize("guard", Guard)
def test_no_guard_opens_below_its_evidence(guard: Guard) -> None:
    """Half a nat decides, with and without the wake word."""
    phrase = Phrase("marzipan", guard, Signal.YES, answer="sweet")
    asked = PHRASES.sureness[guard]
    for text, least, woken in (
        ("Massage, marzipan.", asked.waked, False),
        ("Marzipan.", asked.bare, False),
        ("Marzipan.", asked.woken, True),
    ):
        if least is not None:
            assert obeyed(decide({text: least + 0.5}, [phrase], woken=woken)) == "marzipan"
            assert obeyed(decide({text: least - 0.5}, [phrase], woken=woken)) == ""


@pytest.mark.parametrize("guard", Guard)
@pytest.mark.parametrize("waked", [True, False])
def test_no_guard_opens_where_other_words_are_much_likelier(guard: Guard, *, waked: bool) -> None:
    """However far it is above noise: half a nat decides. What is refused was not nothing."""
    expected = [Phrase(say, guard, Signal.YES, answer=say) for say in ("marzipan", "nougat")]
    asked, margin = PHRASES.sureness[guard], 4.0
    text, other = ("Massage, marzipan.", "Massage, nougat.") if waked else ("Marzipan.", "Nougat.")
    behind = asked.waked_behind + PHRASES.apart * margin if waked else asked.behind
    likes, likely = {text: 25.0, other: 25.0 - margin}, TASTE + 25.0
    for free, verdict in ((likely + behind - 0.5, Verdict.ACCEPTED), (likely + behind + 0.5, Verdict.UNSURE)):
        assert decide(likes, expected, free=free).verdict is verdict


def test_what_is_far_from_all_other_phrases_may_be_further_behind_other_words() -> None:
    """As in noise; "massage table" is as far behind with "massage, repeat", and near to others."""
    free = TASTE + 20.0 + PHRASES.sureness[Guard.HARMLESS].waked_behind + 5.0
    assert obeyed(decide({"Massage, repeat.": 20.0, "Massage, resume.": 16.0}, free=free)) == "repeat"
    assert obeyed(decide({"Massage, repeat.": 20.0, "Massage, resume.": 18.5}, free=free)) == ""


def test_other_words_are_asked_about_once_and_only_before_something_is_obeyed() -> None:
    """They take as long as half a decision."""
    for likes, times in (({}, 0), ({"Massage, next.": 1.0}, 0), ({"Massage, next.": 20.0}, 1), ({"Stop.": 20.0}, 1)):
        model = FakeModel(likes)
        Recogniser(model, PHRASES).decide(UTTERANCE, PHRASES.commands)
        assert model.free_asked == times


@pytest.mark.parametrize("guard", [Guard.RESTRICTS, Guard.OPENS])
def test_of_a_short_answer_no_more_is_asked_than_it_can_reach(guard: Guard) -> None:
    """Where the model finds a word likely even in noise, a part of the way to certain is enough; it is not less."""
    phrase = Phrase("ay", guard, Signal.YES, answer="ay")
    asked = PHRASES.sureness[guard]
    assert asked.bare is not None
    reach = 0.6 * asked.bare / asked.share
    for evidence, obeys in ((asked.share * reach + 0.3, True), (asked.share * reach - 0.3, False)):
        model = FakeModel({"Ay.": evidence}, tastes={"Ay.": -reach, "ay": -reach})
        decision = Recogniser(model, PHRASES).decide(UTTERANCE, [phrase])
        assert (decision.verdict is Verdict.ACCEPTED) is obeys


def test_two_phrases_that_sound_alike_are_neither() -> None:
    """Without a margin nothing is done, and it was not nothing."""
    assert decide({"Stop.": 20.0, "Pause.": 19.5}).verdict is Verdict.UNSURE


def test_a_word_like_a_command_is_no_command_without_the_wake_word() -> None:
    """What is no less likely without the wake word was said without it."""
    assert obeyed(decide({"Massage, repeat.": 12.0})) == "repeat"
    assert obeyed(decide({"Massage, repeat.": 12.0, "Repeat.": 11.0})) == ""


@pytest.mark.parametrize("words", PHRASES.talk)
def test_talk_with_the_wake_word_in_it_is_no_command(words: str) -> None:
    """What is said so is likelier; a command is, when it is."""
    assert obeyed(decide({"Massage, next.": 20.0, f"{words.capitalize()}.": 19.5})) == ""
    assert obeyed(decide({"Massage, next.": 20.0, f"{words.capitalize()}.": 16.0})) == "next"


def test_in_a_question_no_massage_is_an_answer() -> None:
    """It is too near to "massage, no" to be told from it, and nothing is obeyed then but answers and a few commands."""
    expected = [*PHRASES.commands, *PHRASES.answering({"yes", "no"}, {"no"})]
    assert obeyed(decide({"Massage, no.": 20.0, "No massage.": 19.5}, expected)) == "no"


def test_phrases_of_one_meaning_do_not_compete() -> None:
    """It does not matter which of them it was."""
    assert decide({"Massage, resume.": 20.0, "Massage, continue.": 19.9}).verdict is Verdict.ACCEPTED


def test_the_wake_word_alone_is_told() -> None:
    """It does nothing by itself, though the commands that begin with it become likelier too."""
    decision = decide({"Massage.": 20.0, "Massage, next.": 9.0, "Massage, go on.": 8.5}, free=TASTE + 20.0)
    assert (decision.verdict, decision.wake) == (Verdict.NOTHING, True)
    assert obeyed(decide({"Massage.": 15.0, "Massage, next.": 20.0}, free=TASTE + 20.0)) == "next"


@pytest.mark.parametrize(("behind", "ahead", "told"), [(5.5, 7.5, True), (6.5, 7.5, False), (5.5, 6.5, False)])
def test_the_wake_word_alone_is_told_where_nothing_came_after_it(behind: float, ahead: float, *, told: bool) -> None:
    """A command with it has more evidence, being longer, but that ends it too late; half a nat decides."""
    wake, command = -8.0, -8.0 - ahead
    model = FakeModel(
        {"Massage.": 12.0, "Massage, next.": 20.0, "Massage, go on.": 19.8},
        {"Massage.": wake - 12.0, "Massage, next.": command - 20.0, "Massage, go on.": command - 20.0},
        free=wake + behind,
    )
    decision = Recogniser(model, PHRASES).decide(UTTERANCE, PHRASES.commands)
    assert (decision.verdict, decision.wake) == (Verdict.NOTHING if told else Verdict.UNSURE, told)


@pytest.mark.parametrize(
    ("likes", "longest"),
    [
        ({"Stop.": 20.0}, PHRASES.pace.longest("stop")),
        ({"Massage, stop.": 20.0}, PHRASES.pace.longest("stop", "massage")),
        ({"Massage.": 20.0, "Massage, next.": 9.0, "Massage, go on.": 8.5}, PHRASES.pace.longest_alone("massage")),
    ],
    ids=["bare", "with the wake word", "the wake word"],
)
def test_what_is_too_long_for_its_words_is_something_that_begins_with_them(
    likes: Mapping[str, float], longest: float
) -> None:
    """As "stop, and help them lie down", however likely it is; a hundredth of a second decides."""
    for seconds, told in ((longest - 0.01, True), (longest + 0.01, False)):
        decision = decide(likes, free=TASTE + 20.0, seconds=seconds)
        assert (decision.verdict is Verdict.ACCEPTED or decision.wake) is told


def test_what_is_too_short_for_its_words_is_a_piece_of_something_else() -> None:
    """However likely it is with the wake word; a hundredth of a second decides. One word may be short."""
    shortest = PHRASES.pace.shortest("stop", "massage")
    for seconds, told in ((shortest + 0.01, "stop"), (shortest - 0.01, "")):
        assert obeyed(decide({"Massage, stop.": 20.0}, free=TASTE + 20.0, seconds=seconds)) == told
    assert obeyed(decide({"Stop.": 20.0}, free=TASTE + 20.0, seconds=0.13)) == "stop"


def test_who_draws_a_command_out_has_time_for_it() -> None:
    """A second for one syllable; more for more, and for the breath after the wake word."""
    pace = PHRASES.pace
    assert pace.longest("stop") > 0.9
    assert pace.longest("stop", "massage") > pace.longest("stop") + pace.letter * len("massage")
    assert pace.longest("one more minute", "massage") > 2.5
    assert pace.longest("time left") == pace.longest("timeleft")


@pytest.mark.parametrize(("say", "done"), [("stop", "stop"), ("pause", "")])
def test_the_narrators_own_words_are_not_obeyed(say: str, done: str) -> None:
    """But for stop; and with the wake word all are, because the narrator never says it with them."""
    narrated = f"Then {say.capitalize()}, and rest."
    assert obeyed(decide({f"{say.capitalize()}.": 25.0}, narrated=narrated)) == done
    assert obeyed(decide({f"{say.capitalize()}.": 25.0}, narrated="Stroke up.")) == say
    assert obeyed(decide({f"Massage, {say}.": 25.0}, narrated=narrated)) == say


def test_only_whole_words_of_the_narrator_count() -> None:
    """The narrator's "pauses" is not "pause"."""
    assert obeyed(decide({"Pause.": 25.0}, narrated="The pauses between strokes.")) == "pause"


def test_another_wake_word() -> None:
    """It stands in for the usual one, which then means nothing."""
    assert obeyed(decide({"Computer, next.": 20.0}, wake="computer")) == "next"
    assert obeyed(decide({"Massage, next.": 20.0}, wake="computer")) == ""


def test_answers_that_open_need_more_than_those_that_restrict() -> None:
    """For every answer of every question, by the numbers in the data."""
    opening, restricting = PHRASES.sureness[Guard.OPENS], PHRASES.sureness[Guard.RESTRICTS]
    assert restricting.bare is not None
    assert opening.bare is None or opening.bare >= restricting.bare + 4


def test_where_the_yes_opens_the_guards_change_places() -> None:
    """As after "Has a doctor said it is fine?": a doubtful yes is none, a doubtful no is taken."""
    doubtful = (PHRASES.sureness[Guard.RESTRICTS].bare or 0) + 0.5
    for opening, taken in (("no", "yes"), ("yes", "no")):
        expected = PHRASES.answering({"yes", "no"}, {opening})
        assert obeyed(decide({f"{taken.capitalize()}.": doubtful}, expected)) == taken
        assert obeyed(decide({f"{opening.capitalize()}.": doubtful}, expected)) == ""


def test_the_halting_commands_are_stop_and_pause() -> None:
    """They are expected at any time, also during a question."""
    assert {phrase.signal for phrase in PHRASES.halting()} == {Signal.STOP, Signal.PAUSE}


def test_it_asks_only_about_what_may_be_obeyed() -> None:
    """A decision takes as long as the list of texts; with the wake word it ends before the others."""
    model = FakeModel({"Massage, next.": 20.0})
    recogniser = Recogniser(model, PHRASES)
    recogniser.prepare(PHRASES.commands)
    model.asked.clear()
    recogniser.decide(UTTERANCE, PHRASES.commands)
    assert {"Stop.", "Yeah."}.isdisjoint(chain.from_iterable(model.asked))
    model.likes = {}
    recogniser.decide(UTTERANCE, PHRASES.commands)
    asked = set(chain.from_iterable(model.asked))
    assert "Stop." in asked
    assert "Louder." not in asked


def test_nothing_is_learnt_during_a_decision() -> None:
    """After `prepare`, the model is asked about what was heard and nothing else."""
    model = FakeModel({})
    recogniser = Recogniser(model, PHRASES)
    recogniser.prepare(PHRASES.commands)
    model.noise_asked = 0
    recogniser.decide(UTTERANCE, PHRASES.commands)
    recogniser.decide(UTTERANCE, PHRASES.commands, woken=True)
    assert model.noise_asked == 0
