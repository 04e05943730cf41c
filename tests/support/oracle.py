"""What must never happen, read from a timeline by brute reasoning.

Written from docs and the raw YAML alone: it uses neither the registry's classes nor `secure`, `layout`, `audit`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from massage_voice.timeline.model import Chapter, Placement, Timeline

RAW: dict[str, Any] = yaml.safe_load(files("massage_voice").joinpath("data/safety/registry.yaml").read_text("utf-8"))
HAZARDS: dict[str, Any] = RAW["hazards"]
AREAS: dict[str, Any] = RAW["areas"]


@dataclass(frozen=True)
class Person:
    """How the receiver starts, and what is known of them."""

    position: str = "seated"
    flags: frozenset[str] = frozenset()
    lies_from: int | None = None
    """Index of the first step after they lay down."""


def unsafe(timeline: Timeline, person: Person) -> list[str]:
    """Every moment of practice whose cautions were not heard, are too old, or were not whole."""
    return [
        *_broken(timeline),
        *(fault for chapter in timeline.chapters for fault in _chapter(timeline, chapter, person)),
    ]


def _broken(timeline: Timeline) -> Iterator[str]:
    spoken = [p for p in timeline.placements if p.cue.kind != "bell"]
    for one, other in pairwise(spoken):
        if other.start < one.end:
            yield f"{one.cue.id} and {other.cue.id} overlap"
    for one in spoken:
        if not 0 <= one.start < one.end <= timeline.length:
            yield f"{one.cue.id} is not whole"
        if one.cue.hazard and one.cue.text not in _texts(one.cue.hazard):
            yield f"{one.cue.id} says other words"


def _texts(hazard: str) -> list[str]:
    return [HAZARDS[hazard]["enter"], *HAZARDS[hazard]["repeats"]]


def _chapter(timeline: Timeline, chapter: Chapter, person: Person) -> Iterator[str]:
    step = chapter.secured.step
    work = chapter.practice_start, chapter.practice_end
    if chapter.secured.hands_off or not step.areas or work[0] >= work[1]:
        return
    for area in step.areas:
        for hazard in _of_area(area, step, person):
            fact = HAZARDS[hazard]
            since = chapter.start if fact.get("always_full") else _entered(timeline, chapter, area)
            if not _heard_in_full(timeline, hazard, since, work[0]):
                yield f"{step.name}: hands in {area} and {hazard} not heard since {since}"
            yield from _stale(timeline, hazard, work, step.name)
    for hazard in _of_session(chapter, person):
        yield from _stale(timeline, hazard, work, step.name)


def _of_area(area: str, step: Any, person: Person) -> Iterator[str]:
    names = list(AREAS[area]["hazards"])
    if "head-turn" in step.flags:
        names.append("head-turn")
    still = step.technique == "hold" and all(set(step.pressure.range_in(a)) == {"still"} for a in step.areas)
    for name in names:
        scope = HAZARDS[name].get("scope")
        flag = scope.get("partner_flag") if isinstance(scope, dict) else None
        if flag and not person.flags.intersection(flag):
            continue
        if still and HAZARDS[name]["severity"] != "critical":
            continue
        yield name


def _of_session(chapter: Chapter, person: Person) -> Iterator[str]:
    lies = person.lies_from is not None and chapter.secured.index >= person.lies_from
    position = "prone" if lies else person.position
    yield "warning-signs"
    if position in {"seated", "standing"}:
        yield "seated-faint"
    if position == "prone":
        yield "prone-airway"
    if position in {"prone", "side-lying"} and chapter.secured.step.technique != "hold":
        yield "no-leaning"


def _entered(timeline: Timeline, chapter: Chapter, area: str) -> int:
    """The start of the first of the neighbouring steps in which `area` is worked without a break."""
    number = next(n for n, other in enumerate(timeline.chapters) if other is chapter)
    while number > 0 and area in timeline.chapters[number - 1].secured.step.areas:
        number -= 1
    return timeline.chapters[number].start


def _heard_in_full(timeline: Timeline, hazard: str, since: int, until: int) -> bool:
    wanted = {HAZARDS[hazard]["enter"]}
    if hazard == "carotid-keep-off":
        wanted.add(HAZARDS["carotid-jugular"]["enter"])
    return any(p.cue.text in wanted and since <= p.start and p.end <= until for p in timeline.placements)


def _stale(timeline: Timeline, hazard: str, work: tuple[int, int], name: str) -> Iterator[str]:
    """Every gap between sayings that is too long and in which the hands work."""
    repeat_s = HAZARDS[hazard]["repeat_s"]
    if repeat_s is None:
        return
    allowed = repeat_s * timeline.rate + timeline.rate // 100
    sayings = [p for p in timeline.placements if p.cue.hazard == hazard and p.start < work[1]]
    if not any(p.end <= work[0] for p in sayings):
        yield f"{name}: {hazard} was never said"
    ends = [p.end for p in sayings]
    starts = [p.start for p in sayings[1:]] + [work[1]]
    for end, start in zip(ends, starts, strict=True):
        if start > work[0] and start - end > allowed:
            yield f"{name}: {hazard} is {(start - end) / timeline.rate:.1f} s old, not {repeat_s}"


def spliced(before: Timeline, frame: int, after: Timeline) -> Timeline:
    """What is heard when `after` takes over from `before` at `frame` and the hands never left: one timeline."""
    moved = [Placement(p.cue, p.start + frame, p.end + frame) for p in after.placements]
    kept = [p for p in before.placements if p.end <= frame]
    earlier = [c for c in before.chapters if c.start <= frame]
    later = [
        replace(
            c,
            start=c.start + frame,
            practice_start=c.practice_start + frame,
            practice_end=c.practice_end + frame,
            end=c.end + frame,
        )
        for c in after.chapters
    ]
    seam = replace(earlier[-1], practice_end=later[0].practice_end, end=later[0].end)
    return replace(
        after,
        placements=(*kept, *moved),
        chapters=(*earlier[:-1], seam, *later[1:]),
        length=after.length + frame,
        ticks=(),
    )
