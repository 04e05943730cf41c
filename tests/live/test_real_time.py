"""The real command in real time, through the virtual sound device: what is in the recording is what was heard.

All sessions run side by side, each with a device of its own, because each takes as long as it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.commands.run import GREETING
from massage_voice.sound.bells import BELLS, bell
from massage_voice.sound.card import PERIOD_MS, PERIODS
from massage_voice.sound.samples import Samples
from massage_voice.timeline.model import Placement
from tests.live.listening import Found, find, level_db, unlike, without_gaps
from tests.live.support import FIRST, real_library, stage
from tests.live.theatre import Heard, Seat

BUFFER_MS = PERIOD_MS * PERIODS
"""What the device holds when it has been told to be silent; see `CardSpeaker.latency`."""
RECORDER_MS = 40
"""What the recorder lags behind the device."""
GAPS_MS = 100
"""Silence that a busy machine may put into a minute; none on one that is not busy."""


def clip(text: str) -> Samples:
    return real_library().clip(text).samples


def texts() -> dict[str, str]:
    """Cue → words, of the neck session and of its preparation."""
    plan = stage("neck", FIRST, real=True).plan
    placed = (*plan.preparation().placements, *plan.timeline().placements)
    return {p.cue.id: p.cue.text for p in placed}


@dataclass(frozen=True)
class Located:
    """A line of the ledger, and where its sound is."""

    line: Mapping[str, Any]
    samples: Samples
    found: Found


def located(heard: Heard, words: Mapping[str, str]) -> list[Located]:
    """Every text of the ledger that was delivered, found in the recording where the first says it should be."""
    lines = [e for e in heard.ledger if e["outcome"] == "delivered" and e["kind"] != "bell"]
    first = find(heard.samples, clip(words[lines[0]["cue"]]))
    zero = first.frame - round(lines[0]["planned"] * RATE)
    return [
        Located(line, made, find(heard.samples, made, zero + round(line["planned"] * RATE)))
        for line in lines
        for made in [clip(words[line["cue"]])]
    ]


def errors_ms(places: list[Located]) -> list[float]:
    """How far from its planned spacing each text begins, counted from the first of the preparation or the steps."""
    zero = places[0].found.frame - places[0].line["planned"] * RATE
    return [(p.found.frame - zero - p.line["planned"] * RATE) / RATE * 1000 for p in places]


def check_sound(heard: Heard, words: Mapping[str, str], count: int) -> None:
    places = located(heard, words)
    assert len(places) >= count
    for place in places:
        assert min(place.found.whole, place.found.head, place.found.tail) > 0.98, place.line["cue"]
    runs = [[p for p in places if (p.line["step"] > 0) is steps] for steps in (False, True)]
    worst = max(abs(error) for run in runs if run for error in errors_ms(run))
    print(f"{len(places)} texts, worst onset error {worst:.3f} ms")  # noqa: T201 (shown by -s)
    assert worst <= 20
    ends = [(p.found.frame, p.found.frame + len(p.samples)) for p in places]
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))
    assert between_is_silent(heard.samples, places)


def between_is_silent(samples: Samples, places: list[Located]) -> bool:
    """Between two texts that follow each other at once nothing sounds; longer gaps may hold a bell."""
    for one, other in pairwise(places):
        gap = samples[one.found.frame + len(one.samples) : other.found.frame]
        short_gap = other.line["planned"] - one.line["ended"] < 1.2
        if short_gap and np.abs(gap.astype(int)).max(initial=0) > 2:
            return False
    return True


@pytest.mark.sound
def test_a_minute_of_the_neck_session_is_heard_as_planned(seat: Seat) -> None:
    """Each line of the preparation: there, whole, in order, within 20 ms of its planned spacing, silence between."""
    check_sound(seat.heard("neck"), texts(), 9)


@pytest.mark.sound
def test_a_minute_of_the_steps_is_heard_as_planned(seat: Seat) -> None:
    """Opening, cautions and instructions of the first steps, the ledger's times those of `plan`."""
    heard = seat.heard("short")
    words = {**texts(), **{f"0.prepare.{n}": t for n, t in enumerate(prepared(), 1)}}
    check_sound(heard, words, 9)
    by_cue = {p.cue.id: p for p in planned()}
    for line in heard.ledger:
        if line["step"] > 0 and line["kind"] != "closing" and line["outcome"] == "delivered":
            placement = by_cue[line["cue"]]
            assert line["planned"] == line["started"] == round(placement.start / RATE, 6)
            assert line["ended"] == round(placement.end / RATE, 6)
    until = max(line["ended"] for line in heard.ledger if line["step"] > 0)
    told = {line["cue"] for line in heard.ledger}
    missing = [p.cue.id for p in planned() if p.end / RATE < until - 40 and p.cue.id not in told]
    assert missing == []


