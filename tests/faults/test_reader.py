"""The reader of ledgers and journals finds what is wrong in forged ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from massage_voice.clip import RATE
from tests.faults.hearing import unheard
from tests.faults.reader import Kill, Life, Line, cautions, clocks, goes_on, journal_lives, lost_s, owed

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
PLAN: Line = {
    "steps": [{"index": 1}, {"index": 2}],
    "cues": [
        {"step": 1, "kind": "opening", "hazard": "spine-bones"},
        {"step": 1, "kind": "safety", "hazard": "kidneys-ribs"},
        {"step": 1, "kind": "instruction", "hazard": None},
        {"step": 1, "kind": "safety-repeat", "hazard": "neck-movement"},
        {"step": 2, "kind": "safety", "hazard": "spine-bones"},
    ],
}


def cue(name: str, kind: str, at: float, outcome: str = "delivered") -> dict[str, Any]:
    step = int(name.split(".", maxsplit=1)[0])
    return {"cue": name, "kind": kind, "step": step, "started": at, "ended": at + 2, "outcome": outcome}


def entry(event: str, clock: float, state: str = "playing", **more: Any) -> dict[str, Any]:
    at = {"event": event, "state": state, "clock": clock, "phase": "steps", "step": 1, "name": "a", "practised": 0.0,
          "left": None, "front": False, "worked": False, "stopped": False, "barred": False}  # fmt: skip
    return {**at, "at": NOON.isoformat(), **more}


SPINE = cue("1.full.spine-bones", "opening", 2)
RIBS = cue("1.short.kidneys-ribs", "safety", 5)
SAY = cue("1.say.1", "instruction", 8)
START = [entry("start", 0)]


def wrong(*ledger: Line, journal: list[Any] = START) -> list[str]:
    return cautions(Life(journal, ledger), PLAN)


def test_what_a_step_owes() -> None:
    """The cautions before its first instruction; one that falls due later is none of them."""
    assert owed(PLAN) == {1: {"spine-bones", "kidneys-ribs"}, 2: {"spine-bones"}}


def test_a_session_as_it_should_be() -> None:
    """Nothing to say."""
    assert wrong(SPINE, RIBS, SAY) == []


@pytest.mark.parametrize("outcome", ["cut", "failed"])
def test_a_caution_that_was_not_heard_whole(outcome: str) -> None:
    """Must be said again before the step goes on; until then nothing is wrong."""
    torn = {**SPINE, "outcome": outcome}
    assert wrong(torn) == []
    assert wrong(torn, cue("1.full.spine-bones@2", "opening", 4), RIBS, SAY) == []
    assert wrong(torn, RIBS, SAY)[0] == f"1.full.spine-bones was {outcome}, and 1.say.1 was said without it"


def test_a_short_caution_may_be_made_good_by_the_full_one() -> None:
    """And by no other hazard's."""
    torn = cue("1.short.neck-movement", "safety-repeat", 12, "cut")
    said = cue("1.reminder.1", "reminder", 20)
    assert wrong(SPINE, RIBS, SAY, torn, cue("1.full.neck-movement@3", "safety", 15), said) == []
    assert len(wrong(SPINE, RIBS, SAY, torn, cue("1.full.spine-bones@3", "safety", 15), said)) == 1


def test_a_torn_caution_of_the_preparation() -> None:
    """May be said again with all of the preparation, before the first step."""
    torn, first = cue("0.prepare.2", "safety", -5, "cut"), cue("0.prepare.1@2", "instruction", -9)
    again = cue("0.prepare.2@2", "safety", -5)
    assert wrong(torn, first, again, SPINE, RIBS, SAY) == []
    assert wrong(torn, first, SPINE, RIBS, SAY) == ["0.prepare.2 was cut, and 1.say.1 was said without it"]


def test_an_instruction_before_a_caution() -> None:
    """Whether the caution comes too late or never."""
    assert wrong(SPINE, SAY) == ["1.say.1 was said without kidneys-ribs, since the session came there at 0.0 s"]
    assert len(wrong(SPINE, cue("1.say.1", "instruction", 4.5), cue("1.full.kidneys-ribs", "safety", 7))) == 1


def test_cautions_from_before_a_return_do_not_count() -> None:
    """After a lost device, a pause or a jump they are owed anew; time that went by alone changes nothing."""
    back = [*START, entry("device-lost", 9, "lost"), entry("device-back", 9)]
    reminder = cue("1.reminder.1", "reminder", 30)
    assert len(wrong(SPINE, RIBS, SAY, reminder, journal=back)) == 2
    assert wrong(SPINE, RIBS, SAY, reminder, journal=[*START, entry("at", 20)]) == []


