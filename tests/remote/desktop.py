"""Someone at a desktop: gdbus, which shares no code with what it talks to, and a listener for signals."""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from contextlib import suppress
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

from massage_voice.remote.buttons import NAME
from massage_voice.remote.description import PATH, PLAYER, PROPERTIES


def gdbus(*words: str, path: str = PATH, name: str = NAME) -> str:
    """What `gdbus call` prints.

    Raises:
        subprocess.CalledProcessError: an error came back; its `stderr` says which.
    """
    command = ["gdbus", "call", "--session", "--timeout=5", f"--dest={name}", f"--object-path={path}", "--method"]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout.strip()


def press(method: str, *words: str) -> str:
    """Call a method of the player."""
    return gdbus(f"{PLAYER}.{method}", *words)


def get(name: str, interface: str = PLAYER) -> str:
    """A property as GVariant text."""
    return gdbus(f"{PROPERTIES}.Get", interface, name)


def refusal(*words: str, path: str = PATH) -> str:
    """The last word of the D-Bus error that comes back."""
    try:
        gdbus(*words, path=path)
    except subprocess.CalledProcessError as error:
        found: str = error.stderr
        return found.partition("org.freedesktop.DBus.Error.")[2].partition(":")[0]
    return ""


class Desktop:
    """Keeps the signals of the player as they come, and presses its buttons without waiting for an answer."""

    def __init__(self) -> None:
        self._bus: DBusConnection = open_dbus_connection()
        self._bus.send_and_get_reply(message_bus.AddMatch(MatchRule(type="signal", path=PATH)))
        self._came: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._answered = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self._over.set()
        self._thread.join()
        self._bus.close()

    def press_and_wait(self, *methods: str, limit_s: float = 30.0) -> None:
        """Press, and wait until every press has been answered."""
        end, wanted = time.monotonic() + limit_s, self._answered + len(methods)
        self.press(*methods)
        while self._answered < wanted:
            assert time.monotonic() < end, f"{wanted - self._answered} presses are not answered"
            time.sleep(0.002)

    def press(self, *methods: str) -> None:
        """Call methods of the player in one go."""
        player = DBusAddress(PATH, NAME, PLAYER)
        for method in methods:
            self._bus.send(new_method_call(player, method))

    def types(self, interface: str) -> dict[str, str]:
        """Every property's type, as it comes over the wire."""
        with open_dbus_connection() as bus:
            call = new_method_call(DBusAddress(PATH, NAME, PROPERTIES), "GetAll", "s", (interface,))
            found = bus.send_and_get_reply(call, timeout=5).body[0]
        return {name: signature for name, (signature, _) in found.items()}

    def next(self, limit_s: float = 5.0) -> tuple[str, Any]:
        """The next signal: its name, and the changed properties without their types, or the position."""
        return self._came.get(timeout=limit_s)

    def changes(self, name: str, limit_s: float = 5.0) -> Any:
        """The value of property `name` at its next change; other changes are passed over."""
        end = time.monotonic() + limit_s
        while True:
            _, found = self.next(max(0.0, end - time.monotonic()))
            if isinstance(found, dict) and name in found:
                return found[name]

    def is_quiet(self, for_s: float) -> bool:
        """Nothing comes for so long."""
        try:
            self.next(for_s)
        except queue.Empty:
            return True
        return False

    def _listen(self) -> None:
        with suppress(ConnectionError):  # the bus has gone
            while not self._over.is_set():
                with suppress(TimeoutError):
                    self._keep(self._bus.receive(timeout=0.05))

    def _keep(self, message: Message) -> None:
        if message.header.message_type is MessageType.method_return:
            self._answered += 1
        member = message.header.fields.get(HeaderFields.member)
        if member == "PropertiesChanged":
            self._came.put((member, {name: value for name, (_, value) in message.body[1].items()}))
        if member == "Seeked":
            self._came.put((member, message.body[0]))
