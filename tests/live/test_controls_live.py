"""Keys in a live session, on the virtual clock: what is heard after each, and what the ledger says of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.session.events import Event, Signal
from massage_voice.session.journal import LineFile
from massage_voice.session.writer import BackgroundLines
from massage_voice.timeline import wording
from massage_voice.timeline.model import Placement, Timeline
from tests.live.heeding import full
from tests.live.support import FIRST, FRONT, LATER, Rig, Stage, at, identity, keys, numbered, stage
from tests.session.places import begun, caution, played, stage_of
from tests.support.full_disk import at_most

RAMP_S = 0.08
"""A pause is silent within this."""


def rig_of(set_up: Stage, *presses: tuple[float, str], keep: bool = False, interactive: bool = True) -> Rig:
    """The steps alone, without preparation: seconds of the room are seconds of the plan."""
    plans = [set_up.plan, *([set_up.without_front] if set_up.without_front else [])]
    session = set_up.session(interactive=interactive, prelude=False)
    return Rig(session, identity(numbered(plans)), keys(*presses), keep=keep, grain_s=0.2)


def first_caution(set_up: Stage) -> Placement:
    return next(p for p in set_up.plan.timeline().placements if p.cue.is_caution)


def middle_s(placement: Placement) -> float:
    return (placement.start + placement.end) / 2 / RATE


def practice_s(set_up: Stage, step: int) -> float:
    """A second in the practice of `step` in which nothing is said."""
    timeline = set_up.plan.timeline()
    chapter = timeline.chapters[step - 1]
    frame = chapter.practice_start + RATE
    while any(p.start - RATE < frame < p.end + RATE for p in timeline.placements):
        frame += RATE // 10
    assert frame < chapter.practice_end - 2 * RATE
    return frame / RATE


def outcomes(rig: Rig, cue: str) -> list[str]:
    return [str(line["outcome"]) for line in rig.lines if str(line["cue"]).split("@")[0] == cue]


def texts(timeline: Timeline) -> list[str]:
    return [p.cue.text for p in timeline.placements if p.cue.is_spoken]


def step_names(rig: Rig) -> list[str]:
    return [c.secured.step.name for run in rig.runs for c in run.timeline.chapters]


def test_a_pause_in_a_caution_says_the_whole_of_it_again() -> None:
    """Silent within 80 ms, "cut" in the ledger, and after the pause from its first word, sample for sample."""
    set_up = stage("neck", FIRST, real=True)
    placement = first_caution(set_up)
    pause_s = middle_s(placement)
    rig = Rig(
        set_up.session(prelude=False), set_up.program, keys((pause_s, "Space"), (pause_s + 9, "Space")), keep=True
    )
    assert rig.play() == 0
    heard, again = rig.recording(), rig.runs[1]
    assert not heard[round((pause_s + RAMP_S) * RATE) : round((pause_s + 9) * RATE)].any()
    second = next(p for p in again.timeline.placements if p.cue.text == placement.cue.text)
    start = again.began + second.start
    assert np.array_equal(heard[start : start + second.end - second.start], set_up.sound(second.cue))
    assert outcomes(rig, placement.cue.id) == ["cut", "delivered"]
    assert rig.lines[1]["ended"] == pytest.approx(pause_s, abs=0.05)


def test_next_in_a_caution_waits_until_it_was_heard() -> None:
    """It is not cut, and the next step begins right after it."""
    set_up = stage("neck", FIRST, real=True)
    placement = first_caution(set_up)
    rig = Rig(set_up.session(prelude=False), set_up.program, keys((middle_s(placement), "n")), keep=True)
    assert rig.play() == 0
    heard = rig.recording()
    assert np.array_equal(heard[placement.start : placement.end], set_up.sound(placement.cue))
    assert outcomes(rig, placement.cue.id) == ["delivered"]
    assert rig.runs[1].timeline.chapters[0].secured.index == 2
    assert 0 <= rig.runs[1].began - placement.end <= RATE // 10


def test_what_a_jump_skipped_of_the_opening_is_said_where_it_lands() -> None:
    """The warning signs and the carotid caution are heard in full, however soon somebody presses next."""
    rig = rig_of(stage("neck", FIRST), (0.5, "n"))
    assert rig.play() == 0
    lead = {p.cue.text for p in rig.runs[-1].timeline.placements if p.cue.step == 2 and p.cue.is_caution}
    assert {full("warning-signs"), full("carotid-keep-off"), full("seated-faint")} <= lead


@pytest.mark.parametrize("storm", ["n" * 40, "b" * 40, "r" * 40, "nb" * 20, "nrb" * 14, "n  " * 13])
def test_a_storm_of_keys_cuts_no_caution(storm: str) -> None:
    """Forty presses, a second and a bit apart: every caution that began was heard whole, or a pause cut it."""
    names = {" ": "Space"}
    presses = [(3 + 1.3 * number, names.get(key, key)) for number, key in enumerate(storm)]
    rig = rig_of(stage("neck", FIRST), *presses)
    assert rig.play() in {0, 5}
    cautions = [line for line in rig.lines if line["kind"] in {"opening", "safety", "safety-repeat"}]
    cut = [line for line in cautions if line["outcome"] == "cut"]
    assert cautions
    assert " " in storm or not cut
    assert len({line["cue"] for line in rig.lines}) == len(rig.lines)


def test_slower_and_faster_move_what_is_left() -> None:
    """Said in a word, and the session truly takes longer or shorter."""
    set_up = stage("neck", LATER)
    plain = set_up.plan.timeline().length / RATE
    for key, word, longer in (("-", wording.SLOWER, True), ("+", wording.FASTER, False)):
        rig = rig_of(set_up, (practice_s(set_up, 2), key))
        assert rig.play() == 0
        assert texts(rig.runs[1].timeline)[0] == word
        assert (rig.controls.now_s > plain + 10) is longer
        assert (rig.controls.now_s < plain - 10) is not longer


def test_one_more_minute_is_a_minute() -> None:
    """The step takes a minute more, beside the sentence that says so."""
    set_up = stage("neck", LATER)
    rig = rig_of(set_up, (practice_s(set_up, 8), "m"))
    assert rig.play() == 0
    assert texts(rig.runs[1].timeline)[0] == wording.ADDED
    grown = rig.controls.now_s - set_up.plan.timeline().length / RATE
    assert 60 <= grown <= 70


def test_the_time_left_is_true() -> None:
    """To the half minute in the step, to the minute in all; and the hands lose no time by it."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 2)
    timeline = set_up.plan.timeline()
    rig = rig_of(set_up, (second, "t"))
    assert rig.play() == 0
    in_step, in_all = texts(rig.runs[1].timeline)[:2]
    assert in_step == wording.left_in_step(timeline.chapters[1].practice_end / RATE - second)
    left = (timeline.length / RATE - second) / 60
    assert in_all in {wording.left_in_all(60 * (left + shift)) for shift in (-0.2, 0, 0.2)}


