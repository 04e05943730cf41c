"""The media player that a desktop sees: messages in, replies and signals out; no socket, no thread.

Methods of MPRIS 2.2 become session events; the properties are those of the last `Glance`. Nothing can be sought or
opened here, and nobody else ends a session: those calls are answered and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageFlag,
    new_error,
    new_method_return,
    new_signal,
)

from massage_voice.remote.description import DESCRIPTION, INTROSPECTABLE, PATH, PEER, PLAYER, PROPERTIES, ROOT, above
from massage_voice.remote.media import Glance, Track, plain
from massage_voice.session.events import Signal

Variant = tuple[str, Any]
"""A D-Bus signature and its value."""

BUTTONS: Final = {
    "PlayPause": Signal.TOGGLE,
    "Play": Signal.RESUME,
    "Pause": Signal.PAUSE,
    "Next": Signal.NEXT,
    "Previous": Signal.BACK,
    "Stop": Signal.STOP,
}
"""What each method of the player means; `Stop` is the massage stop."""
IDENTITY: Final = "massage-voice"
ROOT_PROPERTIES: Final[dict[str, Variant]] = {
    "CanQuit": ("b", False),
    "CanRaise": ("b", False),
    "HasTrackList": ("b", False),
    "Identity": ("s", IDENTITY),
    "SupportedUriSchemes": ("as", []),
    "SupportedMimeTypes": ("as", []),
}
_CONSTANT: Final[dict[str, Variant]] = {
    "Rate": ("d", 1.0),
    "MinimumRate": ("d", 1.0),
    "MaximumRate": ("d", 1.0),
    "CanPlay": ("b", True),
    "CanPause": ("b", True),
    "CanSeek": ("b", False),
    "CanControl": ("b", True),
}
_WRITABLE: Final = frozenset({"Rate", "Volume"})
_METHODS: Final = {
    (INTROSPECTABLE, "Introspect"): ("", "s", "_do_introspect"),
    (PEER, "Ping"): ("", "", "_do_nothing"),
    (PROPERTIES, "Get"): ("ss", "v", "_do_get"),
    (PROPERTIES, "GetAll"): ("s", "a{sv}", "_do_get_all"),
    (PROPERTIES, "Set"): ("ssv", "", "_do_set"),
    (ROOT, "Raise"): ("", "", "_do_nothing"),
    (ROOT, "Quit"): ("", "", "_do_nothing"),
    **{(PLAYER, button): ("", "", "_do_press") for button in BUTTONS},
    (PLAYER, "Seek"): ("x", "", "_do_nothing"),
    (PLAYER, "SetPosition"): ("ox", "", "_do_nothing"),
    (PLAYER, "OpenUri"): ("s", "", "_do_open"),
}
"""By interface and name: the signature of what it takes, of what it returns, and the method that does it."""
_INTERFACES: Final = frozenset(interface for interface, _ in _METHODS)
_NO_TRACK: Final = "/org/mpris/MediaPlayer2/TrackList/NoTrack"


class _RefusedError(Exception):
    """A call that cannot be answered; `name` is the last word of a standard D-Bus error."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = f"org.freedesktop.DBus.Error.{name}"


