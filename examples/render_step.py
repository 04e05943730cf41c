"""Write one step of a routine as a sound file: `python examples/render_step.py neck 2 step.wav [VOICE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.sound.program import TimelineProgram, sounds_from
from massage_voice.sound.wavfile import write_wav
from massage_voice.timeline.layout import Landing
from massage_voice.voices.library import open_library


def main(name: str, step: int, output: Path, voice: str | None = None) -> None:
    """Land in the step as a jump would, with its cautions first, and play as far as its end."""
    script = make_script(read_routine(name, places()), Asked(), Answers(), first=False)
    library = open_library(voice, places().clips)
    try:
        plan = make_plan(script, Asked(), library)
        timeline = plan.timeline(Landing(step), upto=step)
        write_wav(output, TimelineProgram(timeline, sounds_from(library.clip)))
    finally:
        library.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
