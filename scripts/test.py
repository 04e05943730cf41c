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


def main(extra: "list[str]") -> int:
    """Run all, also after a failure; the tests last, because their closing line ends the output."""
    failed = [name for name, command in checks() if not passed(name, command)]
    print("== checks " + ("that failed: " + ", ".join(failed) if failed else "passed"), flush=True)
    pytest = [_environment.program("python"), "-m", "pytest", "--cov=massage_voice", "--cov-branch"]
    return 0 if passed("tests", pytest + extra) and not failed else 1


if __name__ == "__main__":
    _environment.ready()
    sys.exit(main(sys.argv[1:]))
