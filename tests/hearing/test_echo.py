"""The canceller, on sound like speech that goes through a room and comes back after a time that it is not told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE as PLAYED_RATE
from massage_voice.hearing.echo import BLOCK, FARTHEST, LEAD, Echo
from massage_voice.hearing.gate import CHUNK
from massage_voice.hearing.mel import RATE, Array
from massage_voice.sound.samples import Samples
from tests.hearing.sounds import in_room, narrated, rms_db, room_noise, speechlike
from tests.support.profiles import tries

PERIOD_S = 0.04
"""The card asks for so much at a time, and by so much it is told too early."""
JITTER_S = 0.01
FOUND_WITHIN_S = 3.0
ADAPTED_S = 8.0
"""From here on the filter has learnt the room."""


@dataclass
class Course:
    """What came out of an `Echo`, and what it knew of the delay after each chunk."""

    heard: Array
    samples: Array
    people: Array
    delays: list[int | None] = field(repr=False)

    def part(self, sound: Array, from_s: float, to_s: float) -> Array:
        """Some seconds of `sound`."""
        return sound[round(from_s * RATE) : round(to_s * RATE)]

    def falls_db(self, from_s: float, to_s: float) -> tuple[float, float]:
        """By how much the two forms are below what was heard; `people` is a block late."""
        heard, left = (rms_db(self.part(sound, from_s, to_s)) for sound in (self.heard, self.samples))
        people = self.people[round(from_s * RATE) + BLOCK : round(to_s * RATE) + BLOCK]
        return heard - left, heard - rms_db(people)

    def found_s(self, since_s: float = 0.0) -> float:
        """When the delay was known, after `since_s`."""
        first = next(n for n, found in enumerate(self.delays) if n * CHUNK >= since_s * RATE and found is not None)
        return (first + 1) * CHUNK / RATE


Blocks = Iterator[tuple[float, Samples]]


def played(sound: Samples, begin_s: float = 0.0, gap: tuple[float, float] = (0.0, 0.0)) -> Blocks:
    """Blocks of 40 ms with the second in which each is asked for; after second `gap[0]` nothing for `gap[1]`."""
    frames = round(PERIOD_S * PLAYED_RATE)
    for at in range(0, len(sound) - frames + 1, frames):
        after_s = at / PLAYED_RATE
        yield begin_s + after_s + (gap[1] if after_s >= gap[0] else 0.0), sound[at : at + frames]


def run(blocks: Blocks, heard: Array, *, ppm: float = 0.0, lost_after_s: float = 1e9, lost_s: float = 0.0) -> Course:
    """Both sides in the order in which they come, each up to 10 ms late; a second of it takes 50 ms.

    `lost_s`: the microphone was closed for so long, `lost_after_s` after the beginning.
    """
    rng, echo = np.random.default_rng(5), Echo()
    events: list[tuple[float, Samples | None, Array]] = []
    for asked_s, sound in blocks:
        events.append((100 + asked_s + rng.uniform(0, JITTER_S), sound, heard[:0]))
    for at in range(0, len(heard) - CHUNK + 1, CHUNK):
        at_s = (at + CHUNK) / RATE / (1 + ppm * 1e-6)
        if not lost_after_s <= at_s < lost_after_s + lost_s:
            events.append((100 + at_s + rng.uniform(0, JITTER_S), None, heard[at : at + CHUNK]))
    course: list[tuple[Array, Array, Array]] = []
    delays: list[int | None] = []
    for at_s, block, chunk in sorted(events, key=lambda event: event[0]):
        if block is not None:
            echo.played(block, at_s)
        else:
            cleaned = echo.clean(chunk, at_s)
            course.append((chunk, cleaned.samples, cleaned.people))
            delays.append(echo.delay)
    whole = [np.concatenate(sound) for sound in zip(*course, strict=True)]
    return Course(whole[0], whole[1], whole[2], delays)


def echo_of(sound: Samples, delay_s: float, *, reverb_s: float = 0.3, ppm: float = 0.0) -> Array:
    """What the microphone hears of `sound`, with the noise of the room; its clock is faster by `ppm`."""
    dry = np.asarray(soxr.resample(sound.astype(np.float32) / 32768, PLAYED_RATE, RATE * (1 + ppm * 1e-6)), np.float32)
    wet = np.concatenate([np.zeros(round(delay_s * RATE), np.float32), in_room(dry, reverb_s)])
    return wet + room_noise(len(wet), seed=9)


def loudness_db(sound: Array, voice: Array) -> float:
    """How loud `voice` is in `sound`, against how loud it was: what of `sound` is alike, apart from all else."""
    return float(20 * np.log10(max(np.dot(sound, voice) / np.dot(voice, voice), 1e-6)))


@pytest.mark.parametrize("delay_s", [0.06, 0.12, 0.25, 0.4, 0.7])
def test_an_echo_is_found_and_taken_out(delay_s: float) -> None:
    """Whatever its delay: it is known after a few seconds of sound; later the rest is 15 dB and 25 dB lower."""
    sound = narrated(13, seed=1)
    course = run(played(sound), echo_of(sound, delay_s))
    assert course.found_s() <= FOUND_WITHIN_S
    assert {round(d / RATE - delay_s - PERIOD_S, 2) for d in course.delays if d is not None} <= {-0.01, 0.0, 0.01}
    left_db, people_db = course.falls_db(ADAPTED_S, 13)
    assert left_db >= 15
    assert people_db >= 25


@pytest.mark.parametrize(("reverb_s", "seed"), [(0.15, 2), (0.5, 3)])
def test_other_rooms(reverb_s: float, seed: int) -> None:
    """A small one and one that sounds long, each with other words."""
    sound = narrated(14, seed)
    left_db, people_db = run(played(sound), echo_of(sound, 0.1, reverb_s=reverb_s)).falls_db(ADAPTED_S, 14)
    assert left_db >= 12
    assert people_db >= 22


@pytest.mark.parametrize("level_db", [-26.0, -32.0])
def test_who_speaks_over_it_is_still_there(level_db: float) -> None:
    """In what is left the voice is as loud as it was, within 3 dB, and stands out of the echo that drowned it."""
    sound = narrated(14, seed=4)
    heard = echo_of(sound, 0.2)
    voice = speechlike(3, seed=77, level_db=level_db, pitch=105.0)
    at = 10 * RATE
    heard[at : at + len(voice)] += voice
    course = run(played(sound), heard)
    left = course.samples[at : at + len(voice)]
    assert abs(loudness_db(left, voice)) <= 3
    apart = [rms_db(voice) - rms_db(mix - voice) for mix in (heard[at : at + len(voice)], left)]
    assert apart[1] - apart[0] >= 4
    quiet, speaking = (rms_db(course.part(course.people, *when)) for when in ((8.5, 9.9), (10.1, 12.9)))
    assert speaking - quiet >= 10


def test_with_a_headset_nothing_is_changed() -> None:
    """No echo comes back: none is found, and what a person says passes bit for bit."""
    sound = narrated(10, seed=6)
    heard = speechlike(10, seed=70, level_db=-26.0) + room_noise(10 * RATE, seed=6)
    course = run(played(sound), heard)
    assert set(course.delays) == {None}
    for form in (course.samples, course.people):
        assert np.array_equal(form, course.heard)


def test_where_nothing_plays_nothing_is_changed() -> None:
    """Before the first sound, and beside a program that is silent."""
    heard = speechlike(5, seed=71, level_db=-26.0)
    for blocks in (iter(()), played(np.zeros(5 * PLAYED_RATE, np.int16))):
        course = run(blocks, heard)
        assert set(course.delays) == {None}
        assert np.array_equal(course.samples, course.heard)


@pytest.mark.parametrize("late_s", [0.12, 0.5])
def test_a_device_that_ran_dry_is_noticed(late_s: float) -> None:
    """From then on everything comes later: the delay is not known for a while, and is found again."""
    sound, dry_s = narrated(21, seed=9), 9.0
    split = round(dry_s * PLAYED_RATE)
    pause = np.zeros(round(late_s * PLAYED_RATE), np.int16)
    heard = echo_of(np.concatenate([sound[:split], pause, sound[split:]]), 0.15)
    course = run(played(sound, gap=(dry_s, late_s)), heard)
    assert course.found_s() < dry_s
    found_anew_s = noticed(course, dry_s)
    assert found_anew_s - dry_s <= 2 * FOUND_WITHIN_S
    assert course.falls_db(found_anew_s + 4, 21)[0] >= 12


@pytest.mark.parametrize("lost_s", [0.16, 2.0])
def test_a_microphone_that_was_opened_anew_is_noticed(lost_s: float) -> None:
    """It has counted less than the card: the same."""
    sound = narrated(21, seed=10)
    course = run(played(sound), echo_of(sound, 0.15), lost_after_s=9.0, lost_s=lost_s)
    found_anew_s = noticed(course, 9.0)
    assert found_anew_s - 9.0 <= 2 * FOUND_WITHIN_S
    assert course.falls_db(found_anew_s + 4, 21 - lost_s)[0] >= 12


def noticed(course: Course, since_s: float) -> float:
    """When the delay was found again, after it was given up after `since_s`."""
    given_up = [n for n, delay in enumerate(course.delays) if delay is None and n * CHUNK / RATE > since_s]
    assert given_up, "the shift was not noticed"
    return course.found_s(given_up[-1] * CHUNK / RATE)


@pytest.mark.parametrize("ppm", [-100.0, -50.0, -20.0, 20.0, 50.0, 100.0])
def test_clocks_that_drift_apart(ppm: float) -> None:
    """As crystals do, cheap ones too: what was played is read at the other's pace, and the echo is as low as on one."""
    sound = narrated(28, seed=12)
    course = run(played(sound), echo_of(sound, 0.15, ppm=ppm), ppm=ppm)
    assert course.falls_db(ADAPTED_S, 16)[0] >= 8
    left_db, people_db = course.falls_db(16, 28)
    assert left_db >= 18
    assert people_db >= 28


