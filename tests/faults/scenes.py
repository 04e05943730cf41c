"""All scenes by name: each a fault by its real mechanism, against the real command."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from massage_voice.errors import MassageVoiceError
from tests.faults import disk_scenes as disk
from tests.faults import process_scenes as process
from tests.faults import sound_scenes as sound
from tests.faults import voice_scenes as voice
from tests.faults.stand import RefusedError, Stand, Verdict
from tests.live.support import home_in
from tests.live.theatre import device_of_its_own

Scene = Callable[[Stand], None]

SCENES: Final[dict[str, Scene]] = {
    "server_killed": sound.server_killed,
    "unplugged": sound.unplugged,
    "unplugged_in_silence": sound.unplugged_in_silence,
    "moved": sound.moved,
    "stalled": sound.stalled,
    "dummy": sound.dummy,
    "hogs": sound.hogs,
    "frozen": process.frozen,
    "suspended": process.suspended,
    "killed": process.killed,
    **{f"killed_in_{phase}": partial(process.killed_in, phase=phase, way="same") for phase in process.PHASES[1:]},
    "wall_clock": process.wall_clock,
    "worker_killed": voice.worker_killed,
    "voice_broken": voice.voice_broken,
    **{f"voice_{how.replace(' ', '_')}": partial(voice.voice_broken_in, how=how) for how in voice.BROKEN},
    "disk_full": disk.disk_full,
    "home_read_only": disk.home_read_only,
    "stop_on_hung_disk": disk.stop_on_hung_disk,
}

FIGURES: Final[dict[str, str]] = {
    **dict.fromkeys(("server_killed", "unplugged", "unplugged_in_silence", "moved", "stalled", "dummy"), "ms to hold"),
    **dict.fromkeys(("killed", *(f"killed_in_{phase}" for phase in process.PHASES)), "s of practice done again"),
    "hogs": "ms late",
    "wall_clock": "ms late",
    "stop_on_hung_disk": "ms to the stop words",
}
"""What a scene's own figure is; the table shows the worst."""


def missing(name: str) -> str:
    """What a scene needs and this machine lacks; nothing when it can be played."""
    if name == "wall_clock" and not shutil.which("cc"):
        return "needs a C compiler: apt install gcc libc6-dev"
    if name in {"disk_full", "home_read_only"} and not disk.may_mount():
        return "needs root, to mount a file system"
    if name == "stop_on_hung_disk" and not disk.may_freeze():
        return "needs root and loop devices, to freeze a file system"
    return ""


def play(name: str, folder: Path, seed: int) -> Verdict:
    """One scene in a home below `folder`, drawn by lot from `seed`; the home stays when something was wrong."""
    home = home_in(folder / f"{name}-{seed}")
    with device_of_its_own() as output:
        stand = Stand(home, output, random.Random(seed))  # noqa: S311 - no secret
        try:
            try:
                SCENES[name](stand)
            except RefusedError:
                stand.verdict.note += ", ended with code 6"
            foreign = name.startswith(("voice_", "worker_"))
            stand.judge(voice="system" if foreign else None, clips=home / "cache" / "clips" if foreign else None)
        except (AssertionError, TimeoutError, OSError, MassageVoiceError) as error:
            stand.verdict.against_a.append(f"{type(error).__name__}: {error}")
    wrong = [*stand.verdict.against_a, *stand.verdict.against_b]
    if wrong:
        (home / "verdict").write_text("\n".join([stand.verdict.note, *wrong, ""]), "utf-8")
        for number, take in enumerate(stand.takes):
            np.save(home / f"take-{number}.npy", take)
    else:
        shutil.rmtree(home.parent, ignore_errors=True)
    return stand.verdict
