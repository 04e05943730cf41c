"""Faults of the sound: a server, an output or a processor that is gone, elsewhere or slow."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from tests.faults.stand import Stand, leave
from tests.live.processes import Piped
from tests.virtual_sound.device import SECOND

HOLD_MS = 300.0
LOAD_MS = 400.0
"""What a busy machine may add: the fault itself, done by a program, and the disk."""
BETWEEN_S = (1.0, 3.0)


def _now() -> datetime:
    return datetime.now().astimezone()


def _lost(stand: Stand, command: Piped, fault: Callable[[], object]) -> int:
    """The fault; the session holds in time. Returns the lines of the ledger."""
    began = _now()
    fault()
    stand.until(command, stand.happened("device-lost"), "held", 10)
    stand.verdict.figure = stand.held_ms(began)
    stand.expect(stand.verdict.figure <= HOLD_MS + LOAD_MS, f"it held after {stand.verdict.figure:.0f} ms")
    return len(stand.lines("ledger"))


def _back(stand: Stand, command: Piped, since: int, *, guides: bool = True) -> None:
    """The sound is back: cautions first, then the hands are guided again."""
    quiet = stand.lines("ledger")[since:]
    stand.expect(not quiet, f"{len(quiet)} cues were listed while there was no sound")
    stand.until(command, stand.happened("device-back"), "the sound is back", 30)
    if guides:
        stand.guided(command, since)
    else:
        stand.until(command, stand.delivered("1.full.carotid-keep-off", since), "cautions again")
        time.sleep(1.0)


def _gone_and_back(stand: Stand, gone: Callable[[], object], back: Callable[[], object], *, silent: bool) -> None:
    with stand.session() as command:
        with stand.recorded():
            (stand.in_practice if silent else stand.in_caution)(command)
            since = _lost(stand, command, gone)
            time.sleep(stand.dice.uniform(*BETWEEN_S))
        back()
        with stand.recorded():
            _back(stand, command, since, guides=not silent)
            time.sleep(0.3)
            said = leave(stand, command)
    stand.expect("No sound: hands off until it is back." in said, "it did not say that it holds")
    stand.expect("The sound is back." in said, "it did not say that the sound is back")


def server_killed(stand: Stand) -> None:
    """The sound server gets SIGKILL in mid-caution and is started again after a while."""
    _gone_and_back(stand, stand.sound.kill, stand.sound.restart, silent=False)


def unplugged(stand: Stand) -> None:
    """The output goes in mid-caution, and comes back."""
    _gone_and_back(stand, stand.sound.unplug, stand.sound.replug, silent=False)


def unplugged_in_silence(stand: Stand) -> None:
    """The output goes while the hands work and nothing is said."""
    _gone_and_back(stand, stand.sound.unplug, stand.sound.replug, silent=True)


def dummy(stand: Stand) -> None:
    """Instead of the output there is for a while one that plays into nothing."""
    with ExitStack() as stack:
        _gone_and_back(stand, lambda: stack.enter_context(stand.sound.dummy()), stack.close, silent=False)


def moved(stand: Stand) -> None:
    """Another output is chosen in mid-caution; the session goes on there."""
    with stand.sound.second(), stand.session() as command, ExitStack() as stack, stand.recorded():
        stand.in_caution(command)
        stack.enter_context(stand.recorded(SECOND))
        since = _lost(stand, command, lambda: stand.sound.choose(SECOND))
        _back(stand, command, since)
        time.sleep(0.3)
        leave(stand, command)


def stalled(stand: Stand) -> None:
    """The sound server stands still for half a second, or three, in mid-caution."""
    stall_s = stand.dice.choice([0.5, 3.0])
    stand.verdict.note += f"stall {stall_s} s, "
    with stand.session() as command, stand.recorded():
        stand.in_caution(command)
        try:
            since = _lost(stand, command, stand.sound.freeze)
            time.sleep(stall_s - 0.3)
        finally:
            stand.sound.thaw()
        stand.until(command, stand.happened("device-back"), "the sound is back", 30)
        stand.guided(command, since)
        time.sleep(0.3)
        leave(stand, command)


@contextmanager
def _hogs(count: int) -> Iterator[None]:
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def hogs(stand: Stand) -> None:
    """Two busy processes beside it."""
    with stand.session() as command, stand.recorded():
        with _hogs(2):
            stand.until(command, stand.delivered("1.say.2"), "the first instructions", 150)
        time.sleep(0.3)
        leave(stand, command)
    ledger = stand.lines("ledger")
    late = max((line["started"] - line["planned"] for line in ledger), default=0.0)
    stand.verdict.figure = late * 1000
    entries = stand.lines("journal")
    stand.verdict.note += f"{sum(entry['event'] == 'gap' for entry in entries)} cautions torn "
