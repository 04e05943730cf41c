"""Faults of the process: stopped, killed and gone on with, under another wall clock."""

from __future__ import annotations

import signal
import struct
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.faults import reader
from tests.faults.stand import Hands, Stand, leave
from tests.live.processes import Piped, Terminal
from tests.virtual_sound.device import SECOND, SINK

WALL = Path(__file__).with_name("wall.c")


def _held_and_on(stand: Stand, command: Terminal, since: int) -> None:
    """It says that it held; a key goes on, with the cautions."""
    command.says("held", 15)
    stand.expect(len(stand.lines("ledger")) - since <= 2, "a burst of late cues")
    command.pause(stand.dice.uniform(0.3, 1.5))
    stand.expect(
        not any(x["step"] and x["kind"] in reader.GUIDING for x in stand.lines("ledger")), "it went on by itself"
    )
    command.press(" ")
    stand.guided(command, since)
    command.pause(0.3)
    leave(stand, command)


def frozen(stand: Stand) -> None:
    """SIGSTOP for three seconds in mid-caution."""
    with stand.recorded(), stand.at_keys() as command:
        stand.in_caution(command)
        since = len(stand.lines("ledger"))
        command.process.send_signal(signal.SIGSTOP)
        stand.expect(command.stopped(), "it was not stopped")
        time.sleep(3.0)
        command.process.send_signal(signal.SIGCONT)
        _held_and_on(stand, command, since)


def suspended(stand: Stand) -> None:
    """Ctrl-Z in mid-caution, and fg."""
    with stand.recorded(), stand.at_keys() as command:
        stand.in_caution(command)
        since = len(stand.lines("ledger"))
        command.press("\x1a")
        stand.expect(command.stopped(), "it was not stopped")
        stand.expect(command.restored(), "the terminal was not given back")
        time.sleep(stand.dice.choice([0.1, 2.0]))
        command.process.send_signal(signal.SIGCONT)
        _held_and_on(stand, command, since)


# --- killed, and gone on with ---

WAYS: dict[str, tuple[str, ...]] = {
    "same": (),
    "slower": ("--wpm", "120"),
    "system": ("--voice", "system"),
    "captions": ("--captions-only",),
    "another sink": (),
}
PHASES = ("anytime", "preparation", "caution", "practice", "pause", "stop", "closing")


def killed(stand: Stand) -> None:
    """SIGKILL at an instant drawn by lot in any part of a session, then `resume`, perhaps in another way."""
    killed_in(stand, stand.dice.choice(PHASES), stand.dice.choice(list(WAYS)))


def killed_in(stand: Stand, phase: str, way: str) -> None:
    """SIGKILL in a given part, and `resume` in a given way."""
    stand.verdict.note += f"{phase}, {way}: "
    keys = phase in {"pause", "stop"}
    with stand.recorded(), stand.at_keys() if keys else stand.session() as command:
        _bring_to(stand, command, phase)
        stand.kill(command)
    was = reader.standing(stand.lines("journal"))
    with ExitStack() as stack:
        if way == "another sink":
            stack.enter_context(stand.sound.second())
            stand.sound.choose(SECOND)
        command = stack.enter_context(stand.again(*WAYS[way], keys=keys))
        if was is None:
            _nothing_to_resume(stand, command)
        else:
            _goes_on(stand, command, was)
    stand.sound.choose(SINK)
    if was is not None:
        lives = reader.journal_lives(stand.lines("journal"))
        stand.verdict.figure = reader.lost_s(reader.Kill(reader.Life(lives[0], ()), stand.kills[0][1]))


def _bring_to(stand: Stand, command: Hands, phase: str) -> None:
    dice = stand.dice
    if phase == "anytime":
        wait_s = dice.uniform(0.2, 70.0)
        stand.verdict.note += f"{wait_s:.2f} s after the start "
        end = time.monotonic() + wait_s
        stand.until(command, lambda: time.monotonic() >= end, "its time", 80)
    elif phase == "preparation":
        stand.until(command, stand.happened("start"), "start")
        stand.rest(command, dice.uniform(0.1, 7.0))
    elif phase == "practice":
        stand.in_practice(command)
    else:
        stand.in_caution(command)
    if phase == "closing":
        command.process.send_signal(signal.SIGINT)
        stand.until(command, stand.happened("interrupt"), "closing")
    elif isinstance(command, Terminal):
        command.press(" " if phase == "pause" else "s")
        command.says("Paused" if phase == "pause" else "STOPPED")
    if phase in {"closing", "pause", "stop"}:
        stand.rest(command, dice.uniform(0.1, 5.0))


