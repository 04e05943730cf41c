"""`remind`: its question, and the real command at a terminal and in a pipe."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from massage_voice.commands import remind as commands_remind
from massage_voice.commands.asked import Asked
from massage_voice.commands.offer import ANSWER_S, Answer, ask
from massage_voice.commands.remind import When, remind
from massage_voice.commands.run import Manner
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import ScriptedControls
from massage_voice.errors import ExitCode
from massage_voice.routine.store import Store
from tests.commands.conftest import Run
from tests.live.processes import NO_DEVICE, piped, terminal
from tests.virtual_sound.device import VirtualSound

pytestmark = pytest.mark.real_time

posix = pytest.mark.skipif(os.name == "nt", reason="pseudo terminals and signals are POSIX")


# --- the key ---


class Question:
    """The question, with keys pressed at seconds after it appeared."""

    def __init__(self, *presses: tuple[float, str], jump_s: float = 0.0) -> None:
        self._jump_s = jump_s
        self.controls = ScriptedControls([(at_s, event_of(key)) for at_s, key in presses])
        self.answer = ask(self.controls, self._clock)

    def _clock(self) -> float:
        return self.controls.now_s + (self._jump_s if self.controls.now_s > 1 else 0.0)


@pytest.mark.parametrize("answer", Answer)
def test_a_key_answers_at_once(answer: Answer) -> None:
    """Also while the sentence is being said; other keys mean nothing."""
    asked = Question((1.0, "Space"), (1.5, "x"), (2.0, answer.value), (3.0, "y"))
    assert (asked.answer, asked.controls.now_s) == (answer, 2.0)


def test_a_key_from_before_the_question_answers_nothing() -> None:
    """Something typed into the window in the afternoon begins no massage in the evening."""
    assert Question((0.0, "y"), (0.0, "y"), (0.1, "y")).answer is None


def test_no_answer() -> None:
    """After five minutes it is over; a night with the lid closed ends it too, a clock set back does not prolong it."""
    assert Question().controls.now_s == pytest.approx(ANSWER_S, abs=0.2)
    assert Question(jump_s=8 * 3600.0).controls.now_s == pytest.approx(1, abs=0.2)
    assert Question(jump_s=-3600.0).controls.now_s == pytest.approx(ANSWER_S, abs=0.2)


# --- the command ---


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("neck",), 2, "--at 20:30"),
        (("neck", "--at", "25:00"), 2, "'25:00' is not a time of the day"),
        (("neck", "--at", "8:00", "--every", "moonday"), 2, "moonday"),
        (("nekc", "--at", "8:00"), 2, "did you mean 'neck'?"),
        (("neck", "--at", "8:00", "--voice", "bob"), 2, "There is no voice 'bob'"),
    ],
)
def test_what_cannot_be_meant(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    """Said at once, not in the evening."""
    ran = run("remind", *arguments)
    assert (ran.code, message in ran.err) == (code, True), ran.err


def test_a_routine_with_problems_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    """With all of them."""
    path = tmp_path / "mine.yaml"
    path.write_text("title: [\n")
    ran = run("remind", str(path), "--at", "20:30")
    assert (ran.code, "mine.yaml:" in ran.err) == (3, True)


def test_without_a_terminal_it_only_announces(home: Path) -> None:
    """It says how to begin, asks nothing, and says that it could not be heard."""
    with piped(home, "remind", "neck", "--test", "--voice", "none", env=NO_DEVICE) as command:
        code, out, err = command.ended()
    if "no sound device" not in err:
        pytest.skip("this machine has a sound card")
    assert (code, out) == (0, "")
    assert "Time for the massage: Neck." in err
    assert "to begin: massage-voice run neck" in err
    assert "This reminder is not spoken." in err
    assert "y begin" not in err


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end(home: Path, number: signal.Signals) -> None:
    """Ctrl-C and a polite kill: one line, 130, the terminal as it was."""
    with terminal(home, "remind", "neck", "--at", "20:30", "--voice", "none") as command:
        command.says("Next: ")
        command.process.send_signal(number)
        command.says("No more reminders.")
        assert command.ended() == 130
        assert command.restored()


@posix
def test_the_end_of_a_question(home: Path) -> None:
    """Also while it waits for a key."""
    with terminal(home, "remind", "neck", "--test", "--voice", "none", env=NO_DEVICE) as command:
        command.says("y begin")
        command.pause(0.3)
        assert command.quick()
        command.press("\x03")
        assert command.ended() == 130
        assert "No more reminders." in command.said
        assert command.restored()


@posix
def test_yes_begins_the_usual_session(home: Path, virtual_sound: VirtualSound) -> None:
    """With its greeting; Ctrl-C in it ends the reminders as well."""
    with terminal(
        home, "remind", "neck", "--at", "20:30", "--test", "--voice", "none", env=virtual_sound.env
    ) as command:
        command.says("y begin")
        command.pause(1.0)
        command.press("y")
        command.says("This is your guide.")
        command.press("\x03")
        command.says("No more reminders.")
        assert command.ended() == 130
        assert command.restored()


@pytest.mark.usefixtures("home")
def test_the_session_is_as_asked_and_never_screened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options of `run` go through; the questions before it are asked every time."""
    begun: list[tuple[str, Asked, Manner]] = []

    def begin(name: str, asked: Asked, manner: Manner) -> ExitCode:
        begun.append((name, asked, manner))
        return ExitCode.FINISHED

    monkeypatch.setattr(commands_remind, "run", begin)
    monkeypatch.setattr(commands_remind, "offer", lambda *_: Answer.BEGIN)
    asked = Asked(pace=0.85, front=True, voice="none")
    assert remind("neck", asked, When(("day",), (), test=True)) == 0
    assert begun == [("neck", asked, Manner())]
    assert not begun[0][2].screened


def test_a_routine_that_was_broken_since_is_not_begun(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is read again before each session."""
    path = home / "mine.yaml"
    path.write_text(Store().find("neck").text)

    def answer(*_: object) -> Answer:
        path.write_text("title: [")
        return Answer.BEGIN

    monkeypatch.setattr(commands_remind, "offer", answer)
    assert remind(str(path), Asked(voice="none"), When(("day",), (), test=True)) == 3
    told = capsys.readouterr()
    assert "mine.yaml:" in told.err
    assert told.out == ""  # no greeting


@posix
def test_a_bell_and_a_voice_are_heard(home: Path, virtual_sound: VirtualSound) -> None:
    """Louder than the bell alone; a key ends the sentence, softly."""
    command_line = ("remind", "neck", "--test")
    with virtual_sound.record() as recording, terminal(home, *command_line, env=virtual_sound.env) as command:
        command.says("y begin")
        command.pause(2.5)
        command.press("n")
        assert command.ended() == 0
    heard = np.abs(recording.samples[:, 0].astype(int))
    assert heard.max() > 9_000
    end = int(np.flatnonzero(heard)[-1])
    assert heard[end - 48 : end].max() < 600
