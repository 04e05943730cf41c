"""What a command says when it is not given what it needs: one clear message, the right exit code, no traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.support.builders import ROUTINES

BROKEN = {
    "not YAML": ("title: [neck\n  steps: {", 3, "routine.yaml:"),
    "a list": ("- neck\n- back\n", 3, "routine.yaml:1:1"),
    "deeply nested": ("a: " + "[" * 5_000 + "]" * 5_000, 3, "routine.yaml:"),
    "aliases": ("a: &a [x]\nb: [*a, *a]\n", 3, "routine.yaml:"),
    "nothing": ("", 3, "routine.yaml:"),
    "too large": ("title: " + "x" * 10_000_000, 3, "at most 4 MiB"),
    "a zero byte": ("title: \0", 3, "zero byte"),
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("command", ["plan", "check", "show"])
def test_a_file_that_is_no_routine(run: Run, tmp_path: Path, what: str, command: str) -> None:
    """File, line and column, or what it should be; never a traceback, never a page of text."""
    text, code, message = BROKEN[what]
    path = tmp_path / "routine.yaml"
    path.write_bytes(text.encode())
    ran = run(command, str(path))
    told = ran.out + ran.err
    assert (ran.code, message in told) == (code, True), told[:500]
    assert len(told) < 2_000


def test_bytes_that_are_no_text(run: Run, tmp_path: Path) -> None:
    """A picture, given by mistake."""
    path = tmp_path / "routine.yaml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    ran = run("plan", str(path))
    assert (ran.code, "UTF-8" in ran.err) == (3, True)


def test_an_unknown_name_is_guessed(run: Run) -> None:
    """A slip of the finger: the nearest name, and all there are."""
    ran = run("plan", "nekc")
    assert ran.code == 2
    assert "there is no routine 'nekc'" in ran.err
    assert "did you mean 'neck'?" in ran.err
    assert "neck-and-back" in ran.err


def test_a_file_that_is_not_there_and_a_folder(run: Run, tmp_path: Path) -> None:
    """Both are named; neither is a routine."""
    missing = run("plan", str(tmp_path / "gone.yaml"))
    assert (missing.code, "there is no file" in missing.err) == (2, True)
    folder = run("plan", f"{tmp_path}/")
    assert (folder.code, "is not a file" in folder.err) == (2, True)


def test_an_impossible_length_names_the_nearest(run: Run) -> None:
    """And the nearest is possible."""
    ran = run("plan", "neck", "--again", "--voice", "none", "--length", "3m")
    assert ran.code == 2
    nearest = re.search(r"the nearest is --length (\S+)", ran.err)
    assert nearest is not None
    assert run("plan", "neck", "--again", "--voice", "none", "--length", nearest[1]).code == 0


def test_a_session_that_is_too_long_for_a_first_says_what_to_add(run: Run) -> None:
    """`--again`, and with it it goes."""
    ran = run("plan", "neck-and-back", "--voice", "none")
    assert (ran.code, "--again" in ran.err) == (2, True)
    assert run("plan", "neck-and-back", "--voice", "none", "--again").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--voice", "bob"), "There is no voice 'bob'"),
        (("--pace", "9"), "0.7 to 1.3"),
        (("--wpm", "200"), "110"),
        (("--partner", "x1"), "letters"),
        (("--length", "soon"), "such as 20m"),
        (("--volume", "0"), "10"),
        (("--verbosity", "loud"), "full"),
        (("--nonsense",), "No such option"),
    ],
)
def test_an_option_that_cannot_be_meant(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """Exit code 2, and what would be right."""
    ran = run("plan", "neck", *arguments)
    assert (ran.code, message in ran.err) == (2, True), ran.err
    assert ran.out == ""


def test_check_lists_every_problem_of_every_file(run: Run, tmp_path: Path) -> None:
    """All at once, each with its place; the worst decides the exit code."""
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    text = (Path(__file__).parents[2] / "massage_voice/data/routines/neck.yaml").read_text("utf-8")
    good.write_text(text)
    bad.write_text(text.replace("technique: hold", "technique: crack").replace("duration: 40s", "duration: soon"))
    ran = run("check", str(bad), str(good))
    lines = ran.out.splitlines()
    assert ran.code == 3
    assert len([line for line in lines if re.match(r".*bad\.yaml:\d+:\d+: ", line)]) >= 3
    assert f"{good}: sound" in lines[-1]


def test_list_shows_the_users_own(run: Run, home: Path) -> None:
    """Built in and own, one that is broken among them, said to be."""
    folder = home / "config" / "routines"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("title: [")
    ran = run("list")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == sorted(["mine", *ROUTINES])
    assert "massage-voice check mine" in ran.out


def test_a_config_file_sets_defaults_below_environment_and_flags(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flag before environment before file."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.yaml").write_text("pace: slow\nvoice: none\nagain: true\n".replace("again: true\n", ""))
    assert '"pace": 0.85' in run("plan", "neck", "--json").out
    monkeypatch.setenv("MASSAGE_VOICE_PACE", "brisk")
    assert '"pace": 1.15' in run("plan", "neck", "--json").out
    assert '"pace": 1.0' in run("plan", "neck", "--json", "--pace", "1.0").out


@pytest.mark.parametrize(
    ("text", "message"),
    [("pase: slow\n", "there is no setting 'pase'"), ("- a\n", "expected lines"), ("a: [\n", "readable YAML")],
)
def test_a_config_file_that_cannot_be_meant(run: Run, home: Path, text: str, message: str) -> None:
    """Exit code 2, with its path; a guess where there is one."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.yaml").write_text(text)
    ran = run("list")
    assert (ran.code, message in ran.err, "config.yaml" in ran.err) == (2, True, True), ran.err
    assert "pase" not in text or "'pace'" in ran.err


def test_an_environment_variable_that_cannot_be_meant(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, not only its value."""
    monkeypatch.setenv("MASSAGE_VOICE_PACE", "crawl")
    ran = run("plan", "neck")
    assert (ran.code, "crawl" in ran.err) == (2, True)


def test_screened_is_never_a_habit(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The word that the questions were asked today comes with the command, not from a file or the environment."""
    monkeypatch.setenv("MASSAGE_VOICE_SCREENED", "1")
    assert "MASSAGE_VOICE_SCREENED" not in run("run", "--help").out
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.yaml").write_text("screened: true\n")
    assert run("list").code == 2
