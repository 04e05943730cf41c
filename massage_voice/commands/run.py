"""`run`: a live session, from the sound check to the goodbye.

The first sound is a promise, so this file imports only what a bell needs; `live` brings the rest while it rings.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass

from massage_voice.commands.asked import Asked
from massage_voice.commands.places import places
from massage_voice.commands.sounding import open_speaker
from massage_voice.controls.key_controls import open_keys
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import ExitCode
from massage_voice.routine.store import Store
from massage_voice.screen.talk import talk


@dataclass(frozen=True, slots=True)
class Manner:
    """How a session is run, besides what is asked of it."""

    screened: bool = False
    plain: bool = False
    json: bool = False
    captions_only: bool = False
    require_sound: bool = False


def run(name: str, asked: Asked, manner: Manner) -> ExitCode:
    """Guide a live session of the routine called `name`; returns how it ended.

    Raises:
        MassageVoiceError: it could not start; or a caution could not be delivered.
    """
    home = places()
    Store(home.routines).find(name)  # a name that does not exist rings no bell
    with ExitStack() as stack:
        controls = NoControls() if manner.json and not sys.stdin.isatty() else open_keys()
        stack.callback(controls.close)
        speaker = open_speaker(controls, talk, captions_only=manner.captions_only, require_sound=manner.require_sound)
        stack.callback(speaker.close)
        from massage_voice.commands.live import live

        return live(name, asked, manner, home, controls, speaker)
