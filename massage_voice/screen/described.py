"""A routine in sentences: what the picture shows, for a screen reader and for whoever would rather read."""

from __future__ import annotations

from collections.abc import Iterator

from massage_voice.clip import RATE
from massage_voice.safety.registry import Registry, Severity
from massage_voice.screen.overview import AFTER, BEFORE, pressure_words, ranges, steps_of, warned, worked
from massage_voice.screen.picture import about
from massage_voice.screen.views import clock, title
from massage_voice.timeline.model import Chapter, Timeline
from massage_voice.timeline.plan import Plan

_GRAVE = {Severity.CRITICAL: "Could kill or disable: ", Severity.HIGH: "Lasting injury: "}


def described(made: Plan, timeline: Timeline, registry: Registry) -> Iterator[str]:
    """One sentence a line; what belongs together follows a line that says what it is."""
    yield f"{', '.join(about(made, timeline))}."
    yield f"Steps: {len(steps_of(timeline))}."
    yield from (_step(chapter, registry) for chapter in timeline.chapters)
    yield "Where the hands work, from the head down:"
    for row in worked(timeline, registry):
        most = f"at most {registry.levels[row.most]}" if row.most else "resting hands"
        yield f"{title(row.area).capitalize()}: {_steps(tuple(row.levels))}, {most}."
    yield f"Never worked: {', '.join(sorted(map(title, registry.no_go)))}."
    yield "Cautions:"
    for caution in warned(made.script, timeline, registry):
        around = {BEFORE: "before the session", AFTER: "at the end"}.get(caution.around, "")
        when = ", ".join(part for part in (_steps(caution.steps), around) if part)
        yield f"{_GRAVE.get(caution.severity, '')}{caution.text} {when.capitalize()}."


def _step(chapter: Chapter, registry: Registry) -> str:
    secured = chapter.secured
    step = secured.step
    start, work, end = (clock(f / RATE) for f in (chapter.start, chapter.practice_start, chapter.practice_end))
    if secured.hands_off:
        return f"Step {secured.index}, cautions alone: {start} to {end}, the hands rest."
    where = ", ".join(map(title, step.areas))
    how = pressure_words(step.pressure)
    return (
        f"Step {secured.index}, {title(step.name)}: explained from {start}, hands work from {work} to {end}; "
        f"{registry.techniques[step.technique]}, {how}; {where}."
    )


def _steps(numbers: tuple[int, ...]) -> str:
    return f"step{'s' if len(numbers) > 1 else ''} {ranges(numbers)}" if numbers else ""
