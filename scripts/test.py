"""`python3 scripts/test.py [FOR PYTEST ...]` runs every check there is; its exit code is 1 when one fails."""

import sys

import _environment


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


def passed(name: str, command: "list[str]") -> bool:
    """Run one check, in the repository's root, with its output as it comes."""
    import subprocess

    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=str(_environment.ROOT), check=False).returncode == 0


def tested(extra: "list[str]") -> bool:
    """Run the tests: all of them in two processes, because those that sound wait most of the time."""
    pytest = [_environment.program("python"), "-m", "pytest", "--cov=massage_voice", "--cov-branch"]
    if extra:
        return passed("tests", pytest + extra)
    import subprocess
    import tempfile

    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        print("== tests: those that sound run meanwhile", flush=True)
        sounding = subprocess.Popen(
            [*pytest, "--cov-report=", "-m", "sound"], cwd=str(_environment.ROOT), env=_apart("sound"),
            stdout=told, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            silent = subprocess.run(
                [*pytest, "--cov-report=", "-m", "not sound"],
                cwd=str(_environment.ROOT), env=_apart("silent"), check=False,
            )  # fmt: skip
            sounding.wait()
        finally:
            sounding.kill()
        told.seek(0)
        print("== tests that sound", told.read(), sep="\n", flush=True)
    coverage = [_environment.program("python"), "-m", "coverage"]
    passed("coverage", [*coverage, "combine", "-q", *(_apart(name)["COVERAGE_FILE"] for name in ("silent", "sound"))])
    passed("coverage, both together", [*coverage, "report"])
    print(f"== tests: {_ended(silent.returncode)}; those that sound: {_ended(sounding.returncode)}", flush=True)
    return silent.returncode == 0 and sounding.returncode == 0


def _apart(name: str) -> "dict[str, str]":
    """The environment, with a file of its own for what was covered."""
    import os

    return {**os.environ, "COVERAGE_FILE": str(_environment.ROOT / f".coverage.{name}")}


def _ended(code: int) -> str:
    return "passed" if code == 0 else f"FAILED ({code})"


def main(extra: "list[str]") -> int:
    """Run all, also after a failure; the tests last, because their closing line ends the output."""
    failed = [name for name, command in checks() if not passed(name, command)]
    print("== checks " + ("that failed: " + ", ".join(failed) if failed else "passed"), flush=True)
    return 0 if tested(extra) and not failed else 1


if __name__ == "__main__":
    _environment.ready()
    sys.exit(main(sys.argv[1:]))
