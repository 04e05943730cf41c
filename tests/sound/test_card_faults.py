"""The sound card under fault, by the real mechanisms: a sink that goes, a server that dies, stalls or moves on.

A sound server of its own, because it is killed. A busy machine may disturb an attempt once.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.session.device import Device
from massage_voice.session.events import Event, Signal
from massage_voice.sound.card import open_card
from massage_voice.sound.outputs import WATCH_S
from tests.sound.programs import Tone
from tests.support.absent import absent
from tests.virtual_sound import device as virtual
from tests.virtual_sound.device import SECOND, VirtualSound, wait_until

pytestmark = pytest.mark.sound

FOUND_WITHIN_S = 0.3
STOPPED = "The sound device has stopped."
MOVED = f"The sound output changed to {SECOND}."
DUMMY = "The system plays into nothing (Dummy Output)."


@pytest.fixture(scope="module")
def virtual_sound() -> Iterator[VirtualSound]:
    """In place of the one for all tests."""
    if virtual.missing():
        absent(f"needs a virtual sound device: {virtual.INSTALL}")
    sound = VirtualSound()
    try:
        sound.open()
        yield sound
    finally:
        sound.close()


@pytest.fixture
def sound(plugged_in: VirtualSound) -> VirtualSound:
    return plugged_in


class Session:
    """What a session does with its device: notes the news, plays on when told that it is back."""

    def __init__(self) -> None:
        self.device = Device(open_card(), open_card)
        self.events: list[Event] = []
        self._run = 0
        self.play()

    def play(self) -> None:
        """A loud tone, begun anew."""
        self._run += 1
        self.device.speaker.play(self._run, Tone(60 * RATE))
        run = self._run
        wait_until(lambda: self.device.speaker.played() > (run, 0), "it sounds")

    def turn(self) -> None:
        """One turn of the loop."""
        self.events += self.device.news()

    def until(self, signal: Signal) -> None:
        """Turn until the last event is `signal`; a few milliseconds late at most."""

        def come() -> bool:
            self.turn()
            return bool(self.events) and self.events[-1].signal is signal

        wait_until(come, f"{signal} comes; {self.device.trouble}", 15)

    def go_on(self, seconds: float) -> None:
        """Turn for so long."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.turn()
            time.sleep(0.005)

    @property
    def turns_of_fate(self) -> list[Signal]:
        """Losses and returns, without gaps."""
        return [event.signal for event in self.events if event.signal is not Signal.GAP]


@contextmanager
def session() -> Iterator[Session]:
    made = Session()
    try:
        yield made
    finally:
        made.device.close()


def is_lost_in_time(session: Session, fault: Callable[[], object], trouble: str) -> None:
    """After the fault, DEVICE_LOST comes within the limit and says why."""
    fault()
    happened_s = time.monotonic()
    session.until(Signal.DEVICE_LOST)
    assert time.monotonic() - happened_s <= FOUND_WITHIN_S
    assert session.device.trouble == trouble


def is_back_and_heard(session: Session, sound: VirtualSound, sink: str = virtual.SINK) -> None:
    """DEVICE_BACK comes, nothing sounds until the session plays, then it is heard."""
    with sound.record(sink) as recording:
        session.until(Signal.DEVICE_BACK)
        time.sleep(0.2)  # a stream that was moved along takes with it what the server held
        drained = recording.frames
        time.sleep(0.2)
        silent = recording.frames
        session.play()
        wait_until(lambda: session.device.speaker.played()[1] > RATE // 10, "it plays")
        after = recording.frames
        wait_until(lambda: recording.frames > after + RATE // 10, "it is recorded")
    assert not np.any(recording.samples[drained:silent])
    assert np.any(np.abs(recording.samples[silent:]) > Tone.peak // 2)
    assert session.device.trouble == ""


def test_an_unplugged_output(sound: VirtualSound) -> None:
    """Lost in time; nothing can be opened; plugged in again, another stream takes over."""
    with session() as held:
        try:
            is_lost_in_time(held, sound.unplug, STOPPED)
            with pytest.raises(SoundError, match="no sound device") as caught:
                open_card()
            assert "Plug in" in caught.value.hint
        finally:
            sound.replug()
        is_back_and_heard(held, sound)
        assert held.turns_of_fate == [Signal.DEVICE_LOST, Signal.DEVICE_BACK]


def test_a_killed_server(sound: VirtualSound) -> None:
    """Lost in time; when it runs again, another stream takes over."""
    with session() as held:
        try:
            is_lost_in_time(held, sound.kill, STOPPED)
        finally:
            sound.restart()
        is_back_and_heard(held, sound)


@pytest.mark.parametrize("stall_s", [0.5, 3.0])
def test_a_stalled_server(sound: VirtualSound, stall_s: float) -> None:
    """Without any error of the system's it is lost in time, and back soon after the stall, with its gap."""
    with session() as held:
        try:
            is_lost_in_time(held, sound.freeze, STOPPED)
            held.go_on(stall_s - FOUND_WITHIN_S)
            assert held.turns_of_fate == [Signal.DEVICE_LOST]
        finally:
            sound.thaw()
        held.until(Signal.DEVICE_BACK)
        time.sleep(0.3)  # what the server held may sound; it holds no more than that
        with sound.record() as recording:
            time.sleep(0.2)
        assert not np.any(recording.samples)
        held.play()


def test_another_output_is_chosen(sound: VirtualSound) -> None:
    """The stream goes on, somewhere else: lost in time, and opened there."""
    with sound.second(), session() as held:
        is_lost_in_time(held, lambda: sound.choose(SECOND), MOVED)
        is_back_and_heard(held, sound, SECOND)


def test_the_server_moves_the_stream_to_the_output_that_is_left(sound: VirtualSound) -> None:
    """An unplugged headset: the stream goes on at the laptop's own speaker."""
    with sound.second(), session() as held:
        try:
            is_lost_in_time(held, sound.unplug, MOVED)
            is_back_and_heard(held, sound, SECOND)
        finally:
            sound.replug()


def test_an_output_that_plays_into_nothing(sound: VirtualSound) -> None:
    """Sound that nobody can hear is lost sound, and is opened only as what it is."""
    with session() as held:
        dummy = sound.dummy()
        try:
            is_lost_in_time(held, dummy.__enter__, DUMMY)
            speaker = open_card()
            assert speaker.is_dummy
            speaker.close()
        finally:
            dummy.__exit__(None, None, None)


def test_looking_for_an_output_leaves_no_connection_behind(sound: VirtualSound) -> None:
    """PulseAudio takes no more than 64; an evening without a headset has many more tries."""
    sound.unplug()
    try:
        for _ in range(70):
            with pytest.raises(SoundError):
                open_card()
    finally:
        sound.replug()
    speaker = open_card()
    wait_until(speaker.alive, "it plays")
    speaker.close()


def test_the_process_ends_while_the_server_hangs(sound: VirtualSound) -> None:
    """Neither the closing of the device nor the thread that watches the output keeps it."""
    code = "from massage_voice.sound.card import open_card; open_card(); print('open', flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    try:
        assert child.stdout.readline() == "open\n"
        sound.freeze()
        time.sleep(2 * WATCH_S)
        child.communicate("\n", timeout=10)
        assert child.returncode == 0
    finally:
        sound.thaw()
        child.kill()
