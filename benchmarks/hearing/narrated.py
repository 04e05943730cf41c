"""Commands spoken while the narrator talks: what the canceller leaves of them.

The narrator comes out of a loudspeaker, through the room and back into the microphone, later by a delay that the
program is not told, and on a clock that may run a little faster.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr

from benchmarks.hearing import material
from benchmarks.hearing.rooms import FLOOR_DB, impulse, pink
from benchmarks.hearing.speakers import RATE, Samples, Speaker, say
from massage_voice.clip import RATE as PLAYED_RATE
from massage_voice.hearing.echo import Cleaned, Echo
from massage_voice.hearing.gate import CHUNK, Gate, silero
from massage_voice.hearing.listener import Expected, Heard, Listener, Narrated
from massage_voice.hearing.phrases import Phrase, builtin_phrases
from massage_voice.hearing.recogniser import Recogniser, Verdict

NARRATOR = Speaker("narrator", "heart")
PERIOD = PLAYED_RATE // 25
"""Frames the device takes at a time."""
SETTLE_S = 20.0
"""Of narration, sound check and greeting included, before the first command."""
GAP_S = 0.9
"""Between two sentences of the narrator."""
EVERY_S = 6.0
"""A command comes this often."""


@dataclass(frozen=True, slots=True)
class Table:
    """How loudspeaker, microphone and person stand to each other."""

    name: str
    above_db: float
    """The person's voice above the narrator's, at the microphone; the louder one is as loud as speech usually is."""
    delay_s: float = 0.14
    drift_ppm: float = 0.0
    cancelled: bool = True


TABLES = (
    Table("+10 dB", 10),
    Table("0 dB", 0),
    Table("-10 dB", -10),
    Table("0 dB, Bluetooth", 0, delay_s=0.34),
    Table("0 dB, 20 ppm", 0, drift_ppm=20),
    Table("0 dB, -100 ppm", 0, drift_ppm=-100),
    Table("0 dB, not cancelled", 0, cancelled=False),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A command in the middle of the narration."""

    phrase: Phrase
    waked: bool
    start_s: float
    end_s: float


def scene(speaker: Speaker, table: Table, wanted: Sequence[tuple[Phrase, bool]]) -> Iterator[tuple[Said, list[Heard]]]:
    """Each of `wanted`, said by `speaker` at `table`, and what was decided from it."""
    seconds = SETTLE_S + EVERY_S * (len(wanted) + 1)
    narration, sentences = narrated(seconds)
    near = np.zeros(len(narration), np.float32)
    said = []
    for number, (phrase, waked) in enumerate(wanted):
        words = say(speaker, f"Massage, {phrase.say}." if waked else f"{phrase.say.capitalize()}.")
        start = round((SETTLE_S + EVERY_S * number) * RATE)
        near[start : start + len(words)] += words
        said.append(Said(phrase, waked, start / RATE, (start + len(words)) / RATE))
    seed = zlib.crc32(f"{speaker.name} {table.name}".encode())
    microphone = _microphone(narration, near, table, seed)
    found = list(_decisions(microphone, narration, sentences, cancelled=table.cancelled))
    for one in said:
        yield one, [heard for heard in found if one.start_s - 0.5 < heard.end_s < one.end_s + 1.0]


@cache
def narrated(seconds: float) -> tuple[Samples, tuple[Narrated, ...]]:
    """So much narration at 16 kHz, and its sentences."""
    parts, sentences, at = [np.zeros(RATE, np.float32)], [], RATE
    for text in itertools.cycle(material.narration()):
        words = say(NARRATOR, text)
        sentences.append(Narrated(text, at / RATE, (at + len(words)) / RATE))
        parts += [words, np.zeros(round(GAP_S * RATE), np.float32)]
        at += len(words) + round(GAP_S * RATE)
        if at > seconds * RATE:
            return np.concatenate(parts)[: round(seconds * RATE)], tuple(sentences)
    raise AssertionError


def _microphone(narration: Samples, near: Samples, table: Table, seed: int) -> Samples:
    rng = np.random.default_rng(seed)
    frames = len(narration)
    played = narration
    if table.drift_ppm:
        played = np.asarray(
            soxr.resample(narration, RATE * 1_000_000, RATE * (1_000_000 - table.drift_ppm)), np.float32
        )
    delay = np.zeros(round(table.delay_s * RATE), np.float32)
    echo = _through(np.concatenate([delay, played])[:frames], impulse(0.3, 1)) * 10 ** (min(0.0, -table.above_db) / 20)
    voice = _through(near, impulse(0.3, 2)) * 10 ** (min(0.0, table.above_db) / 20)
    return np.asarray(np.clip(voice + echo + pink(frames, rng) * 10 ** (FLOOR_DB / 20), -1, 1), np.float32)


def _through(dry: Samples, response: Samples) -> Samples:
    wet = np.fft.irfft(np.fft.rfft(dry, len(dry) + len(response)) * np.fft.rfft(response, len(dry) + len(response)))
    return np.asarray(wet[: len(dry)], np.float32)


def _decisions(
    microphone: Samples, narration: Samples, sentences: Sequence[Narrated], *, cancelled: bool
) -> Iterator[Heard]:
    echo, phrases = Echo(), builtin_phrases()
    listener = Listener(Gate(silero()), recogniser(), phrases)
    listener.expect(Expected())
    played = (np.asarray(soxr.resample(narration, RATE, PLAYED_RATE)) * 32767).astype(np.int16)
    waiting = iter(sentences)
    following = next(waiting, None)
    for at in range(0, len(microphone) - CHUNK, CHUNK):
        end_s = (at + CHUNK) / RATE
        while following and following.start_s < end_s:
            listener.narrate(following)
            following = next(waiting, None)
        first, last = at * 3 // PERIOD, (at + CHUNK) * 3 // PERIOD
        for block in range(first, last):
            echo.played(played[block * PERIOD : (block + 1) * PERIOD], block * PERIOD / PLAYED_RATE)
        heard = microphone[at : at + CHUNK]
        cleaned = echo.clean(heard, end_s) if cancelled else Cleaned(heard, heard)
        yield from listener.hear(cleaned.samples, end_s, cleaned.people, trusted=echo.trusted and cancelled)


@cache
def recogniser() -> Recogniser:
    """One for all scenes."""
    from massage_voice.hearing.model import Whisper, find_model

    return Recogniser(Whisper(find_model()), builtin_phrases())


def obeyed(found: Sequence[Heard]) -> list[Phrase]:
    """What was obeyed."""
    return [h.decision.phrase for h in found if h.decision.verdict is Verdict.ACCEPTED and h.decision.phrase]