def test_stop_no_sign_and_on() -> None:
    """Stop, the question, no: what was cut is said again, and the session can still be finished."""
    set_up = stage("neck", FIRST)
    second = middle_s([p for p in set_up.plan.timeline().placements if p.cue.step == 2 and p.cue.is_caution][1])
    rig = rig_of(set_up, (second, "s"), (second + 30, "Space"), (second + 40, "n"), (second + 50, "Space"))
    assert rig.play() == 0
    said = [texts(run.timeline) for run in rig.runs[1:4]]
    assert said == [list(emergency().stop), [emergency().any_sign], [emergency().pain]]
    assert rig.view.states == ["playing", "stopped", "checking", "paused", "playing", "ended"]
    assert outcomes(rig, "2.full.spine-bones") == ["cut", "delivered"]
    assert rig.runs[4].timeline.chapters[0].secured.index == 2


def test_a_stop_is_heard_at_once() -> None:
    """What was said is silent within 80 ms, and the stop words begin a tenth of a second later."""
    set_up = stage("neck", FIRST, real=True)
    second = middle_s(first_caution(set_up))
    rig = Rig(set_up.session(prelude=False), set_up.program, keys((second, "s"), (second + 9, "q")), keep=True)
    assert rig.play() == 5
    heard, words = rig.recording(), rig.runs[1].timeline.placements[0]
    start = rig.runs[1].began + words.start
    assert start / RATE - second <= 0.15
    assert np.array_equal(heard[start : start + words.end - words.start], set_up.sound(words.cue))


