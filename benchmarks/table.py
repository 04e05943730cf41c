"""Spoken commands at a table, in real time: real devices, an echo of unknown delay, and the process that hears.

The narrator speaks without a pause out of a virtual loudspeaker, through a room, into the virtual microphone that
somebody speaks into. Then talk, counting, music and narration sound there, and nobody means anything.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
import soxr

from benchmarks.figures import Figure
from benchmarks.hearing import items, material
from benchmarks.hearing.speakers import RATE as HEARD_RATE
from benchmarks.hearing.speakers import TEST, Speaker, say
from massage_voice.clip import RATE
from massage_voice.hearing.listener import Expected
from massage_voice.hearing.microphone import Microphone, Wishes
from massage_voice.hearing.phrases import Phrase, builtin_phrases
from massage_voice.session.events import Event, Signal
from massage_voice.sound.card import open_card
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples
from tests.rooms.acoustics import Acoustics
from tests.rooms.room import Room

NARRATOR = Speaker("narrator", "heart")
AFTER_S = 2.5
"""Within this a command is decided on, or never."""
SETTLE_S = 12.0
GAP_S = 0.7
"""Between two sentences of the narrator."""
NARRATED_S, NARRATED_MORE = 300.0, 1.3
"""Narration beside sound that means nothing: so much, and so many times as long as that."""
DECIDED_S = 1.0
"""Waited for after each stretch that means nothing."""
TELL_S = 180.0
"""Of such sound, between two lines that say how far it is."""
ECHOES = {"0 dB": 0.0, "-10 dB": -10.0, "headset": None}
"""The narrator at the microphone against somebody's voice there."""


def measure(*, quick: bool, real_minutes: float) -> list[Figure]:
    """Every command by every test voice over the narrator, then `real_minutes` in which nobody means anything."""
    figures: list[Figure] = []
    for name, echo_db in ECHOES.items():
        with at_table(Acoustics(delay_s=0.08, echo_db=echo_db, noise_db=-66)) as (room, microphone):
            figures += _heard(name, room, microphone, one_in=6 if quick else 1)
    minutes = real_minutes or (2 if quick else 20)
    acoustics = Acoustics(delay_s=0.08, echo_db=0.0, noise_db=-66)
    with at_table(acoustics, NARRATED_S + NARRATED_MORE * 60 * minutes) as (room, microphone):
        figures += _unmeant(room, microphone, minutes)
    return figures


@contextmanager
def at_table(acoustics: Acoustics, narrated_s: float = 3600.0) -> Iterator[tuple[Room, Microphone]]:
    """A narrator who speaks for so long, and a microphone that has heard him for a while."""
    with Room(acoustics) as room:
        os.environ |= room.env
        microphone = Microphone(Wishes(), lambda text: print(f"  {text}", file=sys.stderr))
        card = open_card(microphone.tap)
        try:
            microphone.start(card.tone)
            if not microphone.wait(30):
                raise RuntimeError("the microphone does not hear")
            sentences = _narration(narrated_s)
            microphone.listen_for(Expected())
            card.play(1, sentences)
            _events(microphone, SETTLE_S)
            yield room, microphone
        finally:
            microphone.close()
            card.close()


def _narration(seconds: float) -> Pieces:
    """So much of the program's own sentences, which come again and again."""
    pieces, at = [], 0
    spoken = cache(_spoken)
    for text in itertools.cycle(material.narration()):
        pieces.append(Piece(at, spoken(text)))
        at += len(spoken(text)) + round(GAP_S * RATE)
        if at > seconds * RATE:
            return Pieces(pieces, at)
    raise AssertionError


def _spoken(text: str) -> Samples:
    return np.asarray(soxr.resample(say(NARRATOR, text), HEARD_RATE, RATE) * 32767, np.int16)


