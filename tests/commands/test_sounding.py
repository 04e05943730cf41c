"""The sound check before a session, and its quiet form after a loss."""

from __future__ import annotations

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.commands.sounding import checked_card, open_speaker
from massage_voice.controls.waiting import NoControls
from massage_voice.errors import SoundError
from massage_voice.session.events import Event, Signal
from massage_voice.sound.card import CardSpeaker
from massage_voice.sound.silent import SilentSpeaker
from tests.virtual_sound.device import VirtualSound, wait_until

pytestmark = pytest.mark.sound


class PlugsIn:
    """Controls of somebody who plugs the output in when told that there is none, then leaves if need be."""

    def __init__(self, sound: VirtualSound) -> None:
        self._sound = sound
        self._reads = 0

    def read(self, timeout_s: float) -> Event | None:  # noqa: ARG002 - the port's signature
        """See `ports.Controls`."""
        self._reads += 1
        if self._reads == 2:
            self._sound.replug()
        return Event(Signal.FINISH) if self._reads == 20 else None

    def close(self) -> None:
        """See `ports.Controls`."""


def opened(said: list[str]) -> None:
    speaker = open_speaker(NoControls(), said.append, captions_only=False, require_sound=True)
    speaker.close()


def test_the_check_before_a_session_rings(plugged_in: VirtualSound) -> None:
    """Once, and the bell is the first sound."""
    with plugged_in.record() as recording:
        card = checked_card()
        wait_until(lambda: card.played()[1] > RATE // 10, "it rings")
        card.close()
    assert np.any(recording.samples)


def test_the_check_after_a_loss_is_quiet(plugged_in: VirtualSound) -> None:
    """The stream is seen to move all the same, and no run has begun."""
    with plugged_in.record() as recording:
        card = checked_card(bell=False)
        before = recording.frames
        wait_until(lambda: recording.frames > before + RATE // 5, "it is recorded")
        assert card.played() == (0, 0)
        card.close()
    assert not np.any(recording.samples)


def test_a_device_that_does_not_play_is_none(plugged_in: VirtualSound, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens, and asks for no more than fills it."""
    started = CardSpeaker.start

    def start(speaker: CardSpeaker) -> None:
        started(speaker)
        plugged_in.unplug()

    monkeypatch.setattr(CardSpeaker, "start", start)
    try:
        with pytest.raises(SoundError, match="does not play"):
            checked_card()
    finally:
        plugged_in.replug()


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ({"percent": 0}, ["The sound output vs_out has volume 0: nothing will be heard. Turn it up."]),
        ({"muted": True}, ["The sound output vs_out is muted: nothing will be heard. Unmute it."]),
        ({"percent": 40}, []),
    ],
)
def test_an_output_that_nobody_hears_is_said(plugged_in: VirtualSound, volume: dict[str, int], said: list[str]) -> None:
    """One line with what to do, and the session starts."""
    lines: list[str] = []
    with plugged_in.turned(percent=volume.get("percent", 80), muted="muted" in volume):
        opened(lines)
    assert lines == said


def test_an_output_that_plays_into_nothing_is_no_device(plugged_in: VirtualSound) -> None:
    """A session into it would be heard by nobody."""
    with plugged_in.dummy(), pytest.raises(SoundError, match=r"plays into nothing \(Dummy Output\)"):
        checked_card()


def test_it_waits_for_a_device_and_checks_its_volume(plugged_in: VirtualSound) -> None:
    """At a terminal: plugged in while it waits, it goes on."""
    said: list[str] = []
    plugged_in.unplug()
    speaker = open_speaker(PlugsIn(plugged_in), said.append, captions_only=False, require_sound=False)
    speaker.close()
    assert not isinstance(speaker, SilentSpeaker)
    assert "no sound device" in said[0]
    assert said[1].startswith("Waiting for a sound device.")
    assert len(said) == 2
