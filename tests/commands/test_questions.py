"""The questions before a session, over keys and a speaker whose clock is moved by hand."""

from __future__ import annotations

import pytest

from massage_voice.commands.interview import Interview
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import ScriptedControls
from massage_voice.errors import LeftError
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import Outcome, load_screening
from massage_voice.session.device import Device
from massage_voice.sound.virtual import VirtualSpeaker
from tests.live.support import real_library, warm_everything

EVERY_S = 1.0
"""Between two presses; longer than a question needs to be listened to, shorter than it takes to say."""


def ask(keys: str, *, every_s: float = EVERY_S, has_front: bool = True, wants_front: bool | None = None) -> Asked:
    """Hold the interview with these keys pressed one after the other."""
    return Asked(keys, every_s).hold(has_front=has_front, wants_front=wants_front)


class Asked:
    """An interview, what was shown in it and how it ended."""

    def __init__(self, keys: str, every_s: float) -> None:
        warm_everything()
        self.shown: list[str] = []
        self.speaker = VirtualSpeaker()
        script = [((number + 1) * every_s, event_of(key)) for number, key in enumerate(keys)]
        controls = ScriptedControls(script, wait=lambda seconds: self.speaker.advance(round(seconds * 48_000)))
        self.controls = controls
        self.interview = Interview(
            Device(self.speaker),
            controls,
            samples=lambda text: real_library().clip(text).samples,
            show=self.shown.append,
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
    asked = Asked("n" * 400, 0.05)
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
