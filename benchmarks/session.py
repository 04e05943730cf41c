"""The session that `run` plays, made once more in this process: what should be heard, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.program import ROUTINE, cold_home
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine, speeches
from massage_voice.commands.places import Places
from massage_voice.commands.run import GREETING
from massage_voice.safety.screening import load_screening
from massage_voice.timeline import wording
from massage_voice.timeline.model import Timeline
from massage_voice.voices.library import ClipLibrary, open_library

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Expected:
    """What one run of the stream should hold."""

    name: str
    cues: tuple[tuple[int, Samples], ...]
    """(frame, samples) of each spoken cue."""
    length: int


@dataclass(frozen=True, slots=True)
class Session:
    """All that a live session with `program.SESSION` says."""

    greeting: Samples
    prelude: Expected
    main: Expected


def places(home: Path) -> Places:
    """Where `MASSAGE_VOICE_HOME=home` puts things."""
    return Places(home / "config/routines", home / "data/sessions", home / "cache/clips", home / "config/config.yaml")


def expected(home: Path) -> Session:
    """The session as it will be heard; clips that are missing in `home` are made."""
    asked, where = Asked(), places(home)
    library = open_library(None, where.clips)
    assert isinstance(library, ClipLibrary), "a benchmark needs a voice"  # noqa: S101
    try:
        script = make_script(read_routine(ROUTINE, where), asked, Answers(), first=True)
        spoken_before = speeches([GREETING, *load_screening().texts()], asked.wpm)
        live = speeches(wording.live_texts(script.limit_ms // 60_000), asked.wpm)
        library.prepare(spoken_before)
        plan = make_plan(script, asked, library, live)

        def heard(name: str, timeline: Timeline) -> Expected:
            cues = [(p.start, library.clip(p.cue.text).samples) for p in timeline.placements if p.cue.is_spoken]
            return Expected(name, tuple(cues), timeline.length)

        greeting = library.clip(GREETING).samples
        return Session(greeting, heard("preparation", plan.preparation()), heard("session", plan.timeline()))
    finally:
        library.close()


@contextmanager
def warm_home() -> Iterator[Path]:
    """A home that holds every clip that a live session needs."""
    with cold_home() as home:
        expected(home)
        yield home
