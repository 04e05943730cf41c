"""Nothing that a stranger wrote steers the terminal: what the real commands write, byte by byte."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from massage_voice.screen.talk import clean
from tests.commands.conftest import Run
from tests.fuzz.nasty import STEERING
from tests.fuzz.terminal import OWN, at_a_terminal, steering
from tests.routine.samples import SMALL, STEP, changed
from tests.support.builders import ROUTINES

TITLE = "\u05e9\u05dc\u05d5\u05dd Neck a" + "\u0301" * 40 + " :skull:"
"""As odd as a title may be: from right to left, forty accents on a letter, a word that some print as a picture."""
LAST = STEP.replace("back-strokes", "last-strokes").replace("2m", "2m\n    exercise: last")
SOUND = SMALL.replace("title: Neck", f"title: '{TITLE}'") + LAST
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal and names that Windows refuses")


def hostile(text: str) -> dict[str, str]:
    """Files that hold `text` raw and as an escape in quotes, wherever something is quoted back."""
    escaped = json.dumps(text)
    return {
        "raw": SMALL.replace("title: Neck", f"title: {text}"),
        "title": SMALL.replace("title: Neck", f"title: {escaped}"),
        "line": changed("say", f"[{escaped}]"),
        "name": changed("name", escaped),
        "key": changed(escaped, "x"),
        "area": changed("areas", f"[{escaped}]"),
        "tag": changed("side", "!<%1b%5b31m> both"),
        "length": changed("duration", escaped),
    }


@pytest.mark.parametrize("text", STEERING)
def test_no_text_in_a_file_steers(run: Run, tmp_path: Path, text: str) -> None:
    """Whatever stands in a title, a line, a name, a key, a word or a length: it is quoted, or told as a code."""
    paths = []
    for number, content in enumerate(hostile(text).values()):
        paths.append(tmp_path / f"{number}.yaml")
        paths[-1].write_bytes(content.encode("utf-8", "surrogatepass"))
    for command in (("check", *map(str, paths)), ("plan", str(paths[0])), ("show", str(paths[3]))):
        ran = run(*command)
        assert ran.code == 3
        assert steering((ran.out + ran.err).encode()) == set()


@posix
@pytest.mark.parametrize("text", [t for t in STEERING if "\0" not in t and "/" not in t and t != "\ud800"])
def test_no_file_name_steers(run: Run, home: Path, text: str) -> None:
    """A file's own name is shown with codes for what would steer; such a file is not listed."""
    own = home / "config" / "routines"
    own.mkdir(parents=True)
    path = own / f"{text}.yaml"
    path.write_text(SMALL, "utf-8")
    for command in (
        ["list"],
        ["list", "--json"],
        ["check", str(path)],
        ["plan", str(path)],
        ["plan", text],
        ["show", text],
    ):
        ran = run(*command, *(["--voice", "none"] if command[0] == "plan" else []))
        assert steering((ran.out + ran.err).encode("utf-8", "surrogateescape")) <= {"\ufffd"}
        assert command[0] != "list" or len(ran.out.splitlines()) == len(ROUTINES)


