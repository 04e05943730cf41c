"""The parent and the process that hears: what the one tells the other, and what is when that hangs or dies."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.hearing.listener import Expected
from massage_voice.hearing.microphone import BEHIND, GONE, RELEASE_S, Microphone, Wishes, expected_in
from massage_voice.session.events import Event, Signal
from tests.hearing.ears import AT_ONCE_S, Ear
from tests.session.places import do, played, practising, session_at, stage_of

# --- what the process is told ---


def test_a_question_goes_to_the_process_once(ear: Ear) -> None:
    """With its answers, and since when."""
    before_s = time.monotonic()
    for _ in range(3):
        ear.microphone.expect(("yes", "no"), ("no",))
    ear.microphone.expect(("we agree", "no"), ("we agree",))
    asked = ear.got("expect", 2)
    assert [Expected.received(row["expect"]) for row in asked] == [
        Expected(commands=False, answers=("yes", "no"), opening=("no",)),
        Expected(commands=False, answers=("we agree", "no"), opening=("we agree",)),
    ]
    assert before_s <= asked[0]["since"] <= asked[1]["since"] <= time.monotonic()


def test_what_is_played_goes_to_the_process_bit_for_bit(ear: Ear) -> None:
    """And when; nothing of it with a headset."""
    samples = np.arange(-500, 1420, dtype=np.int16)
    ear.microphone.tap(samples, 12.25)
    ear.microphone.narrate("Rest.", 2.5)
    (row,) = ear.got("played")
    assert np.array_equal(np.frombuffer(bytes(row["samples"]), "<i2"), samples)
    assert row["at"] == 12.25
    (said,) = ear.got("say")
    assert said["say"] == "Rest."
    assert said["to"] - said["from"] == pytest.approx(2.5)


def test_with_a_headset_what_is_played_is_nobodys_business(tmp_path: Path, ear: Ear) -> None:
    """The microphone cannot hear it."""
    ear.microphone.close()
    worn = Ear(tmp_path, Wishes(echo=False))
    worn.processes = ear.processes
    worn.microphone.start(worn.tones.append)
    try:
        worn.microphone.tap(np.ones(1920, np.int16), 1.0)
        worn.microphone.narrate("Rest.", 1.0)
        assert worn.got("say")
        assert "played" not in (tmp_path / "got").read_text()
    finally:
        worn.microphone.close()


def test_each_sentence_of_a_session_is_told_once_with_its_end(ear: Ear) -> None:
    """As it begins to sound; said again after a jump, it is told again."""
    session = stage_of("neck").session()
    do(session, Signal.START)
    texts: list[str] = []
    left: list[float] = []  # of each, in seconds, when it was noticed
    for _ in range(200):
        played(session, session.frame + RATE // 20)
        ear.microphone.update(session)
        caption = session.caption
        if caption and (not texts or texts[-1] != caption.cue.text):
            texts.append(caption.cue.text)
            left.append((caption.end - session.frame) / RATE)
            assert caption.end - session.frame >= caption.end - caption.start - RATE // 20
    assert len(texts) >= 2
    rows = ear.got("say", len(texts))
    assert [row["say"] for row in rows] == texts
    assert [row["to"] - row["from"] for row in rows] == pytest.approx(left)  # the clock's last digits are lost
    do(session, Signal.REPEAT)
    first = session.timeline.placements[0]
    played(session, (first.start + first.end) // 2)
    ear.microphone.update(session)
    assert [row["say"] for row in ear.got("say", len(texts) + 1)] == [*texts, texts[0]]


def test_a_sentence_that_is_begun_anew_is_told_anew(ear: Ear) -> None:
    """Broken off in its middle and repeated at once: it ends later than was told."""
    session = stage_of("neck").session()
    do(session, Signal.START)
    for _ in range(2):
        first = session.timeline.placements[0]
        played(session, (first.start + first.end) // 2)
        ear.microphone.update(session)
        do(session, Signal.REPEAT)
    assert [row["say"] for row in ear.got("say", 2)] == [first.cue.text] * 2


def test_a_session_tells_what_may_be_said_when_that_changes(ear: Ear) -> None:
    """From state to state, each once."""
    session, wanted = stage_of("neck").session(), []
    practising(session)
    for signals in ((), (Signal.FINISH,), (Signal.NO,), (Signal.STOP,), (Signal.TOGGLE,)):
        do(session, *signals)
        for _ in range(2):
            ear.microphone.update(session)
        wanted.append(expected_in(session))
    rows = ear.got("expect", len(wanted))
    assert [Expected.received(row["expect"]) for row in rows] == wanted


def test_what_was_broken_off_is_not_told_as_if_it_went_on(ear: Ear) -> None:
    """Paused in the middle of a sentence: the caption stands, and nothing sounds."""
    session = session_at("paused-mid-caution")
    assert session.caption is not None
    ear.microphone.update(session)
    ear.microphone.narrate("Last.", 1)
    assert [row["say"] for row in ear.got("say")] == ["Last."]


# --- when the process hangs or dies ---


def test_a_process_that_was_killed_is_told_once(hearing: Ear) -> None:
    """A notice for the screen, one event for the session; from then on nobody hears, and nothing hangs."""
    hearing.process.kill()
    assert hearing.microphone.read(10) == Event(Signal.DEAF)
    assert not hearing.microphone.hears
    assert hearing.notices == [GONE]
    hearing.microphone.expect(("yes",), ())
    hearing.microphone.tap(np.ones(1920, np.int16), 1.0)
    assert hearing.microphone.read(0.1) is None


def test_a_process_that_never_heard_is_no_event(ear: Ear) -> None:
    """Nobody believed that it did."""
    ear.process.kill()
    begun_s = time.monotonic()
    assert not ear.microphone.wait(20)
    assert time.monotonic() - begun_s < 10
    assert ear.notices == [GONE]
    assert ear.microphone.read(0) is None


def test_its_last_word_is_told_instead_of_that_it_ended(hearing: Ear) -> None:
    """It says more."""
    hearing.say(failed="spoken commands need tokenizers", hint="")
    hearing.reached()
    hearing.process.kill()
    assert hearing.microphone.read(10) == Event(Signal.DEAF)
    assert hearing.notices == ["spoken commands need tokenizers"]


def test_a_microphone_that_comes_and_goes(hearing: Ear) -> None:
    """Each change once; too loud it still hears."""
    for message in (
        {"trouble": "clipping", "why": "too loud"},
        {"trouble": "muted", "why": "muted"},
        {"trouble": "missing", "why": "missing"},
        {"listening": "Another"},
    ):
        hearing.say(**message)
    hearing.reached()
    assert hearing.notices == ["too loud", "muted", "missing", "Listening: Another"]
    assert [hearing.microphone.read(0) for _ in range(3)] == [Event(Signal.DEAF), Event(Signal.HEARING), None]


def test_while_it_hangs_nobody_waits(hearing: Ear) -> None:
    """Ten minutes of sound, a thousand questions: each call returns, and what is played is not piled up."""
    hearing.process.send_signal(signal.SIGSTOP)
    begun_s = time.monotonic()
    block = np.ones(1920, np.int16)
    for number in range(15_000):
        hearing.microphone.tap(block, float(number))
    for number in range(1_000):
        hearing.microphone.expect((f"{number}",), ())
    assert hearing.microphone.read(0) is None
    assert time.monotonic() - begun_s < 5
    hearing.process.send_signal(signal.SIGCONT)
    last = hearing.got("expect", 1_000)[-1]
    assert last["expect"]["answers"] == ["999"]
    assert len(hearing.got("played")) <= 2 * BEHIND


@pytest.mark.parametrize("hangs", [False, True])
def test_the_end_takes_less_than_a_second(hearing: Ear, *, hangs: bool) -> None:
    """Also when the process hangs; it is gone then, and that is no news."""
    if hangs:
        hearing.process.send_signal(signal.SIGSTOP)
    begun_s = time.monotonic()
    hearing.microphone.close()
    assert time.monotonic() - begun_s < AT_ONCE_S
    assert hearing.process.poll() is not None
    hearing.microphone.close()
    assert hearing.notices == []
    assert hearing.microphone.read(0) is None


def test_closed_before_it_was_started() -> None:
    """Nothing to end."""
    made = Microphone(Wishes(), print)
    made.close()
    assert not made.hears


def test_it_ends_with_its_parent(ear: Ear) -> None:
    """As soon as nobody holds the other end of its stdin, whatever became of the parent."""
    assert ear.process.stdin is not None
    assert os.getpgid(ear.process.pid) != os.getpgid(0)
    assert RELEASE_S < AT_ONCE_S
    ear.process.stdin.close()
    ear.process.wait(10)
