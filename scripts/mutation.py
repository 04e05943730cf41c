"""`python scripts/mutation.py [PATTERN ...]` breaks safety/ and session/ on purpose and lists what no test notices.

mutmut makes the mutants, in a copy of the tree in the system's temporary folder. Each is tried in a process of its
own, forked once the tests are collected and before any of them has run, the fastest tests first. mutmut's own runner
forks after a run of all tests and so finds the caches full (the registry, the routines, the stages): it reports a
hundred survivors that are none. A mutant that changes nothing but the wording of a complaint is counted apart and
not tried, because no test holds on to prose. Not part of CI: all of it takes an hour of a processor.

Needs a Unix, and the group `mutation`: `.venv/bin/python -m pip install --group mutation`.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import random
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Final

import hypothesis
import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
COPY: Final = Path(tempfile.gettempdir()) / "massage-voice-mutation"
TESTS: Final = {
    "registry": ("tests/safety",),
    "safety": ("tests/safety",),
    "table": ("tests/session/test_table.py",),
    "session": ("tests/session",),
}
"""What a part is tried with; `registry.py` and `table.py` apart."""
ANEW: Final = frozenset({"registry", "table"})
"""What is read while the tests are collected, so each mutant collects them anew."""
QUIET: Final = (
    *("-x", "-q", "-s", "--tb=no", "-p", "no:cacheprovider", "-p", "no:warnings"),
    "--deselect=tests/safety/test_secure.py::test_nobody_else_takes_the_seal",  # reads the sources, which are mutants
)
WORKERS: Final = 2
LIMIT_S: Final = 60
"""Of the processor: a mutant that never ends is noticed."""
COMPLAINTS: Final = frozenset(
    {"_problem", "Problem", "NotSuitableError", "RecordError", "OutputError", "SafetyError", "ValueError", "TypeError"}
)
WORDS: Final = frozenset({"expected", "found", "hint", "message", "reason", "allowed"})
"""Names of what a complaint is made of, where they are used for nothing else."""


def prepare() -> list[str]:
    """Copy the tree, put the mutants into it, and give their names."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    shutil.rmtree(COPY, ignore_errors=True)
    out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
    shutil.copytree(ROOT, COPY, ignore=out)
    os.chdir(COPY)
    names = []
    for part in ("safety", "session"):
        for path in sorted(Path("massage_voice", part).glob("*.py")):
            mutated = mutate_file_contents(str(path), path.read_text("utf-8"))
            path.write_text(mutated.code, "utf-8")
            names += [f"massage_voice.{part}.{path.stem}.{name}" for name in mutated.mutant_names]
    return names


@cache
def functions(module: str) -> dict[str, ast.FunctionDef]:
    """All functions and methods of a mutated module, by name."""
    source = ast.parse(Path(f"{module.replace('.', '/')}.py").read_text("utf-8"))
    owners: list[ast.Module | ast.ClassDef] = [
        source,
        *(node for node in source.body if isinstance(node, ast.ClassDef)),
    ]
    return {node.name: node for owner in owners for node in owner.body if isinstance(node, ast.FunctionDef)}


def both(name: str) -> tuple[ast.FunctionDef, ast.FunctionDef]:
    """The function as it is, and the mutant."""
    module, _, function = name.rpartition(".")
    found = functions(module)
    return found[f"{function.rpartition('__mutmut_')[0]}__mutmut_orig"], found[function]


def wording(name: str) -> bool:
    """Only the text of a complaint differs, and no default of a parameter."""
    one, other = both(name)
    told = _only_told(one)
    differ = _different(one.body, other.body)
    return _dumped(one.args) == _dumped(other.args) and all(_complains(s, told) for pair in differ for s in pair)


