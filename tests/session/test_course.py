"""What a session writes down while it plays: its place every few seconds, and each saying as it truly was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from massage_voice.clip import RATE
from massage_voice.errors import SafetyError
from massage_voice.session.answers import OVER
from massage_voice.session.course import NOTE_EVERY
from massage_voice.session.delivery import ATTEMPTS
from massage_voice.session.events import Event, Signal
from massage_voice.session.machine import Session
from massage_voice.session.orders import Deliver, Order, Record
from massage_voice.session.table import State
from massage_voice.timeline import wording
from massage_voice.timeline.layout import Landing
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan, TooTightError, bounds
from massage_voice.timeline.refit import refit
from tests.live.support import FIRST, Stage, stage
from tests.session.places import begun, do, heard_out, played, session_at, stage_of, to_practice
from tests.session.test_resume import gone_on

G, S = Signal, RATE


def lines(orders: list[Order]) -> list[Mapping[str, object]]:
    return [order.line for order in orders if isinstance(order, Deliver)]


def entries(orders: list[Order]) -> list[Mapping[str, object]]:
    return [order.entry for order in orders if isinstance(order, Record)]


def news(session: Session, frame: int) -> list[Order]:
    """The device has consumed the run up to `frame`."""
    return session.handle(Event(G.PLAYED, session.run, frame))


# --- the journal ---


def test_a_place_is_noted_when_five_seconds_have_passed() -> None:
    """Neither sooner nor twice, and counted from the last note of any kind."""
    session = session_at("practising")
    do(session, G.PAUSE, G.RESUME)
    played(session, session.timeline.chapters[0].practice_start)
    noted = session._noted[1]  # noqa: SLF001 (when the last note was made is nobody else's business)
    assert entries(news(session, noted + NOTE_EVERY - 1)) == []
    (entry,) = entries(news(session, noted + NOTE_EVERY))
    assert (entry["event"], entry["state"], entry["step"]) == ("at", "playing", 2)
    assert entries(news(session, noted + NOTE_EVERY + 1)) == []


def test_a_step_that_begins_is_noted_at_its_first_frame() -> None:
    """However short a time ago something else was."""
    session = session_at("practising")
    start = next(c.start for c in session.timeline.chapters if c.secured.index == 3)
    played(session, start - S)
    assert entries(news(session, start - 1)) == []
    (entry,) = entries(news(session, start))
    assert (entry["event"], entry["step"], entry["left"]) == ("at", 3, None)
    assert entries(news(session, start + 1)) == []


def test_lengths_are_noted_when_they_have_changed() -> None:
    """And not again."""
    session = session_at("practising")
    assert "durations" not in entries(session.handle(Event(G.TIME_LEFT)))[0]
    session = session_at("practising")
    (entry,) = entries(session.handle(Event(G.FASTER)))
    assert entry["durations"] == [round(frames / RATE, 6) for frames in session.plan.durations]
    assert "durations" not in entries(session.handle(Event(G.PAUSE)))[0]


def test_session_time_goes_on_after_a_crash_where_it_was() -> None:
    """Whatever was said before the steps go on, and however long somebody was waited for."""
    made = stage_of("neck")
    before = session_at("practising").checkpoint
    for signals in ((), (G.BACK,)):
        again = gone_on(made, before)
        do(again, G.START)
        heard_out(again)
        do(again, *signals)
        heard_out(again)
        assert again.state is State.AWAITING
        do(again, G.READY)
        assert (again.state, again.clock) == (State.PLAYING, before.clock)


def test_a_crash_while_it_prepares_again_forgets_no_time() -> None:
    """The preparation lies before the steps, and what was worked before stays worked."""
    made = stage_of("neck")
    before = session_at("practising").checkpoint
    again = gone_on(made, before)
    do(again, G.START)
    heard_out(again)
    do(again, G.BACK)
    assert again.state is State.PREPARING
    assert again.checkpoint.clock == before.clock
    twice = gone_on(made, again.checkpoint)
    do(twice, G.START)
    heard_out(twice)
    do(twice, G.READY)
    assert (twice.state, twice.clock) == (State.PLAYING, before.clock)


def test_hands_that_were_on_the_front_before_a_crash_are_not_led_there_again() -> None:
    """Back over it leads to the step before it."""
    made = stage_of("front again")
    session = made.session()
    begun(session)
    to_practice(session, 8)
    to_practice(session, 9)
    again = gone_on(made, session.checkpoint)
    do(again, G.START, G.READY)
    assert again.worked
    played(again, again.timeline.chapters[0].practice_start + S)
    do(again, G.PAUSE, G.BACK)
    assert again.timeline.chapters[0].secured.step.name == "edge-strokes"


def test_before_the_start_there_is_nothing_to_report() -> None:
    """What a device tells of an earlier session means nothing, and who leaves then has used no time."""
    session = session_at("idle")
    assert news(session, 10 * S) == []
    assert session.frame == 0
    assert [entry["clock"] for entry in entries(session.handle(Event(G.INTERRUPT)))] == [0.0]


def test_killed_in_the_preparation_the_steps_are_as_planned() -> None:
    """From the first, and nothing said twice."""
    made = stage_of("neck")
    again = gone_on(made, session_at("preparing").checkpoint)
    do(again, G.START)
    heard_out(again)
    do(again, G.READY)
    assert again.timeline == made.plan.timeline()
    assert again.clock == 0


@pytest.mark.parametrize("answer", [G.YES, G.UNSURE])
def test_a_sign_that_is_told_after_a_crash_ends_the_session_early(answer: Signal) -> None:
    """As one before it would have."""
    again = gone_on(stage_of("neck"), session_at("stopped").checkpoint)
    do(again, G.START, answer)
    heard_out(again)
    assert (again.state, again.code) == (State.ENDED, 5)


# --- the ledger ---


def test_only_a_caution_in_full_counts_as_told() -> None:
    """Its short form does not: after a jump the full words are owed all the same."""
    session = session_at("practising")
    session.told.clear()
    short = next(
        p for p in session.timeline.placements
        if p.start > session.frame and p.cue.is_caution and p.cue.text not in session.plan.full_texts
    )  # fmt: skip
    played(session, short.end)
    assert session.told == set()
    whole = next(
        p for p in session.timeline.placements if p.start > short.end and p.cue.text in session.plan.full_texts
    )
    played(session, whole.end)
    assert whole.cue.hazard in session.told
    assert None not in session.told


def test_what_a_pause_cuts_is_on_the_ledger_as_far_as_it_was_heard() -> None:
    """With its planned time, in seconds of the session."""
    session = session_at("mid-caution")
    said = session.caption
    assert said is not None
    (line,) = lines(session.handle(Event(G.PAUSE)))
    assert (line["cue"], line["outcome"], line["kind"], line["step"]) == (said.cue.id, "cut", "safety", 2)
    assert line["planned"] == round(said.start / RATE, 6)
    assert line["ended"] == round(((said.start + said.end) // 2) / RATE, 6)


def test_what_has_not_begun_is_not_cut() -> None:
    """Nor what is over: nobody has heard a part of it."""
    for edge in ("start", "end"):
        session = session_at("mid-caution")
        said = session.caption
        assert said is not None
        do(session, G.PAUSE, G.RESUME)
        again = next(p for p in session.timeline.placements if p.cue.text == said.cue.text)
        played(session, getattr(again, edge))
        assert lines(session.handle(Event(G.PAUSE))) == []


def test_what_is_cut_twice_has_two_names() -> None:
    """The second time with the number of its run; what sounds on in the falling ramp counts for nothing."""
    session = session_at("mid-caution")
    said = session.caption
    assert said is not None
    (first,) = lines(session.handle(Event(G.PAUSE)))
    frame = session.frame
    assert news(session, said.end) == []
    assert session.frame == frame
    do(session, G.RESUME)
    again = next(p for p in session.timeline.placements if p.cue.text == said.cue.text)
    played(session, again.end - S)
    (second,) = lines(session.handle(Event(G.PAUSE)))
    assert (first["cue"], second["cue"]) == (said.cue.id, f"{again.cue.id}@{session.run}")


def test_what_a_jump_skipped_of_the_opening_is_owed_where_it_lands() -> None:
    """The cautions of the session in full; once heard they are not said again."""
    session = session_at("opening")
    opening = [c for c in session.plan.script.steps[0].cautions if c.session_wide and c.repeat_ms is None]
    assert opening
    do(session, G.NEXT)
    lead = session.timeline.chapters[0].practice_start
    said = [p.cue.text for p in session.timeline.placements if p.end <= lead]
    assert {c.full for c in opening} <= set(said)
    played(session, lead)
    do(session, G.PAUSE, G.NEXT)
    lead = session.timeline.chapters[0].practice_start
    assert not {c.full for c in opening} & {p.cue.text for p in session.timeline.placements if p.end <= lead}


@pytest.mark.parametrize(("place", "step"), [("practising", 2), ("preparing", 0), ("paused", 2), ("closing", 2)])
def test_the_words_of_a_stop_are_on_the_ledger(place: str, step: int) -> None:
    """Each, in their order, as safety, with the step in which it was said; a tenth of a second apart."""
    session = session_at(place)
    do(session, G.STOP)
    placements = session.timeline.placements
    assert placements[0].start == S // 10
    assert {b.start - a.end for a, b in pairwise(placements)} == {S // 10}
    heard = lines(news(session, session.timeline.length))
    assert [str(line["cue"]).split("@")[0] for line in heard] == [f"aside.{n}" for n in range(1, len(heard) + 1)]
    assert {(line["kind"], line["step"], line["outcome"]) for line in heard} == {("safety", step, "delivered")}
    assert len(heard) == len(session.emergency.stop)


def test_the_words_after_the_question_are_on_the_ledger_as_safety() -> None:
    """Those about pain, when there was no sign; the question itself is a notice."""
    session = session_at("checking")
    (question,) = lines(news(session, session.timeline.length))
    assert (question["cue"], question["kind"], question["step"]) == ("aside.1", "notice", 2)
    do(session, G.NO)
    (pain,) = lines(news(session, session.timeline.length))
    assert (pain["cue"], pain["kind"], pain["step"]) == (f"aside.1@{session.run}", "safety", 2)


@pytest.mark.parametrize("answer", [G.YES, G.UNSURE])
def test_after_a_sign_the_words_for_it_come_before_the_closing(answer: Signal) -> None:
    """Then the closing, every sentence as long as ever and none upon another, to its last bell."""
    session = session_at("checking")
    do(session, answer)
    closing = session.plan.closing()
    first, *others = session.timeline.placements
    assert (first.cue.id, first.cue.kind.value, first.cue.step) == ("aside.no-drive", "safety", 2)
    assert first.cue.text == session.emergency.no_drive
    assert first.end - first.start == session.plan.sounds.texts[first.cue.text]
    assert [p.cue for p in others] == [p.cue for p in closing.placements]
    moved = others[0].start - closing.placements[0].start
    assert moved >= first.end
    assert [(p.start - moved, p.end - moved) for p in others] == [(p.start, p.end) for p in closing.placements]
    assert session.timeline.length == moved + closing.length
    assert (session.timeline.rate, session.timeline.chapters) == (RATE, ())
    heard = lines(news(session, session.timeline.length))
    assert [line["outcome"] for line in heard] == ["delivered"] * len(session.timeline.placements)
    assert (session.state, session.code) == (State.ENDED, 5)


def test_a_caution_that_was_given_up_is_on_the_ledger_as_failed() -> None:
    """As far as it was heard."""
    session = session_at("mid-caution")
    said = session.caption
    assert said is not None
    for _ in range(ATTEMPTS - 1):
        session.handle(Event(G.GAP, session.run, said.end - S, S))
        played(session, said.start + S)
    with pytest.raises(SafetyError, match="again and again"):
        session.handle(Event(G.GAP, session.run, said.end - S, S))
    line = lines(session.abandoned())[-1]
    assert line["outcome"] == "failed"
    assert float(str(line["ended"])) < float(str(line["planned"])) + (said.end - said.start) / S + 3


def test_no_two_lines_of_a_ledger_are_about_one_saying() -> None:
    """Words after a stop, answers, late words and cautions said again have names of their own."""
    session = session_at("cleared")
    orders = session.handle(Event(G.RESUME))
    words = next(p.cue for p in session.timeline.placements if p.cue.text == session.emergency.pain)
    assert (words.id, words.kind.value, words.step) == ("2.unheard", "notice", 2)
    for _ in range(2):
        orders += news(session, session.timeline.chapters[0].practice_start + S)
        session.remaining = session.left - 900 * S
        orders += session.handle(Event(G.PAUSE)) + session.handle(Event(G.RESUME))
        session.remaining = None
        cues = [p.cue for p in session.timeline.placements if ".late." in p.cue.id]
        assert [(cue.id, cue.kind.value, cue.step) for cue in cues] in (
            [("2.late.1", "notice", 2), ("2.late.2", "notice", 2)],
            [],
        )
    orders += news(session, session.timeline.length)
    names = [str(line["cue"]) for line in lines(orders)]
    assert len(names) == len(set(names)) > 20


# --- a closing that was broken off ---


def closing_without_bells() -> Session:
    """It ends with half a second of silence."""
    session = stage("neck", replace(FIRST, bells=False)).session()
    begun(session)
    do(session, G.FINISH, G.FINISH)
    return session


@pytest.mark.parametrize("which", range(6))
def test_a_closing_goes_on_with_the_first_sentence_that_was_not_heard(which: int) -> None:
    """The device went right after the one before; behind the last one, the last is said again."""
    session = closing_without_bells()
    *spoken, last = session.timeline.placements
    heard = spoken[which]
    played(session, heard.end)
    do(session, G.DEVICE_LOST, G.DEVICE_BACK)
    following = next(p for p in session.timeline.placements if p.start >= heard.end)
    assert heard.end <= session.frame <= following.start
    played(session, last.end)
    do(session, G.DEVICE_LOST, G.DEVICE_BACK)
    assert session.state is State.CLOSING
    assert session.caption is None
    assert last.start - RATE // 5 <= session.frame <= last.start


# --- where it stops by itself ---


def waiting_in(number: int) -> Stage:
    """The neck, with a step that waits for somebody at its end."""
    made = stage_of("neck")
    steps = list(made.plan.script.steps)
    steps[number] = replace(steps[number], step=replace(steps[number].step, wait=True))
    return replace(made, plan=replace(made.plan, script=replace(made.plan.script, steps=tuple(steps))))


@pytest.mark.parametrize("number", [0, 3])
def test_a_step_that_waits_ends_the_run_however_it_was_come_to(number: int) -> None:
    """From the beginning, and out of a pause in its middle; where nobody can answer nothing waits."""
    made = waiting_in(number)
    for signals in ((), (G.PAUSE, G.RESUME)):
        session = made.session()
        begun(session)
        to_practice(session, number + 1)
        do(session, *signals)
        heard_out(session)
        assert [p.cue.text for p in session.timeline.placements] == [wording.WAITING]
        do(session, G.READY)
        assert session.timeline.chapters[0].secured.index == number + 2
        heard_out(session)
        assert session.state is State.ENDED
    alone = made.session(interactive=False)
    do(alone, G.START)
    heard_out(alone)
    heard_out(alone)
    assert (alone.state, alone.code) == (State.ENDED, 0)


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True)])
def test_two_seconds_too_late_are_not_worth_a_word(more: int, told: bool) -> None:
    """With everything as short as it goes; a frame more is."""
    session = session_at("paused")
    landing = session.spot.landing
    assert landing is not None
    session.remaining = refit(session.plan, landing, 0).over - OVER - more
    do(session, G.RESUME)
    assert (wording.TOO_LATE in {p.cue.text for p in session.timeline.placements}) is told
    assert session.told_late is told


@pytest.mark.parametrize(
    ("place", "signals"), [("paused", (G.RESUME,)), ("announcement-paused", (G.NEXT, G.PAUSE, G.RESUME))]
)
@pytest.mark.parametrize("tight", [1, 2, 3])
def test_an_asked_end_is_fitted_from_lengths_that_leave_every_sentence_room(
    monkeypatch: pytest.MonkeyPatch, place: str, signals: tuple[Signal, ...], tight: int
) -> None:
    """Nothing is raised, whatever lengths it went on with until then."""
    session = session_at(place)
    do(session, *signals[:-1])
    fitted, laid = session.plan, Plan.timeline
    session.plan = fitted.paced_after(0, 1.1)
    lows, highs = zip(*(bounds(secured) for secured in fitted.script.steps), strict=True)
    plans = [session.plan, *(session.plan.at(durations) for durations in (fitted.durations, lows, highs))]
    refused = {plan.durations for plan in plans[:tight]}

    def timeline(self: Plan, landing: Landing | None = None, upto: int | None = None) -> Timeline:
        if self.durations in refused:
            raise TooTightError("no room", "")
        return laid(self, landing, upto)

    monkeypatch.setattr(Plan, "timeline", timeline)
    session.remaining = 400 * S
    do(session, signals[-1])
    assert session.state is State.PLAYING
    assert session.plan.durations not in refused


@pytest.mark.parametrize(
    ("place", "signals"), [("paused", (G.RESUME,)), ("announcement-paused", (G.NEXT, G.PAUSE, G.RESUME))]
)
@pytest.mark.parametrize("tight", [0, 1, 2, 3, 4])
def test_lengths_that_leave_a_sentence_no_room_give_way_to_others(
    monkeypatch: pytest.MonkeyPatch, place: str, signals: tuple[Signal, ...], tight: int
) -> None:
    """As it was fitted, then as short and as long as the steps may be; only then it cannot go on."""
    session = session_at(place)
    do(session, *signals[:-1])
    fitted, laid = session.plan, Plan.timeline
    session.plan = fitted.paced_after(0, 1.1)
    lows, highs = zip(*(bounds(secured) for secured in fitted.script.steps), strict=True)
    plans = [session.plan, *(session.plan.at(durations) for durations in (fitted.durations, lows, highs))]
    assert len({plan.durations for plan in plans}) == 4
    refused = {plan.durations for plan in plans[:tight]}

    def timeline(self: Plan, landing: Landing | None = None, upto: int | None = None) -> Timeline:
        if self.durations in refused:
            raise TooTightError("no room", "")
        return laid(self, landing, upto)

    monkeypatch.setattr(Plan, "timeline", timeline)
    if tight == len(plans):
        with pytest.raises(TooTightError):
            do(session, signals[-1])
        return
    do(session, signals[-1])
    assert session.state is State.PLAYING
    assert session.plan.durations == plans[tight].durations
