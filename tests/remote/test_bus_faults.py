"""A desktop that is missing, hangs, goes away or speaks nonsense takes the buttons with it, and nothing else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from massage_voice.remote.buttons import NAME, MediaButtons, media_buttons
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from tests.remote.conftest import until
from tests.remote.desktop import Desktop, gdbus

pytestmark = pytest.mark.real_time

_PROGRAM = """
import sys
from pathlib import Path
from massage_voice.remote.buttons import media_buttons
with media_buttons("Neck", Path(sys.argv[1])):
    sys.stdin.read(1)
"""
_OK = b"OK 0123456789abcdef0123456789abcdef\r\n"


def players() -> list[str]:
    """The media players on the bus."""
    call = "org.freedesktop.DBus.ListNames"
    names = gdbus(call, path="/org/freedesktop/DBus", name="org.freedesktop.DBus").split("'")
    return [name for name in names if name.startswith("org.mpris.")]


def is_working() -> bool:
    """The thread is alive."""
    return any(thread.name == "media-buttons" for thread in threading.enumerate())


def goes_on(session: Session, pictures: Path, wait: Callable[[], object] = lambda: None) -> None:
    """A session begins, is shown and ends as if nothing were, without a wait for a bus that takes five seconds."""
    began = time.monotonic()
    with media_buttons("Neck", pictures) as buttons:
        for _ in range(100):
            buttons.update(session)
        assert buttons.read(0.0) is None
        assert time.monotonic() - began < 2.0
        wait()
        began = time.monotonic()
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    "address",
    [
        "",
        "unix:path=/nonexistent/bus",
        "tcp:host=localhost,port=1",
        "autolaunch:",
        "nonsense",
        "unix:path=" + "x" * 500,
    ],
)
def test_no_bus(address: str, playing: Session, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address, or none that leads anywhere."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    goes_on(playing, pictures, wait=lambda: until(lambda: not is_working()))


def test_the_standard_place(bus: object, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address the bus is where systemd has it; other programs look there too."""
    assert bus
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    (tmp_path / "bus").symlink_to(address.partition("path=")[2].partition(",")[0])
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with media_buttons("Neck", pictures):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        until(players)


@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], None]]:
    """Call it with what something that is no bus says to everybody who comes, word by word."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "socket"))
    listening.listen()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/socket")
    came: list[socket.socket] = []

    def serve(*answers: bytes) -> None:
        with suppress(OSError):
            came.append(listening.accept()[0])
            for answer in answers:
                came[0].recv(4096)
                came[0].sendall(answer)

    def say(*answers: bytes) -> None:
        threading.Thread(target=serve, args=answers, daemon=True).start()

    yield say
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    until(lambda: came)
    for one in came:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)  # wakes who reads from it
        one.close()
    until(lambda: not is_working())


def test_a_bus_that_never_answers(impostor: Callable[..., None], playing: Session, pictures: Path) -> None:
    """It hangs as a broken desktop does: nobody waits for it."""
    impostor()
    goes_on(playing, pictures)


@pytest.mark.parametrize(
    "answers",
    [
        (b"REJECTED EXTERNAL\r\n",),
        (b"x" * 10_000,),
        (_OK, b"nonsense " * 10),
        (_OK, b"l\x02\x00\x01" + b"\xff" * 60),
        (_OK, b"l\x02\x00\x01" + b"\x10\x00\x00\x00" * 3 + b"\xff" * 60),
    ],
)
def test_what_is_no_bus(
    impostor: Callable[..., None], answers: tuple[bytes, ...], playing: Session, pictures: Path
) -> None:
    """A refusal, a flood, nonsense instead of messages, one that claims to be huge: the thread ends by itself."""
    impostor(*answers)
    goes_on(playing, pictures, wait=lambda: until(lambda: not is_working(), limit_s=3.0))


def test_a_bus_that_is_killed_meanwhile(bus: subprocess.Popen[str], buttons: MediaButtons, playing: Session) -> None:
    """The session is shown to nobody, and goes on."""
    until(players)
    bus.kill()
    until(lambda: not is_working())
    for name in (Signal.PAUSE, Signal.RESUME):
        playing.handle(Event(name))
        buttons.update(playing)
    assert buttons.read(0.0) is None


def test_a_bus_that_hangs_meanwhile(bus: subprocess.Popen[str], buttons: MediaButtons, playing: Session) -> None:
    """However much there is to tell, telling it takes no time; afterwards all is as it should be."""
    until(players)
    with closing(Desktop()) as desktop:
        bus.send_signal(signal.SIGSTOP)
        longest_s = 0.0
        for name in (*(Signal.PAUSE, Signal.RESUME) * 500, Signal.PAUSE):
            playing.handle(Event(name))
            began = time.monotonic()
            buttons.update(playing)
            longest_s = max(longest_s, time.monotonic() - began)
        assert longest_s < 1.0
        bus.send_signal(signal.SIGCONT)
        until(lambda: desktop.changes("PlaybackStatus") == "Paused")
        desktop.press("Stop")
        assert buttons.read(5.0) == Event(Signal.STOP)


@pytest.mark.usefixtures("bus")
def test_the_name_goes_with_the_session(pictures: Path) -> None:
    """At its end nothing is left on the desktop, nor a thread."""
    with media_buttons("Neck", pictures):
        until(lambda: players() == [NAME])
    assert players() == []
    assert not is_working()


@pytest.mark.usefixtures("bus")
def test_two_sessions_are_two_players(pictures: Path) -> None:
    """Each process has a name of its own, which goes with it when it is killed."""
    with media_buttons("Neck", pictures):
        other = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(pictures)], stdin=subprocess.PIPE)
        both = {NAME, f"org.mpris.MediaPlayer2.massage_voice.instance{other.pid}"}
        until(lambda: set(players()) == both)
        other.kill()
        other.communicate()
        until(lambda: players() == [NAME])


@pytest.mark.usefixtures("bus")
def test_a_name_that_is_taken(pictures: Path) -> None:
    """Another container with the same process number: this session has no buttons, and the other keeps its own."""
    with media_buttons("Neck", pictures):
        until(players)
        with media_buttons("Back", pictures):
            until(lambda: sum(thread.name == "media-buttons" for thread in threading.enumerate()) == 1)
        assert players() == [NAME]


@pytest.mark.usefixtures("bus")
def test_elsewhere_there_are_no_buttons(pictures: Path, playing: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and Windows nothing is started, time passes in a read, and closing twice is fine."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with media_buttons("Neck", pictures) as buttons:
        assert not is_working()
        buttons.update(playing)
        began = time.monotonic()
        assert buttons.read(0.05) is None
        assert time.monotonic() - began >= 0.05
        buttons.close()
