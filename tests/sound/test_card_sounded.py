"""What the sound card says has sounded, against what it was handed and what was recorded."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.sound.card import open_card
from massage_voice.sound.program import Pieces
from massage_voice.sound.sounded import TOLERANCE
from tests.sound.programs import Constant
from tests.virtual_sound.device import VirtualSound, wait_until

pytestmark = pytest.mark.sound


def test_what_was_handed_over_is_not_yet_heard(plugged_in: VirtualSound) -> None:
    """When the device goes, what it held is not counted; at a program's end all is."""
    speaker = open_card()
    speaker.play(1, Constant(60 * RATE))
    wait_until(lambda: speaker.played() > (1, RATE // 4), "it plays")
    with plugged_in.record() as recording:
        wait_until(lambda: recording.frames > RATE // 5, "it is recorded")
    assert np.any(recording.samples)
    plugged_in.freeze()
    try:
        wait_until(lambda: not speaker.alive(), "the loss is noticed")
        assert speaker.handed()[1] - speaker.played()[1] >= speaker.latency
    finally:
        plugged_in.thaw()
    speaker.play(2, Pieces([], 5_000))
    wait_until(lambda: speaker.played() == (2, 5_000), "the end is reached")
    speaker.close()


CHILD = """
import sys, time
from massage_voice.sound.card import open_card
from tests.sound.programs import Constant
speaker = open_card()
speaker.play(1, Constant(60 * 48_000))
print("playing", flush=True)
sys.stdin.readline()
print(*[gap.frames for gap in speaker.gaps()], flush=True)
"""


@pytest.mark.parametrize("stop_ms", [150, 600])
def test_a_gap_is_as_long_as_the_silence_in_the_recording(plugged_in: VirtualSound, stop_ms: int) -> None:
    """The process is stopped while it plays: the device runs dry, and what it says agrees with what was recorded."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin
    assert child.stdout
    try:
        child.stdout.readline()
        time.sleep(0.3)
        with plugged_in.record() as recording:
            wait_until(lambda: recording.frames > RATE // 5, "it is recorded")
            subprocess.run(["kill", "-STOP", str(child.pid)], check=True)
            time.sleep(stop_ms / 1000)
            subprocess.run(["kill", "-CONT", str(child.pid)], check=True)
            at = recording.frames
            wait_until(lambda: recording.frames > at + RATE // 3, "it goes on")
        told = [int(word) for word in child.communicate("\n", timeout=20)[0].split()]
    finally:
        child.kill()
    silent = recording.samples[:, 0] == 0
    assert len(told) == 1
    assert told[0] == pytest.approx(np.count_nonzero(silent), abs=2 * TOLERANCE + RATE // 100)
