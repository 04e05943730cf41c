from __future__ import annotations

import secrets
import signal
import time
from pathlib import Path

import pytest

from massage_voice.data.files import read_data
from tests.fuzz import judge as judging
from tests.fuzz.bend import made
from tests.fuzz.campaign import Tally, campaign, smaller
from tests.fuzz.judge import complaint_fault, judge
from tests.fuzz.trees import BUILT_IN
from tests.support.profiles import DEEP

FIXED = range(1, 1201)
FRESH_S = 300.0 if DEEP else 6.0


def told(tally: Tally) -> str:
    """Each fault, and the command that shows it again."""
    return "".join(f"\n{fault}: python -m tests.fuzz --show {seed}" for fault, seed in tally.faults.items())


def test_hostile_files_always_the_same() -> None:
    """Problems with their places, or a safe timeline, for files made from fixed seeds; there are many of both."""
    *_, tally = campaign(iter(FIXED), float("inf"), None)
    assert not tally.faults, told(tally)
    assert tally.files == len(FIXED)
    assert tally.kinds["problems"] > 500
    assert tally.kinds["timeline"] > 100


def test_hostile_files_never_seen_before(capsys: pytest.CaptureFixture[str]) -> None:
    """The same for files that nobody has ever read, as many as fit into a few seconds."""
    first = secrets.randbits(40)
    with capsys.disabled():
        print(f" [hostile files from seed {first}]", end="")  # noqa: T201 - whoever reads the log may need it
    until_s = time.monotonic() + FRESH_S
    *_, tally = campaign(iter(range(first, first + 1_000_000)), until_s, None)
    assert not tally.faults, told(tally)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_sound_file_is_a_timeline(name: str) -> None:
    """The judge lets the built-in routines pass: its silence about others means something."""
    assert judge(read_data(f"routines/{name}.yaml").encode()).kind == "timeline"


def test_a_seed_is_a_file() -> None:
    """The same seed gives the same bytes, another seed others."""
    assert [made(seed) for seed in range(50)] == [made(seed) for seed in range(50)]
    assert len({made(seed) for seed in range(50)}) > 45


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("fuzz.yaml:1:1: title: expected text, found 'a'\n1 problem in the routine", ""),
        ("fuzz.yaml:2:7: steps: too tight", ""),
        ("", "a message that steers"),
        ("fuzz.yaml:1:1: title: \x1b[31m", "a message that steers"),
        ("fuzz.yaml:1:1: title: \u202e", "a message that steers"),
        ("something is wrong", "a problem without place or words"),
        ("fuzz.yaml:1:1: ", "a problem without place or words"),
        ("fuzz.yaml:0:1: title: x", "a place outside the file"),
        ("fuzz.yaml:9:1: title: x", "a place outside the file"),
        ("fuzz.yaml:1:1: " + "x" * (1 << 20), "a message without end"),
    ],
)
def test_complaints_are_judged(message: str, fault: str) -> None:
    """A complaint without place, without words, without end, or with something that steers a terminal is a finding."""
    assert complaint_fault(message, b"a: b\nc: d\n") == fault


def test_a_crash_is_a_finding_and_made_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What raises anything else is reported, and kept as the few bytes that matter with its seed."""

    def broken(raw: bytes, _file: str) -> str:
        if b"language" in raw:
            raise KeyError("language")
        return raw.decode("utf-8", "replace")

    monkeypatch.setattr(judging, "decode", broken)
    seed = next(seed for seed in range(100) if b"language" in made(seed))
    *_, tally = campaign(iter([seed]), float("inf"), tmp_path)
    assert list(tally.faults.values()) == [seed]
    assert (tmp_path / f"{seed}.yaml").read_bytes() == b"language"
    assert f"seed {seed}" in (tmp_path / f"{seed}.txt").read_text("utf-8")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such alarm")
def test_slowness_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes too long is stopped and reported."""

    def endless(_raw: bytes, _file: str) -> str:
        while True:
            pass

    monkeypatch.setattr(judging, "MOST_S", 0.2)
    monkeypatch.setattr(judging, "decode", endless)
    assert judge(b"").fault == "too slow"


def test_what_cannot_be_made_smaller_stays() -> None:
    """Making a file smaller never loses the finding; a sound file has none to keep."""
    assert smaller(b"a", "no such fault") == b"a"
