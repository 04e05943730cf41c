"""One routine as files: the sound, and what is asked for beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from massage_voice.clip import RATE, Speech
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import (
    Answers,
    checked,
    is_first,
    make_plan,
    make_script,
    read_routine,
    session_texts,
    speeches,
    unattended_cues,
)
from massage_voice.commands.places import Places, places
from massage_voice.ports import Library, Program
from massage_voice.recording.companions import COMPANIONS, Heard
from massage_voice.recording.cover import cover
from massage_voice.recording.formats import FORMATS
from massage_voice.recording.marks import marks
from massage_voice.recording.model import About, Told, one_line
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.safety.script import Cue, Kind, Script
from massage_voice.sheet.questions import form, read_aloud
from massage_voice.sound.atomic import replacing
from massage_voice.sound.program import TimelineProgram, sounds_from
from massage_voice.timeline import wording
from massage_voice.timeline.excerpt import chosen, closing_after, excerpt
from massage_voice.timeline.joined import joined
from massage_voice.timeline.learning import closed_up
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan, spoken
from massage_voice.voices.pair import open_voices


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be made."""

    routine: str
    """A built-in name or a path."""
    asked: Asked
    output: Path
    beside: tuple[str, ...] = ("vtt",)
    """Names in `COMPANIONS`."""
    only: tuple[str, ...] = ()
    """Steps, by name or number; none means all."""
    words_only: bool = False
    """Without the time to work, for learning."""
    ledger: Path | None = None
    page: bool = False
    """A page asks the questions itself: they are a sound of their own, and the session's begins after them."""

    def files(self) -> list[Path]:
        """Everything that will be written."""
        beside = [self.output.with_suffix(COMPANIONS[name].suffix) for name in self.beside]
        return [self.output, *beside, *([self.ledger] if self.ledger else [])]


