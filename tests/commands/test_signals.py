"""What the system's signals do to a session that plays, and after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from massage_voice.commands.signals import signals
from massage_voice.session.events import Event, Signal
from tests.virtual_sound.device import VirtualSound, wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

_PROGRAM = """
import os, time
from massage_voice.commands.signals import signals
def say(what): os.write(1, f"{what}\\n".encode())  # print() may not be called in the middle of itself
with signals(lambda event: say(event.signal.value), lambda: say("silenced")):
    say("plays")
    while True: time.sleep(0.01)
"""

_TONE = """
import time
import numpy as np
from massage_voice.clip import RATE
from massage_voice.commands.signals import signals
from massage_voice.sound.card import open_card
from massage_voice.sound.program import Piece, Pieces
tone = (10_000 * np.sin(2 * np.pi * 440 / RATE * np.arange(20 * RATE))).astype(np.int16)
card = open_card()
with signals(lambda event: None, card.silence):
    card.play(1, Pieces([Piece(0, tone)], len(tone)))
    while card.played()[1] < RATE // 2: time.sleep(0.01)
    print("plays", flush=True)
    while True: time.sleep(0.01)
"""
STEEPEST = 600
"""Between two samples of that tone lie at most 576; a cut would be a leap of up to 10,000."""


@pytest.fixture
def posted() -> list[Event]:
    return []


@pytest.fixture(autouse=True)
def as_they_were() -> Iterator[None]:
    """No test leaves a handler behind."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    after = [signal.getsignal(number) for number in numbers]
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    assert after == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_end_it_is_an_interrupt(posted: list[Event], number: signal.Signals) -> None:
    """Ctrl-C, a polite kill, a closed terminal; each is counted, for the second one leaves at once."""
    with signals(posted.append, lambda: None):
        signal.raise_signal(number)
        signal.raise_signal(number)
    assert posted == [Event(Signal.INTERRUPT)] * 2


def test_under_nohup_a_closed_terminal_ends_nothing(posted: list[Event]) -> None:
    """The session goes on, as whoever typed `nohup` wants it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with signals(posted.append, lambda: None):
        signal.raise_signal(signal.SIGHUP)
    assert posted == []
    signal.signal(signal.SIGHUP, before)


def test_an_error_of_the_session_gives_the_signals_back(posted: list[Event]) -> None:
    """The fixture looks."""
    with pytest.raises(ZeroDivisionError), signals(posted.append, lambda: None):
        raise ZeroDivisionError


def test_in_another_thread_nothing_is_done(posted: list[Event]) -> None:
    """Python lets only the main thread handle signals."""
    handlers = []

    def session() -> None:
        with signals(posted.append, lambda: None):
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=session)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGTERM)]


@pytest.mark.real_time
def test_what_stops_the_process_silences_it_first() -> None:
    """Ctrl-Z: silence, then it is stopped; when it goes on, the session is told that it slept, however shortly."""
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True)
    limit = threading.Timer(30, process.kill)  # who says nothing more is not waited for
    limit.start()
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "plays\n"
        for _ in range(2):
            process.send_signal(signal.SIGTSTP)
            assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
            assert process.stdout.readline() == "silenced\n"
            process.send_signal(signal.SIGCONT)
            assert process.stdout.readline() == "asleep\n"
    finally:
        limit.cancel()
        process.kill()
        process.communicate()


@pytest.mark.sound
def test_what_stops_the_process_makes_no_click(virtual_sound: VirtualSound) -> None:
    """At Ctrl-Z the sound is ramped down, and only then is the process stopped."""
    env = {**os.environ, **virtual_sound.env}
    with virtual_sound.record() as recording:
        process = subprocess.Popen([sys.executable, "-c", _TONE], stdout=subprocess.PIPE, text=True, env=env)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "plays\n"
            pressed = recording.frames
            process.send_signal(signal.SIGTSTP)
            os.waitpid(process.pid, os.WUNTRACED)
            stopped = recording.frames
            wait_until(lambda: recording.frames > stopped + 9_600, "the silence is recorded")
        finally:
            process.kill()
            process.communicate()
    heard = recording.samples[:, 0].astype(np.int32)
    last = int(np.flatnonzero(heard)[-1])
    assert pressed < last < stopped
    assert np.abs(np.diff(heard[pressed : last + 100])).max() < STEEPEST
