"""The microphone: what is found, and what to do about it. It never fails: keys do everything."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.checkup import microphone
from massage_voice.checkup.finding import Finding, Verdict, examine
from massage_voice.checkup.microphone import NOISY_DB, levels, look, probe
from massage_voice.checkup.remedies import Remedies
from massage_voice.hearing.capture import TROUBLES, Trouble
from massage_voice.hearing.mel import RATE, Array
from massage_voice.hearing.microphone import PACKAGES
from tests.hearing.sounds import room_noise, speechlike
from tests.live.processes import NO_DEVICE
from tests.rooms.acoustics import Acoustics
from tests.rooms.room import Room
from tests.support.absent import absent
from tests.support.profiles import tries


@dataclass
class Brought:
    """`Capture` of a microphone that brings `sound` at once, and says `trouble` of itself."""

    sound: Array
    trouble: Trouble = Trouble.NONE
    name: str = "Table microphone"
    closed: list[bool] = field(default_factory=list)

    def read(self) -> list[tuple[Array, float]]:
        """All of it, in blocks, and nothing more."""
        sound, self.sound = self.sound, self.sound[:0]
        return [(sound[at : at + 320], 0.0) for at in range(0, len(sound), 320)]

    def close(self) -> None:
        """Give it back."""
        self.closed.append(True)


@pytest.fixture
def installed() -> None:
    if any(importlib.util.find_spec(name) is None for name in PACKAGES):
        absent("needs pip install 'massage-voice[mic]'")


def found_with(brought: Brought, remedies: Remedies, monkeypatch: pytest.MonkeyPatch) -> Finding:
    monkeypatch.setattr(microphone, "Capture", lambda: brought)
    monkeypatch.setattr(microphone, "LISTEN_S", 0.01)
    found = look(remedies)
    assert brought.closed == [True]
    return found


@given(level_db=st.floats(-80, -15), seed=st.integers(0, 30))
@tries(20)
def test_noise_is_as_loud_as_it_is(level_db: float, seed: int) -> None:
    """In dB of full scale; its peak lies above it by what noise has."""
    noise_db, peak_db = levels(room_noise(3 * RATE, seed, level_db))
    assert noise_db == pytest.approx(level_db, abs=4)
    assert noise_db + 6 < peak_db < level_db + 20


def test_who_speaks_makes_no_room_loud() -> None:
    """The noise is what is between the words; the peak is theirs."""
    sound = room_noise(4 * RATE, 1, -65.0)
    sound[RATE : 3 * RATE] += speechlike(2, 2, level_db=-20.0)
    noise_db, peak_db = levels(sound)
    assert noise_db == pytest.approx(-65, abs=3)
    assert peak_db > -20
    assert peak_db == pytest.approx(20 * np.log10(np.abs(sound).max()), abs=0.01)


def test_silence_has_a_level_too() -> None:
    """No logarithm of nothing."""
    assert levels(np.zeros(RATE, np.float32)) == (-120, -120)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("level_db", "verdict"), [(NOISY_DB - 6, Verdict.OK), (NOISY_DB + 6, Verdict.WARNING)])
def test_a_room_may_be_too_loud(
    level_db: float, verdict: Verdict, debian: Remedies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hears then, and words begin to be missed; both levels are told."""
    sound = room_noise(3 * RATE, 4, level_db)
    found = found_with(Brought(sound), debian, monkeypatch)
    noise_db, peak_db = levels(sound)
    assert found.verdict is verdict
    assert found.found.startswith(f"Table microphone hears; the room is at {noise_db:.0f} dBFS")
    assert f"the loudest moment at {peak_db:.0f}." in found.found
    assert found.remedy == ("" if verdict is Verdict.OK else debian("microphone-noise"))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [(Trouble.MUTED, "microphone-muted"), (Trouble.CLIPPING, "microphone-loud"), (Trouble.MISSING, "microphone")],
)
def test_a_microphone_that_hears_badly(
    trouble: Trouble, remedy: str, debian: Remedies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning that says what is wrong, and what mends it."""
    found = found_with(Brought(room_noise(RATE, 5), trouble), debian, monkeypatch)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, debian(remedy))
    assert found.found.startswith("Table microphone")
    assert TROUBLES[trouble] in found.found or trouble is Trouble.MISSING


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("frames", [0, 1, RATE // 20])
def test_one_that_opens_and_brings_nothing(frames: int, debian: Remedies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or too little to tell anything by; a name that the system does not give is made good."""
    found = found_with(Brought(room_noise(RATE, 6)[:frames], name=""), debian, monkeypatch)
    assert (found.verdict, found.remedy) == (Verdict.WARNING, debian("microphone"))
    assert found.found == "the microphone opens and brings nothing."


@pytest.mark.parametrize("package", PACKAGES)
def test_without_its_packages_all_is_well(package: str, debian: Remedies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoken commands are an extra; how to get them is told."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find(name))
    found = look(debian)
    assert found.verdict is Verdict.OK
    assert "not installed" in found.found
    assert "pip install 'massage-voice[mic]'" in found.remedy


@pytest.mark.usefixtures("installed")
def test_without_a_microphone_it_is_a_warning(debian: Remedies, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to plug in; everything else works without."""
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    checked = examine(probe(debian))
    if checked.finding.verdict is Verdict.OK:
        pytest.skip("this machine has a microphone")
    assert not checked.failing
    assert "no microphone" in checked.finding.found
    assert "`run --mic` would not hear you" in checked.finding.found
    assert checked.finding.remedy


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    with Room(Acoustics(echo_db=None, noise_db=-60.0)) as made:
        for name, value in made.env.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.mark.sound
@pytest.mark.usefixtures("installed")
def test_a_real_microphone(room: Room, debian: Remedies) -> None:
    """In a quiet room, then muted, then unplugged; each within the limit of the check."""
    heard = examine(probe(debian)).finding
    assert heard.verdict is Verdict.OK, heard
    assert heard.found.startswith("Table microphone hears; the room is at -6")
    room.mute()
    muted = examine(probe(debian)).finding
    assert (muted.verdict, muted.remedy) == (Verdict.WARNING, "pactl set-source-mute @DEFAULT_SOURCE@ 0")
    assert "it is muted" in muted.found
    room.unplug()
    gone = examine(probe(debian)).finding
    assert gone.verdict is Verdict.WARNING
    assert "the system has no microphone" in gone.found
