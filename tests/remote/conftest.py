"""A private session bus, someone at its desktop, and a session of four steps."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from massage_voice.clip import RATE
from massage_voice.commands.live import emergency
from massage_voice.remote.buttons import MediaButtons, media_buttons
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from tests.support.absent import absent
from tests.support.builders import hold, plan, routine, step

collect_ignore = ["test_bus_faults.py", "test_mpris.py"] if sys.platform != "linux" else []

_CONFIG = (
    '<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">'
    '<allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>'
    '<limit name="max_replies_per_connection">50000</limit></busconfig>'
)
"""As in the session.conf of a desktop: the limit for who sets none is 128, and the bus refuses calls beyond."""


def until(true: Callable[[], object], limit_s: float = 10.0) -> None:
    """Wait for `true()`."""
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def move(session: Session, frames: int) -> None:
    """Let `frames` of the run sound."""
    session.handle(Event(Signal.PLAYED, session.run, session.frame + frames))


def to_step(session: Session, name: str) -> None:
    """Let the run sound as far as one second into a step."""
    chapter = next(c for c in session.timeline.chapters if c.secured.step.name == name)
    session.handle(Event(Signal.PLAYED, session.run, chapter.start + RATE))


@pytest.fixture
def session() -> Session:
    """Begun: its preparation is being spoken."""
    steps = hold("settle"), step("neck-strokes", ("neck-back",)), step("kneading"), hold("rest")
    made_plan = plan(routine(*steps, prepare=("Warm your hands.",)))
    made = Session(made_plan, emergency(), prelude=made_plan.preparation())
    made.handle(Event(Signal.START))
    return made


@pytest.fixture
def playing(session: Session) -> Session:
    """One second into its first step."""
    session.handle(Event(Signal.PLAYED, session.run, session.timeline.length))
    session.handle(Event(Signal.READY))
    to_step(session, "settle")
    return session


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A session bus without anybody on it."""
    if shutil.which("dbus-daemon") is None or shutil.which("gdbus") is None:
        absent("needs dbus-daemon and gdbus: apt install dbus libglib2.0-bin")
    config = tmp_path / "bus.conf"
    config.write_text(_CONFIG)
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert daemon.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        yield daemon
    finally:
        daemon.kill()
        daemon.communicate()
        until(lambda: all(thread.name != "media-buttons" for thread in threading.enumerate()))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder of the pictures."""
    return tmp_path / "pictures"


@pytest.fixture
def buttons(bus: subprocess.Popen[str], pictures: Path) -> Iterator[MediaButtons]:
    """The buttons of a routine called Neck, on the bus."""
    assert bus
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(media_buttons("Neck", pictures))
