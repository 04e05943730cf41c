"""`python scripts/screens.py` puts what the live view shows into docs/screen.md; with `--check` it only compares.

Run it with the Python of `.venv`. The session is a real one, played to a certain second without sound; the lines are
those that the view writes into a terminal of that size.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, read_routine, speeches
from massage_voice.commands.live import emergency
from massage_voice.commands.places import Places
from massage_voice.controls.bindings import DEFAULT
from massage_voice.safety.screening import load_screening
from massage_voice.screen.big import Page
from massage_voice.screen.glance import glance
from massage_voice.screen.live import hints
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.voices.library import SilentLibrary

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "screen.md"
NOWHERE = Path("/nonexistent")
BLOCK = re.compile(
    r"(<!-- screen: (?P<width>\d+)x(?P<height>\d+), (?P<second>\d+) s -->\n).*?(<!-- end of screen -->)", re.DOTALL
)


def main(arguments: list[str]) -> int:
    """Draw every screen of the document anew, or with `--check` only say whether one is stale."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python scripts/screens.py [--check]\n")
        return 2
    before = DOCUMENT.read_text(encoding="utf-8")
    after = renewed(before)
    if not arguments:
        DOCUMENT.write_text(after, encoding="utf-8")
    elif before != after:
        print(DOCUMENT.name)
    return 1 if arguments and before != after else 0


def renewed(text: str) -> str:
    """`text` with every screen drawn anew."""
    return BLOCK.sub(
        lambda found: f"{found[1]}```text\n{screen(*map(int, found.groups()[1:4]))}\n```\n{found[5]}", text
    )


def screen(width: int, height: int, second: int) -> str:
    """What a terminal of this size shows after so many seconds of the neck routine; its last line stays empty."""
    rows = Page(width, height - 1).rows(glance(played(second), "Neck", DEFAULT), hints(DEFAULT))
    return "\n".join(row.text.rstrip() for row in rows)


def played(second: int) -> Session:
    """A session that has come so far."""
    asked = Asked(first=True)
    script = make_script(read_routine("neck", Places(*[NOWHERE] * 4)), asked, Answers(), first=True)
    texts = speeches(load_screening().texts(), asked.wpm, caution=True)
    session = Session(make_plan(script, asked, SilentLibrary(), texts), emergency(), interactive=False)
    session.handle(Event(Signal.START))
    session.handle(Event(Signal.PLAYED, session.run, second * RATE))
    return session


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
