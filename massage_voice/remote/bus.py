"""The session bus of a Linux desktop, by jeepney's parts that do no I/O, so that every wait has an end."""

from __future__ import annotations

import os
import socket
import struct
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Final

from jeepney import HeaderFields, Message, MessageType, Parser  # type: ignore[import-untyped]
from jeepney.auth import BEGIN, Authenticator  # type: ignore[import-untyped]
from jeepney.bus import get_bus  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]

PATIENCE_S: Final = 5.0
"""A bus that takes longer, for any one thing, is gone; it takes a thousandth of that."""
LARGEST: Final = 1 << 20
"""Bytes of a message; none that a desktop sends has a thousand."""
_IS_MINE: Final = 1
"""DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER"""
_GARBLED: Final = (struct.error, ValueError, KeyError, TypeError, IndexError, AssertionError)
"""What jeepney's parser raises on bytes that are no message."""


class Bus:
    """A connection to the session bus, made when this is.

    Everything raises `OSError` when the bus is missing, hangs, goes away or speaks nonsense.
    """

    def __init__(self) -> None:
        self._parser = Parser()
        self._serials = count(1)
        self._early: deque[Message] = deque()
        address = _address()
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(PATIENCE_S)
            self._socket.connect(address)
            self._authenticate()
            self._ask(message_bus.Hello())
        except OSError:
            self.close()
            raise

    def fileno(self) -> int:
        """For `select`: readable when `receive` would not wait."""
        return self._socket.fileno()

    def close(self) -> None:
        """Leave the bus, which gives all names back; safe to call twice."""
        self._socket.close()

    def own(self, name: str) -> None:
        """Be known as `name`."""
        if self._ask(message_bus.RequestName(name)).body != (_IS_MINE,):
            raise ConnectionError(f"the bus gave the name {name} to somebody else")

    def send(self, message: Message) -> int:
        """Send `message`; its serial number."""
        serial = next(self._serials)
        self._socket.sendall(message.serialise(serial))
        return serial

    def receive(self) -> None:
        """Wait for bytes, which `messages` makes messages of."""
        self._parser.add_data(self._read())

    def _read(self) -> bytes:
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the bus has gone")
        return data

    def messages(self) -> Iterator[Message]:
        """What has been received, without waiting."""
        while message := self._early.popleft() if self._early else self._parsed():
            yield message

    def _parsed(self) -> Message | None:
        try:
            if self._parser.bytes_desired() > LARGEST:
                raise ConnectionError("the bus sends too much at once")
            return self._parser.get_next_message()
        except _GARBLED as error:
            raise ConnectionError("the bus sends what is no message") from error

    def _authenticate(self) -> None:
        talk = Authenticator()
        try:
            for line in talk:
                self._socket.sendall(line)
                talk.feed(self._read())
        except ValueError as error:  # it refuses us, or is no bus
            raise ConnectionError("the bus does not let us in") from error
        self._socket.sendall(BEGIN)

    def _ask(self, call: Message) -> Message:
        """Send `call` and wait for its reply; what comes in between is kept."""
        serial = self.send(call)
        while True:
            while message := self._parsed():
                if message.header.fields.get(HeaderFields.reply_serial) != serial:
                    self._early.append(message)
                elif message.header.message_type is MessageType.method_return:
                    return message
                else:
                    raise ConnectionError(f"the bus refuses: {message.body}")
            self.receive()


def _address() -> str:
    """Where the session bus listens, as other programs find it.

    Raises:
        OSError: nowhere.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    standard = f"unix:path={runtime}/bus" if runtime else ""
    try:
        return str(get_bus(os.environ.get("DBUS_SESSION_BUS_ADDRESS") or standard))
    except (ValueError, RuntimeError) as error:  # no address, or none of a kind that jeepney knows
        raise ConnectionError("there is no session bus") from error