@pytest.mark.parametrize("text", [t for t in STEERING if "\0" not in t and t != "\ud800"])
@pytest.mark.parametrize("name", ["WPM", "VOICE", "PARTNER", "LENGTH", "PACE", "VERBOSITY", "BELLS"])
def test_no_environment_steers(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A variable that cannot be meant is named, and its value quoted."""
    monkeypatch.setenv(f"MASSAGE_VOICE_{name}", text)
    ran = run("plan", "neck")
    assert ran.code == 2
    assert steering((ran.out + ran.err).encode("utf-8", "surrogatepass")) == set()


@pytest.mark.parametrize("command", [["list"], ["check"], ["plan"], ["plan", "--json"], ["show"]])
def test_an_odd_title_is_shown_as_it_is(run: Run, home: Path, command: list[str]) -> None:
    """Nothing in it is taken for markup or a picture."""
    own = home / "config" / "routines"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text(SOUND, "utf-8")
    ran = run(*command, *([] if command == ["list"] else ["mine"]), *(["--voice", "none"] if "plan" in command else []))
    assert (ran.code, steering(ran.out.encode())) == (0, set()), ran.err
    assert command == ["check"] or "Neck" in ran.out
    assert command == ["plan"] or "\N{SKULL}" not in ran.out  # rich draws it in the table: see docs/hostile-input.md


def files_in(folder: Path) -> dict[str, Path]:
    """A routine that is refused and one that plays, under names that would steer."""
    made = {"hostile": folder / "hostile\x1b]0;x\a\u202e.yaml", "sound": folder / "sound\x1b[95m\u2066.yaml"}
    made["hostile"].write_text(hostile(STEERING[2])["line"], "utf-8")
    made["sound"].write_text(SOUND, "utf-8")
    return made


def written_by(folder: Path, until: str, *arguments: str) -> bytes:
    """What a command writes to its terminal until it has written `until`."""
    environment = {"TERM": "xterm", "MASSAGE_VOICE_HOME": str(folder / "home"), "LINES": "40", "COLUMNS": "100"}
    given = [part.format(**files_in(folder)) for part in arguments]
    written = at_a_terminal(given, environment, 60.0, until.encode())
    assert until in written.decode(), written[-2000:]
    return written


def assert_steers_nothing(written: bytes) -> None:
    """Only the program's own sequences are in it."""
    assert steering(OWN.sub(b"", written).replace(b"\r", b"")) == set(), written[-2000:]


LIVE = {
    "lines": ("== 1 of 2", "run", "{sound}", "--captions-only", "--screened", "--plain"),
    "view": (f"{TITLE}   0", "run", "{sound}", "--captions-only", "--screened"),
}


@pytest.fixture(scope="module", autouse=True)
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, Future[bytes]]]]:
    """Live sessions at terminals of their own, which begin while the other tests run."""
    with ThreadPoolExecutor(len(LIVE)) as pool:
        folders = {name: tmp_path_factory.mktemp(name) for name in LIVE if sys.platform != "win32"}
        yield {name: (folder, pool.submit(written_by, folder, *LIVE[name])) for name, folder in folders.items()}


@posix
@pytest.mark.parametrize(
    ("until", "arguments"),
    [
        ("neck-and-back", ("list",)),
        ("sound", ("check", "{hostile}", "{sound}")),
        ("silence", ("plan", "{sound}", "--voice", "none")),
        ("cautions", ("show", "{sound}")),
        ("found", ("run", "{hostile}", "--captions-only", "--plain")),
    ],
)
def test_nothing_steers_a_terminal(tmp_path: Path, until: str, arguments: tuple[str, ...]) -> None:
    """At a terminal too, where colours are the program's own."""
    assert_steers_nothing(written_by(tmp_path, until, *arguments))


def test_cleaning_leaves_nothing_that_steers() -> None:
    """The last door: every character but those that could steer comes through."""
    every = "".join(map(chr, [*range(0x3000), *range(0xD7F0, 0x10100), *range(0xE0000, 0xE0200)]))
    assert steering(clean(every).encode()) == set()
    assert clean("Neck, שלום, a\u0301\nnext") == "Neck, שלום, a\u0301\nnext"


def test_the_judge_of_bytes_can_fail() -> None:
    """What is looked for is seen."""
    assert all(steering(text.encode("utf-8", "surrogatepass")) or max(text) >= "\ud800" for text in STEERING)
    assert steering(OWN.sub(b"", b"\x1b[1;33mcaution\x1b[0m\r\n")) == set()
    assert steering(OWN.sub(b"", b"\x1b]0;x\x07"))
    assert steering(OWN.sub(b"", b"\x1b[95mx"))


@posix
@pytest.mark.parametrize("name", LIVE)
def test_no_session_steers(sessions: dict[str, tuple[Path, Future[bytes]]], name: str) -> None:
    """A live session of an odd routine from an odd file, as lines and as the view that is redrawn."""
    assert_steers_nothing(sessions[name][1].result())


@posix
def test_a_journal_does_not_steer(
    run: Run, sessions: dict[str, tuple[Path, Future[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the records of past sessions is shown without what steers, whoever wrote it, and stops nothing."""
    folder, session = sessions["lines"]
    session.result()
    monkeypatch.setenv("MASSAGE_VOICE_HOME", str(folder / "home"))
    (journal,) = (folder / "home" / "data" / "sessions").glob("*.journal.jsonl")
    real = journal.read_text("utf-8")
    evil = json.dumps("".join(STEERING))
    assert f'"title": "{TITLE}"' in real
    for content in (
        real.replace(json.dumps(TITLE, ensure_ascii=False), evil),
        real.replace('"title"', f'"x": {evil}, "title"'),
        real.replace('"event"', evil),
        f"{STEERING[2]}\n{real}",
        "[" * 100_000 + "\n" + real,
        real + "\0" * 100,
        f"{evil}\n",
    ):
        journal.write_text(content, "utf-8")
        for command in (["history"], ["plan", "neck", "--voice", "none"]):
            ran = run(*command)
            assert "a fault of the program" not in ran.err
            assert steering((ran.out + ran.err).encode()) == set()
