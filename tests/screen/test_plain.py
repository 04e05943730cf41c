"""Plain lines, as a screen reader gets them: one for each event, in words, and nothing twice."""

from __future__ import annotations

import pytest

from massage_voice.clip import RATE
from massage_voice.controls.bindings import Bindings
from massage_voice.screen.views import PlainView
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from tests.session.places import PLACES, session_at


def told(session: Session, *signals: Signal, bindings: Bindings | None = None) -> list[str]:
    """The lines after each signal."""
    lines: list[str] = []
    view = PlainView(lines.append, bindings or Bindings())
    view.update(session)
    del lines[:]
    for signal in signals:
        session.handle(Event(signal))
        for _ in range(3):
            view.update(session)
    return lines


def test_a_pause_and_going_on_are_told() -> None:
    """Once each; then the cautions begin anew."""
    lines = told(session_at("practising"), Signal.TOGGLE, Signal.TOGGLE)
    assert lines[:2] == ["Paused. Space goes on, n and b jump, q finishes.", "Going on."]
    assert lines[2:] == []


def test_a_stop_is_told_with_what_to_do() -> None:
    """The state, the words of the stop, the question."""
    lines = told(session_at("practising"), Signal.STOP, Signal.TOGGLE)
    assert lines[0] == "STOPPED. Space: look whether it may go on. q: finish."
    assert "Any sign of fainting or of the nerves? y yes n no u not sure" in lines


def test_lost_sound_is_told() -> None:
    """And that it is over."""
    lines = told(session_at("practising"), Signal.DEVICE_LOST, Signal.DEVICE_BACK)
    assert lines[:2] == ["No sound: hands off until it is back.", "Going on."]


def test_a_jump_that_waits_for_a_caution_is_told() -> None:
    """Somebody pressed a key and hears the old words: they are told why."""
    assert told(session_at("mid-caution"), Signal.NEXT) == ["The caution first, then on."]


def test_a_caution_is_called_one() -> None:
    """By a word, with the session's time."""
    session = session_at("opening")
    lines: list[str] = []
    view = PlainView(lines.append)
    for _ in range(40):
        session.handle(Event(Signal.PLAYED, session.run, session.frame + RATE))
        view.update(session)
    cautions = [line for line in lines if "Caution: " in line]
    assert cautions
    assert cautions[0].startswith("[00:0")
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_told_in_whole_lines(place: str) -> None:
    """Nothing that steers, nothing empty, no line in two."""
    lines: list[str] = []
    PlainView(lines.append).update(session_at(place))
    assert all(line.isprintable() and line.strip() == line and line for line in lines)


def test_a_notice_is_one_line() -> None:
    """Whatever stands in it."""
    lines: list[str] = []
    PlainView(lines.append).notice("no sound:\n  plug in\ta speaker")
    assert lines == ["no sound: plug in a speaker"]
