"""A routine as a picture in character cells: steps to scale, areas, pressure, cautions.

Readable at 80 columns, without colour, and line by line by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from massage_voice.clip import RATE
from massage_voice.safety.registry import Registry
from massage_voice.safety.script import SecuredStep
from massage_voice.screen.talk import clean
from massage_voice.screen.views import clock, title
from massage_voice.timeline.model import Chapter, Timeline
from massage_voice.timeline.plan import Plan

LEAST_WIDTH, MOST_WIDTH = 60, 120
_LABEL = 27
_SHADES = (" ", "·", "░", "▒", "▓")
"""Pressure by level, still to firm."""


def picture(made: Plan, timeline: Timeline, registry: Registry, width: int) -> Iterator[Text]:
    """The lines of the picture, each at most `width` cells wide where words allow."""
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    script = made.script
    front = "with the front of the neck" if script.front else "the front of the neck left out"
    has_gate = any(step.gate is not None for step in script.routine.steps)
    about = [clean(script.routine.title), str(script.routine.position), clock(timeline.length / RATE)]
    yield Text(" · ".join([*about, front] if has_gate else about), style="bold")
    yield Text()
    yield from _bars(timeline, registry, width)
    yield Text(f"{'':{_LABEL}}{_scale(timeline, width - _LABEL)}", style="dim")
    yield Text(f"{'':{_LABEL}}{_legend(registry)}", style="dim")
    yield Text()
    yield from _areas(timeline, registry, width)
    yield Text()
    yield from _cautions(timeline, registry)


def _bars(timeline: Timeline, registry: Registry, width: int) -> Iterator[Text]:
    """One bar a step: `=` while it is explained, then the shade of its pressure while the hands work."""
    cells = width - _LABEL
    for chapter in timeline.chapters:
        start, work, end = (
            frame * cells // timeline.length for frame in (chapter.start, chapter.practice_start, chapter.practice_end)
        )
        line = Text(f"{_label(chapter.secured):{_LABEL}.{_LABEL}}")
        line.append(" " * start + "=" * (work - start), style="yellow")
        line.append(_shade(chapter, registry, max(end - work, 1)), style="cyan")
        yield line


def _label(secured: SecuredStep) -> str:
    name = "(cautions)" if secured.hands_off else title(clean(secured.step.name))
    return f"{secured.index:2} {name:.{_LABEL - 5}} "


def _shade(chapter: Chapter, registry: Registry, cells: int) -> str:
    pressure = chapter.secured.step.pressure
    first, last = registry.level(pressure.start), registry.level(pressure.end)
    half = cells // 2
    marks = _SHADES[first] * half + _SHADES[last] * (cells - half)
    return marks if marks.strip() else "-" * cells


def _scale(timeline: Timeline, cells: int) -> str:
    """A mark every few minutes, under the bars."""
    minutes = max(1, round(timeline.length / RATE / 60 / 6))
    line = [" "] * (cells + 6)
    for minute in range(0, int(timeline.length / RATE / 60) + 1, minutes):
        at = minute * 60 * RATE * cells // timeline.length
        mark = f"|{minute}"
        line[at : at + len(mark)] = mark
    return "".join(line).rstrip() + " min"


def _legend(registry: Registry) -> str:
    marks = [f"{_SHADES[n]} {name}" for n, name in enumerate(registry.levels[:4]) if n]
    return f"= explained   - resting   {'   '.join(marks)}"


def _areas(timeline: Timeline, registry: Registry, width: int) -> Iterator[Text]:
    """Which area is worked in which step, from the head down."""
    steps = [c.secured for c in timeline.chapters if not c.secured.hands_off]
    used = [name for name in registry.areas if any(name in s.step.areas for s in steps)]
    yield Text(f"{'area':{_LABEL}}{' '.join(f'{s.index:2}' for s in steps)}", style="bold")
    for name in used:
        marks = " ".join(_mark(name, secured, registry) for secured in steps)
        yield Text(f"{title(name):{_LABEL}}{marks}"[:width])


def _mark(name: str, secured: SecuredStep, registry: Registry) -> str:
    if name not in secured.step.areas:
        return " ."
    level = max(registry.level(pressure) for pressure in secured.step.pressure.range_in(name))
    return f" {_SHADES[level] if level else '-'}"


def _cautions(timeline: Timeline, registry: Registry) -> Iterator[Text]:
    """Every caution once, with the steps in which it is in play."""
    steps: dict[str, list[int]] = {}
    for chapter in timeline.chapters:
        for hazard in chapter.secured.hazards:
            steps.setdefault(hazard, []).append(chapter.secured.index)
    yield Text(
        "cautions (!! could kill or disable, ! lasting injury), and the steps in which they are in play", style="bold"
    )
    for name in sorted(steps, key=lambda n: (-registry.hazards[n].severity, steps[n][0])):
        fact = registry.hazards[name]
        yield Text(f"{'!' * (fact.severity - 1):>2} {_ranges(steps[name])}: {fact.enter}")


def _ranges(numbers: list[int]) -> str:
    """`1-3, 5`."""
    parts: list[list[int]] = []
    for n in sorted(set(numbers)):
        if parts and n == parts[-1][-1] + 1:
            parts[-1].append(n)
        else:
            parts.append([n])
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts)
