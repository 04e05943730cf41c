"""What every Speaker keeps, whether it is heard or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from massage_voice.clip import RATE
from massage_voice.ports import Speaker
from massage_voice.sound.bells import bell
from massage_voice.sound.card import open_card
from massage_voice.sound.silent import SilentSpeaker
from massage_voice.sound.virtual import VirtualSpeaker
from tests.sound.programs import Tone

STEP_S = 0.050


@dataclass
class Rig:
    """A speaker, and the way in which time passes for it."""

    speaker: Speaker
    wait: Callable[[float], object]

    def until(self, true: Callable[[], bool]) -> None:
        """Let time pass until `true()`, three seconds at most."""
        for _ in range(60):
            if true():
                return
            self.wait(STEP_S)
        raise TimeoutError(f"played: {self.speaker.played()}")


def virtual() -> Rig:
    speaker = VirtualSpeaker()
    return Rig(speaker, lambda seconds: speaker.advance(round(seconds * RATE)))


def silent() -> Rig:
    now = [100.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    return Rig(SilentSpeaker(lambda: now[0]), wait)


@pytest.fixture(params=["virtual", "silent", pytest.param("card", marks=pytest.mark.sound)])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "card":
        request.getfixturevalue("plugged_in")
        made = Rig(open_card(), time.sleep)
    else:
        made = {"virtual": virtual, "silent": silent}[request.param]()
    yield made
    made.speaker.close()


def test_it_starts_with_nothing_played(rig: Rig) -> None:
    """Open, alive, run 0 at frame 0, whatever time passes."""
    rig.wait(STEP_S)
    assert rig.speaker.rate == RATE
    assert rig.speaker.alive()
    assert rig.speaker.trouble == ""
    assert rig.speaker.played() == (0, 0)
    assert rig.speaker.gaps() == ()


def test_it_counts_the_run_it_plays(rig: Rig) -> None:
    """Frames go up, never down, under the run's number."""
    rig.speaker.play(7, Tone(5 * RATE))
    rig.until(lambda: rig.speaker.played() > (7, 0))
    before = rig.speaker.played()
    rig.until(lambda: rig.speaker.played() > before)
    assert rig.speaker.played()[0] == 7


def test_it_starts_where_it_is_told(rig: Rig) -> None:
    """A run can begin anywhere in its program."""
    rig.speaker.play(1, Tone(60 * RATE), 30 * RATE)
    rig.until(lambda: rig.speaker.played()[0] == 1)
    assert 30 * RATE <= rig.speaker.played()[1] < 32 * RATE


def test_it_reaches_the_end_exactly(rig: Rig) -> None:
    """The last report of a run is its program's length, and stays so."""
    rig.speaker.play(1, Tone(12_345))
    rig.until(lambda: rig.speaker.played() == (1, 12_345))
    rig.wait(STEP_S)
    assert rig.speaker.played() == (1, 12_345)


def test_silence_stops_the_counter(rig: Rig) -> None:
    """A pause is not played time, from the moment it is asked for."""
    rig.speaker.play(1, Tone(60 * RATE))
    rig.until(lambda: rig.speaker.played()[1] > 0)
    rig.speaker.silence()
    before = rig.speaker.played()
    for _ in range(5):
        rig.wait(STEP_S)
        assert rig.speaker.played() == before


def test_silence_without_a_run_is_nothing(rig: Rig) -> None:
    """Stop is never an error."""
    rig.speaker.silence()
    rig.wait(STEP_S)
    assert rig.speaker.played() == (0, 0)


def test_it_plays_again_after_silence(rig: Rig) -> None:
    """A new run follows a pause."""
    rig.speaker.play(1, Tone(60 * RATE))
    rig.until(lambda: rig.speaker.played()[1] > 0)
    rig.speaker.silence()
    rig.speaker.play(2, Tone(9_000))
    rig.until(lambda: rig.speaker.played() == (2, 9_000))


def test_a_new_run_replaces_the_old(rig: Rig) -> None:
    """Nothing more is heard of a run that was replaced."""
    rig.speaker.play(1, Tone(60 * RATE))
    rig.until(lambda: rig.speaker.played()[1] > 0)
    rig.speaker.play(2, Tone(60 * RATE))
    rig.until(lambda: rig.speaker.played()[0] == 2)
    rig.wait(STEP_S)
    assert rig.speaker.played()[0] == 2


def test_gain_does_not_touch_the_counter(rig: Rig) -> None:
    """Louder and quieter change nothing else."""
    rig.speaker.gain(-6.0)
    rig.speaker.play(1, Tone(12_000))
    rig.speaker.gain(3.0)
    rig.until(lambda: rig.speaker.played() == (1, 12_000))


def test_a_tone_is_part_of_no_run(rig: Rig) -> None:
    """Over a run and without one, it counts nothing and ends nothing."""
    rig.speaker.tone(bell("heard"))
    rig.wait(STEP_S)
    assert rig.speaker.played() == (0, 0)
    rig.speaker.play(1, Tone(12_000))
    rig.speaker.tone(bell("unsure"))
    rig.until(lambda: rig.speaker.played() == (1, 12_000))
    assert rig.speaker.alive()


def test_a_frame_before_the_start_is_refused(rig: Rig) -> None:
    """A mistake of the caller's, on every speaker."""
    with pytest.raises(ValueError, match="frame 0"):
        rig.speaker.play(1, Tone(100), -1)


def test_closing_twice_is_fine(rig: Rig) -> None:
    """`atexit` and a `finally` may both close it."""
    rig.speaker.close()
    rig.speaker.close()
