"""The documents say what is true: printed blocks, commands, links, the routine example, and no claims."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from massage_voice.cli import cli
from massage_voice.commands.check import check
from massage_voice.errors import ExitCode
from massage_voice.routine.words import builtin_words

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
WRITTEN = [path for path in DOCUMENTS if path.name not in {"CHANGELOG.md", "CONTRIBUTING.md", "benchmarks.md"}]
"""What speaks to people who massage; the others speak of software, where things are fixed and released."""

_SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_BLOCK = re.compile(r"<!-- generated: .*?<!-- end -->", re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
_DENIES = re.compile(r"\b(?:not|no|never|nothing|nobody|neither|without)\b")


def name_of(path: Path) -> str:
    """A document's name in test ids."""
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def docs() -> dict[str, Any]:
    """`scripts/docs.py`, as if imported."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(ROOT / "scripts"))
        return runpy.run_path(str(ROOT / "scripts" / "docs.py"))


def test_no_block_is_stale(docs: dict[str, Any]) -> None:
    """Every printed block is what the code prints now; `python scripts/docs.py` mends it."""
    assert [name_of(path) for path in docs["stale"]()] == []


def test_every_block_stands_in_a_document(docs: dict[str, Any]) -> None:
    """Each block the script knows is used, and each marker is well formed."""
    texts = [path.read_text("utf-8") for path in DOCUMENTS]
    found = [name for text in texts for name in re.findall(r"<!-- generated: ([a-z-]+) -->", text)]
    assert sorted(found) == sorted(docs["BLOCKS"])
    assert sum(text.count("<!-- end -->") for text in texts) == len(found)


def lines_of_shell() -> list[str]:
    """Every command line in README's shell blocks that calls the program."""
    lines = "\n".join(_SHELL.findall(README)).splitlines()
    return sorted({line for line in lines if line.startswith("massage-voice ")})


@pytest.mark.parametrize("line", lines_of_shell())
def test_command_in_readme_exists(line: str) -> None:
    """Each command has its options, and values that they take."""
    name, *arguments = shlex.split(line, comments=True)[1:]
    command = cli.commands[name]
    assert command.make_context(name, arguments, parent=click.Context(cli)).command is command


def test_scripts_in_readme_exist() -> None:
    """What is run with Python in README is there."""
    paths = re.findall(r"python3? ((?:scripts|examples)/\S+\.py)", README)
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_routine_in_readme_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example passes `massage-voice check`."""
    monkeypatch.setenv("MASSAGE_VOICE_HOME", str(tmp_path))
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "shoulders.yaml"
    path.write_text(example, "utf-8")
    assert (check((str(path),)), capsys.readouterr().out) == (ExitCode.FINISHED, f"{path}: sound\n")


def headings(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_local_links_resolve(path: Path) -> None:
    """Each link leads to a file or folder that is there, and to a heading that it has."""
    for target, anchor in _LINK.findall(path.read_text("utf-8")):
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), target
        assert not anchor or anchor in headings(found), anchor


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_nothing_is_claimed(path: Path) -> None:
    """No sentence uses a word of the linter's claims unless it also denies something.

    Code and printed blocks are left out: what the program says is linted where it is written.
    """
    text = _CODE.sub("", _BLOCK.sub("", path.read_text("utf-8"))).lower()
    claims = builtin_words().claims
    sentences = re.split(r"(?<=[.!?:|])\s+|\n\n", text)
    assert [s for s in sentences if any(row.pattern.search(s) for row in claims) and not _DENIES.search(s)] == []
