"""The real command when its process, its terminal or its disk fails; all scenes play side by side.

Whatever happens: the terminal is given back, the exit code is a documented one, the journal can be read, and a
stop waits for nothing.
"""

from __future__ import annotations

import json
import os
import random
import signal
import termios
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.live.processes import Terminal, terminal

pytestmark = pytest.mark.real_time

RUN = ("run", "neck", "--screened", "--captions-only")
PLAIN = (*RUN, "--plain")
FIRST = "Hello. I am talking"
STOP_S = 2.0
"""A stop that waits for a reader waits for ever; one that does not is in the journal at once, on an idle machine."""


@dataclass
class Seen:
    """What became of it."""

    code: int = 0
    said: str = ""
    restored: bool = False
    notes: dict[str, Any] = field(default_factory=dict)


def journal(home: Path) -> list[dict[str, Any]]:
    """Every entry; a last line that was torn by a kill is none, any other that is torn is an error."""
    folder = home / "data" / "sessions"
    texts = [path.read_text("utf-8") for path in folder.glob("*.journal.jsonl")] if folder.is_dir() else []
    return [json.loads(line) for text in texts for line in text.splitlines(keepends=True) if line.endswith("\n")]


def until(true: Callable[[], bool], limit_s: float) -> bool:
    end = time.monotonic() + limit_s
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def has_happened(home: Path, event: str) -> Callable[[], bool]:
    return lambda: any(entry["event"] == event for entry in journal(home))


def left_twice(command: Terminal, leave: Callable[[], object]) -> Seen:
    """Ask it to end, wait for the closing, ask once more."""
    leave()
    command.says("Closing")
    leave()
    return Seen(command.ended(20), command.said, command.comes_back())


def killed(home: Path, after_s: float) -> Seen:
    """SIGKILL at a random instant."""
    with terminal(home, *PLAIN) as command:
        command.pause(after_s)
        command.process.kill()
        return Seen(command.ended(10), command.said, command.comes_back())


def killed_in_live_view(home: Path) -> Seen:
    """It has hidden the cursor."""
    with terminal(home, *RUN) as command:
        command.says("\x1b[?25l")
        command.pause(0.5)
        command.process.kill()
        seen = Seen(command.ended(10), "", command.comes_back())
        command.pause(0.5)
        seen.said = command.said
        return seen


def asked(home: Path, number: signal.Signals) -> Seen:
    """A polite kill, or a terminal that is closed, and once more."""
    with terminal(home, *PLAIN) as command:
        command.says(FIRST)
        return left_twice(command, lambda: command.process.send_signal(number))


def ctrl_c(home: Path) -> Seen:
    """Ctrl-C, twice."""
    with terminal(home, *RUN) as command:
        command.says(FIRST)
        return left_twice(command, lambda: command.press("\x03"))


def suspended(home: Path) -> Seen:
    """Ctrl-Z and fg, twice, a short stop and a longer one; then Ctrl-C."""
    quick, restored = [], []
    with terminal(home, *PLAIN) as command:
        command.says(FIRST)
        for seconds in (0.0, 1.2):
            command.press("\x1a")
            assert command.stopped()
            restored.append(command.restored())
            time.sleep(seconds)
            command.process.send_signal(signal.SIGCONT)
            command.says("held")
            quick.append(command.quick())
            command.press(" ")
            command.says(FIRST)
        seen = left_twice(command, lambda: command.press("\x03"))
    seen.notes = {"restored": restored, "quick": quick}
    return seen


def frozen(home: Path) -> Seen:
    """Stopped from outside, without being asked; then Ctrl-C."""
    with terminal(home, *PLAIN) as command:
        command.says(FIRST)
        command.process.send_signal(signal.SIGSTOP)
        assert command.stopped()
        time.sleep(2.5)
        command.process.send_signal(signal.SIGCONT)
        command.says("held")
        return left_twice(command, lambda: command.press("\x03"))


def full_disk(home: Path) -> Seen:
    """Room for the journal's first lines, not for a whole session's."""
    with terminal(home, *PLAIN, most_bytes=900) as command:
        command.says(FIRST)
        command.pause(1.5)
        command.press(" ")
        command.says("Paused")
        command.says("not whole")
        return left_twice(command, lambda: command.press("\x03"))


def read_only_home(home: Path) -> Seen:
    """A home in which nothing can be made, not even by root."""
    home.mkdir()
    (home / "data").write_text("")
    with terminal(home, *PLAIN) as command:
        command.says("leaves no record")
        command.says(FIRST)
        return left_twice(command, lambda: command.press("\x03"))


def vanished(home: Path) -> Seen:
    """The window with the live view is closed; a while later, a polite kill."""
    with terminal(home, *RUN) as command:
        command.says(FIRST)
        command.vanish()
        closing = until(has_happened(home, "interrupt"), 10)
        time.sleep(1.0)
        alive = command.process.poll() is None
        command.process.terminate()
        return Seen(command.process.wait(20), notes={"closing": closing, "alive": alive})


def stopped_in(home: Path, command: Terminal) -> float:
    """Press stop, look at nothing but the journal; the seconds that it took."""
    began = time.monotonic()
    command.press("s")
    until(has_happened(home, "stop"), 20)
    return time.monotonic() - began


def left_unseen(home: Path, command: Terminal, took: float) -> Seen:
    """Ctrl-C twice, without reading a word of what is said."""
    command.press("\x03")
    until(has_happened(home, "interrupt"), 20)
    command.press("\x03")
    code = command.process.wait(20)
    return Seen(code, command.said, command.comes_back(), {"took": took})