def test_the_next_step_is_another_place() -> None:
    """Its cautions are its own."""
    journal = [*START, entry("at", 40, step=2)]
    say = cue("2.say.1", "instruction", 46)
    assert wrong(SPINE, RIBS, SAY, cue("2.short.spine-bones", "safety", 42), say, journal=journal) == []
    assert len(wrong(SPINE, RIBS, SAY, say, journal=journal)) == 1
    assert "nothing tells how" in wrong(SPINE, RIBS, SAY, say)[0]


def test_the_clock_of_a_session() -> None:
    """Never goes back, and stands while there is no sound."""
    assert clocks([entry("at", 3), entry("device-lost", 4, "lost"), entry("device-back", 4), entry("at", 9)]) == []
    assert clocks([entry("at", 3), entry("at", 2.9)]) == ["at: the clock went back by 0.100 s"]
    assert len(clocks([entry("device-lost", 4, "lost"), entry("device-back", 5)])) == 1


def test_lives() -> None:
    """Each `resumed` begins one."""
    assert [len(life) for life in journal_lives([entry("start", 0), entry("resumed", 0), entry("start", 0)])] == [1, 2]


def killed(was: Line, *ledger: Line, after_s: float = 1.0) -> Kill:
    return Kill(Life([was], ledger), NOON + timedelta(seconds=after_s))


AT = entry("at", 40, step=2, practised=12.0, left=30.0)


def test_going_on_where_it_was() -> None:
    """The same step and place; a session that had not begun has none."""
    assert goes_on(killed(AT), [{"event": "resumed"}, {**AT, "event": "start"}]) == []
    assert goes_on(Kill(Life([], []), NOON), []) == []


ELSEWHERE: dict[str, dict[str, Any]] = {
    "step was 2, is 1": {"step": 1},
    "phase was 'steps', is 'closing'": {"phase": "closing"},
    "stopped was False, is True": {"stopped": True},
    "it went on 7.000 s of practice away from the last entry": {"practised": 5.0, "left": 37.0},
    "the step's practice took 42.000 s and takes 62.000 s": {"left": 50.0},
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_going_on_elsewhere(what: str) -> None:
    """Another step, place or state."""
    assert goes_on(killed(AT), [{**AT, "event": "start", **ELSEWHERE[what]}]) == [what]


def test_going_on_behind_what_was_heard() -> None:
    """A step that had begun is not gone back over, and no more than five seconds of practice are done again."""
    assert len(goes_on(killed({**AT, "step": 1}, cue("2.say.1", "instruction", 1)), [{**AT, "step": 1}])) == 1
    assert goes_on(killed(AT, after_s=8.0), [AT]) == ["8.0 s of practice are done again"]
    assert goes_on(killed(AT), []) == ["it did not go on"]


def test_waiting_loses_no_practice() -> None:
    """A kill during a pause comes as late as it likes."""
    assert lost_s(killed({**AT, "state": "paused"}, after_s=100)) == 0.0


def test_a_ledger_that_the_recording_contradicts() -> None:
    """A clip that is missing, torn in its middle, or there once and called delivered twice."""
    dice = np.random.default_rng(1)
    one, other = (np.convolve(dice.normal(0, 900, RATE), np.ones(24), "same").astype(np.int16) for _ in range(2))
    rest = np.zeros(RATE // 2, np.int16)
    lines = [cue("1.say.1", "instruction", 0), cue("1.say.2", "instruction", 2)]
    clips, words = {"one": one, "other": other}, {"1.say.1": "one", "1.say.2": "other"}
    whole = np.concatenate([rest, one, rest, other, rest])
    torn = np.concatenate([rest, one, rest, other[: RATE // 2], rest, other[RATE // 2 :]])
    assert unheard(lines, [whole], clips, words) == []
    assert unheard(lines, [np.concatenate([rest, one]), np.concatenate([other, rest])], clips, words) == []
    for recording in (torn, np.concatenate([rest, one, rest]), np.concatenate([other, rest, one])):
        assert unheard(lines, [recording], clips, words) == [
            "1.say.2 is called delivered, and it is not in the recording"
        ]
    assert len(unheard([lines[0], cue("1.say.1@2", "instruction", 5)], [whole], clips, words)) == 1
