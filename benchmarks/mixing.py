"""`python -m benchmarks.mixing FOLDER [STEP]`: mix the session with rain into every format; print each cost as JSON.

Of the whole session, or of one step. Beside the formats it writes what a peer needs to make the same mix, as WAV:
`words`, `bells` with the stroke ticks, `music` at full loudness, and `hush`, the gain of the music in each frame.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.encoding import OWN_AND_HELPER
from benchmarks.program import ROUTINE
from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.recorder import Job, Prepared, prepare
from massage_voice.ports import Program
from massage_voice.recording.formats import FORMATS
from massage_voice.safety.script import Cue
from massage_voice.sound.bed import Bedded
from massage_voice.sound.bells import bell
from massage_voice.sound.music import Loop, find_music, open_music
from massage_voice.sound.program import Pieces, TimelineProgram
from massage_voice.sound.samples import Samples
from massage_voice.sound.wavfile import write_wav
from massage_voice.timeline.backdrop import Backdrop
from massage_voice.timeline.model import Timeline

BED = "rain"
STEMS = ("words", "bells", "music", "hush")


@dataclass
class _Made:
    """A Program of what a function makes for any frames; not frozen, as the port's attributes are not."""

    length: int
    backdrop: Backdrop
    fill: Callable[[int, int], Samples]


def main(folder: str, *only: str) -> None:
    """Write, measure, print."""
    home = Path(folder)
    spoken = _prepared(home, only, None)
    _write_stems(home, spoken)
    mixed = _prepared(home, only, BED)
    costs = {suffix: _cost(mixed, suffix, home / f"mixed{suffix}") for suffix in FORMATS}
    print(json.dumps({"seconds": mixed.program.length / RATE, "took_s": costs}))


def _prepared(home: Path, only: tuple[str, ...], music: str | None) -> Prepared:
    return prepare(Job(ROUTINE, Asked(music=music), home / "mixed.wav", only=only), lambda _done, _total: None)


def _cost(mixed: Prepared, suffix: str, file: Path) -> float:
    """Seconds of a processor."""
    began_s = _processor_s()
    FORMATS[suffix].write(file, mixed.program, mixed.about, None)
    return _processor_s() - began_s


def _processor_s() -> float:
    """Of this process, and of ffmpeg where it helps: what else the machine does has no part in it."""
    spent = map(resource.getrusage, OWN_AND_HELPER)
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _write_stems(home: Path, spoken: Prepared) -> None:
    program = spoken.program
    bells = _bells(spoken.recording.whole)
    music = open_music(find_music(BED), 100, home)
    gains = Loop(np.full(RATE, 32767, np.int16), music.gain, music.soft_gain)
    silence = Pieces([], program.length)
    silence.backdrop = program.backdrop
    made = {
        "words": lambda start, frames: program.fill(start, frames) - bells.fill(start, frames),
        "bells": bells.fill,
        "music": lambda start, frames: music.read(start - program.backdrop.start, frames),
        "hush": Bedded(silence, gains).fill,
    }
    for name, fill in made.items():
        write_wav(home / f"{name}.wav", _Made(program.length, program.backdrop, fill), None)


def _bells(timeline: Timeline) -> Program:
    """All that sounds in a timeline but its words."""
    lengths = {place.cue.id: place.end - place.start for place in timeline.placements}

    def sound(cue: Cue) -> Samples:
        return np.zeros(lengths[cue.id], np.int16) if cue.is_spoken else bell(cue.text)

    return TimelineProgram(timeline, sound)


if __name__ == "__main__":
    main(*sys.argv[1:])