def prepared() -> list[str]:
    return ["Hello. I am talking to you, the person giving the massage.",
            "Skip broken skin, rashes, moles, bruises and sore lumps."]  # fmt: skip


def planned() -> tuple[Placement, ...]:
    return stage("neck", FIRST, real=True).plan.timeline().placements


@pytest.mark.sound
def test_the_step_bell_is_heard_before_the_words(seat: Seat) -> None:
    """A soft bell, whole, where the ledger says."""
    heard = seat.heard("short")
    line = next(e for e in heard.ledger if e["cue"] == "1.bell.step")
    opening = find(heard.samples, clip(texts()["1.full.warning-signs"]))
    ring = find(heard.samples, bell("step"), opening.frame - round(1.7 * RATE))
    assert "step" in BELLS
    assert ring.whole > 0.98
    assert abs((opening.frame - ring.frame) / RATE - (1.8 - line["planned"])) < 0.02


@pytest.mark.sound
def test_the_greeting_is_heard_first(seat: Seat) -> None:
    """So that both can set the volume before anything matters; the sound check's bell rings on below it."""
    heard = seat.heard("short")
    assert find(heard.samples, clip(GREETING)).whole > 0.9


@pytest.mark.sound
def test_a_polite_kill_begins_the_closing(seat: Seat) -> None:
    """And a second one leaves at once: exit code 130, what was being said is cut."""
    heard = seat.heard("short")
    assert heard.code == 130
    assert "The session ended before its end." in heard.said


@pytest.mark.sound
def test_a_pause_is_silent_at_once(seat: Seat) -> None:
    """80 ms after the space bar, and what device and recorder hold, nothing sounds."""
    heard = seat.heard("pressed")
    assert heard.marks is not None
    asked = heard.marks["pause"]
    after = np.flatnonzero(heard.samples[asked : asked + RATE])
    latency = (after[-1] if len(after) else 0) / RATE * 1000
    print(f"pause to silence {latency:.1f} ms, recorder's lag included")  # noqa: T201 (shown by -s)
    assert latency <= 80 + BUFFER_MS + RECORDER_MS


