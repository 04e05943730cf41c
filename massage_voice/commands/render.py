"""`render`: the same session as a sound file, with its captions beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import (
    Answers,
    is_first,
    make_plan,
    make_script,
    read_routine,
    speeches,
    unattended_cues,
)
from massage_voice.commands.places import places
from massage_voice.errors import ExitCode, UsageError
from massage_voice.safety.screening import load_screening
from massage_voice.screen.progress import Progress
from massage_voice.screen.talk import talk
from massage_voice.sound.atomic import write_text_atomic
from massage_voice.sound.program import TimelineProgram, sounds_from
from massage_voice.sound.wavfile import write_wav
from massage_voice.sound.webvtt import webvtt
from massage_voice.timeline.model import Placement, Timeline
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import open_library

SUFFIXES = (".wav",)


@dataclass(frozen=True, slots=True)
class Recording:
    """A preparation, and the session after it, as one timeline."""

    whole: Timeline
    prelude: Timeline
    session: Timeline


def render(name: str, asked: Asked, output: Path, ledger: Path | None) -> ExitCode:
    """Write the session of the routine called `name` to `output`, and captions beside it."""
    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"cannot render {str(output)!r}: expected a name that ends in {' or '.join(SUFFIXES)}")
    if ledger is not None and ledger.absolute() in {output.absolute(), output.with_suffix(".vtt").absolute()}:
        raise UsageError(f"the ledger cannot have the name of the sound or its captions: {ledger}")
    home = places()
    routine = read_routine(name, home)
    script = make_script(routine, asked, Answers(front=bool(asked.front)), first=is_first(asked, home))
    with Progress("Preparing the voice").shown() as told:
        library = open_library(asked.voice, home.clips, told)
        try:
            made = make_plan(
                script, asked, library, speeches(load_screening().unattended_lines(), asked.wpm, caution=True)
            )
            recording = record(made)
            program = TimelineProgram(recording.whole, sounds_from(library.clip))
        finally:
            library.close()
    for note in library.notes:
        talk(note)
    start = recording.prelude.length / RATE
    captions = output.with_suffix(".vtt")
    with Progress(f"Writing {output.name}").shown() as told:
        write_wav(output, program, told)
    write_text_atomic(
        captions, webvtt(recording.whole.placements, f"{routine.title}; the session begins at {start:.3f} s")
    )
    if ledger is not None:
        write_text_atomic(ledger, _ledger(recording))
    talk(f"{output} and {captions.name}: {recording.whole.length / RATE:.0f} s")
    return ExitCode.FINISHED


def record(made: Plan) -> Recording:
    """The questions and the preparation, because nobody can answer a file, then the session."""
    prelude = made.preparation(unattended_cues(load_screening()))
    session = made.whole()
    shift = prelude.length
    moved = tuple(_moved(placement, shift) for placement in session.placements)
    whole = replace(
        session,
        placements=(*prelude.placements, *moved),
        ticks=tuple(tick + shift for tick in session.ticks),
        length=shift + session.length,
    )
    return Recording(whole, prelude, session)


def _moved(placement: Placement, shift: int) -> Placement:
    return Placement(placement.cue, placement.start + shift, placement.end + shift)


def _ledger(recording: Recording) -> str:
    """A line a cue: what the file holds, in seconds of the session; the preparation lies before 0."""
    shift = recording.prelude.length
    lines = []
    for placement in recording.whole.placements:
        start, end = ((frame - shift) / RATE for frame in (placement.start, placement.end))
        cue = placement.cue
        lines.append({
            "cue": cue.id, "kind": cue.kind.value, "step": cue.step,
            "planned": round(start, 6), "started": round(start, 6), "ended": round(end, 6), "outcome": "delivered",
        })  # fmt: skip
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
