from __future__ import annotations

from pathlib import Path

import pytest

from massage_voice.errors import UsageError
from massage_voice.routine.store import Store
from tests.routine.samples import SMALL

BUILT_IN = (
    "back",
    "chair",
    "feet",
    "hands",
    "neck",
    "neck-and-back",
    "quick-neck",
    "scalp-and-face",
    "shoulders",
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder with two routines and other things."""
    folder = tmp_path / "routines"
    (folder / "deep.yaml").mkdir(parents=True)
    (folder / "mine.yaml").write_text(SMALL, "utf-8")
    (folder / "back.yml").write_text(SMALL, "utf-8")
    (folder / "notes.txt").write_text("notes", "utf-8")
    (folder / "red\x1b.yaml").write_text(SMALL, "utf-8")
    return folder


def test_built_in_names() -> None:
    """Nine routines come with the program."""
    assert Store().names() == BUILT_IN


def test_own_routines_join_them(own: Path) -> None:
    """The user's files are listed by their stems; folders and odd names are not."""
    store = Store(own)
    assert store.names() == tuple(sorted((*BUILT_IN, "mine")))
    assert [name for name in store.names() if store.is_own(name)] == ["back", "mine"]


def test_no_folder_is_no_mistake(tmp_path: Path) -> None:
    """Before the first own routine there is no folder."""
    assert Store(tmp_path / "none").names() == Store().names()


def test_own_stands_before_built_in(own: Path) -> None:
    """A routine of the same name in the user's folder is the one that is meant."""
    assert Store(own).find("back").path == own / "back.yml"
    assert Store().find("back").path is None


def test_built_in_has_a_label() -> None:
    """Problems in a built-in routine say so, and its stem is its name."""
    assert Store().find("neck").file == "built-in/neck.yaml"


def test_finds_by_path(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A separator, a suffix or an existing file make a path."""
    monkeypatch.chdir(own)
    (own / "plain").write_text(SMALL, "utf-8")
    for name in ("mine.yaml", str(own / "mine.yaml"), "./plain", "plain"):
        assert Store().find(name).text == SMALL


def test_unknown_name_gets_help(own: Path) -> None:
    """The nearest name and all names there are."""
    with pytest.raises(UsageError) as caught:
        Store(own).find("nekc")
    assert caught.value.message == "there is no routine 'nekc'"
    assert caught.value.hint == f"did you mean 'neck'? there are: {', '.join(Store(own).names())}"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../neck", "/etc/passwd\0", "a\0b", "x" * 9999, "neck.yaml", "red\x1b"]
)
def test_no_tricks_with_names(name: str, own: Path) -> None:
    """A name is never made into a path inside the folders."""
    with pytest.raises(UsageError) as caught:
        Store(own).find(name)
    assert caught.value.message.isprintable()
