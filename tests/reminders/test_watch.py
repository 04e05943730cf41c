"""What is announced, however the clock goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from massage_voice.reminders import EVERY, WEEK
from massage_voice.reminders.timetable import Timetable
from massage_voice.reminders.watch import GRACE_S, Watch
from tests.reminders.zones import BERLIN, LONDON, at, needs_zones, zone

HOUR_S = 3600.0


def evening(start: str) -> Watch:
    """Every day at 20:30, from `start` on."""
    return Watch(Timetable(["day"], ["20:30"]), at(start))


def found(watch: Watch, *looks: str) -> list[str]:
    """What each look finds, as day and time; empty for nothing."""
    return [f"{due.when:%d %H:%M}" if (due := watch.look(at(look)).due) else "" for look in looks]


def test_on_time_and_once() -> None:
    """Not before it is due, then, and not again until tomorrow."""
    looks = [f"2026-11-23 {time}" for time in ("20:00", "20:29:59", "20:30", "20:30:30", "20:59")]
    assert found(evening("2026-11-23 12:00"), *looks) == ["", "", "23 20:30", "", ""]


def test_what_was_due_before_the_start_is_not_announced() -> None:
    """Somebody who begins at 20:35 means tomorrow."""
    assert found(evening("2026-11-23 20:35"), "2026-11-23 20:35:30", "2026-11-24 20:30") == ["", "24 20:30"]


def test_a_clock_that_is_set_back_before_the_start() -> None:
    """Half past eight is still to come."""
    watch = evening("2026-11-23 20:35")
    assert found(watch, "2026-11-23 19:35", "2026-11-23 20:30", "2026-11-23 20:31") == ["", "23 20:30", ""]


def test_a_clock_that_is_set_back_after_the_reminder() -> None:
    """The same reminder does not come again."""
    looks = ("2026-11-23 20:30", "2026-11-23 19:30", "2026-11-23 20:30", "2026-11-23 21:00", "2026-11-24 20:30")
    assert found(evening("2026-11-23 12:00"), *looks) == ["23 20:30", "", "", "", "24 20:30"]


def test_a_clock_that_is_set_back_before_the_reminder() -> None:
    """It comes when the clock shows its time, an hour later by no clock."""
    watch = evening("2026-11-23 12:00")
    assert found(watch, "2026-11-23 20:29", "2026-11-23 19:29", "2026-11-23 20:30") == ["", "", "23 20:30"]


def test_a_clock_that_was_years_ahead() -> None:
    """What the wrong clock passed over is due when its day comes."""
    watch = evening("2026-11-23 12:00")
    assert found(watch, "2031-01-01 12:00", "2026-11-23 12:01", "2026-11-23 20:30") == ["", "", "23 20:30"]


def test_waking_within_the_grace_and_after_it() -> None:
    """Up to half an hour late it is announced; later it is missed, and said to be, once."""
    assert found(evening("2026-11-23 12:00"), "2026-11-23 20:20", "2026-11-23 21:00") == ["", "23 20:30"]
    watch = evening("2026-11-23 12:00")
    late = watch.look(at("2026-11-23 21:00:01"))
    assert (late.due, [f"{due.when:%d %H:%M}" for due in late.missed]) == (None, ["23 20:30"])
    assert watch.look(at("2026-11-23 21:00:30")).missed == ()


def test_three_days_of_sleep() -> None:
    """Only the latest is announced, the older ones are missed."""
    watch = evening("2026-11-23 12:00")
    look = watch.look(at("2026-11-26 20:40"))
    assert look.due is not None
    assert f"{look.due.when:%d %H:%M}" == "26 20:30"
    assert [f"{due.when:%d}" for due in look.missed] == ["23", "24", "25"]
    assert watch.look(at("2026-11-26 20:41")).due is None


def test_a_year_of_sleep_is_told_of_in_a_week_of_days() -> None:
    """Nobody reads 365 of them."""
    assert len(evening("2025-11-23 12:00").look(at("2026-11-23 12:00")).missed) == 7


def test_several_within_the_grace() -> None:
    """The latest stands for all."""
    watch = Watch(Timetable(["day"], ["20:15", "20:30"]), at("2026-11-23 12:00"))
    assert found(watch, "2026-11-23 20:40", "2026-11-23 20:41") == ["23 20:30", ""]


def test_in_ten_minutes() -> None:
    """Once, ten minutes later; a clock set back meanwhile does not make it an hour and ten."""
    watch = evening("2026-11-23 12:00")
    watch.look(at("2026-11-23 20:30"))
    watch.postpone(at("2026-11-23 20:31"), 600)
    assert found(watch, "2026-11-23 20:40", "2026-11-23 20:41", "2026-11-23 20:55") == ["", "23 20:41", ""]
    watch.postpone(at("2026-11-23 21:00"), 600)
    assert found(watch, "2026-11-23 20:00", "2026-11-23 20:09", "2026-11-23 20:10") == ["", "", "23 20:10"]


def test_a_reminder_takes_the_place_of_the_postponed_one() -> None:
    """It does not come twice within ten minutes."""
    watch = evening("2026-11-23 12:00")
    watch.postpone(at("2026-11-23 20:25"), 600)
    assert found(watch, "2026-11-23 20:30", "2026-11-23 20:36") == ["23 20:30", ""]


def test_a_postponed_one_that_was_slept_through() -> None:
    """It is missed as any other, and nothing waits for it."""
    watch = Watch(Timetable(["day"], []), at("2026-11-23 12:00"))
    watch.postpone(at("2026-11-23 20:25"), 600)
    assert len(watch.look(at("2026-11-23 22:00")).missed) == 1
    assert watch.next(at("2026-11-23 22:00")) is None


def test_what_comes_next() -> None:
    """Not what was announced already, though the clock was set back before it."""
    watch = evening("2026-11-23 12:00")
    found(watch, "2026-11-23 20:30", "2026-11-23 20:00")
    coming = watch.next(at("2026-11-23 20:00"))
    assert coming is not None
    assert f"{coming.when:%d %H:%M}" == "24 20:30"


@needs_zones
def test_a_computer_that_travels() -> None:
    """The same evening's reminder does not come a second time an hour further west."""
    with zone(BERLIN):
        watch = evening("2026-11-23 12:00")
        assert found(watch, "2026-11-23 20:30") == ["23 20:30"]
    with zone(LONDON):
        assert found(watch, "2026-11-23 20:00", "2026-11-23 20:30", "2026-11-24 20:30") == ["", "", "24 20:30"]


