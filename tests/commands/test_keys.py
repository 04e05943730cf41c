"""`keys`: the list, what the config file makes of it, and a pedal that is learned."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from massage_voice.commands.config import key_bindings
from massage_voice.commands.keys import PRESS_S, keys, learn
from massage_voice.controls.bindings import event_of
from massage_voice.controls.waiting import NoControls, ScriptedControls
from massage_voice.errors import ExitCode, OutputError, UsageError
from massage_voice.ports import Controls
from massage_voice.session.events import Event, Signal
from tests.commands.conftest import Run

pytestmark = pytest.mark.real_time

posix = pytest.mark.skipif(os.name == "nt", reason="a terminal of its own")


@pytest.fixture
def config(home: Path) -> Path:
    """Where the config file is looked for."""
    (home / "config").mkdir()
    return home / "config" / "config.yaml"


def test_the_list_says_what_every_key_does(run: Run) -> None:
    """On stdout, a line for each thing that can be done."""
    ran = run("keys")
    assert (ran.code, ran.err) == (0, "")
    lines = {line.split("  ")[0]: line for line in ran.out.splitlines()}
    assert "toggle" in lines["Space, any other key"]
    assert "stop" in lines["s"]
    assert "\x1b" not in ran.out


def test_own_keys_are_listed(run: Run, config: Path) -> None:
    """Marked, with the file they come from; what they did before they do no more."""
    config.write_text("keys:\n  F5: pause\n  b: next\n  Escape: stop\n", "utf-8")
    ran = run("keys")
    assert "b*, n, PageDown, Right" in ran.out
    assert "Escape*, s" in ran.out
    assert "PageUp, Left  " in ran.out
    assert "config.yaml" in ran.out


def test_a_session_takes_them(config: Path) -> None:
    """What `open_keys` is given."""
    config.write_text('wpm: 120\nkeys: {F5: pause, ".": next, "-": louder, 7: time-left}\n', "utf-8")
    own = key_bindings()
    assert own.own == {"F5": Signal.PAUSE, ".": Signal.NEXT, "-": Signal.LOUDER, "7": Signal.TIME_LEFT}
    assert own.event(".") == Event(Signal.NEXT, key=".")


@pytest.mark.parametrize("text", ["keys:\n", "keys: ~\n", "keys: {}\n", "wpm: 120\n", ""])
def test_no_wishes_are_fine(config: Path, text: str) -> None:
    """Everything stays as it is."""
    config.write_text(text, "utf-8")
    assert key_bindings().own == {}


BELOW = "expected lines such as `F5: next` below `keys:`, found"
WRONG = {
    "a word": ("keys: F5\n", [f":1:7: {BELOW} 'F5'"]),
    "a list": ("keys: [F5]\n", [f":1:7: {BELOW} a list"]),
    "a tag": ("keys: !!python/name:os.system {}\n", [f":1:7: {BELOW} the tag"]),
    "a list for an action": ("keys:\n  F5: [next]\n", [":2:7: keys.F5: expected what the key does, found a list"]),
    "a tag on an action": ("keys:\n  F5: !x next\n", [":2:7: keys.F5: expected what the key does, found the tag '!x'"]),
    "a list for a key": ("keys:\n  ? [F5]\n  : next\n", [":2:5: keys: expected a key such as", "found a list"]),
    "nothing": ("keys:\n  F5:\n", [":2:6: keys.F5: expected what the key does, found nothing"]),
    "a bomb": ("keys:\n  F5: &a next\n  F6: *a\n", [":2:7: file: expected no anchors"]),
    "twice the mapping": ("keys:\n  F5: next\nkeys:\n  F6: next\n", [":3:1: 'keys' is set twice"]),
    "what steers": ('keys:\n  "\\e]0;x\\a": "\\e[31m"\n', [":2:3: keys: expected", r"found '\x1b]0;x\x07'"]),
    "several": (
        "keys:\n  Esc: stop\n  F5: nxt\n  F5: next\n  n: stop\n",
        [":2:3: keys: ", "mean 'Escape'?", ":3:7: keys.F5: ", "mean 'next'?", ":4:3: keys: ", ":5:6: keys.n: "],
    ),
    "no stop": ("wpm: 120\nkeys:\n  s: next\n", [":2:1: keys: expected a key for stop, found none"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_mapping_nobody_meant(run: Run, config: Path, what: str) -> None:
    """All mistakes, with file, line and column, before anything else is done; nothing steers."""
    text, wanted = WRONG[what]
    config.write_text(text, "utf-8")
    ran = run("list")
    assert ran.code == ExitCode.USAGE
    assert [part for part in wanted if part not in ran.err] == [], ran.err
    assert all(line.isprintable() for line in ran.err.splitlines())


class Typist:
    """Answers at the terminal, in turn."""

    def __init__(self, *answers: str | bool) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def line(self, question: str) -> str:
        """See `Asks`."""
        self.asked.append(question)
        answer = self._answers.pop(0)
        assert isinstance(answer, str)
        return answer

    def sure(self, question: str) -> bool:
        """See `Asks`."""
        self.asked.append(question)
        answer = self._answers.pop(0)
        assert isinstance(answer, bool)
        return answer


def pedals(*presses: str | None) -> Callable[[], Controls]:
    """Each time the keys are opened, one is pressed; None presses nothing, and an empty one several at once."""
    turns: Iterator[str | None] = iter(presses)

    def opened() -> Controls:
        key = next(turns)
        event = Event(Signal.PAUSE) if key == "" else event_of(key or "")
        return ScriptedControls([] if key is None else [(1.0, event), (1.2, event)])

    return opened


def test_a_pedal_is_learned(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Press it, say what it should do, see the lines, say yes; the file is made."""
    asks = Typist("next", True, "stop", False, True)
    assert learn(pedals("F5", "Escape"), asks, config) is ExitCode.FINISHED
    told = capsys.readouterr()
    assert "That is F5. In a session it means toggle" in told.err
    assert told.out == "keys:\n  F5: next\n  Escape: stop\n"
    assert config.read_text("utf-8") == told.out
    assert key_bindings().own == {"F5": Signal.NEXT, "Escape": Signal.STOP}