def _heard(name: str, room: Room, microphone: Microphone, one_in: int) -> list[Figure]:
    phrases = builtin_phrases()
    asked = [(phrase, f"{phrases.wake.capitalize()}, {phrase.say}.") for phrase in phrases.commands]
    asked += [(phrase, f"{phrase.say.capitalize()}.") for phrase in phrases.halting()]
    cases = list(itertools.product([*asked, *asked[-2:]], TEST))[::one_in]
    outcomes: Counter[str] = Counter()
    delays = []
    for (phrase, text), speaker in cases:
        ended_s = room.say(text, speaker.name)
        found = _events(microphone, AFTER_S)
        outcome = _outcome(phrase, [event for event, _ in found])
        outcomes[outcome] += 1
        delays += [at_s - ended_s for event, at_s in found if event.signal is phrase.signal]
        if outcome != "heard":
            print(
                f"  {name}: {outcome}: {text} ({speaker.name}) {[event.signal.value for event, _ in found]}",
                file=sys.stderr,
            )
    share = 100 * outcomes["heard"] / len(cases)
    wrong = 100 * outcomes["wrong"] / len(cases)
    return [
        Figure(
            f"heard over the narrator, {name}, {len(cases)} commands",
            share,
            "%",
            aim=90 if name == "0 dB" else None,
            at_least=True,
        ),
        Figure(f"something else obeyed, {name}", wrong, "%", aim=1),
        *_delays(name, delays),
    ]


def _delays(name: str, delays: list[float]) -> list[Figure]:
    """How long it took; nothing, when nothing was heard."""
    if not delays:
        return []
    return [
        Figure(f"end of the word to the event, {name}, median", statistics.median(delays), "s", aim=0.8),
        Figure("the same, nine in ten", float(np.quantile(delays, 0.9)), "s"),
    ]


def _outcome(phrase: Phrase, events: list[Event]) -> str:
    if not events:
        return "missed"
    return "heard" if [event.signal for event in events] == [phrase.signal] else "wrong"


def _events(microphone: Microphone, seconds: float) -> list[tuple[Event, float]]:
    """What comes within `seconds`, and when."""
    end, found = time.monotonic() + seconds, []
    while (left := end - time.monotonic()) > 0:
        event = microphone.read(left)
        if event is not None and event.signal not in {Signal.DEAF, Signal.HEARING}:
            found.append((event, time.monotonic()))
    return found


def _unmeant(room: Room, microphone: Microphone, minutes: float) -> list[Figure]:
    """One stretch of sound after the other, each made when the one before it has ended; only what sounds counts."""
    sounded_s, count, told_s = 0.0, 0, 0.0
    for stretch in items.table_talk(TEST):
        length_s = min(len(stretch.samples) / HEARD_RATE, minutes * 60 - sounded_s)
        begun_s = time.monotonic()
        room.play(stretch.samples[: round(length_s * HEARD_RATE)], HEARD_RATE)
        for event, at_s in _events(microphone, length_s + DECIDED_S):
            count += 1
            _tell_alarm(stretch, event, at_s - begun_s, sounded_s)
        sounded_s += length_s
        if sounded_s - told_s >= TELL_S or sounded_s >= minutes * 60:
            told_s = sounded_s
            print(f"  {sounded_s / 60:.0f} of {minutes:g} min: obeyed {count} times", file=sys.stderr, flush=True)
        if sounded_s >= minutes * 60:
            break
    name = f"obeyed an hour though nobody meant it, narrator, talk and music, {minutes:g} min"
    return [Figure(name, count / minutes * 60, "", aim=1)]


def _tell_alarm(stretch: items.Stretch, event: Event, after_s: float, before_s: float) -> None:
    """`after_s` seconds into the stretch, which began `before_s` seconds after the first."""
    minute, second = divmod(round(before_s + after_s), 60)
    where = f"{stretch.kind} ({stretch.name}), second {after_s:.1f} of it"
    print(f"  {minute}:{second:02}: obeyed {event.signal.value} in {where}", file=sys.stderr, flush=True)
