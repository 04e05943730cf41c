"""The player as a desktop meets it on a bus, by MPRIS 2.2."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree as ET

import pytest
from jeepney import DBusAddress, HeaderFields, MessageFlag, new_method_call  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

from massage_voice.clip import RATE
from massage_voice.ports import Controls
from massage_voice.remote.buttons import MOST, NAME, MediaButtons, media_buttons
from massage_voice.remote.description import INTROSPECTABLE, PATH, PEER, PLAYER, PROPERTIES, ROOT
from massage_voice.remote.mpris import MediaPlayer
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from tests.remote.conftest import to_step, until
from tests.remote.desktop import Desktop, gdbus, get, press, refusal

pytestmark = pytest.mark.real_time

ROOT_TYPES = {
    "CanQuit": "b",
    "CanRaise": "b",
    "HasTrackList": "b",
    "Identity": "s",
    "SupportedUriSchemes": "as",
    "SupportedMimeTypes": "as",
}
PLAYER_TYPES = {
    "PlaybackStatus": "s",
    "Rate": "d",
    "Metadata": "a{sv}",
    "Volume": "d",
    "Position": "x",
    "MinimumRate": "d",
    "MaximumRate": "d",
    "CanGoNext": "b",
    "CanGoPrevious": "b",
    "CanPlay": "b",
    "CanPause": "b",
    "CanSeek": "b",
    "CanControl": "b",
}
"""As the specification has them; LoopStatus and Shuffle are optional."""
BUTTONS = {
    "PlayPause": Signal.TOGGLE,
    "Play": Signal.RESUME,
    "Pause": Signal.PAUSE,
    "Next": Signal.NEXT,
    "Previous": Signal.BACK,
    "Stop": Signal.STOP,
}


@pytest.fixture
def there(buttons: MediaButtons) -> MediaButtons:
    """The buttons, when the desktop has seen them."""
    names = ("org.freedesktop.DBus.ListNames",)
    until(lambda: NAME in gdbus(*names, path="/org/freedesktop/DBus", name="org.freedesktop.DBus"))
    return buttons


@pytest.fixture
def desktop(there: MediaButtons) -> Iterator[Desktop]:
    """Someone who listens from now on."""
    assert there
    with closing(Desktop()) as made:
        yield made


def interfaces() -> dict[str, ET.Element]:
    """The object's own description."""
    text = gdbus(f"{INTROSPECTABLE}.Introspect")
    return {str(one.get("name")): one for one in ET.fromstring(unwrapped(text)).iter("interface")}  # noqa: S314


def unwrapped(text: str) -> str:
    """The string in gdbus's one-tuple."""
    body = text.removeprefix("('").removesuffix("',)")
    return body.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"')


# --- what it is ---


@pytest.mark.usefixtures("there")
def test_it_describes_itself_as_the_specification_does() -> None:
    """All that is not optional, with its types; what is writable there is writable here."""
    found = interfaces()
    types = {name: {p.get("name"): p.get("type") for p in found[name].iter("property")} for name in (ROOT, PLAYER)}
    assert types == {ROOT: ROOT_TYPES, PLAYER: PLAYER_TYPES}
    writable = {p.get("name") for p in found[PLAYER].iter("property") if p.get("access") == "readwrite"}
    assert writable == {"Rate", "Volume"}
    methods = {name: {m.get("name") for m in found[name].iter("method")} for name in (ROOT, PLAYER)}
    assert methods == {ROOT: {"Raise", "Quit"}, PLAYER: {*BUTTONS, "Seek", "SetPosition", "OpenUri"}}
    assert {PROPERTIES, INTROSPECTABLE, PEER} <= set(found)


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("path", ["/", "/org", "/org/mpris"])
def test_it_is_found_by_going_down(path: str) -> None:
    """Tools walk from the root to the object."""
    following = PATH.removeprefix(path).strip("/").partition("/")[0]
    assert f'<node name="{following}"/>' in unwrapped(gdbus(f"{INTROSPECTABLE}.Introspect", path=path))


def test_properties_have_the_types_they_are_described_with(
    there: MediaButtons, desktop: Desktop, playing: Session
) -> None:
    """All of them, over the wire."""
    there.update(playing)
    assert {name: desktop.types(name) for name in (ROOT, PLAYER)} == {ROOT: ROOT_TYPES, PLAYER: PLAYER_TYPES}


def test_what_it_says_of_itself(there: MediaButtons) -> None:
    """Its name, and that it cannot be raised, ended, or given files."""
    assert there
    assert get("Identity", ROOT) == "(<'massage-voice'>,)"
    assert [get(name, ROOT) for name in ("CanQuit", "CanRaise", "HasTrackList")] == ["(<false>,)"] * 3
    assert [get(name) for name in ("CanControl", "CanPlay", "CanPause", "CanSeek")] == [
        "(<true>,)",
        "(<true>,)",
        "(<true>,)",
        "(<false>,)",
    ]
    assert [get(name) for name in ("Rate", "MinimumRate", "MaximumRate")] == ["(<1.0>,)"] * 3


