"""The wish to stay awake, at a desktop's session bus of its own: made, taken back, and gone with the process."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from massage_voice.commands.awake import awake, can_keep_awake
from tests.support.absent import absent

if sys.platform != "linux":
    pytest.skip("D-Bus is the way of free desktops", allow_module_level=True)

from jeepney import HeaderFields, MatchRule, Message, MessageType, new_method_return  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

pytestmark = pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning")  # wakepy, when nobody answers

SERVICE = "org.freedesktop.ScreenSaver"
_PROGRAM = """
import sys
from massage_voice.commands.awake import awake
with awake(print):
    print("awake", flush=True)
    sys.stdin.read()
"""


class Desktop:
    """The service that keeps a screen lit; it does what the specification of the idle inhibitor says."""

    def __init__(self, address: str) -> None:
        self.held: dict[int, str] = {}
        """By cookie, the connection that wishes it."""
        self.hung = False
        self._bus: DBusConnection = open_dbus_connection(address)
        for call in (message_bus.RequestName(SERVICE), message_bus.AddMatch(self._departures())):
            self._bus.send_and_get_reply(call)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self._over.set()
        self._thread.join()
        self._bus.close()

    def _departures(self) -> MatchRule:
        return MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                self._answer(self._bus.receive(timeout=0.05))
            except TimeoutError:
                continue

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        member = fields.get(HeaderFields.member)
        if member == "NameOwnerChanged" and message.body[2] == "":
            self.held = {cookie: owner for cookie, owner in self.held.items() if owner != message.body[0]}
        if message.header.message_type is not MessageType.method_call or self.hung:
            return
        if member == "Inhibit":
            cookie = len(self.held) + 1
            self.held[cookie] = fields[HeaderFields.sender]
            self._bus.send(new_method_return(message, "u", (cookie,)))
        elif member == "UnInhibit":
            del self.held[message.body[0]]
            self._bus.send(new_method_return(message))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus without anybody on it."""
    if shutil.which("dbus-daemon") is None:
        absent("needs dbus-daemon: apt install dbus")
    config = tmp_path / "bus.conf"
    config.write_text(
        '<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">'
        '<allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
    )
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    bus = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert bus.stdout is not None
        found = bus.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        monkeypatch.delenv("WAKEPY_FAKE_SUCCESS", raising=False)
        yield found
    finally:
        bus.terminate()
        bus.communicate()
        until(lambda: all(thread.name != "awake" for thread in threading.enumerate()))
        gc.collect()


@pytest.fixture
def desktop(address: str) -> Iterator[Desktop]:
    """The bus, with the service on it."""
    made = Desktop(address)
    yield made
    made.close()


def test_the_wish_lasts_as_long_as_the_session(desktop: Desktop) -> None:
    """Made at its beginning, taken back at its end."""
    said: list[str] = []
    with awake(said.append):
        assert len(desktop.held) == 1
    assert (desktop.held, said) == ({}, [])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_wish_goes_with_the_process(desktop: Desktop, number: signal.Signals) -> None:
    """Killed, it leaves no machine that never sleeps."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "awake\n"
    assert len(desktop.held) == 1
    process.send_signal(number)
    process.communicate()
    until(lambda: not desktop.held)


def test_a_probe_names_the_method_and_holds_nothing(desktop: Desktop) -> None:
    """For `doctor`."""
    assert can_keep_awake() == (True, SERVICE)
    assert desktop.held == {}


@pytest.mark.usefixtures("address")
def test_a_desktop_that_cannot() -> None:
    """The session goes on, and says it once; the probe names who was asked."""
    said: list[str] = []
    with awake(said.append):
        pass
    assert [line.partition(":")[0] for line in said] == ["This system does not let the program keep it awake"]
    able, why = can_keep_awake()
    assert (able, SERVICE in why) == (False, True)


def test_a_desktop_that_hangs_holds_nobody_up(desktop: Desktop) -> None:
    """A session begins after a second, and ends."""
    desktop.hung = True
    said: list[str] = []
    began = time.monotonic()
    with awake(said.append):
        pass
    assert 1.0 <= time.monotonic() - began < 4.0
    assert len(said) == 1


def test_a_desktop_that_leaves_meanwhile(address: str) -> None:
    """Its end is no error of the session."""
    desktop = Desktop(address)
    with awake(lambda _: None):
        desktop.close()
    assert len(desktop.held) == 1