@pytest.mark.parametrize("answer", ["y", "u"])
def test_a_sign_ends_the_session(answer: str) -> None:
    """A yes or a not sure: no driving, the closing whole, exit code 5, and no key leads back."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 3)
    later = [(second + 12 + n, key) for n, key in enumerate(["Space", "n", "b", "r", "Enter", "y", "m"])]
    rig = rig_of(set_up, (second, "s"), (second + 5, "Space"), (second + 10, answer), *later)
    assert rig.play() == 5
    closing = [p.cue.text for p in set_up.plan.closing().placements if p.cue.is_spoken]
    assert texts(rig.runs[-1].timeline) == [emergency().no_drive, *closing]
    assert rig.view.states == ["playing", "stopped", "checking", "closing", "ended"]


def test_finish_asks_once_and_closes() -> None:
    """Twice the same key: the question, the whole closing, exit code 5."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 2)
    rig = rig_of(set_up, (second, "q"), (second + 6, "q"))
    assert rig.play() == 5
    assert rig.view.states == ["playing", "confirming", "closing", "ended"]
    closing = [line for line in rig.lines if line["kind"] == "closing"]
    assert len(closing) == sum(p.cue.is_spoken for p in set_up.plan.closing().placements)
    assert {line["outcome"] for line in closing} == {"delivered"}


@pytest.mark.parametrize("key", ["Space", "n", "b", "r", "t", "m", "-", "+", "Enter", "x", "u"])
def test_any_other_key_goes_on_after_finish(key: str) -> None:
    """As the question says."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 2)
    rig = rig_of(set_up, (second, "q"), (second + 7, key))
    assert rig.play() == 0
    assert rig.view.states == ["playing", "confirming", "playing", "ended"]


@pytest.mark.parametrize("key", ["Space", "n", "t", "m", "-", "+", "Enter", "x", "y"])
def test_a_step_that_waits_goes_on_by_any_key(key: str) -> None:
    """Silent until then; then the next step, and in the end exit code 0."""
    set_up = stage("neck-and-back", LATER)
    rig = rig_of(set_up, (2_000.0, key))
    assert rig.play() == 0
    assert rig.view.states == ["playing", "waiting", "playing", "ended"]
    assert outcomes(rig, "aside.1") == ["delivered"]
    wait = next(s for s in set_up.plan.script.steps if s.step.wait)
    assert rig.runs[-1].timeline.chapters[0].secured.index == wait.index + 1


GONE = "The virtual plug was pulled. The session holds until there is sound again."


def test_without_anybody_nothing_waits() -> None:
    """A session that nobody can answer goes through the step that waits by itself."""
    rig = rig_of(stage("neck-and-back", LATER), interactive=False)
    assert rig.play() == 0
    assert rig.view.states == ["playing", "ended"]


@pytest.mark.parametrize("key", ["Space", "n", "b", "r", "t", "m", "-", "+", "Enter", "y", "x", "Up"])
def test_any_key_leaves_the_front_out(key: str) -> None:
    """At its announcement; the strokes under the collarbones stand in, and no front step plays any more."""
    set_up = stage("neck", FRONT)
    said = next(p for p in set_up.plan.timeline().placements if p.cue.text.startswith("Front of the neck next"))
    rig = rig_of(set_up, (middle_s(said), key))
    assert rig.play() == 0
    played_after = [c.secured.step for c in rig.runs[1].timeline.chapters]
    assert played_after[0].name == "collarbone-strokes"
    assert not any(step.gate for step in played_after)
    assert len(rig.runs) == 2


def test_with_the_front_left_out_everything_still_answers() -> None:
    """Stop, its question, the time left: their words are there, though another plan plays."""
    set_up = stage("neck", FRONT)
    said = next(p for p in set_up.plan.timeline().placements if p.cue.text.startswith("Front of the neck next"))
    second = middle_s(said)
    after = [(second + 60, "t"), (second + 80, "s"), (second + 120, "Space"), (second + 130, "n")]
    rig = rig_of(set_up, (second, "Space"), *after, (second + 140, "q"), (second + 150, "q"))
    assert rig.play() == 5
    assert rig.view.states == ["playing", "stopped", "checking", "paused", "confirming", "closing", "ended"]


def test_quieter_is_never_silent() -> None:
    """Fifty presses: twelve decibels less, and every word still there."""
    set_up = stage("neck", FIRST)
    presses = [(0.5 + n / 100, "Down") for n in range(50)]
    rig = rig_of(set_up, *presses, (40.0, "q"), (41.0, "q"), keep=True)
    rig.play()
    placement = [p for p in set_up.plan.timeline().placements if p.cue.is_caution][1]
    loud = numbered([set_up.plan])[placement.cue.text] * 100
    quiet = rig.recording()[placement.start + 100 : placement.end - 100]
    assert quiet.min() == quiet.max() == round(loud * 10 ** (-12 / 20))


def test_a_lost_device_holds_the_session() -> None:
    """Nothing is said meanwhile; the screen says so once; then the cautions, and the loudness that was set."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 2)
    rig = rig_of(set_up, (0.5, "Down"), (0.6, "Down"))
    rig.happen(second, rig.unplug)
    rig.happen(second + 30, rig.plug)
    lost = rig.speaker
    assert rig.play() == 0
    assert rig.view.states == ["playing", "lost", "playing", "ended"]
    assert rig.view.notices == [GONE, "The sound is back."]
    assert rig.controls.now_s > set_up.plan.timeline().length / RATE + 29
    again = rig.runs[-1].timeline
    assert next(p for p in again.placements if p.cue.is_spoken).cue.is_caution
    assert ("close", 0, 0) in lost.orders
    assert rig.session.gain == -4.0
    assert rig.speaker.gained == [-4.0]


