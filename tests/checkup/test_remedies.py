"""The table of what to type: complete for every system, and of the right shape."""

from __future__ import annotations

import re
import string
import sys
import tomllib
from pathlib import Path

import pytest

from massage_voice.checkup.remedies import Remedies, systems, table

ROOT = Path(__file__).parents[2]
LINUXES = {"ubuntu", "debian", "fedora", "arch", "linux"}
MANAGERS = {"ubuntu": "apt install", "debian": "apt install", "fedora": "dnf install", "arch": "pacman -S"}
EVERYWHERE = [("debian", "linux", "any"), ("fedora", "linux", "any"), ("arch", "linux", "any")]
ELSEWHERE = [("macos", "any"), ("windows", "any")]
USED = re.compile(r"""(?:remedies|_served|_controlled)\(\s*f?"([a-z0-9-]+)""")


def linux_only(trouble: str) -> bool:
    """Troubles of programs that only Linux has."""
    return trouble.endswith(("-pulseaudio", "-wpctl"))


@pytest.mark.parametrize("trouble", table())
def test_each_trouble_is_mended_on_each_system(trouble: str) -> None:
    """There is something to type or to do, and nothing left to fill in."""
    assert set(table()[trouble]) <= LINUXES | {"macos", "windows", "any"}
    for system in EVERYWHERE + ([] if linux_only(trouble) else ELSEWHERE):
        told = Remedies(system)(trouble, folder="/a b")
        assert told, system
        assert "{" not in told


@pytest.mark.parametrize("trouble", table())
def test_packages_are_installed_by_the_system_s_own_program(trouble: str) -> None:
    """`sudo apt install NAME…` on Debian and Ubuntu, dnf on Fedora, pacman on Arch; names look like packages."""
    for system, told in table()[trouble].items():
        for by, packages in re.findall(r"sudo (\S+ (?:install|-S)) ([^&;]+)", told):
            assert by == MANAGERS[system]
            assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) for name in packages.split())
        if system in MANAGERS and any(manager in told for manager in MANAGERS.values()):
            assert f"sudo {MANAGERS[system]}" in told


def test_only_known_places_are_put_in() -> None:
    """The interpreter and a folder."""
    texts = [text for row in table().values() for text in row.values()]
    names = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert names == {"python", "folder"}


def test_every_trouble_that_is_told_stands_in_the_table() -> None:
    """The names in the program's text, and those it makes."""
    sources = [*(ROOT / "massage_voice/checkup").glob("*.py"), ROOT / "massage_voice/commands/doctor.py"]
    used = {name for source in sources for name in USED.findall(source.read_text("utf-8"))}
    made = {"voice-package", "voice-system", "voice-heart", "microphone-muted", "microphone-loud"}
    variants = {name for name in table() if linux_only(name)}
    assert {re.sub("-(pulseaudio|wpctl)$", "", name) for name in variants} <= used
    assert used - {"voice-"} | made | variants == set(table())


def test_pinned_packages_are_those_of_the_program() -> None:
    """A remedy installs the version that was measured."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = {re.split(r"[;#\s]", line)[0] for line in project["dependencies"]}
    assert table()["voice-heart"]["any"].split()[-1] in pins
    assert table()["voice-package"]["any"].split()[-1] in pins


@pytest.mark.parametrize(
    ("where", "release", "expected"),
    [
        ("linux", {"ID": "debian"}, "sudo apt install espeak-ng"),
        ("linux", {"ID": "ubuntu", "ID_LIKE": "debian"}, "sudo apt install espeak-ng"),
        ("linux", {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "sudo apt install espeak-ng"),
        ("linux", {"ID": "fedora"}, "sudo dnf install espeak-ng"),
        ("linux", {"ID": "manjaro", "ID_LIKE": "arch"}, "sudo pacman -S espeak-ng"),
        ("linux", {}, "Install the package espeak-ng."),
        ("darwin", {}, "Choose an English voice under System Settings, Accessibility, Spoken Content."),
        ("win32", {}, "Add an English voice under Settings, Time & language, Speech."),
    ],
)
def test_a_system_is_known_by_its_release(where: str, release: dict[str, str], expected: str) -> None:
    """Relatives of a known system are mended as it is."""
    assert Remedies(systems(where, release))("voice-system") == expected


@pytest.mark.skipif(sys.platform == "win32", reason="quoted for a POSIX shell")
def test_a_path_is_quoted() -> None:
    """It can be copied into a shell as it stands."""
    told = Remedies(("debian", "linux", "any"))("disk-private", folder="/a b/$c")
    assert told == "chmod -R go-rwx '/a b/$c'"