def _only_told(function: ast.FunctionDef) -> frozenset[str]:
    """Those of `WORDS` that the function uses in complaints and nowhere else."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    complaints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in COMPLAINTS]
    told = {id(node) for complaint in complaints for node in ast.walk(complaint)}
    names = (node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return WORDS - {name.id for name in names if id(name) not in told}


def _different(one: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """The innermost statements that are not alike."""
    for a, b in zip(one, other, strict=True):
        if ast.dump(a) == ast.dump(b):
            continue
        blocks = [f for f in ("body", "orelse", "handlers", "finalbody") if getattr(a, f, None) and hasattr(b, f)]
        heads = [f for f in ("test", "iter", "items", "subject") if hasattr(a, f)]
        if not blocks or any(_dumped(getattr(a, f)) != _dumped(getattr(b, f, None)) for f in heads):
            yield a, b
            continue
        for block in blocks:
            yield from _different(getattr(a, block), getattr(b, block))


def _dumped(node: object) -> str:
    nodes = node if isinstance(node, list) else [node]
    return "".join(ast.dump(one) for one in nodes if isinstance(one, ast.AST))


def _complains(statement: ast.stmt, told: frozenset[str]) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in told
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))):
            return name in COMPLAINTS
        case ast.Expr(value=ast.Yield(value=ast.Call(func=ast.Name(id=name)))):
            return name in COMPLAINTS
    return False


class Trial:
    """A pytest plugin that runs the collected tests once for every mutant."""

    def __init__(self, names: Sequence[str], report: int) -> None:
        self.names = names
        self.report = report
        """Where the results go: a file descriptor, because the tests' own output is thrown away."""
        self.took_s: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long each test takes."""
        self.took_s[report.nodeid] = self.took_s.get(report.nodeid, 0.0) + report.duration

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork for each mutant; first without one, for the durations, and because all must pass."""
        gc.collect()
        gc.freeze()
        if not os.fork():
            self._run(session, session.items, Path("took.json"))
        if os.wait()[1]:
            raise pytest.UsageError("the tests fail without any mutant")
        took_s = json.loads(Path("took.json").read_text("utf-8"))
        items = sorted(session.items, key=lambda item: took_s.get(item.nodeid, 0.0))
        running: dict[int, str] = {}
        for name in self.names:
            if len(running) >= WORKERS:
                self._wait(running)
            if pid := os.fork():
                running[pid] = name
                continue
            os.environ["MUTANT_UNDER_TEST"] = name
            resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
            self._run(session, items)
        while running:
            self._wait(running)
        return True

    def _wait(self, running: dict[int, str]) -> None:
        pid, status = os.wait()
        os.write(self.report, f"{'noticed' if status else 'survived'} {running.pop(pid)}\n".encode())

    def _run(self, session: pytest.Session, items: Sequence[pytest.Item], took: Path | None = None) -> None:
        """Run until one fails, and end this process."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                os._exit(1)
        if took:
            took.write_text(json.dumps(self.took_s), "utf-8")
        os._exit(0)


def tried(part: str, names: Sequence[str]) -> dict[str, bool]:
    """Whether each mutant survived; the tests are collected in a process of their own."""
    if not names:
        return {}
    results, report = os.pipe()
    if not os.fork():
        os.close(results)
        sys.path.insert(0, str(COPY))
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # one failure will do, not the smallest
        hypothesis.settings.register_profile("mutation", phases=phases, report_multiple_bugs=False)
        hypothesis.settings.load_profile("mutation")
        if part in ANEW:
            os._exit(_one_by_one(part, names, report))
        os._exit(int(pytest.main([*QUIET, *TESTS[part]], plugins=[Trial(names, report)])))
    os.close(report)
    survived = {}
    with os.fdopen(results, encoding="utf-8") as lines:
        for line in lines:
            result, name = line.split()
            print(line, end="", flush=True)
            survived[name] = result == "survived"
    if os.wait()[1] or len(survived) < len(names):
        sys.exit(f"{part}: the tests fail without any mutant, or could not be run")
    return survived


def _one_by_one(part: str, names: Sequence[str], report: int) -> int:
    for name in names:
        if not os.fork():
            os.environ["MUTANT_UNDER_TEST"] = name
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os._exit(int(pytest.main([*QUIET, *TESTS[part]])))
        os.write(report, f"{'noticed' if os.wait()[1] else 'survived'} {name}\n".encode())
    return 0


def part_of(name: str) -> str:
    """The key in `TESTS`."""
    _, part, file, _ = name.split(".", 3)
    return file if file in TESTS else part


def table(names: Sequence[str], words: set[str], survived: dict[str, bool]) -> str:
    """Counts per file, as Markdown."""
    counts: dict[str, Counter[str]] = {}
    for name in names:
        _, part, file, _ = name.split(".", 3)
        tried_kind = ("survived" if survived[name] else "noticed") if name in survived else "untried"
        kind = "wording" if name in words else tried_kind
        counts.setdefault(f"{part}/{file}.py", Counter())[kind] += 1
    kinds = ("noticed", "survived", "wording", "untried")
    rows = [f"| `{f}` | {c.total()} | {' | '.join(str(c[kind]) for kind in kinds)} |" for f, c in counts.items()]
    return "\n".join([f"| file | mutants | {' | '.join(kinds)} |", "|---|---|---|---|---|---|", *rows])


def main() -> int:
    """Try them; 1 when one survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pattern", nargs="*", default=["*"], help="names of mutants, as *.session.machine.*")
    parser.add_argument("--share", type=float, default=1.0, help="try a random share of them, 0 to 1")
    asked = parser.parse_args()
    every = prepare()
    names = [name for name in every if any(fnmatch(name, pattern) for pattern in asked.pattern)]
    words = {name for name in names if wording(name)}
    wanted = [name for name in names if name not in words]
    wanted = sorted(random.Random(1).sample(wanted, round(len(wanted) * asked.share)), key=names.index)  # noqa: S311
    survived: dict[str, bool] = {}
    for part in TESTS:
        survived |= tried(part, [name for name in wanted if part_of(name) == part])
    for name in (name for name, alive in survived.items() if alive):
        print(f"\n{name}", *(line for pair in _lines(name) for line in pair), sep="\n")
    print(f"\n{table(names, words, survived)}")
    return 1 if any(survived.values()) else 0


def _lines(name: str) -> Iterator[tuple[str, str]]:
    """What differs, before and after."""
    one, other = both(name)
    for a, b in _different(one.body, other.body):
        yield f"- {ast.unparse(a)}", f"+ {ast.unparse(b)}"


if __name__ == "__main__":
    sys.exit(main())