def test_what_is_not_wanted_is_not_written(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines are printed all the same, to be copied."""
    learn(pedals("F5"), Typist("next", False, False), config)
    assert capsys.readouterr().out == "keys:\n  F5: next\n"
    assert not config.exists()


def test_what_cannot_be_is_asked_again(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is none, a stop on a key that answers, the only key for stop; Enter leaves it."""
    asks = Typist("nxt", "nonsense", "stop", "", True, "next", "", False)
    learn(pedals("n", "s"), asks, config)
    told = capsys.readouterr()
    for words in (
        "did you mean 'next'?",
        "none of them",
        "answers questions",
        "a key for stop",
        "Nothing has changed.",
    ):
        assert words in told.err
    assert told.out == ""
    assert not config.exists()


@pytest.mark.parametrize(
    ("pressed", "told"),
    [
        (None, f"No key came within {PRESS_S:g} s"),
        ("", "Several keys came at once"),
        ("Unknown", "does not tell which"),
    ],
)
def test_a_pedal_that_cannot_be_learned(
    config: Path, capsys: pytest.CaptureFixture[str], pressed: str | None, told: str
) -> None:
    """Why, and what to do about it."""
    learn(pedals(pressed), Typist(False), config)
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# mine\nwpm: 120  # slow\n", "# mine\nwpm: 120  # slow\nkeys:\n  F5: next\n  '-': stop\n"),
        ("wpm: 120", "wpm: 120\nkeys:\n  F5: next\n  '-': stop\n"),
        ("keys:\nwpm: 120\n", "keys:\n  F5: next\n  '-': stop\nwpm: 120\n"),
        (
            "keys:\n    F5: back   # the left one\n    b: next\nwpm: 120\n",
            "keys:\n    F5: next   # the left one\n    b: next\n    '-': stop\nwpm: 120\n",
        ),
        ("keys:\n  '-': 'louder' # x\n  F5: \"back\"\n", "keys:\n  '-': stop # x\n  F5: next\n"),
    ],
)
def test_a_file_keeps_what_it_has(config: Path, before: str, after: str) -> None:
    """Comments, other settings, other keys; a key that is there is changed in its place."""
    config.write_text(before, "utf-8")
    learn(pedals("F5", "-"), Typist("next", True, "stop", False, True), config)
    assert config.read_text("utf-8") == after


def test_a_file_in_another_style_is_left_alone(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be changed line by line is not guessed at."""
    before = "keys: {b: next,\n  F6: back}\n"
    config.write_text(before, "utf-8")
    learn(pedals("F5"), Typist("next", False, True), config)
    assert config.read_text("utf-8") == before
    assert "by hand" in capsys.readouterr().err


@pytest.mark.parametrize("key", "'\"-?:#&*!|>%@`~[{,]}\\=.1äyn")
def test_every_key_that_types_a_sign_can_be_written(config: Path, key: str) -> None:
    """Whatever YAML would make of it."""
    learn(pedals(key), Typist("repeat", False, True), config)
    assert key_bindings().own == {key: Signal.REPEAT}


def test_without_a_terminal_nothing_is_learned(config: Path) -> None:
    """It says so, rather than wait."""
    with pytest.raises(UsageError, match="terminal"):
        learn(NoControls, Typist(), config)


@posix
def test_a_folder_that_takes_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stays as it is, and it is said why."""
    config.write_text("wpm: 120\n", "utf-8")

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OutputError, match="Permission denied"):
        learn(pedals("F5"), Typist("next", False, True), config)
    assert config.read_text("utf-8") == "wpm: 120\n"


def test_in_a_pipe_learning_is_refused(run: Run) -> None:
    """The command, with nobody at a terminal."""
    ran = run("keys", "--learn")
    assert ran.code == ExitCode.USAGE
    assert "terminal" in ran.err


@posix
def test_at_a_terminal(home: Path) -> None:
    """The real command: a pedal's sequence, words typed as lines, the file, and the terminal given back."""
    from tests.live.processes import terminal

    with terminal(home, "keys", "--learn") as command:
        command.says("Press the pedal")
        command.press("\x1b[15~")
        command.says("That is F5")
        command.says("What should it do?")
        command.press("next\n")
        command.says("Another one?")
        command.press("n\n")
        command.says("Write this into")
        command.press("y\n")
        command.says("Written.")
        assert command.ended() == 0
        assert command.restored()
    assert (home / "config" / "config.yaml").read_text("utf-8") == "keys:\n  F5: next\n"
    assert keys(learning=False) is ExitCode.FINISHED
