"""`remind`: the loop, on a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from massage_voice.commands.offer import Answer
from massage_voice.commands.remind import NAP_S, Reminders, When, World
from massage_voice.errors import ExitCode, LeftError, RoutineError, SoundError
from tests.reminders.zones import BERLIN, at, needs_zones, zone


@dataclass
class Evenings:
    """A room in which time passes only while somebody sleeps; at `until` they press Ctrl-C."""

    begin: str
    until: str
    answers: list[Answer | Exception | None] = field(default_factory=list)
    session: ExitCode | Exception = ExitCode.FINISHED
    session_s: float = 1200.0
    jumps: dict[str, float] = field(default_factory=dict)
    """At this time the clock is set, or the computer sleeps: seconds."""
    said: list[str] = field(default_factory=list)
    """`20:30 sentence`, for each announcement; `20:30 session`."""
    naps: list[float] = field(default_factory=list)

    def remind(self, *at_times: str, every: tuple[str, ...] = ("day",), once: bool = False, test: bool = False) -> int:
        """Run the loop in this room."""
        self._now_s = at(self.begin)
        when = When(every, at_times, once=once, test=test)
        world = World(self._offer, self._start, lambda: self._now_s, self._sleep)
        try:
            return Reminders("Neck", when, world).go()
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED

    def _clock(self) -> str:
        return f"{datetime.fromtimestamp(self._now_s):%d %H:%M}"

    def _offer(self, sentence: str) -> Answer | None:
        self.said.append(f"{self._clock()} {sentence}")
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _start(self) -> ExitCode:
        self.said.append(f"{self._clock()} session")
        self._now_s += self.session_s
        if isinstance(self.session, Exception):
            raise self.session
        return self.session

    def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self._now_s += seconds
        for time in [time for time in self.jumps if self._now_s >= at(time)]:
            self._now_s += self.jumps.pop(time)
        if self._now_s >= at(self.until):
            raise KeyboardInterrupt

    def times(self) -> list[str]:
        """When something was said, without the words."""
        return [line[:8] for line in self.said]


ON_TIME = "23 20:30 It is half past eight. Time for the massage: Neck."


def test_three_evenings(capsys: pytest.CaptureFixture[str]) -> None:
    """On time each day, whatever was answered; the next one is named; no nap is longer than half a minute."""
    room = Evenings("2026-11-23 20:00", "2026-11-26 12:00", [Answer.NOT_NOW, None])
    assert room.remind("20:30") == 130
    assert room.said[0] == ON_TIME
    assert room.times() == ["23 20:30", "24 20:30", "25 20:30"]
    assert max(room.naps) <= NAP_S
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"Next: {day} November, 20:30." for day in ("Monday 23", "Tuesday 24", "Wednesday 25", "Thursday 26")
    ]


def test_several_reminders() -> None:
    """Every time on every day."""
    room = Evenings("2026-11-27 07:00", "2026-11-30 12:00")
    room.remind("8am", "8:30 pm", every=("weekend", "monday"))
    assert room.times() == ["28 08:00", "28 20:30", "29 08:00", "29 20:30", "30 08:00"]


def test_yes_begins_and_the_reminders_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    """A reminder that came during the session is not announced after it."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", [Answer.BEGIN])
    room.remind("20:30", "20:45")
    assert room.times() == ["23 20:30", "23 20:30", "24 20:30"]
    assert room.said[1].endswith("session")
    assert "Missed" not in capsys.readouterr().err


def test_it_never_begins_by_itself() -> None:
    """No answer, and no: nothing begins."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", [None, Answer.NOT_NOW])
    room.remind("20:30")
    assert not [line for line in room.said if "session" in line]


def test_in_ten_minutes() -> None:
    """And once more in ten, and then it begins."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 12:00", [Answer.LATER, Answer.LATER, Answer.BEGIN])
    room.remind("20:30")
    assert room.times() == ["23 20:30", "23 20:40", "23 20:50", "23 20:50"]
    assert room.said[1] == "23 20:40 It is twenty to nine. Time for the massage: Neck."


@pytest.mark.parametrize(
    "trouble", [SoundError("the sound device is gone"), OSError(28, "No space left"), RuntimeError("a fault")]
)
def test_what_fails_ends_nothing(trouble: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and tomorrow there is a reminder."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", [trouble])
    assert room.remind("20:30") == 130
    assert room.times() == ["23 20:30", "24 20:30"]
    assert str(trouble) in capsys.readouterr().err