# --- buttons ---


@pytest.mark.parametrize(("method", "signal"), BUTTONS.items())
def test_a_button_is_an_event(there: MediaButtons, desktop: Desktop, method: str, signal: Signal) -> None:
    """As Controls give it, without a key; then nothing more."""
    controls: Controls = there
    desktop.press(method)
    assert controls.read(5.0) == Event(signal)
    assert controls.read(0.0) is None


def test_a_button_is_an_event_at_once(there: MediaButtons, desktop: Desktop) -> None:
    """Within 100 ms of the call; the median of nine, because this machine may be busy."""
    delays_s = []
    for method in ("Next", "Previous", "Stop") * 3:
        began = time.monotonic()
        desktop.press(method)
        assert there.read(5.0)
        delays_s.append(time.monotonic() - began)
    assert sorted(delays_s)[4] < 0.1


def test_buttons_come_in_their_order_and_do_what_keys_do(
    there: MediaButtons, desktop: Desktop, playing: Session
) -> None:
    """Through the one table: a stop, a look whether it may go on, and nothing that answers that question."""
    desktop.press("Next", "Stop", "Play", "Next", "PlayPause")
    states = []
    while event := there.read(0.5):
        playing.handle(event)
        states.append((event.signal, playing.state))
    assert states == [
        (Signal.NEXT, State.PLAYING),
        (Signal.STOP, State.STOPPED),
        (Signal.RESUME, State.CHECKING),
        (Signal.NEXT, State.CHECKING),
        (Signal.TOGGLE, State.CHECKING),
    ]


def test_a_bouncing_button_is_one_press(there: MediaButtons, desktop: Desktop) -> None:
    """As on a keyboard: the same again within a quarter of a second."""
    desktop.press("Next", "Next", "PlayPause", "PlayPause", "Next")
    found = [there.read(0.5) for _ in range(4)]
    assert found == [Event(Signal.NEXT), Event(Signal.TOGGLE), Event(Signal.NEXT), None]


def test_a_flood_is_cut_and_a_stop_is_not(there: MediaButtons, desktop: Desktop) -> None:
    """A program that presses a thousand times fills nothing; the stop after it comes."""
    desktop.press_and_wait(*["Next", "Previous"] * 500, "Stop", "Stop")
    found = []
    while event := there.read(0.0):
        found.append(event.signal)
    assert len(found) == MOST + 1
    assert found[-1] is Signal.STOP


def test_a_button_needs_no_interface(there: MediaButtons) -> None:
    """D-Bus lets callers leave it out."""
    with open_dbus_connection() as bus:
        bus.send_and_get_reply(new_method_call(DBusAddress(PATH, NAME), "Stop"), timeout=5)
    assert there.read(0.0) == Event(Signal.STOP)


def test_no_reply_where_none_is_wanted() -> None:
    """The button is pressed all the same."""
    pressed: list[str] = []
    player = MediaPlayer("Neck", lambda button, _: pressed.append(button))
    call = new_method_call(DBusAddress(PATH, NAME, PLAYER), "Stop")
    call.header.fields[HeaderFields.sender] = ":1.1"
    call.header.flags |= MessageFlag.no_reply_expected
    assert player.answer(call) is None
    assert pressed == ["Stop"]


def test_what_cannot_be_is_refused_politely(there: MediaButtons) -> None:
    """Seeking is answered and changes nothing, as the specification wants; what is unknown has its error."""
    assert [press("Seek", "5000000"), press("SetPosition", "/a", "0")] == ["()", "()"]
    assert [gdbus(f"{ROOT}.{method}") for method in ("Raise", "Quit")] == ["()", "()"]
    assert refusal(f"{PLAYER}.OpenUri", "file:///etc/passwd") == "NotSupported"
    assert refusal(f"{PROPERTIES}.Get", PLAYER, "Shuffle") == "UnknownProperty"
    assert refusal(f"{PROPERTIES}.GetAll", "org.mpris.MediaPlayer2.TrackList") == "UnknownInterface"
    assert refusal(f"{PROPERTIES}.Set", PLAYER, "Position", "<int64 5>") == "PropertyReadOnly"
    assert refusal(f"{PROPERTIES}.Set", PLAYER, "Volume", "<'loud'>") == "InvalidArgs"
    assert refusal(f"{PLAYER}.Dance") == "UnknownMethod"
    assert refusal("org.example.Nothing.Next") == "UnknownInterface"
    assert refusal(f"{PEER}.Ping", path="/elsewhere") == "UnknownObject"
    assert there.read(0.0) is None


