"""`python3 scripts/test.py [FOR PYTEST ...]` runs every check there is; its exit code is 1 when one fails."""

import sys

import _environment

WAITING = {"sound": "sound", "real time": "real_time and not sound"}
"""Marks of the tests that wait most of the time: each kind runs in a process of its own, beside all the rest."""
SILENT = "not sound and not real_time"


def checks() -> "list[tuple[str, list[str]]]":
    """Name and command of every check but the tests."""
    ruff = _environment.program("ruff")
    found = [
        ("format", [ruff, "format", "--check", "."]),
        ("lint", [ruff, "check", "."]),
        ("types", [_environment.program("mypy")]),
    ]
    if "importlinter" in _environment.project().get("tool", {}):
        found.append(("imports", [_environment.program("lint-imports")]))
    return found


def checked() -> bool:
    """Run all but the tests, also after a failure."""
    failed = [name for name, command in checks() if not passed(name, command)]
    print("== checks " + ("that failed: " + ", ".join(failed) if failed else "passed"), flush=True)
    return not failed


def passed(name: str, command: "list[str]") -> bool:
    """Run one check, in the repository's root, with its output as it comes."""
    import subprocess

    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=str(_environment.ROOT), check=False).returncode == 0


def all_of_it() -> bool:
    """Every check and every test: the tests in three processes, because those that wait leave the machine idle."""
    import contextlib
    import subprocess
    import tempfile

    with contextlib.ExitStack() as stack:
        clips = stack.enter_context(tempfile.TemporaryDirectory(prefix="massage-voice-clips."))
        waiting = {}
        for name, marks in WAITING.items():
            told = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
            process = subprocess.Popen(
                [*_pytest("--cov-report="), "-m", marks],
                cwd=str(_environment.ROOT), env=_apart(name, clips), stdout=told, stderr=subprocess.STDOUT,
            )  # fmt: skip
            stack.callback(process.kill)
            waiting[name] = process, told
        sound = checked()
        print(f"== tests; meanwhile run those of {' and '.join(WAITING)}", flush=True)
        silent = subprocess.run(
            [*_patient(), *_pytest("--cov-report="), "-m", SILENT],
            cwd=str(_environment.ROOT), env=_apart("silent", clips), check=False,
        )  # fmt: skip
        codes = {"silent": silent.returncode}
        for name, (process, told) in waiting.items():
            codes[name] = process.wait()
            told.seek(0)
            print(f"== tests: {name}", told.read(), sep="\n", flush=True)
    _cover(list(codes))
    print("== tests: " + ", ".join(f"{name} {_ended(code)}" for name, code in codes.items()), flush=True)
    return sound and not any(codes.values())


def _pytest(*more: str) -> "list[str]":
    return [_environment.program("python"), "-m", "pytest", "--cov=massage_voice", "--cov-branch", *more]


def _patient() -> "list[str]":
    """Those that only compute give way to those that are in real time, where the system can do that."""
    import shutil

    nice = shutil.which("nice")
    return [nice, "-n", "5"] if nice else []


def _apart(name: str, clips: str = "") -> "dict[str, str]":
    """The environment: a file of its own for what was covered, and clips that are spoken once for all."""
    import os

    mine = {"COVERAGE_FILE": str(_environment.ROOT / f".coverage.{name.replace(' ', '-')}")}
    return {**os.environ, **mine, **({"CLIPS_OF_ALL_TESTS": clips} if clips else {})}


def _cover(names: "list[str]") -> None:
    """What all of them covered together."""
    coverage = [_environment.program("python"), "-m", "coverage"]
    passed("coverage", [*coverage, "combine", "-q", *(_apart(name)["COVERAGE_FILE"] for name in names)])
    passed("coverage of all together", [*coverage, "report"])


def _ended(code: int) -> str:
    return "passed" if code == 0 else f"FAILED ({code})"


def main(extra: "list[str]") -> int:
    """Run all, also after a failure; the tests last, because their closing line ends the output."""
    if extra:
        others = checked()
        return 0 if passed("tests", _pytest(*extra)) and others else 1
    return 0 if all_of_it() else 1


if __name__ == "__main__":
    _environment.ready()
    sys.exit(main(sys.argv[1:]))