@pytest.mark.parametrize("trouble", [RoutineError("neck.yaml:1:1: title: gone"), LeftError("left before the start")])
def test_a_session_that_does_not_start_ends_nothing(trouble: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """The same."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", [Answer.BEGIN], session=trouble)
    room.remind("20:30")
    assert room.times() == ["23 20:30", "23 20:30", "24 20:30"]
    assert str(trouble) in capsys.readouterr().err


def test_ctrl_c_in_a_session_ends_the_reminders_too() -> None:
    """Whoever presses it, or kills the process, wants it to end."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", [Answer.BEGIN], session=ExitCode.INTERRUPTED)
    assert room.remind("20:30") == 130
    assert room.times() == ["23 20:30", "23 20:30"]


@pytest.mark.parametrize(
    ("answers", "session", "code", "times"),
    [
        ([None], ExitCode.FINISHED, 0, ["23 20:30"]),
        ([Answer.NOT_NOW], ExitCode.FINISHED, 0, ["23 20:30"]),
        ([Answer.BEGIN], ExitCode.NOT_SUITABLE, 7, ["23 20:30", "23 20:30"]),
        ([Answer.BEGIN], LeftError("left"), 5, ["23 20:30", "23 20:30"]),
        ([Answer.LATER, Answer.NOT_NOW], ExitCode.FINISHED, 0, ["23 20:30", "23 20:40"]),
    ],
)
def test_once(
    answers: list[Answer | Exception | None], session: ExitCode | Exception, code: int, times: list[str]
) -> None:
    """It ends with the first answer, or none, and with the session's own code; later is no answer yet."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35", answers, session=session)
    assert room.remind("20:30", once=True) == code
    assert room.times() == times


def test_test() -> None:
    """Now, without any time, and then the end."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 20:35")
    assert room.remind(test=True) == 0
    assert room.said == ["23 20:00 It is eight o'clock. Time for the massage: Neck."]


def test_a_clock_set_back_after_the_reminder() -> None:
    """Once."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 12:00", jumps={"2026-11-23 20:40": -3600.0})
    room.remind("20:30")
    assert room.times() == ["23 20:30"]


def test_a_clock_set_back_before_the_reminder() -> None:
    """When the clock shows half past eight, not an hour later."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 12:00", jumps={"2026-11-23 20:20": -3600.0})
    room.remind("20:30")
    assert room.said == [ON_TIME]


def test_waking_up_late() -> None:
    """Within half an hour it says when it was due."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 12:00", jumps={"2026-11-23 20:20": 1500.0})
    room.remind("20:30")
    assert room.said == ["23 20:45 It is quarter to nine. The massage was due at half past eight: Neck."]


def test_a_week_of_sleep(capsys: pytest.CaptureFixture[str]) -> None:
    """One line on the screen for all that were missed."""
    room = Evenings("2026-11-23 20:00", "2026-11-30 22:35", jumps={"2026-11-23 20:20": 7.05 * 24 * 3600.0})
    room.remind("20:30")
    assert room.said == []
    missed = "Missed by more than half an hour: Monday 30 November, 20:30, and 6 before it."
    assert missed in capsys.readouterr().err


def test_waking_up_too_late(capsys: pytest.CaptureFixture[str]) -> None:
    """Not announced; on the screen it stands that it was missed, once."""
    room = Evenings("2026-11-23 20:00", "2026-11-24 12:00", jumps={"2026-11-23 20:20": 7200.0})
    room.remind("20:30")
    assert room.said == []
    missed = [line for line in capsys.readouterr().err.splitlines() if "Missed" in line]
    assert missed == ["Missed by more than half an hour: Monday 23 November, 20:30."]


@needs_zones
def test_the_night_without_half_past_two() -> None:
    """At half past three, which is what it says; the night that has it twice, once."""
    with zone(BERLIN):
        spring = Evenings("2026-03-29 01:00", "2026-03-29 12:00")
        spring.remind("02:30")
        autumn = Evenings("2026-10-25 01:00", "2026-10-25 12:00")
        autumn.remind("02:30")
    assert spring.said == ["29 03:30 It is half past three. Time for the massage: Neck."]
    assert autumn.times() == ["25 02:30"]
