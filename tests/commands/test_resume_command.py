"""`resume`, `history` and `forget` as their users meet them."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers
from massage_voice.commands.records import now
from massage_voice.routine.store import Store
from massage_voice.safety.registry import load_registry
from massage_voice.safety.restrictions import Restrictions
from massage_voice.session.checkpoint import Checkpoint, Phase
from massage_voice.session.past import FORMAT
from massage_voice.session.record import ANSWERS, JOURNAL, LEDGER, LOCK, keep_answers, new_stem, take
from tests.commands.conftest import Run
from tests.live.processes import leave, piped, records, short_routine, terminal

pytestmark = pytest.mark.real_time

STEP = Checkpoint(Phase.STEPS, step=3, name="edge-strokes", practised=48_000, left=960_000, clock=9_600_000)


def broken_off(
    home: Path, since: Checkpoint = STEP, *, when: datetime | None = None, head: Mapping[str, object] = {}
) -> Path:
    """A session of today that was killed; the name of its files."""
    began = when or now()
    stem = new_stem(home / "data" / "sessions", began)
    hold = take(stem)
    keep_answers(hold, began.date(), Answers(restrictions=Restrictions(cap="light")).kept())
    entries = [
        {
            "event": "session",
            "format": FORMAT,
            "routine": "neck",
            "title": "Neck",
            "digest": Store().find("neck").digest,
            "registry": load_registry().digest,
            "front": False,
            "first": True,
            "asked": Asked().kept(),
            **head,
        },
        {"event": "at", "state": "playing", **since.entry()},
    ]
    lines = [json.dumps({**entry, "at": began.isoformat()}) for entry in entries]
    hold.path(JOURNAL).write_text("\n".join([*lines, ""]), "utf-8")
    hold.release()
    return stem


def test_without_an_interrupted_session(run: Run) -> None:
    """It says where the past ones are listed."""
    ran = run("resume")
    assert (ran.code, "there is no interrupted session" in ran.err, "history" in ran.err) == (2, True, True)


REFUSED: dict[str, tuple[dict[str, object], str, int]] = {
    "another routine's text": ({"digest": "0"}, "the routine built-in/neck.yaml has changed since", 2),
    "other safety rules": ({"registry": "0"}, "the safety rules have changed since", 2),
    "a routine that is gone": ({"routine": "gone"}, "there is no routine 'gone'", 2),
    "options that are none": ({"asked": {"pace": "fast"}}, "expected the options of a session", 2),
    "a newer journal": ({"format": FORMAT + 1}, "jsonl:1: expected a journal of format 1, found 2", 2),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_changed_is_explained_not_guessed(run: Run, home: Path, what: str) -> None:
    """Nothing plays, and it says how to start anew."""
    head, message, code = REFUSED[what]
    broken_off(home, head=head)
    ran = run("resume", "--captions-only")
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_answers_of_another_day_do_not_hold(run: Run, home: Path) -> None:
    """And are gone afterwards."""
    stem = broken_off(home, when=now() - timedelta(days=1))
    ran = run("resume", "--captions-only")
    assert ran.code == 2
    assert "the answers given then held for that day" in ran.err
    assert "massage-voice run neck" in ran.err
    assert not stem.with_name(stem.name + ANSWERS).exists()


@pytest.mark.parametrize("later", [False, True])
def test_after_a_sign_nothing_goes_on_today(run: Run, home: Path, later: bool) -> None:
    """Neither that session nor one that was broken off before it."""
    if later:
        broken_off(home, when=now() - timedelta(minutes=1))
    broken_off(home, Checkpoint(Phase.CLOSING, step=4, stopped=True, barred=True))
    ran = run("resume", "--captions-only")
    assert ran.code == 7
    assert "dizziness, fainting or a sign of the nerves" in ran.err


def test_a_session_that_runs_is_not_gone_on_with(run: Run, home: Path) -> None:
    """Two at one journal are refused clearly."""
    hold = take(broken_off(home))
    try:
        ran = run("resume", "--captions-only")
        assert (ran.code, "this session is running already" in ran.err) == (2, True)
        assert run("forget", "--yes").code == 2
    finally:
        hold.release()


def test_damage_is_named_by_file_and_line(run: Run, home: Path) -> None:
    """In the middle of the latest journal."""
    stem = broken_off(home)
    path = stem.with_name(stem.name + JOURNAL)
    path.write_text(path.read_text() + "{oh no\n{}\n")
    ran = run("resume", "--captions-only")
    assert (ran.code, f"{JOURNAL}:3: expected one JSON object" in ran.err) == (2, True)


def test_nobody_to_say_that_a_stopped_session_may_go_on(run: Run, home: Path) -> None:
    """Without a terminal the question after a stop cannot be answered."""
    broken_off(home, Checkpoint(Phase.STEPS, step=3, name="edge-strokes", stopped=True))
    ran = run("resume", "--captions-only", "--json")
    assert ran.code == 2
    assert "was stopped" in ran.err


def test_history_lists_and_counts(run: Run, home: Path) -> None:
    """Date, routine, length, how it ended, cues; damaged ones on stderr, the others all the same."""
    stem = broken_off(home)
    lines = [{"cue": str(n), "outcome": "cut" if n == 1 else "delivered"} for n in range(4)]
    stem.with_name(stem.name + LEDGER).write_text("".join(json.dumps(line) + "\n" for line in lines))
    other = broken_off(home, when=now() - timedelta(hours=1))
    other.with_name(other.name + JOURNAL).write_text("{oh no\n")
    ran = run("history")
    assert ran.code == 0
    assert "Neck" in ran.out
    assert "03:20" in ran.out
    assert "broken off" in ran.out
    assert "3 of 4" in ran.out
    assert f"{JOURNAL}:1: expected" in ran.err
    (facts,) = map(json.loads, run("history", "--json").out.splitlines())
    assert (facts["routine"], facts["seconds"], facts["cues"]) == ("neck", 200.0, {"delivered": 3, "cut": 1})


def test_history_of_nothing(run: Run) -> None:
    """Says how to begin."""
    ran = run("history")
    assert (ran.code, ran.out, "massage-voice run" in ran.err) == (0, "", True)


def test_forget_removes_everything(run: Run, home: Path) -> None:
    """Answers, journals, ledgers, locks and clips; of nothing else a byte."""
    stem = broken_off(home)
    for kind in (LEDGER, LOCK):
        stem.with_name(stem.name + kind).touch()
    clips = home / "cache" / "clips"
    clips.unlink()
    clips.mkdir()
    (clips / "a.clip").write_bytes(b"Mum")
    (stem.parent / "mine.txt").touch()
    ran = run("forget", "--yes")
    assert (ran.code, ran.out) == (0, "")
    assert [path.name for path in stem.parent.iterdir()] == ["mine.txt"]
    assert list(clips.iterdir()) == []
    assert run("forget", "--yes").err == "There is nothing to forget.\n"


def test_forget_asks_first(run: Run, home: Path) -> None:
    """And where nobody can agree, it says how to."""
    stem = broken_off(home)
    ran = run("forget")
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert stem.with_name(stem.name + JOURNAL).exists()


def test_killed_and_gone_on_with(home: Path) -> None:
    """The real command, in the middle of a step: SIGKILL, and the session goes on in that step, cautions first."""
    routine = short_routine(home)
    with piped(home, "run", routine, "--screened", "--captions-only", "--plain") as command:
        command.says("== 1 of")
        time.sleep(1.0)
        command.process.kill()
        command.process.wait()
    (journal,) = (home / "data" / "sessions").glob(f"*{JOURNAL}")
    before = journal.read_bytes()
    with piped(home, "resume", "--captions-only", "--plain", "--wpm", "120") as command:
        command.says("== 1 of")
        command.says("! ")
        leave(command.process, signal.SIGINT)
        code, _, error = command.ended()
    assert code == 130
    assert "Going on with Neck" in error
    assert journal.read_bytes().startswith(before)
    assert [entry["event"] for entry in records(home, "journal")].count("resumed") == 1


def test_gone_on_with_at_a_terminal_it_waits_for_ready(home: Path) -> None:
    """Killed in the middle of a caution; a key begins, with that caution."""
    routine = short_routine(home)
    with terminal(home, "run", routine, "--screened", "--captions-only", "--plain") as command:
        command.says("Hello. I am talking")
        command.process.kill()
        command.process.wait()
    with terminal(home, "resume", "--captions-only", "--plain") as command:
        command.says("Going on with Neck")
        command.says("Hello. I am talking")
        command.press("\x03")
        command.says("Closing")
        command.press("\x03")
        assert command.ended() == 130
        assert command.restored()
