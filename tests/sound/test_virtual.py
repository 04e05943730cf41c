from __future__ import annotations

import numpy as np

from massage_voice.clip import RATE
from massage_voice.sound.samples import Samples
from massage_voice.sound.virtual import VirtualSpeaker
from tests.sound.programs import Broken, Counting


def test_its_clock_is_moved_by_hand() -> None:
    """An hour passes at once, and what was consumed can be had in blocks."""
    blocks: list[Samples] = []
    speaker = VirtualSpeaker(sink=blocks.append)
    speaker.play(1, Counting(3_600 * RATE))
    speaker.advance(10 * RATE + 7)
    assert speaker.played() == (1, 10 * RATE + 7)
    assert len(np.concatenate(blocks)) == 10 * RATE + 7


def test_it_records_what_reached_it() -> None:
    """Orders, in order."""
    speaker = VirtualSpeaker()
    speaker.play(1, Counting(9), 3)
    speaker.silence()
    speaker.close()
    assert speaker.orders == [("play", 1, 3), ("silence", 0, 0), ("close", 0, 0)]


def test_a_lost_device_consumes_nothing() -> None:
    """Lost, it is not alive and its counter stands; found, it goes on."""
    speaker = VirtualSpeaker()
    speaker.play(1, Counting(9 * RATE))
    speaker.advance(RATE)
    speaker.lose()
    speaker.advance(RATE)
    assert (speaker.alive(), speaker.played()) == (False, (1, RATE))
    speaker.find()
    speaker.advance(RATE)
    assert (speaker.alive(), speaker.played()) == (True, (1, 2 * RATE))


def test_losing_it_within_an_advance_stops_at_that_block() -> None:
    """A sink may pull the plug in the middle of a stretch."""
    speaker = VirtualSpeaker(sink=lambda _: speaker.lose(), block=480)
    speaker.play(1, Counting(9 * RATE))
    speaker.advance(RATE)
    assert speaker.played() == (1, 480)


def test_a_program_that_raises_is_not_alive() -> None:
    """As on the real device."""
    speaker = VirtualSpeaker()
    speaker.play(1, Broken(breaks_at=0))
    speaker.advance(10)
    assert not speaker.alive()
    assert isinstance(speaker.failure, RuntimeError)