class MediaPlayer:
    """Answers calls by `glance`; `press(method, signal)` is told of every button."""

    def __init__(self, album: str, press: Callable[[str, Signal], object]) -> None:
        self._album = plain(album)
        self._press = press
        self.glance = Glance()
        self.art = ""
        """The URL of the picture; empty for none."""

    def answer(self, call: Message) -> Message | None:
        """The reply to a method call; None where none is wanted."""
        try:
            signature, body = self._call(call.header.fields, call.body)
            reply = new_method_return(call, signature or None, body)
        except _RefusedError as refused:
            reply = new_error(call, refused.name, "s", (str(refused),))
        return None if MessageFlag.no_reply_expected in call.header.flags else reply

    def changes(self, before: dict[str, Variant], jumped: bool) -> Iterator[Message]:
        """The signals that tell how `told()` differs from `before`, and that the position jumped."""
        changed = {name: value for name, value in self.told().items() if before.get(name) != value}
        if changed:
            properties = DBusAddress(PATH, interface=PROPERTIES)
            yield new_signal(properties, "PropertiesChanged", "sa{sv}as", (PLAYER, changed, []))
        if jumped:
            yield new_signal(DBusAddress(PATH, interface=PLAYER), "Seeked", "x", (self.glance.position_us,))

    def told(self) -> dict[str, Variant]:
        """The properties whose changes are told."""
        shown = self.glance.shown
        return {
            "PlaybackStatus": ("s", shown.status),
            "Metadata": ("a{sv}", self._metadata(shown.track)),
            "Volume": ("d", shown.volume),
            "CanGoNext": ("b", shown.can_next),
            "CanGoPrevious": ("b", shown.can_back),
        }

    def _metadata(self, track: Track) -> dict[str, Variant]:
        """The artist is the routine's title as well: GNOME shows artists and no albums."""
        path = f"/massage_voice/{track.name}" if track.name else _NO_TRACK
        found: dict[str, Variant] = {"mpris:trackid": ("o", path), "xesam:title": ("s", track.title or self._album)}
        found |= {"xesam:album": ("s", self._album), "xesam:artist": ("as", [self._album])}
        if track.number:
            found["xesam:trackNumber"] = ("i", track.number)
        if track.length_us:
            found["mpris:length"] = ("x", track.length_us)
        if self.art:
            found["mpris:artUrl"] = ("s", self.art)
        return found

    def _call(self, fields: dict[HeaderFields, Any], body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """Signature and body of the reply.

        Raises:
            _RefusedError: there is no such method, or it does not take this.
        """
        path, member = fields[HeaderFields.path], fields[HeaderFields.member]
        if path != PATH:
            return _elsewhere(path, member)
        takes, returns, method = _METHODS[_interface(fields.get(HeaderFields.interface), member), member]
        if fields.get(HeaderFields.signature, "") != takes:
            raise _RefusedError("InvalidArgs", f"{member} takes ({takes})")
        result = getattr(self, method)(member, *body)
        return returns, (result,) if returns else ()

    # --- methods: each is named in the table and takes its own D-Bus name first ---

    def _do_press(self, button: str) -> None:
        self._press(button, BUTTONS[button])

    def _do_nothing(self, *_: object) -> None:
        """Answered, and without effect: that is what the specification asks of a player that cannot."""

    def _do_open(self, *_: object) -> None:
        raise _RefusedError("NotSupported", "a session opens nothing else")

    def _do_introspect(self, _: str) -> str:
        return DESCRIPTION

    def _do_get_all(self, _: str, interface: str) -> dict[str, Variant]:
        return self._properties(interface)

    def _do_get(self, _: str, interface: str, name: str) -> Variant:
        found = self._properties(interface).get(name)
        if found is None:
            raise _RefusedError("UnknownProperty", "there is no such property")
        return found

    def _do_set(self, member: str, interface: str, name: str, value: Variant) -> None:
        """A volume is one step louder or quieter; a rate of 0 is a pause, as the specification says."""
        signature, _ = self._do_get(member, interface, name)
        if name not in _WRITABLE:
            raise _RefusedError("PropertyReadOnly", f"{name} cannot be set")
        if value[0] != signature:
            raise _RefusedError("InvalidArgs", f"{name} is of type {signature}")
        now = self.glance.shown.volume
        if name == "Rate" and value[1] == 0.0:
            self._press(name, Signal.PAUSE)
        if name == "Volume" and value[1] > now:
            self._press(name, Signal.LOUDER)
        if name == "Volume" and value[1] < now:
            self._press(name, Signal.QUIETER)

    def _properties(self, interface: str) -> dict[str, Variant]:
        if interface == ROOT:
            return ROOT_PROPERTIES
        if interface == PLAYER:
            return {**_CONSTANT, **self.told(), "Position": ("x", self.glance.position_us)}
        if interface in _INTERFACES:
            return {}
        raise _RefusedError("UnknownInterface", "there is no such interface")


def _interface(given: str | None, member: str) -> str:
    """The interface of `member`; callers may leave it out."""
    if given is not None and given not in _INTERFACES:
        raise _RefusedError("UnknownInterface", "there is no such interface")
    for interface, name in _METHODS:
        if name == member and given in {None, interface}:
            return interface
    raise _RefusedError("UnknownMethod", "there is no such method")


def _elsewhere(path: str, member: str) -> tuple[str, tuple[Any, ...]]:
    """On the way to the object there is only its name."""
    nodes = above(path)
    if not nodes:
        raise _RefusedError("UnknownObject", "there is no such object")
    if member != "Introspect":
        raise _RefusedError("UnknownMethod", "there is no such method")
    return "s", (nodes,)