def unread_pipe(home: Path) -> Seen:
    """The ledger goes into a pipe that is full, and nobody reads."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while until(lambda: not _fill(writing), 0):
        pass
    os.set_blocking(writing, True)
    with terminal(home, *RUN, "--json", stdout=writing) as command:
        assert until(has_happened(home, "start"), 60)
        command.pause(4.0)  # the first cues have ended, and their lines wait
        took = stopped_in(home, command)
        seen = left_unseen(home, command, took)
    os.close(reading)
    os.close(writing)
    return seen


def _fill(fd: int) -> bool:
    """Write; False when there was room."""
    try:
        os.write(fd, b"x" * 4_096)
    except BlockingIOError:
        return True
    return False


def unread_terminal(home: Path) -> Seen:
    """Stopped as by Ctrl-S before the start, or a dead ssh: the terminal takes nothing more."""
    with terminal(home, *RUN) as command:
        command.says(FIRST)
        termios.tcflow(command.slave, termios.TCOOFF)
        time.sleep(1.5)  # several redraws
        took = stopped_in(home, command)
        return left_unseen(home, command, took)


_DICE = random.Random()  # noqa: S311 - no secret
INSTANTS_S = [round(_DICE.uniform(0.2, 10.0), 2) for _ in range(5)]
"""Seconds after the start; another choice at each run of the tests, shown when one fails."""

SCENES: dict[str, Callable[[Path], Seen]] = {
    "killed_in_live_view": killed_in_live_view,
    "SIGTERM": lambda home: asked(home, signal.SIGTERM),
    "SIGHUP": lambda home: asked(home, signal.SIGHUP),
    "ctrl_c": ctrl_c,
    "suspended": suspended,
    "frozen": frozen,
    "full_disk": full_disk,
    "read_only_home": read_only_home,
    "vanished": vanished,
    "unread_pipe": unread_pipe,
    "unread_terminal": unread_terminal,
}

SCENES |= {f"killed-{n}": partial(killed, after_s=after_s) for n, after_s in enumerate(INSTANTS_S)}

Play = Callable[[str], tuple[Seen, Path]]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """All scenes, begun at once; how one of them went, and its home. Who asks again sees it played again, alone."""
    folder = tmp_path_factory.mktemp("faults")
    with ThreadPoolExecutor(len(SCENES)) as pool:
        first: dict[str, Future[Seen]] = {name: pool.submit(SCENES[name], folder / name) for name in SCENES}

        def played(name: str) -> tuple[Seen, Path]:
            going, home = first.pop(name, None), folder / name
            if going is None:
                home = folder / f"{name}-again"
                going = pool.submit(SCENES[name], home)
            return going.result(180), home

        yield played


@pytest.mark.parametrize("number", range(len(INSTANTS_S)))
def test_killed_at_any_instant(play: Play, number: int) -> None:
    """The terminal is given back by whoever is left, and the journal holds whole lines."""
    seen, home = play(f"killed-{number}")
    assert seen.code == -signal.SIGKILL, INSTANTS_S
    assert seen.restored, INSTANTS_S
    assert [entry["event"] for entry in journal(home)][:1] in ([], ["session"]), INSTANTS_S


def test_killed_in_the_live_view(play: Play) -> None:
    """The cursor is there again."""
    seen, _ = play("killed_in_live_view")
    assert (seen.code, seen.restored) == (-signal.SIGKILL, True)
    assert seen.said.rindex("\x1b[?25h") > seen.said.rindex("\x1b[?25l")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "ctrl_c", "suspended", "frozen"])
def test_asked_to_end(play: Play, name: str) -> None:
    """Once: the closing begins. Twice: it is left, with the code of Ctrl-C, and the journal says so."""
    seen, home = play(name)
    assert (seen.code, seen.restored) == (130, True)
    assert "Traceback" not in seen.said
    entries = journal(home)
    assert [entry["event"] for entry in entries][-3:] == ["interrupt", "interrupt", "end"]
    assert entries[-1]["code"] == 130


def test_stopped_by_ctrl_z(play: Play) -> None:
    """The shell has its terminal meanwhile; afterwards the session holds, however short that was."""
    seen, home = play("suspended")
    assert seen.notes == {"restored": [True, True], "quick": [True, True]}
    assert [entry["event"] for entry in journal(home)].count("asleep") == 2


def test_a_process_that_was_frozen_holds(play: Play) -> None:
    """What would have been said meanwhile is not said to hands that have gone on alone."""
    _, home = play("frozen")
    assert "asleep" in [entry["event"] for entry in journal(home)]


def test_a_full_disk_ends_no_session(play: Play) -> None:
    """It is said once; what stands in the journal is whole, up to the line that did not fit."""
    seen, home = play("full_disk")
    assert (seen.code, seen.restored) == (130, True)
    assert seen.said.count("not whole") == 1
    assert journal(home)[0]["event"] == "session"


def test_a_home_that_takes_nothing_ends_no_session(play: Play) -> None:
    """It is said that there will be no record."""
    seen, _ = play("read_only_home")
    assert (seen.code, seen.restored) == (130, True)
    assert "Traceback" not in seen.said


def test_a_terminal_that_vanishes(play: Play) -> None:
    """The closing is said to ears that are still there; a second wish leaves at once."""
    seen, home = play("vanished")
    assert seen.notes == {"closing": True, "alive": True}
    assert (seen.code, journal(home)[-1]["event"]) == (130, "end")


@pytest.mark.parametrize("name", ["unread_pipe", "unread_terminal"])
def test_a_stop_waits_for_no_reader(play: Play, name: str) -> None:
    """The key is heeded at once, and the program ends, though nobody takes what it has to say."""
    seen, home = play(name)
    assert seen.notes["took"] < STOP_S
    assert (seen.code, seen.restored) == (130, True)
    assert journal(home)[-1]["event"] == "end"
