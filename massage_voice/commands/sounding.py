"""Opening the loudspeaker for a session: the card, or captions when there is none, and saying which."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from massage_voice.controls.waiting import NoControls
from massage_voice.errors import LeftError, SoundError
from massage_voice.ports import Controls, Speaker
from massage_voice.session.events import Signal
from massage_voice.sound import bells
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.silent import SilentSpeaker
from massage_voice.sound.volume import Volume, ask_volume

if TYPE_CHECKING:
    from massage_voice.sound.card import CardSpeaker, Tap

RETRY_S: Final = 1.0
CHECK_S: Final = 1.5
"""How long an opened device may take to consume its first frames."""


def open_speaker(
    controls: Controls,
    say: Callable[[str], None],
    *,
    captions_only: bool,
    require_sound: bool,
    tap: Tap | None = None,
) -> Speaker:
    """A speaker whose frame counter has been seen to move, a soft bell being its first sound.

    Without a device: at a terminal it waits for one, and `c` goes on with captions only; without a terminal it
    goes on with captions. An output that is muted is said so, and used. `tap` gets whatever is played.

    Raises:
        SoundError: there is none and `require_sound` is set.
        LeftError: somebody left while it waited.
    """
    if captions_only:
        return SilentSpeaker()
    try:
        card = _opened_card(tap, bell=True)
        answer = ask_volume()  # takes as long as the check
        speaker: Speaker = _checked(card)
    except SoundError as error:
        if require_sound:
            raise
        speaker = _without(error, controls, say, tap)
        answer = ask_volume()
    if not isinstance(speaker, SilentSpeaker):
        _warn_of_silence(answer(), say)
    return speaker


def checked_card(tap: Tap | None = None, *, bell: bool = True) -> Speaker:
    """The sound card, after the sound check: a soft bell is begun if asked for, and frames were seen to sound.

    `tap` gets whatever is played.

    Raises:
        SoundError: there is none, it plays into nothing, or it does not play.
    """
    return _checked(_opened_card(tap, bell=bell))


def _opened_card(tap: Tap | None, *, bell: bool) -> CardSpeaker:
    from massage_voice.sound.card import open_card

    card = open_card(tap)
    if card.is_dummy:
        card.close()
        raise SoundError(f"no sound device: the system plays into nothing ({card.name})", "Plug in a speaker.")
    if bell:
        sound = bells.bell("start")
        card.play(0, Pieces([Piece(0, sound)], len(sound)))
    return card


def _checked(card: CardSpeaker) -> CardSpeaker:
    until = time.monotonic() + CHECK_S
    while card.consumed() == 0 and time.monotonic() < until:
        time.sleep(0.005)
    if card.consumed() == 0:
        card.close()
        raise SoundError("the sound device opens but does not play", "Choose another output and try again.")
    return card


def _without(error: SoundError, controls: Controls, say: Callable[[str], None], tap: Tap | None) -> Speaker:
    if isinstance(controls, NoControls):
        say(f"{error.message}: going on with captions only. {error.hint}")
        return SilentSpeaker()
    say(f"{error.message}. {error.hint}")
    return _wait_for_device(controls, say, tap)


def _warn_of_silence(volume: Volume | None, say: Callable[[str], None]) -> None:
    if volume is None or not volume.is_silent:
        return
    output = f"The sound output {volume.device}".rstrip()
    if volume.muted:
        say(f"{output} is muted: nothing will be heard. Unmute it.")
    else:
        say(f"{output} has volume 0: nothing will be heard. Turn it up.")


def _wait_for_device(controls: Controls, say: Callable[[str], None], tap: Tap | None) -> Speaker:
    say("Waiting for a sound device. c: go on with captions only. Ctrl-C: leave.")
    while True:
        event = controls.read(RETRY_S)
        if event is not None and event.key == "c":
            return SilentSpeaker()
        if event is not None and event.signal in {Signal.FINISH, Signal.INTERRUPT}:
            raise LeftError("left before the start")
        try:
            return checked_card(tap)
        except SoundError:
            continue