def test_a_device_lost_in_a_caution_cuts_it_and_says_it_again() -> None:
    """The ledger calls it cut, and later delivered."""
    set_up = stage("neck", FIRST)
    placement = first_caution(set_up)
    rig = rig_of(set_up)
    rig.happen(middle_s(placement), rig.unplug)
    rig.happen(middle_s(placement) + 5, rig.plug)
    assert rig.play() == 0
    assert outcomes(rig, placement.cue.id) == ["cut", "delivered"]


def test_a_device_lost_after_a_stop_asks_all_the_same() -> None:
    """The stop words again when it is back; the session goes on only when somebody said that there is no sign."""
    set_up = stage("neck", FIRST)
    second = practice_s(set_up, 2)
    rig = rig_of(set_up, (second, "s"), (second + 60, "q"))
    rig.happen(second + 2, rig.unplug)
    rig.happen(second + 10, rig.plug)
    assert rig.play() == 5
    assert rig.view.states == ["playing", "stopped", "lost", "stopped", "closing", "ended"]
    assert rig.view.notices.count(GONE) == 1


def test_a_cut_cue_is_not_reported_as_delivered_afterwards() -> None:
    """The device reports a block late: what was cut by a pause stays cut."""
    session = stage_of("neck").session()
    begun(session)
    placement = caution(session, 1, 2)
    played(session, placement.end - 100)
    orders = session.handle(Event(Signal.PAUSE))
    late = session.handle(Event(Signal.PLAYED, session.run, placement.end + 1_000))
    told = [order.line["outcome"] for order in [*orders, *late] if hasattr(order, "line")]
    assert told == ["cut"]


@pytest.mark.parametrize(
    ("presses", "code"),
    [
        ([], 0),
        ([(20.0, "q"), (21.0, "q")], 5),
        ([(20.0, "s"), (22.0, "q")], 5),
        ([(20.0, "q"), (21.0, "y")], 5),
    ],
)
def test_exit_codes(presses: list[tuple[float, str]], code: int) -> None:
    """Finished 0, ended early 5; the journal's last line says the same."""
    rig = rig_of(stage("neck", FIRST), *presses)
    assert rig.play() == code
    assert rig.journal.entries[-1] == {"event": "end", "code": code}


def test_an_interrupt_closes_and_a_second_leaves_at_once() -> None:
    """Ctrl-C: 130 after the whole closing; twice: 130 at once."""
    set_up = stage("neck", FIRST)
    once = Rig(set_up.session(prelude=False), identity(numbered([set_up.plan])), [at(20.0, Signal.INTERRUPT)])
    assert once.play() == 130
    assert once.controls.now_s > 20 + set_up.plan.closing().length / RATE
    script = [at(20.0, Signal.INTERRUPT), at(22.0, Signal.INTERRUPT)]
    twice = Rig(set_up.session(prelude=False), identity(numbered([set_up.plan])), script)
    assert twice.play() == 130
    assert twice.controls.now_s < 23


def test_a_full_disk_does_not_end_the_session(tmp_path: Path) -> None:
    """The guidance goes on to its end; that the record is not whole is said once."""
    set_up = stage("neck", FIRST)
    lines = LineFile(tmp_path / "a.jsonl")
    ledger = BackgroundLines(lines)
    rig = Rig(set_up.session(prelude=False), identity(numbered([set_up.plan])), ledger=ledger)
    with at_most(1_000):
        assert rig.play() == 0
        ledger.settle(2.0)
        complained = [*rig.view.notices, ledger.complaint()]
        ledger.close()
    assert sum("a.jsonl" in said for said in complained) == 1
    lines = LineFile(tmp_path / "a.jsonl")
    lines.append({"cue": "after"})  # there is room again: on a line of its own
    lines.close()
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[-1]) == {"cue": "after"}