def test_clocks_that_have_drifted_far_apart() -> None:
    """By more than what else means that a device has run dry: the delay is known all the time, and is one."""
    sound, ppm = narrated(100, seed=16), 300.0
    course = run(played(sound), echo_of(sound, 0.15, ppm=ppm), ppm=ppm)
    assert len(set(course.delays[round(FOUND_WITHIN_S * RATE / CHUNK) :])) == 1
    assert course.falls_db(80, 100)[0] >= 18


@pytest.mark.parametrize("level", [0, 1, -32768, 32767])
def test_silence_and_a_line_that_is_stuck_never_raise(level: int) -> None:
    """Zeros on both sides, a constant, full scale: something finite comes out, and of silence silence."""
    sound = np.full(6 * PLAYED_RATE, level, np.int16)
    heard = np.full(6 * RATE, level / 32768, np.float32)
    course = run(played(sound), heard)
    assert np.isfinite(course.samples).all()
    assert np.isfinite(course.people).all()
    if level == 0:
        assert not course.samples.any()
        assert not course.people.any()


def test_a_pause_in_the_program_does_not_lose_the_delay() -> None:
    """Half a minute of nothing is no reason to look for it anew, and what follows is taken out at once."""
    words = narrated(9, seed=14)
    sound = np.concatenate([words, np.zeros(15 * PLAYED_RATE, np.int16), narrated(4, seed=15)])
    course = run(played(sound), echo_of(sound, 0.1))
    known = course.delays[round(9 * RATE / CHUNK) :]
    assert len(set(known)) == 1
    assert known[0] is not None
    assert course.falls_db(24.2, 28)[0] >= 12


