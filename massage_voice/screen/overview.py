"""What a routine asks of the hands, and of which dangers it warns, as rows: the pictures are drawn from them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from massage_voice.routine.model import Pressure
from massage_voice.safety.registry import Registry, Severity
from massage_voice.safety.script import Cue, Script, SecuredStep
from massage_voice.screen.views import title
from massage_voice.timeline.model import Timeline

BEFORE: Final = "before"
AFTER: Final = "after"
"""What is said once, before the first step or after the last."""


@dataclass(frozen=True, slots=True)
class Worked:
    """An area, and how it is worked."""

    area: str
    levels: Mapping[int, int]
    """The highest level of pressure in each step that works it, by the step's index."""

    @property
    def most(self) -> int:
        """The highest level in any step."""
        return max(self.levels.values())


@dataclass(frozen=True, slots=True)
class Warned:
    """A caution, and when it holds."""

    hazard: str
    severity: Severity
    text: str
    """In full, as it is spoken."""
    steps: tuple[int, ...]
    """The steps in which it is in play, by index, in order."""
    around: str = ""
    """`BEFORE` or `AFTER`, or empty."""

    @property
    def when(self) -> str:
        """`1-3, 5`, or `before`, or `after`."""
        return ", ".join(part for part in (ranges(self.steps), self.around) if part)


def steps_of(timeline: Timeline) -> list[SecuredStep]:
    """The steps in which the hands do something."""
    return [chapter.secured for chapter in timeline.chapters if not chapter.secured.hands_off]


def worked(timeline: Timeline, registry: Registry) -> list[Worked]:
    """Every area that is worked, in the registry's order: from the head down."""
    steps = steps_of(timeline)
    rows = []
    for area in registry.areas:
        levels = {s.index: level_in(s, area, registry) for s in steps if area in s.step.areas}
        if levels:
            rows.append(Worked(area, levels))
    return rows


def level_in(secured: SecuredStep, area: str, registry: Registry) -> int:
    """The highest level of pressure that a step asks for in `area`."""
    return max(registry.level(name) for name in secured.step.pressure.range_in(area))


def warned(script: Script, timeline: Timeline, registry: Registry) -> list[Warned]:
    """Every caution once, the gravest first, then in the order of the steps."""
    steps: dict[str, list[int]] = {}
    for chapter in timeline.chapters:
        for hazard in chapter.secured.hazards:
            steps.setdefault(hazard, []).append(chapter.secured.index)
    around = {**_said(script.preparation, BEFORE), **_said(script.closing, AFTER)}
    rows = [
        Warned(name, fact.severity, fact.enter, tuple(dict.fromkeys(steps.get(name, ()))), around.get(name, ""))
        for name, fact in registry.hazards.items()
        if name in steps or name in around
    ]
    return sorted(rows, key=_order)


def _order(row: Warned) -> tuple[int, int]:
    """The gravest first, then the one that is met first."""
    first = row.steps[0] if row.steps else 0 if row.around == BEFORE else sys.maxsize
    return -row.severity, first


def _said(cues: Iterable[Cue], when: str) -> dict[str, str]:
    return {cue.hazard: when for cue in cues if cue.hazard is not None}


def ranges(numbers: Iterable[int]) -> str:
    """`1-3, 5`."""
    runs: list[list[int]] = []
    for n in sorted(set(numbers)):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def pressure_words(pressure: Pressure) -> str:
    """`light to moderate, light on the low back`."""
    words = pressure.start if pressure.start == pressure.end else f"{pressure.start} to {pressure.end}"
    words = {"still": "no pressure"}.get(words, words)
    return ", ".join([words, *(f"{level} on the {title(area)}" for area, level in pressure.by_area)])
