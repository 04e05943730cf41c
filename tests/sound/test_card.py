"""The sound card, as recorded from the virtual device.

Exactness is the mixer's and tested there; here a busy machine may add a gap, so each attempt may fail once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from massage_voice.clip import RATE
from massage_voice.sound.bells import bell
from massage_voice.sound.card import PERIOD_MS, PERIODS, CardSpeaker, open_card
from massage_voice.sound.program import Piece, Pieces
from massage_voice.sound.samples import Samples
from tests.sound.programs import Broken, Tone
from tests.virtual_sound.device import Recording, VirtualSound, wait_until

pytestmark = pytest.mark.sound

EVERY = RATE // 4
BURST = RATE // 50
BURSTS = 16


@pytest.fixture
def card(plugged_in: VirtualSound) -> Iterator[CardSpeaker]:  # noqa: ARG001 - it must be there
    speaker = open_card()
    yield speaker
    speaker.close()


def pitch(number: int) -> int:
    return 500 + 100 * number


def burst(number: int) -> Samples:
    time_s = np.arange(BURST) / RATE
    return np.asarray(12_000 * np.cos(2 * np.pi * pitch(number) * time_s)).astype(np.int16)


def bursts() -> Pieces:
    pieces = [Piece(EVERY // 2 + EVERY * number, burst(number)) for number in range(BURSTS)]
    return Pieces(pieces, EVERY * BURSTS)


def play_to_the_end(card: CardSpeaker, program: Pieces) -> None:
    run = card.played()[0] + 1
    card.play(run, program)
    wait_until(lambda: card.played() == (run, program.length), "the program is over", 20)
    time.sleep(0.2)


def onsets(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 2_000)
    return loud[np.diff(loud, prepend=-RATE) > EVERY // 4]


def heard_pitch(samples: npt.NDArray[np.int16]) -> float:
    crossings = np.count_nonzero(np.diff(np.signbit(samples)))
    return crossings / 2 / (len(samples) / RATE)


def test_everything_is_heard_in_order_and_on_time(card: CardSpeaker, virtual_sound: VirtualSound) -> None:
    """All bursts are in the recording, in order, as far apart as they were placed."""
    with virtual_sound.record() as recording:
        play_to_the_end(card, bursts())
    left = recording.samples[:, 0]
    found = onsets(left)
    assert len(found) == BURSTS
    for number, onset in enumerate(found):
        assert heard_pitch(left[onset : onset + BURST]) == pytest.approx(pitch(number), abs=40)
    errors_ms = np.abs(found - found[0] - EVERY * np.arange(BURSTS)) / RATE * 1000
    assert np.median(errors_ms) <= 1
    assert errors_ms.max() <= 20


def test_one_channel_is_heard_on_both_sides(card: CardSpeaker, virtual_sound: VirtualSound) -> None:
    """The system sends the mono stream to left and right alike."""
    with virtual_sound.record() as recording:
        play_to_the_end(card, Pieces([Piece(0, burst(3))], RATE // 10))
    assert recording.samples.any()
    assert np.array_equal(recording.samples[:, 0], recording.samples[:, 1])


def test_a_tap_gets_what_is_heard(plugged_in: VirtualSound) -> None:
    """Every block as the device got it, in order: run, tone and silence; its times are those of the clock."""
    taken: list[tuple[Samples, float]] = []
    begun_s = time.monotonic()
    speaker = open_card(lambda samples, at_s: taken.append((samples.copy(), at_s)))
    try:
        with plugged_in.record() as recording:
            speaker.play(1, bursts())
            speaker.tone(bell("unsure"))
            wait_until(lambda: speaker.played() == (1, EVERY * BURSTS), "the program is over", 20)
            time.sleep(0.2)
    finally:
        speaker.close()
    told = np.concatenate([samples for samples, _ in taken])
    heard = recording.samples[:, 0]
    first, begin = np.flatnonzero(told)[0], np.flatnonzero(heard)[0]
    frames = round(EVERY * (BURSTS - 0.5))
    assert np.abs(told[first : first + frames]).max() > 10_000
    assert np.array_equal(told[first : first + frames], heard[begin : begin + frames])
    times_s = np.array([at_s for _, at_s in taken])
    assert begun_s <= times_s[0] <= times_s[-1] <= time.monotonic()
    assert (np.diff(times_s) >= 0).all()
    assert len(told) / RATE == pytest.approx(times_s[-1] - times_s[0], abs=0.3)


def test_pause_is_silent_soon_and_nothing_clicks(card: CardSpeaker, virtual_sound: VirtualSound) -> None:
    """80 ms after a pause, and what the recorder lags, nothing sounds; no ramp and no replacement clicks."""
    with virtual_sound.record() as recording:
        asked = replace_and_pause(card, recording)
    left = recording.samples[:, 0].astype(int)
    steepest = Tone.steepest + Tone.peak * np.pi / 2 / (0.008 * RATE) + 2
    assert np.abs(np.diff(left)).max() <= steepest
    buffered_ms = PERIOD_MS * PERIODS
    assert (np.flatnonzero(left)[-1] - asked) / RATE * 1000 <= 80 + buffered_ms


def replace_and_pause(card: CardSpeaker, recording: Recording) -> int:
    """Returns the recording's frame at which the pause was asked for."""
    card.play(11, Tone(10 * RATE))
    wait_until(lambda: card.played()[1] > RATE // 4, "it plays")
    card.play(12, Tone(10 * RATE), 4_321)
    wait_until(lambda: card.played() > (12, RATE // 2), "it plays on")
    asked = recording.frames
    card.silence()
    time.sleep(0.4)
    return asked


def test_the_device_has_a_name_and_is_no_dummy(card: CardSpeaker) -> None:
    """What `doctor` shows."""
    assert card.name == "vs_out"
    assert not card.is_dummy
    assert card.latency == RATE * 80 // 1000


def test_a_program_that_raises_is_not_alive(card: CardSpeaker) -> None:
    """Silence is not mistaken for guidance: the session learns of it."""
    card.play(1, Broken(breaks_at=0))
    wait_until(lambda: not card.alive(), "the failure is noticed")
    assert isinstance(card.failure, RuntimeError)
    assert card.trouble == "The sound could not be made: broken program."


def test_without_a_sound_server_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server, no card: a SoundError with a hint, and nothing of ALSA's on the terminal."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    code = "from massage_voice.sound.card import open_card; open_card().close()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 0:
        pytest.skip("this machine has a sound card")
    assert "SoundError: no sound device" in done.stderr
    assert "ALSA" not in done.stderr


def test_a_process_that_never_closes_ends_all_the_same(virtual_sound: VirtualSound) -> None:
    """The interpreter's exit closes the device and does not hang."""
    code = "from massage_voice.sound.card import open_card; speaker = open_card(); print(speaker.alive())"
    env = {**os.environ, **virtual_sound.env}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=20, check=True)
    assert done.stdout.strip() == b"True"