@pytest.mark.sound
def test_music_lies_softly_under_a_caution(seat: Seat) -> None:
    """Under the words that were being said at the pause there was music, twenty decibels below them or more."""
    heard = seat.heard("pressed")
    assert heard.marks is not None
    opening = clip(texts()["1.full.warning-signs"])
    begun = find(heard.samples, opening[: 2 * RATE], heard.marks["pause"] - 3 * RATE, 2 * RATE).frame
    part = slice(begun + RATE, begun + 5 * RATE // 2)
    words = opening[RATE : 5 * RATE // 2].astype(float)
    under = heard.samples[part] - words
    below_db = 10 * np.log10(np.mean(words**2) / np.mean(under**2))
    assert 16 < below_db < 60


BEGUN = RATE // 50
"""Where in a session the comparison begins: before lies the ramp in which any run begins."""


def whole_session(heard: Heard) -> tuple[Samples, Samples]:
    """The recording of a whole session and its file, both from `BEGUN` on; the first without gaps."""
    assert heard.code == 0
    assert heard.written is not None
    written = heard.written[BEGUN:]
    begins = find(heard.samples, written[: RATE // 2]).frame
    samples, gaps = without_gaps(heard.samples[begins:], written)
    print(f"{gaps / RATE * 1000:.0f} ms of gaps")  # noqa: T201 (shown by -s)
    assert gaps <= GAPS_MS * RATE // 1000
    assert len(samples) == len(written) > 60 * RATE
    return samples, written


@pytest.mark.sound
def test_a_whole_session_with_music_is_heard_as_render_writes_it(seat: Seat) -> None:
    """Every sample from the first step to the end bell is the file's: words, bells, ticks, music, and how soft it is.

    The sound server makes two channels of one and adds a delay, and silence where it waits on a busy machine: no
    dither, no volume, nothing lost.
    """
    heard = seat.heard("whole")
    samples, written = whole_session(heard)
    assert unlike(samples, written) == []
    assert heard.alike


@pytest.mark.sound
def test_the_music_of_a_whole_session_is_soft_under_words_and_back_between_them(seat: Seat) -> None:
    """Eight decibels or more softer, by the recording alone: a fault that live and file share is heard here."""
    heard = seat.heard("whole")
    samples, _ = whole_session(heard)
    words = clip(texts()["1.full.warning-signs"])
    spoken = find(samples, words).frame
    practice = [e for e in heard.ledger if e["kind"] == "instruction"][-1]["ended"] + 1.0
    closing = next(e for e in heard.ledger if e["kind"] == "closing")["planned"] - 1.0
    under = (samples[spoken : spoken + len(words)] - words)[2 * RATE :]
    between = samples[round(practice * RATE) : round(closing * RATE)]
    assert 8 < level_db(between) - level_db(under) < 20


@pytest.mark.sound
def test_stop_is_heard_at_once(seat: Seat) -> None:
    """The stop words begin within 150 ms and what the device holds, whole, and after them is silence."""
    heard = seat.heard("pressed")
    assert heard.marks is not None
    asked = heard.marks["stop"]
    words = clip(emergency().stop[0])
    found = find(heard.samples, words, asked + RATE // 10)
    latency = (found.frame - asked) / RATE * 1000
    print(f"stop to the first word {latency:.1f} ms, recorder's lag included")  # noqa: T201 (shown by -s)
    assert min(found.whole, found.head, found.tail) > 0.98
    assert latency <= 150 + BUFFER_MS + RECORDER_MS


@pytest.mark.sound
def test_keys_at_a_terminal(seat: Seat) -> None:
    """Pause, stop, finish: the ledger calls both cautions cut, the terminal is given back, Ctrl-C is 130."""
    heard = seat.heard("pressed")
    opening = [line for line in heard.ledger if line["cue"].startswith("1.full.warning-signs")]
    assert [line["outcome"] for line in opening] == ["cut", "cut"]
    assert heard.terminal_restored
    assert heard.code == 130
    assert "Traceback" not in heard.said


@pytest.mark.sound
def test_the_front_is_left_out_by_any_key_and_stop_works_after_it(seat: Seat) -> None:
    """At a terminal, with `--screened --front`: the collarbones stand in, and "stop" has its words."""
    heard = seat.heard("front")
    assert "front strokes" not in heard.said.split("Front of the neck next")[1]
    assert "Stop. Lift your hands away." in heard.said
    assert find(heard.samples, clip(emergency().stop[0])).whole > 0.98
    assert heard.code == 130


@pytest.mark.sound
def test_without_device_and_terminal_captions_go_on(seat: Seat) -> None:
    """Captions on stdout, the reason on stderr, and it can be ended."""
    out, error = seat.heard("nobody").said.split("\0")
    assert GREETING in out
    assert "any chest pain" in out
    assert "going on with captions only" in error
    assert "Traceback" not in error
    assert seat.heard("nobody").code == 130


@pytest.mark.sound
def test_ctrl_c_closes_properly(seat: Seat) -> None:
    """Rising slowly, aftercare, goodbye; then 130, the terminal as it was."""
    heard = seat.heard("interrupted")
    assert "Sit a full minute before standing. Then rise slowly." in heard.said
    assert "Goodbye." in heard.said
    assert {e["outcome"] for e in heard.ledger if e["kind"] == "closing"} == {"delivered"}
    assert heard.code == 130
    assert heard.terminal_restored


@pytest.mark.sound
def test_a_yes_ends_in_a_refusal_that_is_spoken(seat: Seat) -> None:
    """Exit code 7, the reason shown and heard to its end, the terminal as it was."""
    heard = seat.heard("refused")
    reason = "Let's not do a massage today. Rest, and try again when this has cleared."
    assert heard.code == 7
    assert reason in heard.said
    assert min(find(heard.samples, clip(reason)).whole, find(heard.samples, clip(reason)).tail) > 0.98
    assert heard.terminal_restored


@pytest.mark.sound
def test_a_second_ctrl_c_leaves_at_once(seat: Seat) -> None:
    """In the middle of the closing: 130, the terminal as it was."""
    heard = seat.heard("hurried")
    assert heard.code == 130
    assert heard.terminal_restored
    assert "Goodbye." not in heard.said


@pytest.mark.sound
def test_a_window_that_is_closed_cuts_nothing_off(seat: Seat) -> None:
    """The terminal goes: the closing is said all the same, to its end or to the next signal."""
    heard = seat.heard("vanished")
    assert heard.code == 130
    assert heard.ledger[1]["cue"] == "closing.rise-seated"
    assert heard.ledger[1]["outcome"] == "delivered"