@given(
    heard=st.lists(st.integers(1, 12), min_size=20, max_size=60),
    played_frames=st.lists(st.integers(1, 9_000), min_size=20, max_size=60),
)
@tries(25)
def test_whatever_comes_at_a_time_as_much_comes_out(heard: list[int], played_frames: list[int]) -> None:
    """Both forms are as long as what was handed in, and finite; known delay or not."""
    rng, echo, at_s = np.random.default_rng(3), Echo(), 50.0
    loud = np.asarray(rng.integers(-9000, 9000, 9_000), np.int16)
    for blocks, frames in zip(heard, played_frames, strict=False):
        echo.played(loud[:frames], at_s)
        at_s += blocks * BLOCK / RATE
        chunk = np.asarray(rng.standard_normal(blocks * BLOCK) * 0.1, np.float32)
        cleaned = echo.clean(chunk, at_s)
        assert len(cleaned.samples) == len(cleaned.people) == len(chunk)
        assert cleaned.samples.dtype == cleaned.people.dtype == np.float32
        assert np.isfinite(cleaned.samples).all()
        assert np.isfinite(cleaned.people).all()


@given(frames=st.lists(st.integers(1, 5_000), min_size=1, max_size=8), blocks=st.lists(st.integers(1, 6), min_size=1))
@tries(8)
def test_the_delay_does_not_depend_on_the_sizes_of_blocks(frames: list[int], blocks: list[int]) -> None:
    """It is found to a few milliseconds, in whatever pieces both sides come; noise in an exact clock."""
    rng, echo = np.random.default_rng(2), Echo()
    sound = np.asarray(rng.standard_normal(5 * PLAYED_RATE) * 3000, np.int16)
    dry = np.asarray(soxr.resample(sound.astype(np.float32) / 32768, PLAYED_RATE, RATE), np.float32)
    heard = np.concatenate([np.zeros(round(0.2 * RATE), np.float32), dry])
    told = now = turn = 0
    while now + BLOCK <= len(dry):
        size = min(blocks[turn % len(blocks)] * BLOCK, (len(dry) - now) // BLOCK * BLOCK)
        while told / PLAYED_RATE <= (now + size) / RATE and told < len(sound):
            part = sound[told : told + frames[turn % len(frames)]]
            told += len(part)
            echo.played(part, told / PLAYED_RATE)
        echo.clean(heard[now : now + size], (now + size) / RATE)
        now, turn = now + size, turn + 1
    assert echo.delay is not None
    assert abs(echo.delay - 0.2 * RATE) <= LEAD
    assert echo.delay <= FARTHEST
