"""Print when each caution of a routine is said: `python examples/print_plan.py neck`."""

from __future__ import annotations

import sys

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.screen.talk import data
from massage_voice.screen.views import clock
from massage_voice.voices.library import SilentLibrary


def main(name: str) -> None:
    """Lay the routine out with estimated lengths, so that no voice is needed, and print its cautions."""
    routine = read_routine(name, places())
    script = make_script(routine, Asked(), Answers(), first=False)
    timeline = make_plan(script, Asked(), SilentLibrary()).timeline()
    for placement in timeline.placements:
        if placement.cue.is_caution:
            data(f"{clock(placement.start / RATE)}  step {placement.cue.step:2}  {placement.cue.text}")
    data(f"{clock(timeline.length / RATE)}  the end")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "neck")
