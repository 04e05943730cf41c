"""`voices`: every voice there is, with a sample; and why the others do not speak here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.text import Text

from massage_voice.checkup.finding import Check, Verdict, examine
from massage_voice.checkup.remedies import Remedies
from massage_voice.checkup.voices import VoiceCheck
from massage_voice.clip import RATE
from massage_voice.errors import ExitCode, SoundError
from massage_voice.screen.talk import clean, data, talk
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples
from massage_voice.voices.chain import MAKERS
from massage_voice.voices.engine import Engine

SAMPLE: Final = "Stroke down beside the spine, slow and light. Then glide back up."
LEAD_S: Final = 0.3
"""Before the words, for a loudspeaker that sleeps."""
PATIENCE_S: Final = 3.0
"""How much longer than it lasts a sample may take."""

Play = Callable[[Samples], None]


def voices(*, as_json: bool, aloud: bool, makers: Mapping[str, Callable[[], Engine]] = MAKERS) -> ExitCode:
    """List them, each with its sample; exit code 4 when none speaks."""
    speaks = False
    with _sound() if aloud and not as_json else _silence() as play:
        for name, make in makers.items():
            voice = VoiceCheck(name, make, Remedies(), SAMPLE)
            check = examine(voice.probe())
            speaks = speaks or not check.failing
            data(json.dumps(_as_object(name, check), ensure_ascii=False)) if as_json else _show(name, check)
            if voice.clip is not None:
                play(voice.clip.samples)
    return ExitCode.FINISHED if speaks else ExitCode.NO_SOUND


def _as_object(name: str, check: Check) -> dict[str, object]:
    found = check.finding
    return {"name": name, "works": not check.failing, "found": found.found, "remedy": found.remedy}


def _show(name: str, check: Check) -> None:
    """`heart     speaks 60 times as fast as it is heard`, and what would mend one that does not speak."""
    found = check.finding
    style = {Verdict.OK: "green", Verdict.WARNING: "yellow"}.get(found.verdict, "dim")
    line = Text.assemble((f"{name:<10}", f"bold {style}"), clean(found.found))
    if check.failing and found.remedy:
        line.append(f"\n{'':<10}{clean(found.remedy)}", style="bold")
    Console(highlight=False).print(line, soft_wrap=True)


@contextmanager
def _silence() -> Iterator[Play]:
    yield lambda _samples: None


@contextmanager
def _sound() -> Iterator[Play]:
    """What plays a sample and waits for its end; without a device, one sentence and silence."""
    from massage_voice.sound.card import open_card

    try:
        card = open_card()
    except SoundError as error:
        talk(f"Nothing is played: {error.message}")
        yield lambda _samples: None
        return

    def play(samples: Samples) -> None:
        lead = round(LEAD_S * RATE)
        program = Pieces([Piece(lead, samples)], lead + len(samples))
        run = card.played()[0] + 1
        card.play(run, program)
        end = time.monotonic() + program.length / RATE + PATIENCE_S
        while card.played() != (run, program.length) and card.alive() and time.monotonic() < end:
            time.sleep(0.05)

    try:
        yield play
    finally:
        card.close()
