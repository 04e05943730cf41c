"""Time that passed without the process, on clocks that are set by hand and in a process that is really stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from massage_voice.session.sleep import Clocks, Sleep, system_clocks

_PROGRAM = """
import time
from massage_voice.session.sleep import Sleep, system_clocks
sleep = Sleep(system_clocks())
print("runs", flush=True)
while not (slept := sleep.check()): time.sleep(0.04)
print(slept, flush=True)
"""


class Hands:
    """Two clocks, moved by hand."""

    def __init__(self) -> None:
        self.awake, self.always = 100.0, 5_000.0

    def sleep(self) -> Sleep:
        """A new one on these clocks."""
        return Sleep(Clocks(lambda: self.awake, lambda: self.always))

    def pass_(self, seconds: float, *, suspended: float = 0.0) -> None:
        """Let so many seconds pass, and so many more while the machine is suspended."""
        self.awake += seconds
        self.always += seconds + suspended


@pytest.mark.parametrize(
    ("ran", "suspended", "slept"),
    [
        (0.04, 0.0, 0.0),
        (0.99, 0.0, 0.0),  # a slow turn of the main loop
        (0.04, 1.9, 0.0),
        (0.9, 1.9, 0.0),
        (1.9, 0.0, 0.0),  # a slow one on a machine with far too much to do
        (2.0, 0.0, 2.0),
        (0.5, 2.0, 2.0),
        (2.5, 0.0, 2.5),  # SIGSTOP
        (0.04, 2.5, 2.5),  # the lid
        (0.04, 30_000.0, 30_000.0),
        (3.0, 20.0, 23.0),  # suspended while it was stopped
    ],
)
def test_what_counts_as_sleep(ran: float, suspended: float, slept: float) -> None:
    """A second without the main loop, or two of a suspended machine; less is the machine being busy."""
    hands = Hands()
    sleep = hands.sleep()
    hands.pass_(ran, suspended=suspended)
    assert sleep.check() == pytest.approx(slept)


def test_each_sleep_is_told_once() -> None:
    """Then it looks from there; small stretches never add up to a sleep."""
    hands = Hands()
    sleep = hands.sleep()
    assert sleep.check() == 0.0
    hands.pass_(0.04, suspended=60)
    assert sleep.check() == pytest.approx(60)
    for _ in range(100):
        hands.pass_(0.5, suspended=0.1)
        assert sleep.check() == 0.0


def test_one_clock_for_both() -> None:
    """As on Windows, where time goes on while the machine is suspended."""
    hands = Hands()
    sleep = Sleep(Clocks(lambda: hands.always, lambda: hands.always))
    hands.pass_(0.04, suspended=60)
    assert sleep.check() == pytest.approx(60.04)


def test_a_wall_clock_that_is_set_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Summer time, NTP, a user: an hour to either side."""
    sleep = Sleep(system_clocks())
    wall = time.time()
    for by in (3_600, -3_600):
        monkeypatch.setattr(time, "time", lambda by=by: wall + by)
        assert sleep.check() == 0.0


@pytest.mark.parametrize(("platform", "always"), [("linux", 7.0), ("darwin", 5.0)])
def test_a_suspended_machine_is_seen_by_the_clock_that_counts_through_it(
    platform: str, always: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CLOCK_BOOTTIME on Linux, CLOCK_MONOTONIC on macOS; programs wait by `time.monotonic` on both."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 1_007, raising=False)
    monkeypatch.setattr(time, "CLOCK_MONOTONIC", 1_005, raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda which: which - 1_000.0, raising=False)
    clocks = system_clocks()
    assert (clocks.awake, clocks.always()) == (time.monotonic, always)


def test_where_there_is_one_clock_it_is_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, and rarer systems."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert system_clocks() == Clocks(time.monotonic, time.monotonic)


def test_the_clocks_of_this_system_go_at_one_speed() -> None:
    """Between two looks both count the same, unless this machine is suspended in the middle of this test."""
    clocks = system_clocks()
    before = clocks.awake(), clocks.always()
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        pass
    assert clocks.awake() - before[0] == pytest.approx(clocks.always() - before[1], abs=0.02)
    assert clocks.awake() - before[0] >= 0.05


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_a_process_that_was_stopped() -> None:
    """It knows for how long."""
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True)
    limit = threading.Timer(30, process.kill)  # who notices nothing is not waited for
    limit.start()
    try:
        assert process.stdout is not None
        began = time.monotonic()
        assert process.stdout.readline() == "runs\n"
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        time.sleep(2.2)
        process.send_signal(signal.SIGCONT)
        slept = float(process.stdout.readline())
        assert 2.15 <= slept <= time.monotonic() - began
    finally:
        limit.cancel()
        process.kill()
        process.communicate()
