from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from massage_voice.errors import ExitCode, RoutineError, UsageError
from massage_voice.routine.reader import read_file
from tests.routine.samples import HEAD, SMALL, STEP, VOCABULARY, complaint, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "found an empty file"),
        ("# nothing\n", "found an empty file"),
        ("- a\n", "lines of 'key: value', found a list"),
        ("neck", "found 'neck'"),
        (SMALL + "---\n" + SMALL, "a second document"),
        ("a: b: c\n", "a second ': '"),
        ("a: [b\n", "a list or mapping that is not closed"),
        ('a: "b\n', "inside quotes"),
        ("a:\n\t- b\n", "a tab"),
        ("a: @b\n", "a character that cannot begin a value"),
        ("a: [b # c]\n", "after ' #' everything is a comment"),
        ("a: *b\n", "a word that begins with *"),
        ("a: &b c\n", "no anchors or aliases, found 'b'"),
        ("a: \0\n", "a zero byte"),
        ("a: \x1b[31m\n", r"the control character '\x1b'"),
        ("a: \ud800\n", "the control character"),
        ("a: \u2028\n", "the control character"),
        ("%YAML 3.0\n---\na: b\n", "readable YAML"),
        ("[" * 100_000, "at most 20 levels"),
        ("- " * 100_000, "at most 20 levels"),
        ("{a: " * 100_000, "at most 20 levels"),
        ("a: &a [*a]\n", "no anchors or aliases"),
        ("[" + "a," * 700_000 + "]", "at most 600000 values"),
        ("#" * (4 * 1024 * 1024 + 1), "at most 4 MiB"),
        ("#" + "é" * (3 * 1024 * 1024), "at most 4 MiB"),
        (HEAD + STEP * 20_001, "at most 20000 steps"),
        (SMALL + "\x1b", r"\x1b"),
    ],
    ids=range(27),
)
def test_refuses_what_is_no_routine(text: str, expected: str) -> None:
    """Odd, broken and hostile texts get a place and plain words."""
    assert expected in complaint(text)
    assert complaint(text).startswith("neck.yaml:")


def test_laughs_end_at_once() -> None:
    """Aliases of aliases are refused before anybody follows them."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert "no anchors or aliases" in complaint("\n".join(lines))


def test_python_parser_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libyaml the same routine is read and the same bombs are refused."""
    with_c = read(SMALL)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert read(SMALL) == with_c
    assert "at most 20 levels" in complaint("[" * 1000)
    assert "a second ': '" in complaint("a: b: c\n")
    assert "readable YAML" in complaint('a: "\\U99999999"')


def test_collector_is_put_back() -> None:
    """Reading pauses the garbage collector and turns it on again, also after a mistake."""
    with pytest.raises(RoutineError):
        read("")
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b", "x" * 5000])
def test_no_file_is_wrong_usage(tmp_path: Path, name: str) -> None:
    """A missing file, a folder and an impossible path lead to exit code 2."""
    with pytest.raises(UsageError) as caught:
        read_file(tmp_path / name, VOCABULARY)
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe is refused instead of holding the program."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="is not a file"):
        read_file(tmp_path / "pipe", VOCABULARY)


@pytest.mark.parametrize("raw", [SMALL.encode("utf-16"), b"title: \xff\n", bytes(range(256))])
def test_not_utf8_has_a_place(tmp_path: Path, raw: bytes) -> None:
    """Another encoding is named with the place of the first wrong byte."""
    path = tmp_path / "neck.yaml"
    path.write_bytes(raw)
    with pytest.raises(RoutineError, match=r"neck\.yaml:\d+:\d+: file: expected UTF-8 text"):
        read_file(path, VOCABULARY)


def test_large_file_is_refused(tmp_path: Path) -> None:
    """More than 4 MiB are not even decoded."""
    path = tmp_path / "neck.yaml"
    path.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(RoutineError, match="at most 4 MiB"):
        read_file(path, VOCABULARY)


def test_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    """Windows editors put one; nothing moves."""
    path = tmp_path / "neck.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_file(path, VOCABULARY).steps == read_file(_copy(path), VOCABULARY).steps


def _copy(path: Path) -> Path:
    path.write_text(SMALL, "utf-8")
    return path


def _pieces() -> st.SearchStrategy[str]:
    words = [
        "\n",
        "  ",
        "- ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!t ",
        "# ",
        '"',
        "'",
        "|\n",
        "%",
        "? ",
        "\t",
        "\0",
    ]
    lines = [*SMALL.splitlines(keepends=True), "remind: [{at: switch, say: x}]", "pressure: {from: light}", "0x1", "~"]
    return st.lists(st.one_of(st.sampled_from(words + lines), st.text(max_size=4)), max_size=30).map("".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_pieces())
def test_nothing_else_escapes(text: str) -> None:
    """Whatever stands in a file, there is a routine or a list of problems, safe to print."""
    message = complaint(text)
    assert all(line.isprintable() for line in message.splitlines())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SMALL)), st.integers(0, 12), st.text(max_size=3))
def test_a_damaged_routine_is_still_answered(start: int, length: int, new: str) -> None:
    """Any small cut or insertion gives a routine or problems in that file."""
    message = complaint(SMALL[:start] + new + SMALL[start + length :])
    assert all(line.isprintable() for line in message.splitlines())
