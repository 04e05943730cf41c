"""What a session sheet tells, as values: parts in their order, places, cautions, questions. No markup here.

Times are seconds from the first sound of what the page plays, or of the session where it plays nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from massage_voice.clip import RATE
from massage_voice.recording.marks import marks
from massage_voice.recording.model import Mark
from massage_voice.safety.registry import Registry
from massage_voice.safety.screening import Screening
from massage_voice.safety.script import Script
from massage_voice.screen.overview import Warned, Worked, level_in, pressure_words, warned, worked
from massage_voice.screen.talk import clean
from massage_voice.screen.views import clock
from massage_voice.sheet.questions import Question, form
from massage_voice.timeline.model import Chapter, Placement, Timeline

ASKED: Final = "any-sign"
"""What a live session asks after a stop; a page cannot hear the answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the session that has a name: a step with the cautions before it, or what comes around the steps."""

    name: str
    start: float
    end: float
    step: int | None = None
    """Its number, as the program counts; None around the steps."""
    number: str = ""
    """`5`, or `4-5` where cautions alone come first."""
    work: tuple[float, float] | None = None
    """While the hands work."""
    technique: str = ""
    pressure: str = ""
    rise: tuple[int, int] = (0, 0)
    """Levels of pressure at the beginning and at the end."""
    areas: tuple[tuple[str, int], ...] = ()
    """Where the hands are, each with its highest level."""
    lines: tuple[str, ...] = ()
    """What is said besides the cautions: instructions, then reminders."""
    hazards: tuple[str, ...] = ()
    """Of its areas, in the order of saying."""
    owed: tuple[str, ...] = ()
    """Of the session and the position: in play here, or said once before and never again."""

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Sounds:
    """What a page plays, as MP3; the timeline of a sheet that has it is that of `session`."""

    session: bytes
    """From the preparation to the goodbye; no question is in it."""
    questions: bytes
    reading: Timeline
    """Where in `questions` each is read aloud, as `read_aloud` names them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the page."""

    title: str
    language: str
    facts: tuple[str, ...]
    """Length, position and the like, a few words each."""
    length: float
    parts: tuple[Part, ...]
    worked: tuple[Worked, ...]
    warned: tuple[Warned, ...]
    questions: tuple[str, ...]
    """Asked before a session; the last line says what a yes means."""
    gate: tuple[str, ...]
    """Asked as well before the front of the neck; empty when it is left out."""
    preparation: tuple[str, ...]
    emergency: tuple[str, ...]
    closing: tuple[str, ...]
    form: tuple[Question, ...] = ()
    """What must be answered before it plays."""
    placements: tuple[Placement, ...] = ()
    """What is heard, where the page plays it."""
    sounds: Sounds | None = None
    """None: the page plays nothing."""


def sheet_of(
    script: Script, timeline: Timeline, registry: Registry, screening: Screening, sounds: Sounds | None = None
) -> Sheet:
    """The page of `script`; with `sounds`, `timeline` is the recording's, preparation and all."""
    routine = script.routine
    live = f"massage-voice run {clean(shlex.quote(routine.name))}"
    parts = tuple(_parts(script, timeline, registry))
    return Sheet(
        title=clean(routine.title),
        language=clean(routine.language),
        facts=tuple(_facts(script, timeline)),
        length=timeline.length / RATE,
        parts=parts,
        worked=tuple(worked(timeline, registry)),
        warned=tuple(warned(script, timeline, registry)),
        questions=screening.unattended_lines(),
        gate=tuple(screening.data["front_gate"]) if script.front else (),
        preparation=tuple(clean(cue.text) for cue in script.preparation),
        emergency=tuple(line for name, line in screening.data["emergency"].items() if name != ASKED),
        closing=tuple(clean(cue.text) for cue in script.closing),
        form=form(screening, registry, front=script.front, live=live) if sounds else (),
        placements=timeline.placements if sounds else (),
        sounds=sounds,
    )


def _facts(script: Script, timeline: Timeline) -> Iterator[str]:
    steps = sum(not chapter.secured.hands_off for chapter in timeline.chapters)
    yield f"{clock(timeline.length / RATE)} minutes"
    yield f"{steps} step{'' if steps == 1 else 's'}"
    yield f"starts {script.routine.position}"
    if any(step.gate is not None for step in script.routine.steps):
        yield "with the front of the neck" if script.front else "front of the neck left out"


def _parts(script: Script, timeline: Timeline, registry: Registry) -> Iterator[Part]:
    once = [cue.hazard for cue in script.preparation if cue.hazard is not None]
    for mark in marks(timeline):
        chapters = [c for c in timeline.chapters if mark.start <= c.start < mark.end]
        if chapters:
            wide = [c for chapter in chapters for c in chapter.secured.cautions if c.session_wide]
            once += [c.hazard for c in wide if c.repeat_ms is None]
            yield _step(mark, chapters, registry, tuple(dict.fromkeys([*(c.hazard for c in wide), *once])))
        else:
            yield Part(clean(mark.title), mark.start / RATE, mark.end / RATE)


def _step(mark: Mark, chapters: list[Chapter], registry: Registry, owed: tuple[str, ...]) -> Part:
    """A step, and the parts of cautions alone before it."""
    chapter = chapters[-1]
    secured = chapter.secured
    step = secured.step
    first = chapters[0].secured.index
    hazards = (c.hazard for one in chapters for c in one.secured.cautions if not c.session_wide)
    return Part(
        name=clean(mark.title),
        start=mark.start / RATE,
        end=mark.end / RATE,
        step=secured.index,
        number=f"{first}-{secured.index}" if first < secured.index else str(first),
        work=(chapter.practice_start / RATE, chapter.practice_end / RATE),
        technique=registry.techniques[step.technique],
        pressure=pressure_words(step.pressure),
        rise=(registry.level(step.pressure.start), registry.level(step.pressure.end)),
        areas=tuple((area, level_in(secured, area, registry)) for area in step.areas),
        lines=tuple(clean(cue.text) for cue in (*secured.say, *(timed.cue for timed in secured.remind))),
        hazards=tuple(dict.fromkeys(hazards)),
        owed=owed,
    )
