"""The sound output over the virtual device: muted, quiet, a dummy, none. That it is found is in `test_doctor`."""

from __future__ import annotations

import io
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pytest

from massage_voice.checkup.finding import Finding, Verdict, examine
from massage_voice.checkup.monitor import LIKE, Monitor, best_place
from massage_voice.checkup.remedies import Remedies
from massage_voice.checkup.sound import SoundCheck
from massage_voice.clip import RATE
from massage_voice.sound.bells import bell
from tests.live.processes import NO_DEVICE
from tests.virtual_sound.device import VirtualSound


def looked_at(remedies: Remedies) -> Finding:
    """A check with the bell alone."""
    return examine(SoundCheck(remedies, lambda: np.zeros(0, np.int16)).probe()).finding


@contextmanager
def set_to(what: str, value: str, back: str) -> Iterator[None]:
    """The default sink's mute or volume."""
    subprocess.run(["pactl", f"set-sink-{what}", "@DEFAULT_SINK@", value], check=True)
    try:
        yield
    finally:
        subprocess.run(["pactl", f"set-sink-{what}", "@DEFAULT_SINK@", back], check=True)


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_a_muted_output(debian: Remedies) -> None:
    """It fails before anything is played, and its remedy mends it."""
    with set_to("mute", "1", "0"):
        found = looked_at(debian)
        assert (found.verdict, found.remedy) == (Verdict.FAILING, "pactl set-sink-mute @DEFAULT_SINK@ 0")
        assert "muted" in found.found
        subprocess.run(found.remedy.split(), check=True)
        state = subprocess.run(["pactl", "get-sink-mute", "@DEFAULT_SINK@"], capture_output=True, text=True, check=True)
        assert state.stdout.strip() == "Mute: no"


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
@pytest.mark.parametrize(
    ("volume", "verdict", "words"),
    [("0%", Verdict.FAILING, "is zero"), ("10%", Verdict.WARNING, "10 %")],
)
def test_a_volume_that_is_too_low(volume: str, verdict: Verdict, words: str, debian: Remedies) -> None:
    """Zero is silence; a little may not be heard."""
    with set_to("volume", volume, "100%"):
        found = looked_at(debian)
    assert (found.verdict, found.remedy) == (verdict, "pactl set-sink-volume @DEFAULT_SINK@ 60%")
    assert words in found.found


@pytest.mark.sound
def test_a_dummy_output_is_no_device(plugged_in: VirtualSound, debian: Remedies) -> None:
    """What the system plays into for want of a card."""
    with plugged_in.dummy():
        found = looked_at(debian)
    assert (found.verdict, found.remedy) == (Verdict.FAILING, debian("sound-dummy"))
    assert "plays into nothing" in found.found


@pytest.mark.sound
def test_a_server_without_an_output(plugged_in: VirtualSound, debian: Remedies) -> None:
    """Nothing to install for it: something to plug in."""
    plugged_in.unplug()
    try:
        found = looked_at(debian)
    finally:
        plugged_in.replug()
    assert (found.verdict, found.remedy) == (Verdict.FAILING, debian("sound-dummy"))


@pytest.mark.parametrize("system", ["debian", "fedora", "arch"])
def test_without_a_device(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install on this system, and where it looked."""
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    found = looked_at(Remedies((system, "linux", "any")))
    if found.verdict is Verdict.OK:
        pytest.skip("this machine has a sound card")
    assert "no sound device" in found.found
    assert NO_DEVICE["PULSE_SERVER"] in found.found
    manager = {"debian": "apt install", "fedora": "dnf install", "arch": "pacman -S"}[system]
    assert found.remedy.startswith(f"sudo {manager} pulseaudio") or f"{manager} pipewire-pulse" in found.remedy


def test_a_sound_is_found_in_a_recording_whatever_its_loudness() -> None:
    """Where it begins, to the frame; also a tenth as loud, and under other sound."""
    sound = bell("start")[:RATE]
    random = np.random.default_rng(1)
    noise = random.normal(0, 300, 3 * RATE)
    recording = noise.copy()
    recording[50_000 : 50_000 + RATE] += sound
    quiet = np.zeros(3 * RATE)
    quiet[70_000 : 70_000 + RATE] = sound / 10
    assert best_place(recording.astype(np.int16), sound)[0] == 50_000
    frame, like = best_place(np.round(quiet).astype(np.int16), sound)
    assert (frame, like > 0.95) == (70_000, True)
    assert best_place(noise.astype(np.int16), sound)[1] < LIKE


def recorded(samples: npt.NDArray[np.int16]) -> Monitor:
    """A recording of these samples that has ended."""
    made = Monitor(io.BytesIO(samples.astype("<i2").tobytes()))
    made.end()
    return made


def test_a_recording_of_silence_and_one_of_nothing() -> None:
    """Silence is told from a monitor that gives nothing, and neither holds the bell."""
    silence, nothing = recorded(np.ones(3 * RATE, np.int16)), recorded(np.zeros(0, np.int16))
    assert (silence.is_silent, nothing.is_silent) == (True, False)
    sound = bell("start")[:RATE]
    assert silence.find(sound).like < LIKE
    assert nothing.find(sound).like < LIKE


def test_the_time_of_a_sound_in_a_recording() -> None:
    """Counted back from when its block arrived."""
    sound = bell("start")[:RATE]
    before = time.monotonic()
    heard = recorded(np.concatenate((np.zeros(RATE, np.int16), sound))).find(sound)
    assert heard.like > 0.99
    assert before - 0.1 < heard.at < time.monotonic()