def test_a_method_that_is_given_the_wrong_things(there: MediaButtons) -> None:
    """No event, an error; the same for a button that is given something."""
    errors = []
    with open_dbus_connection() as bus:
        for method, signature, body in (("Seek", "s", ("far",)), ("Stop", "i", (1,)), ("Seek", None, ())):
            call = new_method_call(DBusAddress(PATH, NAME, PLAYER), method, signature, body)
            reply = bus.send_and_get_reply(call, timeout=5)
            errors.append(reply.header.fields.get(HeaderFields.error_name, "").rpartition(".")[2])
    assert errors == ["InvalidArgs"] * 3
    assert there.read(0.0) is None


@pytest.mark.parametrize(
    ("name", "value", "signal"),
    [
        ("Volume", "<1.05>", Signal.LOUDER),
        ("Volume", "<0.2>", Signal.QUIETER),
        ("Volume", "<-1.0>", Signal.QUIETER),
        ("Volume", "<1.0>", None),
        ("Volume", "<nan>", None),
        ("Rate", "<0.0>", Signal.PAUSE),
        ("Rate", "<2.0>", None),
    ],
)
def test_what_can_be_set(there: MediaButtons, name: str, value: str, signal: Signal | None) -> None:
    """The volume is moved one step; a rate of 0 is a pause, any other is not heard."""
    assert gdbus(f"{PROPERTIES}.Set", PLAYER, name, value) == "()"
    assert there.read(0.0) == (Event(signal) if signal else None)


def test_a_slider_that_is_drawn_is_one_step(there: MediaButtons) -> None:
    """A desktop sets twenty volumes on the way; the slider then shows how loud it is."""
    with open_dbus_connection() as bus:
        player = DBusAddress(PATH, NAME, PROPERTIES)
        for hundredths in range(99, 79, -1):
            volume = ("d", hundredths / 100)
            bus.send(new_method_call(player, "Set", "ssv", (PLAYER, "Volume", volume)))
        bus.send_and_get_reply(new_method_call(player, "GetAll", "s", (PLAYER,)), timeout=5)
    assert [there.read(0.0), there.read(0.0)] == [Event(Signal.QUIETER), None]


# --- what is shown ---


def test_a_step_is_shown(there: MediaButtons, desktop: Desktop, playing: Session, pictures: Path) -> None:
    """Title, album, length, position, number, picture, as soon as it begins."""
    there.update(playing)
    assert desktop.changes("PlaybackStatus") == "Playing"
    to_step(playing, "neck-strokes")
    there.update(playing)
    found = {name: value for name, (_, value) in desktop.changes("Metadata").items()}
    art = Path(unquote(urlparse(found.pop("mpris:artUrl")).path))
    assert found == {
        "mpris:trackid": "/massage_voice/step_2",
        "mpris:length": 120_000_000,
        "xesam:title": "neck strokes",
        "xesam:album": "Neck",
        "xesam:artist": ["Neck"],
        "xesam:trackNumber": 2,
    }
    assert art.parent == pictures
    assert art.read_bytes().startswith(b"\x89PNG")
    assert get("Position") == "(<int64 1000000>,)"


def test_only_what_changed_is_told(there: MediaButtons, desktop: Desktop, playing: Session) -> None:
    """Nothing while a step plays on, however often it is looked at; one property when one changed."""
    there.update(playing)
    desktop.changes("Metadata")
    for _ in range(100):
        there.update(playing)
    assert desktop.is_quiet(0.2)
    playing.handle(Event(Signal.QUIETER))
    there.update(playing)
    assert desktop.next() == ("PropertiesChanged", {"Volume": 0.794})
    playing.handle(Event(Signal.PAUSE))
    there.update(playing)
    assert desktop.next() == ("PropertiesChanged", {"PlaybackStatus": "Paused"})


def test_a_jump_is_told(there: MediaButtons, desktop: Desktop, playing: Session) -> None:
    """Back to what was said at the beginning of the step, which has as much less to go: `Seeked`."""
    playing.handle(Event(Signal.PLAYED, playing.run, playing.frame + 30 * RATE))
    there.update(playing)
    assert desktop.changes("PlaybackStatus") == "Playing"
    assert desktop.next() == ("Seeked", 31_000_000)
    playing.handle(Event(Signal.REPEAT))
    there.update(playing)
    assert desktop.changes("Metadata")["mpris:length"] < ("x", 40_000_000)
    assert desktop.next() == ("Seeked", 0)


def test_hostile_titles_are_shown_plain(bus: object, pictures: Path, playing: Session) -> None:
    """Control characters, lone surrogates and floods of text reach no desktop, and end nothing."""
    assert bus
    with media_buttons("\x1b[31mN\x00eck\ud800\u202e" + "k" * 9_999, pictures) as buttons:
        until(lambda: not refused_ping())
        with closing(Desktop()) as desktop:
            buttons.update(playing)
            found = desktop.changes("Metadata")["xesam:album"]
    assert found[1].startswith("[31mN eckkkk")
    assert len(found[1]) == 200


def ping() -> str:
    """An answer from the player's thread."""
    return gdbus(f"{PEER}.Ping")


def refused_ping() -> str:
    """The error that says why there is no answer."""
    return refusal(f"{PEER}.Ping")
