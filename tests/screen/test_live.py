"""The live view on a terminal that obeys it: after every look the screen is the page, and little was written."""

from __future__ import annotations

import ctypes
import time
from typing import Any

import pytest

from massage_voice.clip import RATE
from massage_voice.controls.bindings import Bindings
from massage_voice.screen.big import Page
from massage_voice.screen.glance import WORDS, glance
from massage_voice.screen.live import LiveView, hints
from massage_voice.screen.views import states
from massage_voice.screen.windows_console import take_sequences
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import State
from tests.fuzz.nasty import STEERING
from tests.fuzz.terminal import steering
from tests.session.places import PLACES, session_at

OWN = Bindings({"F5": Signal.TOGGLE, "q": Signal.NEXT, "x": Signal.FINISH})


class Watched:
    """A session, its view, and the terminal it is shown on; 25 looks a second."""

    def __init__(self, place: str, width: int = 80, height: int = 24, **manner: Any) -> None:
        from tests.screen.conftest import Screen

        self.session = session_at(place)
        self.screen = Screen(width, height)
        self.written: list[str] = []
        self.now = 0.0
        self.view = LiveView(
            self, "Neck", lambda: (self.screen.width, self.screen.height), now=lambda: self.now, **manner  # type: ignore[arg-type]
        )  # fmt: skip
        self.manner = manner
        self.look()

    def write(self, text: str) -> int:
        """What the view writes."""
        self.written.append(text)
        return self.screen.write(text)

    def flush(self) -> None:
        """Nothing waits."""

    def look(self, seconds: float = 0.04) -> None:
        """Let time pass, in the session too when it plays."""
        self.now += seconds
        session = self.session
        if session.state is State.PLAYING:
            session.handle(Event(Signal.PLAYED, session.run, session.frame + round(seconds * RATE)))
        self.view.update(session)

    def shows(self, notice: str = "") -> bool:
        """The screen is the page, line by line, and the cursor rests below it."""
        size = self.screen.width, self.screen.height
        page = Page(size[0], size[1] - 1, self.manner.get("plain", False))
        bindings = self.manner.get("bindings", Bindings())
        rows = page.rows(glance(self.session, "Neck", bindings, notice), hints(bindings))
        assert [line.rstrip() for line in self.screen.lines] == [*(row.text.rstrip() for row in rows), ""]
        return (self.screen.row, self.screen.column) == (size[1] - 1, 0)


@pytest.mark.parametrize("place", PLACES)
def test_the_screen_is_the_page(place: str) -> None:
    """Wherever a session stands, in a small terminal and in a large one."""
    for size in ((40, 12), (80, 24), (200, 60)):
        watched = Watched(place, *size)
        assert watched.shows()
        assert watched.session.state not in WORDS or glance(watched.session, "Neck", Bindings()).state


def test_only_what_changed_is_written() -> None:
    """A second of work is a few lines, and four looks; a whole page comes every five seconds."""
    watched = Watched("practising")
    whole = len(watched.written[-1])
    watched.written.clear()
    for _ in range(25 * 4):
        watched.look()
        assert len(watched.written) < 30
    assert 3 <= len(watched.written) <= 16
    assert max(map(len, watched.written)) < whole
    for _ in range(25 * 2):
        watched.look()
    assert max(map(len, watched.written)) >= whole * 0.8
    watched.look(0.3)
    assert watched.shows()


def test_nothing_is_written_while_nothing_changes() -> None:
    """A pause is quiet."""
    watched = Watched("paused")
    watched.written.clear()
    for _ in range(25 * 4):
        watched.look()
    assert watched.written == []


def test_a_new_state_is_shown_at_once() -> None:
    """In the same turn in which it came, the first key as any other."""
    watched = Watched("practising")
    for signal in (Signal.PAUSE, Signal.RESUME, Signal.STOP, Signal.TOGGLE, Signal.DEVICE_LOST, Signal.DEVICE_BACK):
        watched.session.handle(Event(signal))
        watched.view.update(watched.session)
        assert watched.shows()


def test_a_terminal_that_changes_its_size() -> None:
    """Whatever was left on it is gone within a quarter of a second."""
    watched = Watched("practising")
    for size in ((160, 50), (40, 12), (25, 7), (81, 24), (200, 60), (80, 24)):
        watched.screen.resize(*size)
        watched.look(0.26)
        assert watched.shows()


def test_a_terminal_too_small_for_anything() -> None:
    """It is not written beyond."""
    watched = Watched("practising", 12, 4)
    watched.look(0.3)
    assert watched.screen.row == 3


