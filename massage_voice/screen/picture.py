"""A routine as a picture in character cells: steps to scale, a map of the body, pressure, cautions.

Readable at 80 columns, without colour, and line by line by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from massage_voice.body import load_body
from massage_voice.clip import RATE
from massage_voice.safety.registry import Registry
from massage_voice.safety.script import SecuredStep
from massage_voice.screen.cells import NEVER, SKIN, body_map
from massage_voice.screen.overview import steps_of, warned, worked
from massage_voice.screen.talk import clean
from massage_voice.screen.views import clock, title
from massage_voice.timeline.model import Chapter, Timeline
from massage_voice.timeline.plan import Plan

LEAST_WIDTH, MOST_WIDTH = 60, 120
_LABEL = 27
_SHADES = (" ", "·", "░", "▒", "▓")
"""Pressure by level, still to firm."""
_PLAIN_SHADES = (" ", ".", ":", "#", "@")
"""The same where a terminal's encoding lacks those."""


def picture(made: Plan, timeline: Timeline, registry: Registry, width: int, encoding: str = "utf-8") -> Iterator[Text]:
    """The lines of the picture, each at most `width` cells wide where words allow.

    What `encoding` lacks is replaced.
    """
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    shades = _shades(encoding)
    for line in _lines(made, timeline, registry, width, shades):
        if not _has(encoding, line.plain):
            line.plain = line.plain.replace(" · ", " - ").encode(encoding, "replace").decode(encoding)
        yield line


def _lines(made: Plan, timeline: Timeline, registry: Registry, width: int, shades: Sequence[str]) -> Iterator[Text]:
    yield Text(" · ".join(about(made, timeline)), style="bold")
    yield Text()
    yield from _bars(timeline, registry, width, shades)
    yield Text(f"{'':{_LABEL}}{_scale(timeline, width - _LABEL)}", style="dim")
    yield Text(f"{'':{_LABEL}}{_legend(registry, shades)}", style="dim")
    yield Text()
    yield from map(Text, body_map(load_body(), worked(timeline, registry), ("-", *shades[1:])))
    yield Text(f"{SKIN} not worked   {NEVER} keep off   - resting   the rest as above", style="dim")
    yield Text()
    yield from _areas(timeline, registry, width, shades)
    yield Text()
    yield from _cautions(made, timeline, registry)


def about(made: Plan, timeline: Timeline) -> list[str]:
    """What it is: title, position, length, and whether the front of the neck is in it."""
    script = made.script
    parts = [clean(script.routine.title), str(script.routine.position), clock(timeline.length / RATE)]
    if any(step.gate is not None for step in script.routine.steps):
        parts.append("with the front of the neck" if script.front else "the front of the neck left out")
    return parts


def _shades(encoding: str) -> Sequence[str]:
    return _SHADES if _has(encoding, "".join(_SHADES)) else _PLAIN_SHADES


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _bars(timeline: Timeline, registry: Registry, width: int, shades: Sequence[str]) -> Iterator[Text]:
    """One bar a step: `=` while it is explained, then the shade of its pressure while the hands work."""
    cells = width - _LABEL
    for chapter in timeline.chapters:
        start, work, end = (
            frame * cells // timeline.length for frame in (chapter.start, chapter.practice_start, chapter.practice_end)
        )
        line = Text(f"{_label(chapter.secured):{_LABEL}.{_LABEL}}")
        line.append(" " * start + "=" * (work - start), style="yellow")
        line.append(_shade(chapter, registry, max(end - work, 1), shades), style="cyan")
        yield line


def _label(secured: SecuredStep) -> str:
    name = "(cautions)" if secured.hands_off else title(clean(secured.step.name))
    return f"{secured.index:2} {name:.{_LABEL - 5}} "


def _shade(chapter: Chapter, registry: Registry, cells: int, shades: Sequence[str]) -> str:
    pressure = chapter.secured.step.pressure
    first, last = registry.level(pressure.start), registry.level(pressure.end)
    half = cells // 2
    marks = shades[first] * half + shades[last] * (cells - half)
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


def _legend(registry: Registry, shades: Sequence[str]) -> str:
    marks = [f"{shades[n]} {name}" for n, name in enumerate(registry.levels[:4]) if n]
    return f"= explained   - resting   {'   '.join(marks)}"


def _areas(timeline: Timeline, registry: Registry, width: int, shades: Sequence[str]) -> Iterator[Text]:
    """Which area is worked in which step, from the head down."""
    steps = [secured.index for secured in steps_of(timeline)]
    yield Text(f"{'area':{_LABEL}}{' '.join(f'{index:2}' for index in steps)}", style="bold")
    for row in worked(timeline, registry):
        signs = {index: shades[level] if level else "-" for index, level in row.levels.items()}
        marks = " ".join(f" {signs.get(index, '.')}" for index in steps)
        yield Text(f"{title(row.area):{_LABEL}}{marks}"[:width])


def _cautions(made: Plan, timeline: Timeline, registry: Registry) -> Iterator[Text]:
    """Every caution once, with the steps in which it is in play."""
    yield Text(
        "cautions (!! could kill or disable, ! lasting injury), and the steps in which they are in play", style="bold"
    )
    for row in warned(made.script, timeline, registry):
        yield Text(f"{'!' * (row.severity - 1):>2} {row.when}: {row.text}")
