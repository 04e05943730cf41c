"""`doctor`: looks at everything a session needs, and says what mends what fails."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
from rich.console import Console
from rich.text import Text

from massage_voice.checkup import microphone
from massage_voice.checkup.disk import folder
from massage_voice.checkup.finding import Check, Finding, Probe, Verdict, examine
from massage_voice.checkup.keys import Person
from massage_voice.checkup.machine import machine
from massage_voice.checkup.remedies import Remedies
from massage_voice.checkup.sound import SoundCheck
from massage_voice.checkup.terminal import terminal
from massage_voice.checkup.voices import VoiceCheck, judged, voice_checks
from massage_voice.commands.awake import can_keep_awake
from massage_voice.commands.config import key_bindings
from massage_voice.commands.places import Places, places
from massage_voice.controls.key_controls import open_keys
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode
from massage_voice.screen.talk import WIDEST, clean, data, talk
from massage_voice.sound.samples import Samples
from massage_voice.voices.chain import MAKERS
from massage_voice.voices.engine import Engine

_MARKS: Final = {Verdict.OK: "ok", Verdict.WARNING: "warn", Verdict.FAILING: "FAIL"}
_STYLES: Final = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILING: "bold red"}
_INDENT: Final = " " * 20
"""The width of a mark and a name: what was found begins after it."""
AWAKE_S: Final = 8.0
"""`can_keep_awake` has limits of its own, six seconds together, and a reason to tell after them."""
_HEARING: Final = ("voice", "sound", "heard")
"""What a session cannot be heard without, by the first word of a check's name."""


def doctor(*, as_json: bool) -> ExitCode:
    """Look at everything, tell it line by line as it is found, and end with what to do first."""
    controls = NoControls() if as_json else open_keys(key_bindings())
    try:
        checks: list[Check] = []
        for check in examined(places(), Person(controls, talk, Remedies()), Remedies()):
            checks.append(check)
            data(json.dumps(as_object(check), ensure_ascii=False)) if as_json else _show(check)
    finally:
        controls.close()
    first = what_first(checks)
    if as_json:
        data(json.dumps({"ready": not first, "first": first}, ensure_ascii=False))
    else:
        data(f"first: {first}" if first else "ready")
    return exit_code(checks)


def examined(
    home: Places, person: Person, remedies: Remedies, makers: Mapping[str, Callable[[], Engine]] = MAKERS
) -> Iterator[Check]:
    """Every check, each when it is made."""
    voices = voice_checks(remedies, makers)
    yield from judged([examine(voice.probe()) for voice in voices])
    person.forewarned()
    sound = examine(SoundCheck(remedies, lambda: _spoken(voices)).probe())
    yield sound
    if person.is_there and not sound.failing:
        yield person.heard()
    yield examine(microphone.probe(remedies))
    yield person.pressed()
    elsewhere = remedies("disk-elsewhere")
    for probe in (
        Probe("keep awake", lambda: _awake(remedies), AWAKE_S),
        Probe("disk records", lambda: folder(home.sessions, remedies, needed=True), stuck=elsewhere),
        Probe("disk clips", lambda: folder(home.clips, remedies, needed=False), stuck=elsewhere),
        Probe("terminal", lambda: terminal(remedies)),
        Probe("machine", lambda: machine(remedies)),
    ):
        yield examine(probe)


def what_first(checks: list[Check]) -> str:
    """What to type or do before anything else; empty when a session can be held."""
    return next((check.finding.remedy or check.finding.found for check in checks if check.failing), "")


def exit_code(checks: list[Check]) -> ExitCode:
    """Without a voice or a sound 4, with another failure 5."""
    failing = [check.name for check in checks if check.failing]
    if any(name.startswith(_HEARING) for name in failing):
        return ExitCode.NO_SOUND
    return ExitCode.ENDED_EARLY if failing else ExitCode.FINISHED


def as_object(check: Check) -> dict[str, object]:
    """The JSON of a check."""
    found = check.finding
    return {
        "name": check.name,
        "verdict": str(found.verdict),
        "found": found.found,
        "remedy": found.remedy,
        "seconds": round(check.seconds, 3),
    }


def _awake(remedies: Remedies) -> Finding:
    can, how = can_keep_awake()
    if can:
        return Finding(Verdict.OK, f"the machine will not sleep or dim during a session ({how}).")
    found = f"the program cannot keep the machine awake ({how}): set it not to sleep, or start a session as below."
    return Finding(Verdict.WARNING, found, remedies("awake"))


def _spoken(voices: list[VoiceCheck]) -> Samples:
    """What the first voice that works has said."""
    return next((voice.clip.samples for voice in voices if voice.clip), np.zeros(0, np.int16))


def _show(check: Check) -> None:
    """`ok    voice heart   what was found`, and below it what mends it."""
    found = check.finding
    line = Text.assemble((f"{_MARKS[found.verdict]:<6}", _STYLES[found.verdict]))
    line.append(f"{check.name:<14}{_wrapped(found.found).lstrip()}")
    if found.remedy:
        sentence = found.remedy[0].isupper()  # a command stays in one piece, to be copied
        line.append(f"\n{_wrapped(found.remedy) if sentence else _INDENT + clean(found.remedy)}", style="bold")
    Console(highlight=False).print(line, soft_wrap=True)


def _wrapped(text: str) -> str:
    """Indented; on a terminal also broken, at spaces alone, because paths have hyphens."""
    columns = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else 10_000
    return textwrap.fill(
        clean(text),
        max(columns, 2 * len(_INDENT)),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )
