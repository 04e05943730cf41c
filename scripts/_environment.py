"""The project's own .venv: made once, renewed when pyproject.toml or Python changes.

Standard library only, and nothing that Python 3.6 cannot read: an old Python must be able to say that it is
too old. Hence the annotations in quotes.
"""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "massage-voice.stamp"
"""What the environment was made from. Written last: without it the environment is not ready."""
BUILDING = VENV / "massage-voice.building"
"""Stands while we install: an environment with it was interrupted, and is made anew."""
OLDEST = (3, 11)
GROUPS = ("test", "lint")


def program(name: str) -> str:
    """Path of an installed program, whatever the system calls the folder."""
    return str(VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name)


def ready() -> None:
    """Make the environment unless it is there; leave with code 2 and one line when that is not possible."""
    if sys.version_info[:2] < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        leave(f"massage-voice needs Python 3.11 or newer, this is {found}: {newer()}")
    wanted = stamp()
    if read_stamp() != wanted or not works():
        try:
            renew(wanted)
        except OSError as error:
            leave(f"cannot make {VENV}: {error}")
        except KeyboardInterrupt:
            leave("interrupted: the next run starts anew", 130)


def newer() -> str:
    """How to get a newer Python here."""
    if sys.platform == "darwin":
        return "brew install python@3.13"
    if os.name == "nt":
        return "winget install Python.Python.3.13"
    return "apt install python3 python3-venv (Debian 12, Ubuntu 24.04 or later)"


def works() -> bool:
    """Whether its Python is still there: an upgrade of the system's may have taken it away."""
    return Path(program("python")).exists()


def stamp() -> "tuple[str, str]":
    """The Python and the place an environment belongs to, and the digest of what is installed in it."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{sys.implementation.cache_tag} {ROOT}", digest


def read_stamp() -> "tuple[str, str] | None":
    """That of the environment there is, or None."""
    try:
        origin, digest = STAMP.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return origin, digest


def renew(wanted: "tuple[str, str]") -> None:
    """Make or mend the environment; one of another Python, or a half-made one, is removed first."""
    before = read_stamp()
    if BUILDING.exists() or (before is not None and not (before[0] == wanted[0] and works())):
        remove()
    if not works():
        can_create()
    say("Setting up .venv, once: this takes a minute or two.")
    VENV.mkdir(exist_ok=True)
    BUILDING.touch()
    install()
    part = STAMP.with_suffix(".part")
    part.write_text("\n".join(wanted), encoding="utf-8")
    BUILDING.unlink()
    part.replace(STAMP)


def remove() -> None:
    """Remove an environment of ours that is of no use any more."""
    import shutil

    shutil.rmtree(str(VENV))


def install() -> None:
    """The project with what spoken commands need, and its developers' tools, in an environment made for them."""
    if STAMP.exists():
        STAMP.unlink()
    if not works():
        quietly([sys.executable, "-m", "venv", str(VENV)], "Python could not make .venv: apt install python3-venv")
    pip = [program("python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    quietly([*pip, "--editable", f"{ROOT}[mic]", *requirements()], "pip could not install massage-voice; see above")


def can_create() -> None:
    """Leave when Python lacks what makes environments; Debian's python3 does."""
    try:
        import ensurepip  # noqa: F401 - only whether it is there
        import venv  # noqa: F401 - the same
    except ImportError:
        leave("Python cannot make environments here: apt install python3-venv")


def requirements() -> "list[str]":
    """The tools, read here because pip knows dependency groups only since 25.1."""
    groups = project().get("dependency-groups", {})
    return [line for group in GROUPS for line in groups.get(group, [])]


def project() -> "dict[str, dict[str, list[str]]]":
    """What pyproject.toml says; only its groups of lists are looked at."""
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def quietly(command: "list[str]", complaint: str) -> None:
    """Run it; show what it said only when it fails."""
    import subprocess

    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        leave(complaint)


def hand_over(command: "list[str]") -> None:
    """Become `command`: its exit code is ours, its signals are its own."""
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    import subprocess

    with subprocess.Popen(command) as child:
        while child.poll() is None:
            try:
                child.wait()
            except KeyboardInterrupt:  # the console sends Ctrl-C to the child too, and the child decides
                continue
    sys.exit(child.returncode)


def say(line: str) -> None:
    """To the person, not to the data."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def leave(line: str, code: int = 2) -> None:
    """End with one line that says what to do."""
    say(line)
    sys.exit(code)
