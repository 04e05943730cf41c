"""Opening the loudspeaker for a session: the card, or captions when there is none, and saying which."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from massage_voice.controls.waiting import NoControls
from massage_voice.errors import LeftError, SoundError
from massage_voice.ports import Controls, Speaker
from massage_voice.session.events import Signal
from massage_voice.sound.bells import bell
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.silent import SilentSpeaker

RETRY_S: Final = 1.0
CHECK_S: Final = 1.5
"""How long an opened device may take to consume its first frames."""


def open_speaker(
    controls: Controls, say: Callable[[str], None], *, captions_only: bool, require_sound: bool
) -> Speaker:
    """A speaker whose frame counter has been seen to move, a soft bell being its first sound.

    Without a device: at a terminal it waits for one, and `c` goes on with captions only; without a terminal it
    goes on with captions.

    Raises:
        SoundError: there is none and `require_sound` is set.
        LeftError: somebody left while it waited.
    """
    if captions_only:
        return SilentSpeaker()
    try:
        return checked_card()
    except SoundError as error:
        if require_sound:
            raise
        if isinstance(controls, NoControls):
            say(f"{error.message}: going on with captions only. {error.hint}")
            return SilentSpeaker()
        say(f"{error.message}. {error.hint}")
    return _wait_for_device(controls, say)


def checked_card() -> Speaker:
    """The sound card, after the sound check.

    Raises:
        SoundError: there is none, it plays into nothing, or it does not play.
    """
    from massage_voice.sound.card import open_card

    card = open_card()
    if card.is_dummy:
        card.close()
        raise SoundError(f"no sound device: the system plays into nothing ({card.name})", "Plug in a speaker.")
    sound = bell("start")
    card.play(0, Pieces([Piece(0, sound)], len(sound)))
    until = time.monotonic() + CHECK_S
    while card.played()[1] == 0 and time.monotonic() < until:
        time.sleep(0.005)
    if card.played()[1] == 0:
        card.close()
        raise SoundError("the sound device opens but does not play", "Choose another output and try again.")
    return card


def _wait_for_device(controls: Controls, say: Callable[[str], None]) -> Speaker:
    say("Waiting for a sound device. c: go on with captions only. q: leave.")
    while True:
        event = controls.read(RETRY_S)
        if event is not None and event.key == "c":
            return SilentSpeaker()
        if event is not None and event.signal in {Signal.FINISH, Signal.INTERRUPT}:
            raise LeftError("left before the start")
        try:
            return checked_card()
        except SoundError:
            continue
