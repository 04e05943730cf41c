"""What only the person at the keys can tell."""

from __future__ import annotations

import pytest

from massage_voice.checkup.finding import Verdict
from massage_voice.checkup.keys import Person
from massage_voice.checkup.remedies import Remedies
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import NoControls, ScriptedControls
from massage_voice.ports import Controls


def person(controls: Controls, remedies: Remedies) -> tuple[Person, list[str]]:
    """Somebody at these controls, and what they are told."""
    said: list[str] = []
    return Person(controls, said.append, remedies), said


def keys(*names: str, at_s: float = 1.0) -> ScriptedControls:
    """Presses, the first after `at_s` seconds."""
    return ScriptedControls([(at_s + number * 0.1, event_of(name)) for number, name in enumerate(names)])


@pytest.mark.parametrize(
    ("key", "meaning"), [("Space", "pause and resume"), ("PageDown", "next"), ("Unknown", "pause and resume")]
)
def test_a_key_that_arrives(key: str, meaning: str, debian: Remedies) -> None:
    """The space bar, a pedal, anything: which, and what it does in a session."""
    somebody, said = person(keys(key), debian)
    check = somebody.pressed()
    assert (check.finding.verdict, check.name) == (Verdict.OK, "keys")
    assert check.finding.found.startswith(f"{key} came after ")
    assert check.finding.found.endswith(f"it means: {meaning}.")
    assert said == ["Press the space bar, or the pedal."]


def test_no_key_comes(debian: Remedies) -> None:
    """A warning after five seconds: a session goes by itself."""
    controls = keys()
    check = person(controls, debian)[0].pressed()
    assert (check.finding.verdict, check.finding.remedy) == (Verdict.WARNING, debian("keys"))
    assert controls.now_s == pytest.approx(5)


def test_without_a_terminal_nothing_is_asked(debian: Remedies) -> None:
    """It says so at once."""
    somebody, said = person(NoControls(), debian)
    somebody.forewarned()
    check = somebody.pressed()
    assert not somebody.is_there
    assert (check.finding.verdict, said) == (Verdict.WARNING, [])
    assert "no terminal" in check.finding.found


def test_heard(debian: Remedies) -> None:
    """Another key is no answer; `y` is."""
    check = person(keys("x", "y"), debian)[0].heard()
    assert check.finding.verdict is Verdict.OK


def test_not_heard(debian: Remedies) -> None:
    """The system plays into the wrong output: how to choose another one."""
    check = person(keys("n"), debian)[0].heard()
    assert (check.failing, check.finding.remedy) == (True, "sudo apt install pavucontrol && pavucontrol")


def test_nobody_answers(debian: Remedies) -> None:
    """A warning; it does not wait for ever."""
    check = person(NoControls(), debian)[0].heard(limit_s=0.05)
    assert check.finding.verdict is Verdict.WARNING


def test_what_was_typed_before_is_no_answer(debian: Remedies) -> None:
    """An impatient `n` from before the question does not say that nothing was heard."""
    check = person(keys("n", "y", at_s=0.0), debian)[0].heard()
    assert check.finding.verdict is Verdict.OK
