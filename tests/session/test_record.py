"""A session's files: private, held by one process, read to the last whole line, damage named by its line."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from massage_voice.errors import ExitCode, OutputError, RecordError
from massage_voice.session.checkpoint import Checkpoint, Phase, spelled
from massage_voice.session.journal import LineFile, entries_of
from massage_voice.session.past import (
    FORMAT,
    Past,
    finished_before,
    front_worked_on,
    outcomes,
    pasts,
    read_past,
)
from massage_voice.session.record import (
    ANSWERS,
    JOURNAL,
    LEDGER,
    LOCK,
    keep_answers,
    kept_answers,
    new_stem,
    running,
    stems,
    sweep,
    take,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOON.astimezone().date()
AT = NOON.isoformat()
HEAD = {"event": "session", "format": FORMAT, "routine": "neck", "title": "Neck", "at": AT}


def entry(checkpoint: Checkpoint, event: str = "at", **more: object) -> dict[str, object]:
    return {"event": event, "state": "playing", **checkpoint.entry(), "at": AT, **more}


STEP = Checkpoint(Phase.STEPS, step=3, name="edge-strokes", practised=48_000, left=960_000, clock=9_600_000)


def written(folder: Path, *entries: object, now: datetime = NOON) -> Path:
    """A journal with these lines."""
    stem = new_stem(folder, now)
    lines = [one if isinstance(one, str) else json.dumps(one) for one in entries]
    folder.mkdir(exist_ok=True)
    stem.with_name(stem.name + JOURNAL).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return stem


def test_a_session_is_read_back_as_it_stood(tmp_path: Path) -> None:
    """Step, seconds, durations, and that it was neither finished nor ended."""
    stem = written(tmp_path, HEAD, entry(STEP, durations=spelled((48_000, 96_000))))
    past = read_past(stem)
    assert past.checkpoint is not None
    assert (past.checkpoint.phase, past.checkpoint.step, past.checkpoint.left) == (Phase.STEPS, 3, 960_000)
    assert past.checkpoint.durations == (48_000, 96_000)
    assert (past.code, past.interrupted, past.seconds) == (None, True, 200.0)


@pytest.mark.parametrize(("code", "interrupted"), [(0, False), (5, False), (130, True), (4, True), (6, True)])
def test_what_may_be_gone_on_with(tmp_path: Path, code: int, interrupted: bool) -> None:
    """A session that was finished or ended on request is over; Ctrl-C, lost sound and an undelivered cue are not."""
    past = read_past(written(tmp_path, HEAD, entry(STEP), {"event": "end", "code": code, "at": AT}))
    assert (past.code, past.interrupted) == (ExitCode(code), interrupted)


def test_a_session_that_was_gone_on_with_has_not_ended(tmp_path: Path) -> None:
    """Its first end does not count any more."""
    end = {"event": "end", "code": 130, "at": AT}
    past = read_past(written(tmp_path, HEAD, entry(STEP), end, {"event": "resumed", "at": AT}))
    assert past.code is None


def test_what_happened_once_stays(tmp_path: Path) -> None:
    """The front of the neck worked, and a sign: later entries do not take them back."""
    hurt = Checkpoint(Phase.STEPS, step=4, worked=True, barred=True)
    past = read_past(written(tmp_path, HEAD, entry(hurt), entry(STEP)))
    assert (past.worked, past.barred) == (True, True)


def test_a_session_that_never_began(tmp_path: Path) -> None:
    """Its head alone: no place, nothing happened, and it is told apart from one that ended."""
    stem = written(tmp_path, HEAD)
    past = read_past(stem)
    assert (past.stem, past.head, past.checkpoint, past.code) == (stem, HEAD, None, None)
    assert (past.worked, past.barred, past.seconds, past.interrupted) == (False, False, 0.0, True)


def test_times_are_those_of_the_first_and_the_last_entry(tmp_path: Path) -> None:
    """History shows when a session began; how long ago it was left counts from its end."""
    later = NOON.replace(hour=13)
    past = read_past(written(tmp_path, HEAD, entry(STEP), {**entry(STEP), "at": later.isoformat()}))
    assert (past.started, past.last) == (NOON, later)
    alone = read_past(written(tmp_path, HEAD, now=later))
    assert (alone.started, alone.last) == (NOON, NOON)


def test_lengths_hold_until_others_are_noted(tmp_path: Path) -> None:
    """An entry without durations has those of the one before."""
    stem = written(tmp_path, HEAD, entry(STEP, durations=[1.0, 2.0]), entry(STEP), entry(STEP))
    past = read_past(stem)
    assert past.checkpoint is not None
    assert past.checkpoint.durations == (48_000, 96_000)
    unmoved = read_past(written(tmp_path, HEAD, entry(STEP))).checkpoint
    assert unmoved is not None
    assert unmoved.durations == ()


def test_every_torn_tail_is_dropped(tmp_path: Path) -> None:
    """Cut at every byte: what is left is the journal up to its last whole line, and never an error."""
    stem = written(tmp_path, HEAD, *(entry(Checkpoint(Phase.STEPS, step=n)) for n in range(1, 5)))
    path = stem.with_name(stem.name + JOURNAL)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for size in range(first, len(whole) + 1):
        path.write_bytes(whole[:size])
        lines = whole[:size].count(b"\n")
        past = read_past(stem)
        assert (past.checkpoint.step if past.checkpoint else 0) == lines - 1


def test_a_tail_of_zeros_is_a_torn_tail(tmp_path: Path) -> None:
    """As a power cut leaves it on some file systems."""
    stem = written(tmp_path, HEAD, entry(STEP))
    path = stem.with_name(stem.name + JOURNAL)
    path.write_bytes(path.read_bytes() + b'{"event": "at"' + b"\0" * 500)
    assert read_past(stem).seconds == 200.0


GOOD = entry(STEP)
DAMAGE: dict[str, object] = {
    "no JSON": "{oh no",
    "no object": "[1, 2]",
    "nothing": "",
    "bytes that are no text": "\udcff",
    "another phase": {**GOOD, "phase": "elsewhere"},
    "a step that is no number": {**GOOD, "step": "three"},
    "a negative step": {**GOOD, "step": -1},
    "no time": {**GOOD, "at": "yesterday"},
    "no clock": {key: value for key, value in GOOD.items() if key != "clock"},
    "seconds without end": {**GOOD, "left": 1e300},
    "seconds below zero": {**GOOD, "practised": -5},
    "an unknown end": {"event": "end", "code": 99, "at": AT},
    "no event": {key: value for key, value in GOOD.items() if key != "event"},
    "durations that are none": {**GOOD, "durations": ["long"]},
}


@pytest.mark.parametrize("what", DAMAGE)
def test_any_other_damage_is_named_by_its_line(tmp_path: Path, what: str) -> None:
    """In the middle of a journal nothing is guessed."""
    stem = new_stem(tmp_path, NOON)
    lines = [json.dumps(HEAD), DAMAGE[what], json.dumps(entry(STEP))]
    raw = b"".join(
        (line if isinstance(line, str) else json.dumps(line)).encode("utf-8", "surrogateescape") + b"\n"
        for line in lines
    )
    stem.with_name(stem.name + JOURNAL).write_bytes(raw)
    with pytest.raises(RecordError) as error:
        read_past(stem)
    assert f"{JOURNAL}:2: expected" in error.value.message
    assert error.value.message.isprintable()


@pytest.mark.parametrize(
    "head", [{**HEAD, "format": 2}, {**HEAD, "event": "at"}, {**HEAD, "at": 5}, {"event": "session"}]
)
def test_a_head_that_is_none(tmp_path: Path, head: dict[str, object]) -> None:
    """Another version's journal, or somebody else's file."""
    with pytest.raises(RecordError, match=r"jsonl:1: expected"):
        read_past(written(tmp_path, head, entry(STEP)))


def test_an_empty_journal_is_said_to_be_one(tmp_path: Path) -> None:
    """A crash before its first line."""
    with pytest.raises(RecordError, match="found nothing"):
        read_past(written(tmp_path))


def test_a_damaged_session_hides_no_other(tmp_path: Path) -> None:
    """History goes on behind it."""
    written(tmp_path, HEAD, entry(STEP))
    written(tmp_path, HEAD, "{oh no", "{}", now=NOON.replace(hour=13))
    found = list(pasts(tmp_path))
    assert [type(one) for one in found] == [RecordError, Past]


def test_the_first_session_lies_behind_only_when_one_was_finished(tmp_path: Path) -> None:
    """An early end does not make the next session a later one."""
    written(tmp_path, HEAD, {"event": "end", "code": 5, "at": AT})
    assert not finished_before(tmp_path)
    written(tmp_path, HEAD, {"event": "end", "code": 0, "at": AT}, now=NOON.replace(hour=13))
    assert finished_before(tmp_path)
    written(tmp_path, HEAD, "{oh no", "{}", now=NOON.replace(hour=14))
    assert finished_before(tmp_path)
    assert not finished_before(tmp_path / "nowhere")


def test_the_front_has_one_turn_a_day(tmp_path: Path) -> None:
    """Hands were on it today: yes. Yesterday, or planned and never reached: no."""
    written(tmp_path, HEAD, entry(Checkpoint(Phase.STEPS, step=4, front=True)))
    assert not front_worked_on(tmp_path, TODAY)
    written(tmp_path, HEAD, entry(Checkpoint(Phase.STEPS, step=5, worked=True)), now=NOON.replace(hour=13))
    assert front_worked_on(tmp_path, TODAY)
    assert not front_worked_on(tmp_path, date(2026, 11, 23))


def test_a_turn_of_the_front_over_midnight_counts_for_both_days(tmp_path: Path) -> None:
    """The day on which the session began, the day on which it ended, and no other."""
    before = {**HEAD, "at": datetime(2026, 11, 21, 23, 50).astimezone().isoformat()}
    after = datetime(2026, 11, 22, 0, 20).astimezone().isoformat()
    written(tmp_path, before, {**entry(Checkpoint(Phase.STEPS, step=5, worked=True)), "at": after})
    days = [day for day in range(19, 25) if front_worked_on(tmp_path, date(2026, 11, day))]
    assert days == [21, 22]


def test_a_journal_that_cannot_tell_counts_as_a_turn_of_the_front(tmp_path: Path) -> None:
    """Damaged, and written today: whoever cannot know keeps off."""
    stem = written(tmp_path, HEAD, "{oh no", entry(STEP))
    changed = NOON.timestamp()
    os.utime(stem.with_name(stem.name + JOURNAL), (changed, changed))
    assert front_worked_on(tmp_path, TODAY)
    assert not front_worked_on(tmp_path, date(2026, 11, 20))


@pytest.mark.skipif(os.name == "nt", reason="links are POSIX")
def test_a_journal_that_nobody_can_look_at_counts_as_well(tmp_path: Path) -> None:
    """A link into nowhere, on a disk that is not there any more."""
    (tmp_path / f"20261120T120000.000000{JOURNAL}").symlink_to(tmp_path / "gone")
    assert front_worked_on(tmp_path, TODAY)


def test_outcomes_are_counted_from_the_ledger(tmp_path: Path) -> None:
    """However each cue ended."""
    stem = new_stem(tmp_path, NOON)
    lines = [{"cue": str(n), "outcome": "cut" if n == 2 else "delivered"} for n in range(5)]
    stem.with_name(stem.name + LEDGER).write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert outcomes(stem) == {"delivered": 4, "cut": 1}


# --- files ---


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_files_are_the_users_alone(tmp_path: Path) -> None:
    """0600 in a 0700 folder, whatever the umask is and however wide both stood before."""
    folder = tmp_path / "sessions"
    folder.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        hold = take(new_stem(folder, NOON))
        keep_answers(hold, TODAY, {"front": True})
        hold.path(JOURNAL).touch(0o666)
        LineFile(hold.path(JOURNAL)).close()
        assert [mode(hold.path(kind)) for kind in (JOURNAL, ANSWERS, LOCK)] == [0o600] * 3
        assert mode(folder) == 0o700
        hold.release()
        take(new_stem(tmp_path / "new", NOON)).release()
        assert mode(tmp_path / "new") == 0o700
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are POSIX")
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_what_is_no_plain_file_is_not_written_to(tmp_path: Path, what: str) -> None:
    """A symbolic link does not lead a journal elsewhere; a named pipe does not make it wait."""
    path, elsewhere = tmp_path / f"a{JOURNAL}", tmp_path / "elsewhere"
    if what == "link":
        path.symlink_to(elsewhere)
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(OutputError):
        LineFile(path)
    assert not elsewhere.exists()


def test_a_torn_line_is_cut_off_before_anything_is_added(tmp_path: Path) -> None:
    """A journal that is gone on with stays readable from its first line to its last."""
    path = tmp_path / f"a{JOURNAL}"
    path.write_bytes(b'{"event": "session"}\n{"event": "a')
    lines = LineFile(path)
    lines.append({"event": "resumed"})
    lines.close()
    assert [one["event"] for one in entries_of(path)] == ["session", "resumed"]


# --- one at a time ---


def test_two_at_one_session_are_refused(tmp_path: Path) -> None:
    """Clearly, and only as long as the first is at it."""
    stem = new_stem(tmp_path, NOON)
    hold = take(stem)
    assert running(stem)
    with pytest.raises(RecordError, match="running already"):
        take(stem)
    hold.release()
    hold.release()
    assert not running(stem)
    assert not stem.with_name(stem.name + LOCK).exists()


def test_a_lock_that_somebody_removed_holds_nobody_up(tmp_path: Path) -> None:
    """The session is released all the same, and can be taken again."""
    stem = new_stem(tmp_path / "deep" / "sessions", NOON)
    hold = take(stem)
    hold.path(LOCK).unlink()
    hold.release()
    take(stem).release()


def test_a_lock_that_a_kill_has_left_holds_nobody_up(tmp_path: Path) -> None:
    """Its file is still there; nobody holds it, and the session may be gone on with."""
    stem = new_stem(tmp_path, NOON)
    stem.with_name(stem.name + LOCK).touch()
    assert not running(stem)


def test_what_cannot_be_locked_is_said_and_does_not_run(tmp_path: Path) -> None:
    """The message names the folder."""
    stem = new_stem(tmp_path, NOON)
    stem.with_name(stem.name + LOCK).mkdir()
    with pytest.raises(OutputError) as error:
        take(stem)
    assert str(tmp_path) in error.value.message
    assert not running(stem)


def test_the_newest_session_comes_first(tmp_path: Path) -> None:
    """And other files are none."""
    (tmp_path / "notes.txt").touch()
    older, newer = written(tmp_path, HEAD), written(tmp_path, HEAD, now=NOON.replace(hour=18))
    assert stems(tmp_path) == [newer, older]


# --- answers ---


def test_answers_hold_for_their_day_and_are_gone_after_it(tmp_path: Path) -> None:
    """Neither tomorrow nor, with the clock set back, yesterday; what has expired is removed."""
    stem = new_stem(tmp_path, NOON)
    hold = take(stem)
    for day in (date(2026, 11, 23), date(2026, 11, 21)):
        keep_answers(hold, TODAY, {"front": True})
        kept = kept_answers(stem, TODAY)
        assert kept is not None
        assert kept["front"] is True
        assert kept_answers(stem, day) is None
        assert not hold.path(ANSWERS).exists()
    assert kept_answers(stem, TODAY) is None
    hold.release()


@pytest.mark.parametrize("text", ["", "{}", "[]", '"today"', '{"day": 5}', "{oh no"])
def test_answers_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    """And are removed."""
    stem = new_stem(tmp_path, NOON)
    path = stem.with_name(stem.name + ANSWERS)
    path.write_text(text)
    assert kept_answers(stem, TODAY) is None
    assert not path.exists()


def test_any_command_sweeps_what_has_expired(tmp_path: Path) -> None:
    """Today's stay."""
    for hour, day in ((9, date(2026, 11, 20)), (10, TODAY)):
        hold = take(new_stem(tmp_path, NOON.replace(hour=hour)))
        keep_answers(hold, day, {})
        hold.release()
    sweep(tmp_path, TODAY)
    assert len([path for path in tmp_path.iterdir() if path.name.endswith(ANSWERS)]) == 1
    sweep(tmp_path / "nowhere", TODAY)