def test_what_others_wrote_is_covered() -> None:
    """After five seconds at most."""
    watched = Watched("paused")
    watched.screen.write("\x1b[9A\rsomething else\nand more")
    watched.look(5.0)
    assert watched.shows()


def test_closing_leaves_an_empty_screen() -> None:
    """The cursor is at its top and seen; closing twice is fine."""
    watched = Watched("practising")
    assert not watched.screen.shown
    watched.view.close()
    watched.view.close()
    assert (watched.screen.shown, watched.screen.row, "".join(watched.screen.lines)) == (True, 0, "")


def test_a_notice_is_shown_and_stays() -> None:
    """A sentence that is not spoken."""
    watched = Watched("practising")
    watched.view.notice("The sound is back.")
    watched.look()
    assert watched.shows("The sound is back.")
    assert " ! The sound is back." in watched.screen.lines


@pytest.mark.parametrize("place", ["practising", "mid-caution", "stopped", "paused"])
def test_without_colour_the_same_is_shown(place: str) -> None:
    """Bold and dim stay; of the colours none is written."""
    coloured, plain = Watched(place), Watched(place, colour=False)
    assert coloured.screen.lines == plain.screen.lines
    assert plain.screen.styles <= {"0", "1", "2"}
    assert coloured.screen.styles - plain.screen.styles


def test_a_terminal_without_blocks() -> None:
    """Digits are made of what every terminal has."""
    watched = Watched("practising", plain=True)
    assert watched.shows()
    assert all(line.isascii() for line in watched.screen.lines)


def test_own_keys_are_named() -> None:
    """In the reminder and in what a state waits for; what nothing does any more is not."""
    assert hints(OWN).startswith("F5 pause   q next   b back")
    assert "x finish" in hints(OWN)
    assert states(OWN)[State.PAUSED] == "Paused. F5 goes on, q and b jump, x finishes."
    assert states(Bindings())[State.PAUSED] == "Paused. Space goes on, n and b jump, q finishes."
    without = Bindings({"q": Signal.NEXT, "Space": Signal.NEXT})
    assert states(without)[State.PAUSED] == "Paused. Any key without a meaning goes on, q and b jump."
    assert states(without)[State.CONFIRMING] == "Finish now?  y: finish.  Any other key: go on."
    watched = Watched("paused", bindings=OWN)
    assert watched.shows()


@pytest.mark.parametrize("text", STEERING)
def test_no_text_steers_the_terminal(text: str) -> None:
    """Titles and notices are shown as they are, less what a terminal would obey."""
    seen = glance(session_at("practising"), f"a{text}\nb", Bindings(), f"{text} c\td")
    assert not any(steering(shown.encode()) for shown in (seen.routine, seen.notice))
    assert "\n" not in seen.routine


def test_a_session_costs_next_to_nothing_to_show() -> None:
    """Beside the audio callback: below one in a hundred of a core, at 25 updates a second, in a large terminal."""
    watched = Watched("opening", 200, 60)
    session: Session = watched.session
    seconds, spent = 120, 0.0
    for turn in range(25 * seconds):
        watched.now += 0.04
        session.handle(Event(Signal.PLAYED, session.run, round(turn * 0.04 * RATE)))
        if turn % 25 == 0:
            watched.screen.write = len  # type: ignore[method-assign, assignment] # drawing is the terminal's work
        began = time.process_time()
        watched.view.update(session)
        spent += time.process_time() - began
    assert spent / seconds < 0.01


class Kernel:
    """What kernel32 does with a console."""

    def __init__(self, console: bool) -> None:
        self.console = console
        self.mode = 3

    def GetStdHandle(self, number: int) -> int:  # noqa: N802 (Windows' name)
        """Of the output."""
        return {-11: 7}[number]

    def GetConsoleMode(self, handle: int, mode: Any) -> int:  # noqa: N802
        """0 for a pipe."""
        ctypes.cast(mode, ctypes.POINTER(ctypes.c_ulong))[0] = self.mode
        return int(self.console and handle == 7)

    def SetConsoleMode(self, handle: int, mode: int) -> int:  # noqa: N802
        """Always willing."""
        self.mode = mode
        return handle


@pytest.mark.parametrize(("console", "mode"), [(True, 7), (False, 3)])
def test_a_windows_console_is_asked_to_obey(console: bool, mode: int) -> None:
    """One more bit in its mode; what is none is left alone."""
    kernel = Kernel(console)
    take_sequences(kernel)
    assert kernel.mode == mode


def test_what_is_said_aside_is_not_the_session() -> None:
    """The seconds that a stop's words take are not the time that is left."""
    assert glance(session_at("stopped"), "Neck", Bindings()).whole == ""
    assert glance(session_at("practising"), "Neck", Bindings()).whole.endswith(" left")
