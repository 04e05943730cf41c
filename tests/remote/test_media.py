"""What a desktop is told of a session, as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_voice.clip import RATE
from massage_voice.remote.media import LONGEST, PAUSED, PLAYING, STATUS, STOPPED, Glance, look, plain
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.table import TABLE, State
from tests.remote.conftest import move, to_step

pytestmark = pytest.mark.real_time

SECOND = 1_000_000


def test_nothing_is_shown_before_the_beginning(session: Session) -> None:
    """No track, stopped, nothing to go to."""
    session.state, session.run = State.IDLE, 0
    glance = look(session, Glance(), 0.0)
    assert (glance.shown.status, glance.shown.track.name, glance.position_us) == (STOPPED, "", 0)
    assert not glance.shown.can_next


def test_a_step_is_a_track(playing: Session) -> None:
    """Its name as words, its number, its length and how far it has sounded."""
    chapter = playing.chapter
    assert chapter is not None
    glance = look(playing, Glance(), 0.0)
    track = glance.shown.track
    assert (track.name, track.title, track.number, track.areas) == ("step_1", "settle", 1, ("shoulders",))
    assert track.length_us == (chapter.end - chapter.start) * SECOND // RATE
    assert glance.position_us == SECOND
    to_step(playing, "neck-strokes")
    glance = look(playing, glance, 0.0)
    assert (glance.shown.track.title, glance.position_us) == ("neck strokes", SECOND)


def test_the_preparation(session: Session) -> None:
    """It is shown while it is spoken."""
    move(session, RATE)
    glance = look(session, Glance(), 0.0)
    assert (glance.shown.track.name, glance.shown.track.number, glance.position_us) == ("preparation", 0, SECOND)
    assert glance.shown.track.length_us == session.prelude.length * SECOND // RATE


def test_the_closing(playing: Session) -> None:
    """After the last step it has a position of its own."""
    playing.handle(Event(Signal.PLAYED, playing.run, playing.timeline.chapters[-1].practice_end + RATE))
    glance = look(playing, Glance(), 0.0)
    assert (glance.shown.track.title, glance.position_us) == ("closing", SECOND)
    assert glance.shown.track.length_us > SECOND


def test_what_is_said_aside_leaves_the_step_shown(playing: Session) -> None:
    """A stop speaks, and track and position stay."""
    before = look(playing, Glance(), 0.0)
    playing.handle(Event(Signal.STOP))
    move(playing, 3 * RATE)
    glance = look(playing, before, 0.0)
    assert (glance.shown.track, glance.position_us) == (before.shown.track, before.position_us)
    assert glance.shown.status == PAUSED


@pytest.mark.parametrize("state", list(State))
def test_buttons_are_offered_as_the_one_table_has_them(playing: Session, state: State) -> None:
    """Next and previous where the table lists them; a state that waits for somebody is a pause."""
    playing.state = state
    shown = look(playing, Glance(), 0.0).shown
    assert (shown.can_next, shown.can_back) == (Signal.NEXT in TABLE[state], Signal.BACK in TABLE[state])
    waits = Signal.TOGGLE in TABLE[state] and state not in {State.PREPARING, State.PLAYING, State.HEARING_OUT}
    assert not (waits and shown.status != PAUSED)
    assert shown.status == STATUS.get(state, PAUSED)


def test_playing_on_is_no_jump(playing: Session) -> None:
    """Whatever the time between two looks; a device that sounds a little late is none either."""
    glance, now_s = look(playing, Glance(), 50.0), 50.0
    for seconds in (0.04, 5.0, 0.9, 12.0):
        now_s += seconds
        move(playing, round((seconds - 0.05) * RATE))
        glance = look(playing, glance, now_s)
    assert glance.jumps == 0


def test_the_next_step_is_no_jump(playing: Session) -> None:
    """A desktop counts a new track from its beginning; one that begins elsewhere is told."""
    glance = look(playing, Glance(), 0.0)
    to_step(playing, "neck-strokes")
    glance = look(playing, glance, 40.0)
    assert (glance.shown.track.number, glance.jumps) == (2, 0)
    to_step(playing, "kneading")
    move(playing, RATE)
    assert look(playing, glance, 160.0).jumps == 1


@pytest.mark.parametrize("signal", [Signal.REPEAT, Signal.PAUSE])
def test_going_back_within_a_step_is_a_jump(playing: Session, signal: Signal) -> None:
    """The instruction again, or the cautions after a pause: the desktop counts anew."""
    move(playing, 30 * RATE)
    glance = look(playing, Glance(), 0.0)
    playing.handle(Event(signal))
    glance = look(playing, glance, 0.0)
    playing.handle(Event(Signal.RESUME))
    glance = look(playing, glance, 0.0)
    assert (glance.shown.status, glance.position_us, glance.jumps) == (PLAYING, 0, 2)


def test_a_pause_is_no_jump_however_long(playing: Session) -> None:
    """Time passes, and the position stays."""
    glance = look(playing, Glance(), 0.0)
    playing.handle(Event(Signal.PAUSE))
    glances = [glance := look(playing, glance, now_s) for now_s in (0.04, 60.0, 600.0)]
    assert {one.jumps for one in glances} == {0}


def test_sound_that_stands_still_is_a_jump(playing: Session) -> None:
    """A device that takes nothing for more than a second: the desktop counts back, once."""
    glance = look(playing, Glance(), 0.0)
    jumps = [glance := look(playing, glance, 0.04 * turn) for turn in range(40)]
    assert [one.jumps - jumps[0].jumps for one in (jumps[24], jumps[26], jumps[39])] == [0, 1, 1]


def test_loudness_is_a_volume(playing: Session) -> None:
    """Two decibels less are 0.794 of it."""
    playing.handle(Event(Signal.QUIETER))
    assert look(playing, Glance(), 0.0).shown.volume == 0.794


@given(st.text())
def test_any_text_becomes_one_plain_line(text: str) -> None:
    """Valid UTF-8, printable but for single spaces, short."""
    line = plain(text)
    assert line.encode("utf-8").decode("utf-8") == line
    assert "".join(line.split(" ")).isprintable()
    assert "  " not in line
    assert len(line) <= LONGEST
    assert line == line.strip()


def test_hostile_text() -> None:
    """Pinned: controls, an override of the writing direction, a lone surrogate, a line separator, a private sign."""
    assert plain("a\x00b\x1b[2J\u202ec\ud800\u2028d\ue000\uffff\r\n\te") == "a b [2Jc d e"
    assert plain("Nacken und Rücken 头") == "Nacken und Rücken 头"
    assert plain("x" * 100_000) == "x" * LONGEST