def _nothing_to_resume(stand: Stand, command: Hands) -> None:
    """Killed before it began."""
    assert isinstance(command, Piped)
    code, _, error = command.ended()
    if code != 2 or "no interrupted session" not in error:
        stand.verdict.against_b.append(f"nothing to resume: exit code {code}, {error!r}")


def _goes_on(stand: Stand, command: Hands, was: reader.Line) -> None:
    since, entries = stand.kills[0][0], len(stand.lines("journal"))
    stand.until(command, stand.happened("resumed", entries), "it is resumed", 120)
    stand.until(command, stand.happened("start", entries + 1), "it starts")
    if isinstance(command, Terminal):
        _wave_on(stand, command, was, since)
    if was["phase"] == "steps":
        stand.until(command, lambda: _worked(stand, since, entries), "the hands go on", 120)
    else:
        stand.until(command, lambda: len(stand.lines("ledger")) > since, "it speaks", 60)
    stand.rest(command, 0.5)
    said = leave(stand, command)
    if "Going on with Neck" not in said:
        stand.verdict.against_b.append(f"it did not say where it goes on: {said[:300]!r}")


def _wave_on(stand: Stand, command: Terminal, was: reader.Line, since: int) -> None:
    """The answers that a session needs before it goes on."""
    if was["stopped"]:
        command.says("Any sign")
        command.pause(2.0)
        command.press("n")
        command.says("Paused")
        stand.until(command, lambda: _cleared(stand, since), "the words on pain")
    else:
        command.says("Any key begins")
    command.pause(1.5)
    if any(line["step"] and line["kind"] in reader.GUIDING for line in stand.lines("ledger")[since:]):
        stand.verdict.against_b.append("it went on before anybody said so")
    command.press(" ")


def _cleared(stand: Stand, since: int) -> bool:
    """The safety words that follow a "no" were heard."""
    return any(x["kind"] == "safety" and x["outcome"] in reader.WHOLE for x in stand.lines("ledger")[since:])


def _worked(stand: Stand, since: int, entries: int) -> bool:
    """An instruction or reminder has been said, or a few seconds of practice are done."""
    guided = any(line["step"] and line["kind"] in reader.GUIDING for line in stand.lines("ledger")[since:])
    fresh = [entry for entry in stand.lines("journal")[entries:] if "practised" in entry]
    return guided or any(entry["practised"] > fresh[0]["practised"] for entry in fresh)


# --- the wall clock ---


def wall_clock(stand: Stand) -> None:
    """The clock on the wall is set forward or back an hour under the process, by a library that is loaded first."""
    shift = stand.dice.choice([3600, -3600])
    stand.verdict.note += f"{shift:+} s, "
    wall, library = stand.home / "wall", stand.home / "wall.so"
    subprocess.run(("cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(WALL), "-ldl"), check=True)
    wall.write_bytes(bytes(8))
    stand.env = {"LD_PRELOAD": str(library), "WALL_SHIFT": str(wall)}
    with stand.recorded(), stand.session() as command:
        stand.in_caution(command)
        with wall.open("r+b") as file:
            file.write(struct.pack("q", shift))
        stand.guided(command, 0)
        time.sleep(0.3)
        leave(stand, command)
    stand.env = {}
    _nothing_happened(stand)


def _nothing_happened(stand: Stand) -> None:
    journal, ledger = stand.lines("journal"), stand.lines("ledger")
    stamps = [entry["at"] for entry in journal]
    hours = {stamp[:13] for stamp in stamps}
    stand.expect(len(hours) >= 2, "the fault did not happen: every stamp is of one hour")
    events = {entry["event"] for entry in journal}
    stand.expect(not events & {"asleep", "device-lost", "toggle"}, f"the session did something: {sorted(events)}")
    steps = [line for line in ledger if line["step"] > 0 and line["kind"] not in {"closing", "bell"}]
    stand.expect(all(line["outcome"] == "delivered" for line in steps[:4]), "a cue was not delivered")
    stand.verdict.figure = max((abs(line["started"] - line["planned"]) for line in steps), default=0.0) * 1000


Scene = Callable[[Stand], None]
