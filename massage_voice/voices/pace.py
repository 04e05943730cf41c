"""Words a minute mean what they say. This file owns the pace of every sentence.

Engines speak some sentences 30 % faster than others at one setting: words differ in length. Where a sentence
should lie follows from its letters and the pace asked for; one that misses is corrected and asked for again.
A caution is asked for slower and slower until it is slow enough, and stretched as a last resort.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from massage_voice.clip import Speech, Take
from massage_voice.errors import VoiceError
from massage_voice.voices.checks import expected_s
from massage_voice.voices.engine import Curve
from massage_voice.voices.sentences import words
from massage_voice.voices.stretch import MOST, stretched
from massage_voice.voices.trim import heard_s

CAUTION_WPM = 140.0
"""No sentence of a safety text is ever faster."""
CAUTION_AIM = 132.0
"""What a caution that came out too fast is asked for, so that the limit holds however silence is measured."""
CAUTION_ACCEPTED = 138.0
SLOWEST, FASTEST = 0.82, 1.10
"""How far an ordinary sentence may lie from the pace asked for."""
SLOWEST_SHORT = 0.62
"""The same for one to three words: "Repeat." is one long word, not hurried to sound like three short ones."""
NEAR = 0.07
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class _Try:
    take: Take
    speed: float
    wpm: float
    """Over the sounding time, which is what a clip lasts."""
    heard_wpm: float
    """Over the clearly audible time, which is shorter: what a caution is judged by."""


def spoken(say: Callable[[float], Take], sentence: str, speech: Speech, curve: Curve) -> Take:
    """One sentence at its pace, trimmed.

    `say` gives it at a speed, checked and trimmed; `sentence` is the caption, whose words count.

    Raises:
        VoiceError: a caution that the voice cannot say slowly enough, or what `say` raises.
    """
    count, target = words(sentence), curve.aim(speech.wpm)
    natural = count * 60 / expected_s(sentence, target)
    wanted = _wanted(natural, target, count, speech.caution)
    first = _try(say, _within(curve.speed(target) * wanted / natural, curve), count)
    best = _pulled(say, first, wanted, count, curve)
    return _slow_enough(say, best, count, curve).take if speech.caution else best.take


def _try(say: Callable[[float], Take], speed: float, count: int) -> _Try:
    take = say(speed)
    return _tried(take, speed, count)


def _tried(take: Take, speed: float, count: int) -> _Try:
    return _Try(take, speed, count * 60 * take.rate / len(take.samples), count * 60 / heard_s(take))


def _wanted(natural: float, target: float, count: int, caution: bool) -> float:
    """Half-way between what its letters make natural and what was asked for, and never far from that."""
    lowest = SLOWEST if count > 3 else SLOWEST_SHORT
    wanted = min(max(math.sqrt(natural * target), lowest * target), FASTEST * target)
    return min(wanted, CAUTION_AIM) if caution else wanted


def _pulled(say: Callable[[float], Take], first: _Try, wanted: float, count: int, curve: Curve) -> _Try:
    best = last = first
    for _ in range(ROUNDS):
        if abs(last.wpm / wanted - 1) <= NEAR:
            return last
        last = _try(say, _within(last.speed * wanted / last.wpm, curve), count)
        best = min(best, last, key=lambda one: abs(one.wpm / wanted - 1))
    return best


def _slow_enough(say: Callable[[float], Take], found: _Try, count: int, curve: Curve) -> _Try:
    while found.heard_wpm > CAUTION_ACCEPTED and found.speed > curve.slowest:
        found = _try(say, _within(found.speed * 0.95, curve), count)
    if found.heard_wpm > CAUTION_ACCEPTED:
        factor = min(found.heard_wpm / CAUTION_AIM, MOST)
        found = _tried(stretched(found.take, factor), found.speed, count)
    if found.heard_wpm > CAUTION_WPM:
        raise VoiceError(
            f"A caution comes out at {found.heard_wpm:.0f} words a minute, above {CAUTION_WPM:.0f}",
            "Write it in longer words, or use another voice with --voice.",
        )
    return found


def _within(speed: float, curve: Curve) -> float:
    return min(max(speed, curve.slowest), curve.fastest)
