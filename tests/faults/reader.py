"""Reads what a session left on the disk, and says what is wrong with it. It shares no code with `session/`.

Claim A: every safety cue was delivered in full, or the session held. Claim B: a session that goes on after it was
killed goes on where it was. What a step owes comes from `massage-voice plan --json` of the same options.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

Line = Mapping[str, Any]
"""One JSON object of a journal or ledger."""

CAUTIONS: Final = frozenset({"opening", "safety", "safety-repeat"})
GUIDING: Final = frozenset({"instruction", "reminder", "switch"})
"""Cues that send hands somewhere."""
WHOLE: Final = frozenset({"delivered", "late"})
ANEW: Final = frozenset(
    {"start", "ready", "toggle", "resume", "next", "back", "repeat", "asleep", "device-back", "played"}
)
"""Journal events after which the hands come to a step by another road than the step before it; `played` stands for a
preparation, or a caution, that was heard to its end."""
EPSILON_S: Final = 0.05
MOST_LOST_S: Final = 5.0
"""How much practice may be done again after a kill."""
WRITE_S: Final = 0.5
"""A poll of the session's loop and a slow disk, between what was played and its entry."""


@dataclass(frozen=True)
class Life:
    """One process of a session: from `run` or `resume` to its end, in order."""

    journal: Sequence[Line]
    ledger: Sequence[Line]


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """Every line that ends; a last one that was torn by a kill is none."""
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def journal_lives(journal: Sequence[Line]) -> list[list[Line]]:
    """The entries of each process."""
    lives: list[list[Line]] = [[]]
    for entry in journal:
        if entry["event"] == "resumed":
            lives.append([])
        lives[-1].append(entry)
    return lives


def base(cue: str) -> str:
    """A cue's id without the number of the run in which it was said again."""
    return cue.partition("@")[0]


def hazard_of(cue: str) -> str | None:
    """The hazard that a caution's id names: `2.short.spine-bones.2` is about `spine-bones`."""
    parts = base(cue).split(".")
    return parts[2] if len(parts) > 2 and parts[1] in {"full", "short"} else None


def owed(plan: Line) -> dict[int, frozenset[str]]:
    """Of each step, the hazards of which it must be told before its first instruction."""
    hazards: dict[int, set[str]] = {step["index"]: set() for step in plan["steps"]}
    instructed: set[int] = set()
    for cue in plan["cues"]:
        if cue["kind"] in GUIDING:
            instructed.add(cue["step"])
        elif cue["kind"] in CAUTIONS and cue["step"] in hazards and cue["step"] not in instructed and cue["hazard"]:
            hazards[cue["step"]].add(cue["hazard"])
    return {step: frozenset(found) for step, found in hazards.items()}


# --- claim A ---


def cautions(life: Life, plan: Line) -> list[str]:
    """What is wrong with the cautions of one life."""
    return [*_torn(life.ledger), *_unsaid(life, owed(plan))]


def _torn(ledger: Sequence[Line]) -> Iterator[str]:
    """A caution that was not heard whole, and after which its step went on without it.

    The preparation may be said again from its beginning; its cautions must be heard before the first step.
    """
    for number, line in enumerate(ledger):
        if line["kind"] not in CAUTIONS or line["outcome"] in WHOLE:
            continue
        for later in ledger[number + 1 :]:
            if _makes_good(later, line):
                break
            concerned = later["step"] == line["step"] if line["step"] else later["step"] > 0
            if concerned and later["kind"] in GUIDING and later["outcome"] in WHOLE:
                yield f"{line['cue']} was {line['outcome']}, and {later['cue']} was said without it"
                break


def _makes_good(later: Line, torn: Line) -> bool:
    same = base(later["cue"]) == base(torn["cue"])
    full = hazard_of(torn["cue"]) is not None and base(later["cue"]).endswith(f".full.{hazard_of(torn['cue'])}")
    return (same or full) and later["outcome"] in WHOLE


