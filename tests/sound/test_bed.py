"""Music under words: soft before them, back after them, gone at a pause; the same live as in a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.ports import Program
from massage_voice.sound.bed import CUT_S, RISE_S, Bedded
from massage_voice.sound.mixer import Mixer
from massage_voice.sound.music import Loop
from massage_voice.sound.program import Pieces
from massage_voice.sound.ramp import RAMP
from massage_voice.sound.samples import Samples
from massage_voice.timeline.backdrop import FALL_S, HUSH_S, NOWHERE, Backdrop

LEVEL = 10_000
MUSIC = Loop(np.full(7_001, LEVEL, np.int16), 0.5, 0.1)
"""A constant, so that what is heard is the gain itself."""
FULL, SOFT = round(LEVEL * 0.5), round(LEVEL * 0.1)
WORDS = (8 * RATE, 11 * RATE)
LENGTH = 20 * RATE
HUSH, FALL, RISE, CUT = (round(seconds * RATE) for seconds in (HUSH_S, FALL_S, RISE_S, CUT_S))


SOMEWHERE = Backdrop(0, LENGTH - FALL, (WORDS[0] - HUSH, WORDS[1]))


@dataclass
class Quiet:
    """Silence, with a backdrop."""

    length: int = LENGTH
    backdrop: Backdrop = SOMEWHERE

    def fill(self, start: int, frames: int) -> Samples:  # noqa: ARG002 - the port's signature
        """See `ports.Program`."""
        return np.zeros(frames, np.int16)


def live(program: Program, frame: int = 0) -> Mixer:
    mixer = Mixer()
    mixer.bed(MUSIC)
    mixer.play(1, program, frame)
    return mixer


def test_it_rises_and_is_soft_when_the_words_begin() -> None:
    """Two seconds to rise; soft in the frame in which the words begin, until they end; full again after them."""
    heard = Bedded(Quiet(), MUSIC).fill(0, LENGTH)
    assert heard[0] == 0
    assert heard[RISE - 1] == FULL
    assert (np.diff(heard[:RISE].astype(int)) >= 0).all()
    assert heard[WORDS[0] - HUSH - 1] == FULL
    assert (heard[WORDS[0] - 1 : WORDS[1]] == SOFT).all()
    assert heard[WORDS[1] + HUSH] == FULL


def test_every_change_is_gentle() -> None:
    """No step from frame to frame that could click: the music is a constant, so all steps are ramps."""
    heard = Bedded(Quiet(), MUSIC).fill(0, LENGTH).astype(int)
    assert np.abs(np.diff(heard)).max() <= np.pi / 2 * (FULL - SOFT) / HUSH + 2


def test_it_has_died_away_at_the_end() -> None:
    """In the last frame, not before."""
    heard = Bedded(Quiet(), MUSIC).fill(0, LENGTH)
    assert heard[LENGTH - FALL - 1] == FULL
    assert heard[LENGTH - RATE] > 100
    assert heard[-1] == 0


@given(st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 3_000)), min_size=1, max_size=6))
def test_read_anywhere_it_is_the_same(reads: list[tuple[int, int]]) -> None:
    """In any order, in any blocks, bit for bit."""
    program = Bedded(Quiet(), MUSIC)
    for start, wanted in reads:
        frames = min(wanted, LENGTH - start)
        assert np.array_equal(program.fill(start, frames), WHOLE[start : start + frames])


WHOLE = Bedded(Quiet(), MUSIC).fill(0, LENGTH)


@given(st.lists(st.integers(1_000, 90_000), min_size=1, max_size=5))
def test_live_and_file_are_the_same(sizes: list[int]) -> None:
    """What the mixer gives the card, block by block, is what a file holds."""
    mixer, heard = live(Quiet()), [np.zeros(0, np.int16)]
    while sum(map(len, heard)) < LENGTH:
        heard.append(mixer.fill(sizes[len(heard) % len(sizes)]))
    assert np.array_equal(np.concatenate(heard)[:LENGTH], WHOLE)


def test_a_pause_is_silent_at_once_and_the_music_comes_back_slowly() -> None:
    """Within 40 ms nothing sounds; going on, it has its two seconds again."""
    mixer = live(Quiet())
    mixer.fill(5 * RATE)
    mixer.silence()
    after = mixer.fill(RATE)
    assert after[0] > FULL * 0.9
    assert not after[CUT:].any()
    mixer.play(2, Quiet(), 5 * RATE)
    back = mixer.fill(3 * RATE)
    assert back[RATE // 10] < FULL / 10
    assert back[RISE + RAMP] == FULL


def test_the_music_waits_during_a_pause() -> None:
    """It goes on where it became silent, not where it would be by now."""
    ramp = Loop(np.arange(30_000, dtype=np.int16), 1.0, 1.0)

    def after(pause: int) -> Samples:
        mixer = live(Quiet())
        mixer.bed(ramp)
        mixer.fill(3 * RATE)
        mixer.silence()
        mixer.fill(pause)
        mixer.play(2, Quiet(), 3 * RATE)
        return mixer.fill(RATE)

    assert after(RATE).any()
    assert np.array_equal(after(RATE), after(97 * RATE))


NOTED = Loop(np.arange(1, 30_001, dtype=np.int16), 1.0, 1.0)
"""Music that tells where in it one is."""


@pytest.mark.parametrize("before", [0, 1, 7 * RATE + 13])
def test_it_begins_at_its_beginning_when_the_hands_do(before: int) -> None:
    """Whatever comes before the first step: a file has questions there, a live session a program of its own."""
    shifted = Backdrop(before + RATE, before + LENGTH - FALL, ())
    file = Bedded(Quiet(before + LENGTH, shifted), NOTED).fill(0, before + LENGTH)
    heard = Bedded(Quiet(LENGTH, Backdrop(RATE, LENGTH - FALL, ())), NOTED).fill(0, LENGTH)
    first = RATE + RISE
    assert heard[first] == NOTED.read(RISE, 1)[0]
    assert np.array_equal(file[before:], heard)
    mixer = live(Quiet(before, NOWHERE))
    mixer.bed(NOTED)
    mixer.fill(before)
    mixer.play(2, Quiet(LENGTH, Backdrop(RATE, LENGTH - FALL, ())))
    assert np.array_equal(mixer.fill(LENGTH), heard)


@given(st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 3_000)), min_size=1, max_size=6))
def test_read_anywhere_it_is_at_the_same_place_in_the_music(reads: list[tuple[int, int]]) -> None:
    """Also behind the end, where it waits again."""
    inner = Backdrop(RATE, LENGTH // 2, ())
    whole = Bedded(Quiet(backdrop=inner), NOTED).fill(0, LENGTH)
    program = Bedded(Quiet(backdrop=inner), NOTED)
    for start, wanted in reads:
        frames = min(wanted, LENGTH - start)
        assert np.array_equal(program.fill(start, frames), whole[start : start + frames])


def test_a_jump_into_words_is_soft_within_a_ramp() -> None:
    """No fade of 0.4 s first: words may follow at once."""
    mixer = live(Quiet())
    mixer.fill(5 * RATE)
    mixer.play(2, Quiet(), WORDS[0])
    heard = mixer.fill(RATE)
    assert heard[0] == FULL
    assert (heard[2 * RAMP :] == SOFT).all()


@pytest.mark.parametrize("program", [Pieces([], RATE), Pieces([], 0)])
def test_a_stop_silences_it_at_once(program: Program) -> None:
    """A program without a backdrop, as the words of a stop have none: gone within 50 ms."""
    mixer = live(Quiet())
    mixer.fill(5 * RATE)
    mixer.play(2, program)
    assert not mixer.fill(RATE)[CUT + RAMP :].any()


def test_the_volume_is_also_the_music_s() -> None:
    """Six decibels less, reached by a ramp."""
    mixer = live(Quiet())
    mixer.fill(5 * RATE)
    mixer.gain(-20 * np.log10(2))
    heard = mixer.fill(RATE)
    assert heard[0] > FULL * 0.9
    assert heard[RAMP] == FULL // 2


def test_another_jump_goes_on_in_the_music() -> None:
    """From step to step the music flows: no rise anew."""
    mixer = live(Quiet())
    mixer.fill(5 * RATE)
    mixer.play(2, Quiet(), 6 * RATE)
    assert (mixer.fill(RATE) == FULL).all()


def test_nothing_without_music_or_backdrop() -> None:
    """Bit for bit what the program is."""
    mixer = Mixer()
    mixer.play(1, Quiet())
    assert not mixer.fill(9 * RATE).any()
    assert not Bedded(Quiet(backdrop=NOWHERE), MUSIC).fill(0, LENGTH).any()
