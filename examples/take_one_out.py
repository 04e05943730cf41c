"""Take each caution out of a routine's timeline and see whether the audit misses it.

`python examples/take_one_out.py neck`; a caution that may go is one that would be said again soon enough anyway.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine
from massage_voice.commands.places import places
from massage_voice.safety.registry import load_registry
from massage_voice.screen.talk import data
from massage_voice.timeline.audit import audit
from massage_voice.voices.library import SilentLibrary


def main(name: str) -> None:
    """Audit the routine as it is, and once without each of its cautions."""
    registry = load_registry()
    script = make_script(read_routine(name, places()), Asked(), Answers(), first=False)
    timeline = make_plan(script, Asked(), SilentLibrary()).timeline()
    data(f"as it is: {audit(timeline, script, registry) or 'nothing is wrong'}")
    for number, taken in enumerate(timeline.placements):
        if taken.cue.is_caution:
            rest = timeline.placements[:number] + timeline.placements[number + 1 :]
            wrong = audit(replace(timeline, placements=rest), script, registry)
            data(f"without {taken.cue.id}: {wrong[0] if wrong else 'not missed'}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "neck")
