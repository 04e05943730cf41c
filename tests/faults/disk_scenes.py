"""Faults of the disk: full, read-only, or hanging. Real ones where this user may mount them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.sound.card import PERIOD_MS, PERIODS
from tests.faults.hearing import Listener
from tests.faults.stand import Stand, leave
from tests.live.support import real_library

STOP_MS = 150
BUFFER_MS = PERIOD_MS * PERIODS
RECORDER_MS = 40
"""What the recorder lags behind the device."""


def may_mount() -> bool:
    """Whether file systems can be mounted here."""
    return os.geteuid() == 0 and all(shutil.which(name) for name in ("mount", "umount"))


def may_freeze() -> bool:
    """Whether there are loop devices, and file systems that can be frozen."""
    return may_mount() and Path("/dev/loop-control").exists() and all(map(shutil.which, ("fsfreeze", "mkfs.ext4")))


@contextmanager
def _mounted(where: Path, *arguments: str) -> Iterator[None]:
    where.mkdir(parents=True, exist_ok=True)
    subprocess.run(("mount", *arguments, str(where)), check=True)
    try:
        yield
    finally:
        kept = Path(tempfile.mkdtemp(prefix="massage-voice-kept."))
        shutil.copytree(where, kept, ignore=shutil.ignore_patterns("filler", "lost+found"), dirs_exist_ok=True)
        subprocess.run(("umount", "-l", str(where)), check=True)
        shutil.copytree(kept, where, dirs_exist_ok=True)
        shutil.rmtree(kept)


def disk_full(stand: Stand) -> None:
    """The disk of the records has room for none, one or two of its pages; in mid-session it gets room again."""
    sessions, pages = stand.home / "data" / "sessions", stand.dice.choice([0, 1, 2])
    stand.verdict.note += f"{pages} pages of 4 KB free "
    with _mounted(sessions, "-t", "tmpfs", "-o", "size=1m,mode=700", "none"):
        filler = sessions / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        os.truncate(filler, filler.stat().st_size - pages * 4096)
        with stand.recorded(), stand.session("--json") as command:
            command.says("1.bell.step")
            time.sleep(stand.dice.uniform(0.3, 4.0))
            before = stand.lines("journal")
            filler.unlink()
            command.says("1.say.1")
            time.sleep(0.3)
            said = leave(stand, command)
    stand.told = _told(said)
    stand.expect(said.count("not whole") == 1, f"said {said.count('not whole')} times that the record is not whole")
    stand.expect(len(before) < len(stand.lines("journal")), "nothing was written when there was room again")
    stand.expect(stand.lines("ledger") == stand.told, "the ledger is not what was told, although there is room again")
    stand.expect(stand.lines("journal")[-1]["event"] == "end", "the journal does not end")


def _told(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith('{"cue"')]


def home_read_only(stand: Stand) -> None:
    """Nothing can be written below the home's data."""
    data = _mounted(stand.home / "data", "-t", "tmpfs", "-o", "ro", "none")
    with data, stand.recorded(), stand.session("--json") as command:
        command.says("1.say.1")
        time.sleep(0.3)
        said = leave(stand, command)
    stand.told = _told(said)
    stand.expect(said.count("leaves no record") == 1, "it did not say once that there is no record")
    stand.expect(len(stand.told) > 4, "it told no ledger")


def stop_on_hung_disk(stand: Stand) -> None:
    """Stop is pressed while every write to the records' disk hangs: a frozen file system."""
    sessions, image = stand.home / "data" / "sessions", stand.home / "disk.img"
    with image.open("wb") as file:
        file.truncate(8 << 20)
    subprocess.run(("mkfs.ext4", "-q", "-F", "-m0", str(image)), check=True)
    with _mounted(sessions, "-o", "loop", str(image)), stand.recorded() as recording, stand.at_keys() as command:
        stand.in_caution(command)
        subprocess.run(("fsfreeze", "-f", str(sessions)), check=True)
        try:
            command.pause(stand.dice.uniform(0.1, 1.0))
            asked = recording.frames
            command.press("s")
            command.says("STOPPED", 10)
            command.pause(7.0)  # the first of the stop words take 5.3 s
            hung = not any(entry["event"] == "stop" for entry in stand.lines("journal"))
        finally:
            subprocess.run(("fsfreeze", "-u", str(sessions)), check=True)
        stand.until(command, stand.happened("stop"), "written after all", 10)
        leave(stand, command)
    stand.expect(hung, "the fault did not happen: the stop was on the disk at once")
    words = real_library().clip(emergency().stop[0]).samples
    found = Listener(stand.takes[0]).after(words, asked)
    latency_ms = float("inf") if found is None else (found - asked) / RATE * 1000
    stand.verdict.figure = latency_ms
    stand.expect(latency_ms <= STOP_MS + BUFFER_MS + RECORDER_MS, f"the stop words came after {latency_ms:.0f} ms")