def _unsaid(life: Life, hazards: Mapping[int, frozenset[str]]) -> Iterator[str]:
    """A step's instruction or reminder before a caution that the step owes since the hands came there."""
    arrivals = list(_arrivals(life.journal))
    for line in life.ledger:
        if line["kind"] not in GUIDING or line["outcome"] not in WHOLE or line["step"] not in hazards:
            continue
        came = [clock for clock, step in arrivals if step == line["step"] and clock <= line["started"] + EPSILON_S]
        if not came:
            yield f"{line['cue']} was said, and nothing tells how the session came to step {line['step']}"
            continue
        told = {
            hazard_of(other["cue"])
            for other in life.ledger
            if other["outcome"] in WHOLE and came[-1] - EPSILON_S <= other["ended"] <= line["started"] + EPSILON_S
        }
        for hazard in sorted(hazards[line["step"]] - told):
            yield f"{line['cue']} was said without {hazard}, since the session came there at {came[-1]:.1f} s"


def _arrivals(journal: Sequence[Line]) -> Iterator[tuple[float, int]]:
    """Session time and step whenever hands came to a step."""
    before: int | None = None
    for entry in journal:
        if entry.get("phase") != "steps":
            continue
        plays = entry["event"] in ANEW and entry["state"] == "playing"
        if plays or (entry["event"] == "at" and entry["step"] != before):
            yield entry["clock"], entry["step"]
        before = entry["step"]


def clocks(journal: Sequence[Line]) -> list[str]:
    """Entries of one life whose session time runs backwards, or runs on while there is no sound."""
    wrong = []
    for one, other in pairwise(entry for entry in journal if "clock" in entry):
        moved = other["clock"] - one["clock"]
        if moved < 0:
            wrong.append(f"{other['event']}: the clock went back by {-moved:.3f} s")
        if one["state"] == "lost" and abs(moved) > EPSILON_S:
            wrong.append(f"{other['event']}: the clock moved by {moved:.3f} s without sound")
    return wrong


# --- claim B ---


@dataclass(frozen=True)
class Kill:
    """A life that was killed, and when."""

    life: Life
    at: datetime


def standing(journal: Sequence[Line]) -> Line | None:
    """The last entry that tells where the session stood."""
    return next((entry for entry in reversed(journal) if "phase" in entry), None)


def goes_on(kill: Kill, after: Sequence[Line], *, repaced: bool = False) -> list[str]:
    """What is wrong with where the next life went on; `repaced` when it has another voice or other words a minute."""
    was, now = standing(kill.life.journal), next((entry for entry in after if "phase" in entry), None)
    if was is None:
        return []
    if now is None:
        return ["it did not go on"]
    wrong = list(_elsewhere(was, now))
    beyond = [line["cue"] for line in kill.life.ledger if line["step"] > was["step"] and line["outcome"] in WHOLE]
    if beyond:
        wrong.append(f"{beyond[0]} had been heard, and it went back to step {was['step']}")
    if was["phase"] == now["phase"] == "steps" and was["step"] == now["step"]:
        gap = abs(now["practised"] - was["practised"])
        if gap > EPSILON_S:
            wrong.append(f"it went on {gap:.3f} s of practice away from the last entry")
        whole = [entry["practised"] + entry["left"] for entry in (was, now) if entry["left"] is not None]
        if len(whole) == 2 and not repaced and abs(whole[0] - whole[1]) > EPSILON_S:
            wrong.append(f"the step's practice took {whole[0]:.3f} s and takes {whole[1]:.3f} s")
    if lost_s(kill) > MOST_LOST_S + WRITE_S:
        wrong.append(f"{lost_s(kill):.1f} s of practice are done again")
    return wrong


def _elsewhere(was: Line, now: Line) -> Iterator[str]:
    for what in ("phase", "step", "name", "front", "worked", "stopped", "barred"):
        if was[what] != now[what] and not (what in {"step", "name"} and was["phase"] != "steps"):
            yield f"{what} was {was[what]!r}, is {now[what]!r}"


def lost_s(kill: Kill) -> float:
    """Seconds of practice between the last entry and the kill; 0 while hands did not work."""
    was = standing(kill.life.journal)
    if was is None or was["phase"] != "steps" or was["state"] != "playing" or not was["practised"]:
        return 0.0
    return (kill.at - datetime.fromisoformat(was["at"])).total_seconds()