# --- any path of the clock ---

TIMES = ("00:00", "02:30", "03:10", "03:30", "20:30", "20:45")
BEGINS = ("2026-03-28 19:00", "2026-10-24 19:00", "2026-11-20 08:00", "2026-12-31 23:50")
STEPS = st.one_of(
    st.floats(0, 30),  # naps
    st.floats(-30, 2 * HOUR_S),
    st.floats(-2 * HOUR_S, 0),
    st.floats(-3 * 24 * HOUR_S, 3 * 24 * HOUR_S),
    st.sampled_from([-HOUR_S, HOUR_S, GRACE_S, GRACE_S + 1, 24 * HOUR_S]),
    st.tuples(st.integers(0, 40), st.sampled_from([-1.0, 0.0, 1.0, GRACE_S, GRACE_S + 1.0])),  # near a due time
)


@dataclass
class Model:
    """The same rules said otherwise: days counted one by one, and everything remembered."""

    every: list[str]
    at: list[str]
    begin: str
    dues: dict[datetime, float] = field(default_factory=dict)
    done: set[datetime] = field(default_factory=set)

    def __post_init__(self) -> None:
        first = datetime.fromisoformat(self.begin[:10]) - timedelta(days=60)
        for day in (first + timedelta(days=number) for number in range(120)):
            name = WEEK[day.weekday()]
            kinds = {"day", name, "weekend" if name in {"saturday", "sunday"} else "weekday"}
            for time in self.at if kinds & set(self.every) else []:
                moment = datetime.fromisoformat(f"{day:%Y-%m-%d} {time}")
                self.dues[moment] = moment.timestamp()

    def expected(self, earliest_s: float, now_s: float) -> list[datetime]:
        """What has to be announced now, one of them for all."""
        return [
            day for day, at_s in self.dues.items()
            if earliest_s < at_s <= now_s <= at_s + GRACE_S and day not in self.done
        ]  # fmt: skip


@needs_zones
@settings(max_examples=150, deadline=None)
@given(
    every=st.lists(st.sampled_from(EVERY), min_size=1, max_size=3),
    times=st.lists(st.sampled_from(TIMES), min_size=1, max_size=3),
    begin=st.sampled_from(BEGINS),
    steps=st.lists(STEPS, max_size=30),
)
def test_any_path_of_the_clock(
    every: list[str], times: list[str], begin: str, steps: list[float | tuple[int, float]]
) -> None:
    """Each at most once, never before it is due, and whenever the clock is seen within the grace after it."""
    with zone(BERLIN):
        model, watch = Model(every, times, begin), Watch(Timetable(every, times), at(begin))
        start_s = now_s = earliest_s = at(begin)
        announced: list[datetime] = []
        for step in steps:
            if isinstance(step, tuple):
                near = sorted(at_s for at_s in model.dues.values() if at_s > start_s - 2 * 24 * HOUR_S)
                now_s = near[step[0] % len(near)] + step[1]
            else:
                now_s = min(max(now_s + step, start_s - 50 * 24 * HOUR_S), start_s + 50 * 24 * HOUR_S)
            earliest_s = min(earliest_s, now_s)
            expected = model.expected(earliest_s, now_s)
            look = watch.look(now_s)
            assert (look.due is not None) == bool(expected)
            if look.due:
                announced.append(look.due.day)
                assert look.due.at_s == max(model.dues[day] for day in expected)
                assert look.due.at_s <= now_s
            model.done.update(expected)
            assert all(due.at_s < now_s - GRACE_S for due in look.missed)
            coming = watch.next(now_s)
            assert coming is None or (coming.at_s > now_s and coming.day not in model.done)
        assert len(announced) == len(set(announced))