@dataclass(frozen=True, slots=True)
class Recording:
    """A preparation, and the session after it, as one timeline."""

    whole: Timeline
    begins: int
    """The frame at which the session begins, after questions and preparation."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions alone, as a page reads them aloud."""

    timeline: Timeline
    program: Program


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is known before a byte is written."""

    job: Job
    recording: Recording
    program: Program
    about: About
    asking: Asking
    notes: tuple[str, ...]
    """Sentences about the voice, to tell the user."""


def prepare(job: Job, told: Callable[[int, int], None]) -> Prepared:
    """Read, fit, audit and speak; `told` hears how many texts are ready, of how many.

    Raises:
        MassageVoiceError: it cannot be made; says why.
    """
    home = places()
    script = _script(job, home)
    with _voices(job, home, told) as library:
        made = make_plan(script, job.asked, library, _extra(job, script))
        recording = record(made, job)
        program = _program(recording.whole, library, job.asked, home)
        questions = spoken(_questions(job, script), made.sounds)
        asking = Asking(questions, TimelineProgram(questions, sounds_from(library.clip)))
    return Prepared(job, recording, program, _about(job, script, recording), asking, tuple(library.notes))


def warm(job: Job, told: Callable[[int, int], None]) -> None:
    """See that every text of it is spoken and kept, so that others find it ready.

    Raises:
        MassageVoiceError: it cannot be made; says why.
    """
    home = places()
    with _voices(job, home, told) as library:
        script = _script(job, home)
        library.prepare({**session_texts(script, job.asked), **_extra(job, script)})


@contextmanager
def _voices(job: Job, home: Places, told: Callable[[int, int], None]) -> Iterator[Library]:
    library = open_voices(job.asked.voice, job.asked.safety_voice, home.clips, told)
    try:
        yield library
    finally:
        library.close()


def write(made: Prepared, told: Told) -> str:
    """Write all files, each whole or not at all; says what was written.

    Raises:
        OutputError: one could not be written; none of them is there then.
    """
    job = made.job
    with ExitStack() as stack:
        for path, text in _texts(made):
            stack.enter_context(replacing(path)).write(text.encode())
        FORMATS[job.output.suffix.lower()].write(job.output, made.program, made.about, told)
    beside = " and ".join(path.name for path in job.files()[1:])
    return f"{job.output}{' and ' if beside else ''}{beside}: {made.recording.whole.length / RATE:.0f} s"


def _script(job: Job, home: Places) -> Script:
    routine = read_routine(job.routine, home)
    return make_script(routine, job.asked, Answers(front=bool(job.asked.front)), first=is_first(job.asked, home))


def _extra(job: Job, script: Script) -> dict[str, Speech]:
    first = [wording.LEARNING] if job.words_only else []
    return speeches([*first, *(cue.text for cue in _questions(job, script))], job.asked.wpm, caution=True)


def _questions(job: Job, script: Script) -> tuple[Cue, ...]:
    screening = load_screening()
    if not job.page:
        return unattended_cues(screening)
    return read_aloud(form(screening, load_registry(), front=script.front, live=""), screening)


def _program(timeline: Timeline, library: Library, asked: Asked, home: Places) -> Program:
    """Every text once in memory, however often it is said; music under it where it is asked for."""
    spoken = TimelineProgram(timeline, sounds_from(cache(library.clip), asked.bell_volume), asked.tick_volume)
    if asked.music is None:
        return spoken
    from massage_voice.sound.bed import Bedded
    from massage_voice.sound.music import find_music, open_music

    return Bedded(spoken, open_music(find_music(asked.music), asked.music_volume, home.clips.parent / "music"))


def record(made: Plan, job: Job) -> Recording:
    """The questions and the preparation, because nobody can answer a file, then the session or what is wanted of it.

    A page can be answered: the questions of one are apart.
    """
    questions = () if job.page else _questions(job, made.script)
    learning = (Cue("0.learning", Kind.OPENING, wording.LEARNING, 0),) if job.words_only else ()
    prelude = made.preparation((*learning, *questions))
    session = _some(made, job) if job.only else made.whole()
    whole = joined([prelude, session])
    if not job.words_only:
        return Recording(whole, prelude.length)
    short = closed_up(whole)
    return Recording(short, short.chapters[0].start)


def _some(made: Plan, job: Job) -> Timeline:
    """The chosen steps, each run of them audited as a session is that goes on there, and a closing."""
    numbers = chosen(made.script, job.only, at_work=not job.words_only)
    parts = [checked(part, made.script, whole=False) for part in excerpt(made, numbers)]
    return joined([*parts, made.closing(closing_after(made.script, numbers[-1], load_registry()))])


def _about(job: Job, script: Script, recording: Recording) -> About:
    routine = script.routine
    title = routine.title
    if job.only:
        steps = [c.secured.step.name.replace("-", " ") for c in recording.whole.chapters if not c.secured.hands_off]
        title = f"{title}: {', '.join(steps)}"
    if job.words_only:
        title = f"{one_line(title, 180)} (words only)"
    comment = wording.LEARNING if job.words_only else ""
    return About(one_line(title), routine.language, marks(recording.whole), cover(routine.title), comment)


def _texts(made: Prepared) -> Iterator[tuple[Path, str]]:
    job = made.job
    heard = Heard(made.recording.whole.placements, made.about, made.recording.begins)
    for name in job.beside:
        yield job.output.with_suffix(COMPANIONS[name].suffix), COMPANIONS[name].text(heard)
    if job.ledger is not None:
        yield job.ledger, _ledger(made.recording)


def _ledger(recording: Recording) -> str:
    """A line a cue: what the file holds, in seconds of the session; the preparation lies before 0."""
    lines = []
    for placement in recording.whole.placements:
        start, end = ((frame - recording.begins) / RATE for frame in (placement.start, placement.end))
        cue = placement.cue
        lines.append({
            "cue": cue.id, "kind": cue.kind.value, "step": cue.step,
            "planned": round(start, 6), "started": round(start, 6), "ended": round(end, 6), "outcome": "delivered",
        })  # fmt: skip
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
