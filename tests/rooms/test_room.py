"""The test room is what it says: what is played arrives as late and as loud as asked for, and what is said is heard."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.live.listening import find
from tests.rooms.acoustics import BLOCK, LEAST_DELAY_S, Acoustics, Convolver, Wave, gain, impulse_response, level_db
from tests.rooms.capture import Sound
from tests.rooms.room import AT_MICROPHONE, MICROPHONE, SPOKEN_DB, Room, words
from tests.virtual_sound.device import RATE, SINK, wait_until

pytestmark = pytest.mark.sound

DELAY_ERROR_S = 0.03
LEVEL_ERROR_DB = 2.0
ECHO_S = 0.3
CHIRPS = 5
TIMES = np.arange(RATE // 5) / RATE
CHIRP = np.asarray(
    8000 * np.sin(2 * np.pi * (200 * TIMES + (8000 - 200) / 0.4 * TIMES**2)) * np.hanning(len(TIMES)), np.int16
)
"""200 ms from 200 to 8000 Hz."""
ROOT = Path(__file__).parents[2]
KEEPS_ROOM = """
import time
from pathlib import Path
from tests.rooms.room import Room
with Room() as room:
    print(room.server.air.process.pid, room.server.pid, Path(room.env["PULSE_COOKIE"]).parent, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def shared_room() -> Iterator[Room]:
    with Room() as made:
        yield made


@pytest.fixture
def room(shared_room: Room) -> Room:
    """With a headset, and quiet."""
    shared_room.change(delay_s=0.06, echo_db=None, noise_db=None)
    return shared_room


def play(room: Room, sound: Sound) -> None:
    """As a program in the room does; with some silence around it."""
    silence = np.zeros(RATE // 4, np.int16)
    command = ["pacat", "--raw", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=200"]
    played = np.concatenate([silence, sound, silence]).tobytes()
    subprocess.run(command, input=played, env={**os.environ, **room.env}, check=True, timeout=20)


def is_loud(samples: Sound) -> bool:
    return bool(np.abs(samples).max() > 300)


def is_silent(samples: Sound) -> bool:
    return not samples.any()


def energy_db(samples: Sound) -> float:
    return float(10 * np.log10(np.sum(samples.astype(np.float64) ** 2) + 1))


def heard_chirp(room: Room) -> tuple[Sound, Sound, float]:
    """A chirp at the output and at the microphone, and by how many seconds the latter was recorded later.

    Where a busy machine has torn it, it is played again.
    """
    for _ in range(CHIRPS):
        disturbed = room.disturbances()
        with room.hear(f"{SINK}.monitor") as output, room.hear() as microphone:
            play(room, CHIRP)
            end_s = time.monotonic() + ECHO_S
            dry, wet = output.between(0, end_s), microphone.between(0, end_s)
        if room.disturbances() == disturbed:
            return dry, wet, microphone.begun_s - output.begun_s
    raise AssertionError("the machine was too busy")


def echo(room: Room) -> tuple[float, float]:
    """The delay (s) and the level (dB) of what the microphone hears of a chirp at the output."""
    dry, wet, later_s = heard_chirp(room)
    sent, came = find(dry, CHIRP), find(wet, CHIRP)
    assert sent.whole > 0.95
    assert came.whole > 0.5
    delay_s = (came.frame - sent.frame) / RATE + later_s
    length = len(CHIRP) + round(ECHO_S * RATE)
    loud = [energy_db(wave[at : at + length]) for wave, at in ((dry, sent.frame), (wet, came.frame))]
    return delay_s, loud[1] - loud[0]


@pytest.mark.parametrize(("delay_s", "echo_db"), [(0.06, -6.0), (0.15, -20.0)])
def test_what_the_output_plays_reaches_the_microphone(room: Room, delay_s: float, echo_db: float) -> None:
    """As late and as loud as asked for."""
    room.change(delay_s=delay_s, echo_db=echo_db)

    found_s, found_db = echo(room)
    assert found_s == pytest.approx(delay_s, abs=DELAY_ERROR_S)
    assert found_db == pytest.approx(echo_db, abs=LEVEL_ERROR_DB)


def test_a_headset(room: Room) -> None:
    """The output is recorded, and the microphone hears nothing of it."""
    with room.record() as recording, room.hear() as microphone:
        play(room, CHIRP)
        heard = microphone.between(0, time.monotonic() + ECHO_S)
    assert find(recording.samples[:, 0], CHIRP).whole > 0.95
    assert is_silent(heard)


@pytest.mark.parametrize(("text", "voice"), [("stop", "slt"), ("massage, next", "espeak us")])
def test_a_command_is_heard_when_it_is_said(room: Room, text: str, voice: str) -> None:
    """Whole, as loud as asked for, and over when it says that it is."""
    spoken = words(text, voice)

    with room.hear() as microphone:
        ended_s = room.say(text, voice, level_db=SPOKEN_DB + 6)
        assert ended_s == pytest.approx(time.monotonic(), abs=0.1)
        heard = microphone.between(0, ended_s + 0.1)
    found = find(heard, np.asarray(spoken * 32767, np.int16))
    assert found.whole > 0.99
    last_s = microphone.begun_s + (found.frame + len(spoken)) / RATE
    assert last_s == pytest.approx(ended_s, abs=DELAY_ERROR_S)
    level = level_db(heard[found.frame : found.frame + len(spoken)] / 32768) - level_db(spoken)
    assert level == pytest.approx(6, abs=LEVEL_ERROR_DB)


def test_any_other_sound_at_any_rate(room: Room) -> None:
    """Beside speech; it can be broken off, and then it has ended."""
    with room.hear() as microphone:
        music = room.play(np.resize(CHIRP, 60 * 16_000), 16_000)
        begun_s = music.begun_s()
        ended_s = room.say("stop")
        microphone.until(is_loud, "it goes on")
        room.hush()
        assert begun_s < ended_s < music.ended_s()
        microphone.until(is_silent, "it is quiet")


def test_noise_and_the_microphone_s_button(room: Room) -> None:
    """Steady noise as loud as asked for, gone while the microphone is muted."""
    room.change(noise_db=-40)
    with room.hear() as microphone:
        microphone.until(is_loud, "it is noisy")
        now_s = time.monotonic()
        heard = microphone.between(now_s, now_s + 1)
        assert level_db(heard / 32768) == pytest.approx(-40, abs=LEVEL_ERROR_DB)
        room.mute()
        microphone.until(is_silent, "it is muted")
        room.mute(muted=False)
        microphone.until(is_loud, "it is noisy again")


def test_a_microphone_that_is_unplugged(room: Room) -> None:
    """It is no source any more, and whoever recorded it hears nothing; plugged in again, all is as before."""
    with room.record() as recording, room.hear() as microphone:
        room.change(noise_db=-40)
        microphone.until(is_loud, "it is noisy")
        room.unplug()
        try:
            assert MICROPHONE not in room.server.sources()
            microphone.until(is_silent, "PulseAudio has it record nothing")
        finally:
            room.plug()
        assert set(room.server.sources()) == {f"{SINK}.monitor", f"{AT_MICROPHONE}.monitor", MICROPHONE}
        microphone.until(is_loud, "it is noisy again")
        play(room, CHIRP)
    assert find(recording.samples[:, 0], CHIRP).whole > 0.95


def replugged(room: Room) -> None:
    room.server.unplug()
    assert set(room.server.sources()) == {f"{AT_MICROPHONE}.monitor", MICROPHONE}
    room.server.replug()


def killed(room: Room) -> None:
    room.server.kill()
    room.server.restart()


def frozen(room: Room) -> None:
    room.server.freeze()
    time.sleep(0.5)
    room.server.thaw()


@pytest.mark.parametrize("fault", [replugged, killed, frozen])
def test_the_echo_after_a_fault(room: Room, fault: Callable[[Room], None]) -> None:
    """It is back, as late as before."""
    room.change(echo_db=-6)
    fault(room)

    found_s, found_db = echo(room)
    assert found_s == pytest.approx(0.06, abs=DELAY_ERROR_S)
    assert found_db == pytest.approx(-6, abs=LEVEL_ERROR_DB)


def children() -> set[str]:
    """The processes that this one has started."""
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def runs(process: str) -> bool:
    """Whether it is there, and not only waits for somebody to ask how it ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    return False


def test_nothing_is_left_after_a_failure() -> None:
    """No process, and no folder."""
    before = children()
    folders: list[Path] = []

    def fails() -> None:
        with Room() as room, room.hear(), room.record():
            folders.append(Path(room.env["PULSE_COOKIE"]).parent)
            assert folders[0].exists()
            assert len(children() - before) == 4
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert children() == before
    assert not folders[0].exists()


def test_the_air_ends_when_the_tests_are_killed() -> None:
    """With it goes the server's last client, so it ends as well (after ten minutes; here at once)."""
    child = subprocess.Popen([sys.executable, "-c", KEEPS_ROOM], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout
    with child.stdout as lines:
        air, server, folder = lines.readline().split()
    child.kill()
    child.wait()
    try:
        wait_until(lambda: not runs(air), "the air has ended")
    finally:
        os.kill(int(server), signal.SIGTERM)
        wait_until(lambda: not runs(server), "the server has ended")
        shutil.rmtree(folder)


def test_the_room_itself() -> None:
    """The echo falls by 60 dB in the time asked for, keeps the energy, and in blocks it is the same as in one go."""
    response = impulse_response(0.3, 1)
    left_db = [10 * np.log10(np.sum(response[round(at_s * RATE) :] ** 2)) for at_s in (0.05, 0.2)]
    assert (left_db[0] - left_db[1]) / 0.15 == pytest.approx(60 / 0.3, rel=0.1)
    assert np.sum(response**2) == pytest.approx(1)
    dry: Wave = np.random.default_rng(0).standard_normal(50 * BLOCK).astype(np.float32)
    convolve = Convolver(response)
    wet = np.concatenate([convolve(block) for block in dry.reshape(-1, BLOCK)])
    assert wet == pytest.approx(np.convolve(dry, response)[: len(dry)], abs=1e-4)
    assert gain(None) == 0
    with pytest.raises(ValueError, match="PulseAudio alone takes"):
        Acoustics(delay_s=LEAST_DELAY_S / 2)
