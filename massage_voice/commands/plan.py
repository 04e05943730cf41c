"""`plan`: every cue with its time, before a minute is spent."""

from __future__ import annotations

import json

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, is_first, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.errors import ExitCode
from massage_voice.screen.progress import Progress
from massage_voice.screen.table import plan_table
from massage_voice.screen.talk import data, talk
from massage_voice.timeline.model import Chapter, Placement, Timeline
from massage_voice.timeline.plan import Plan
from massage_voice.voices.pair import open_voices


def plan(name: str, asked: Asked, *, as_json: bool) -> ExitCode:
    """Print the timeline of the routine called `name`."""
    home = places()
    routine = read_routine(name, home)
    script = make_script(routine, asked, Answers(front=bool(asked.front)), first=is_first(asked, home))
    with Progress("Preparing the voice").shown() as told:
        library = open_voices(asked.voice, asked.safety_voice, home.clips, told)
        try:
            made = make_plan(script, asked, library)
        finally:
            library.close()
    for note in library.notes:
        talk(note)
    timeline = made.whole()
    if as_json:
        data(json.dumps(document(made, timeline, asked, library.voice), ensure_ascii=False))
    else:
        plan_table(made, timeline)
    return ExitCode.FINISHED


def document(made: Plan, timeline: Timeline, asked: Asked, voice: str) -> dict[str, object]:
    """The fixed JSON of `plan --json`."""
    script = made.script
    return {
        "routine": script.routine.name,
        "title": script.routine.title,
        "language": script.routine.language,
        "voice": voice,
        "wpm": asked.wpm,
        "pace": asked.pace,
        "first": script.first,
        "front": script.front,
        "length": _seconds(timeline.length),
        "steps": [_step(chapter) for chapter in timeline.chapters],
        "cues": [_cue(placement) for placement in timeline.placements],
    }


def _step(chapter: Chapter) -> dict[str, object]:
    step = chapter.secured.step
    return {
        "index": chapter.secured.index,
        "name": step.name,
        "exercise": step.exercise,
        "areas": list(step.areas),
        "technique": step.technique,
        "pressure": str(step.pressure),
        "side": step.side.value,
        "hazards": list(chapter.secured.hazards),
        "start": _seconds(chapter.start),
        "practice_start": _seconds(chapter.practice_start),
        "end": _seconds(chapter.end),
    }


def _cue(placement: Placement) -> dict[str, object]:
    cue = placement.cue
    return {
        "id": cue.id,
        "step": cue.step,
        "kind": cue.kind.value,
        "hazard": cue.hazard,
        "text": cue.text,
        "start": _seconds(placement.start),
        "end": _seconds(placement.end),
    }


def _seconds(frames: int) -> float:
    return round(frames / RATE, 6)
