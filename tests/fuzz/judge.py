"""The property that every file must keep, whoever wrote it.

Read, linted, held against the rules, secured, laid out: a file gives problems, each with its place and words that
are safe to print, or a timeline that the audit and the independent oracle pass. Nothing else, and soon.
"""

from __future__ import annotations

import re
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, vocabulary
from massage_voice.errors import NotSuitableError, RoutineError, SafetyError, UsageError
from massage_voice.routine.lint import lint
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.reader import read_text
from massage_voice.routine.source import decode
from massage_voice.safety.registry import load_registry
from massage_voice.safety.rules import problems
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import SilentLibrary
from tests.support.oracle import Person, unsafe

FILE: Final = "fuzz.yaml"
MOST_S: Final = 10.0
"""Of work on one file; on a busy machine that takes longer, but it is the same work."""
MOST_MB: Final = 400
"""By which one file may raise the memory of the process."""
MOST_MESSAGE: Final = 1 << 20
"""Characters that are said about one file."""

_LINE: Final = re.compile(r"fuzz\.yaml:(\d+):(\d+): \S.*")
_COUNT: Final = re.compile(r"(?:\d+ problems|1 problem) in the routine.*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a file."""

    kind: str
    """`problems`, `refused` (no length fits), `audited` (the audit refused it), `timeline`, or `finding`."""
    fault: str = ""
    """What a finding is, or what the audit has against it; the same fault has the same words in every file."""
    detail: str = ""
    took_s: float = 0.0


class TooSlow(BaseException):
    """The time is up."""


def judge(raw: bytes) -> Verdict:
    """What becomes of a file of these bytes."""
    began, before = time.process_time(), _peak_mb()
    try:
        with _alarm():
            kind, fault = _outcome(raw)
            detail = ""
    except TooSlow:
        kind, fault, detail = "finding", "too slow", traceback.format_exc()
    except Exception as error:  # noqa: BLE001 - the very thing that is looked for
        kind, fault, detail = "finding", f"{type(error).__name__} in {_where(error)}", traceback.format_exc()
    took = time.process_time() - began
    grown = _peak_mb() - before
    if not fault and grown > MOST_MB:
        fault, detail = "too much memory", f"{grown:.0f} MB more"
    return Verdict("finding" if fault and kind != "audited" else kind, fault, detail, took)


def _outcome(raw: bytes) -> tuple[str, str]:
    try:
        made = list(_plans(raw))
    except RoutineError as error:
        return "problems", complaint_fault(error.message, raw)
    except SafetyError as error:  # safe, but a rule should have told the author first, with the place
        return "audited", _same(error.message.split("\n")[1])
    except (UsageError, NotSuitableError) as error:
        return "refused", "" if _printable(f"{error.message}\n{error.hint}") else "a message that steers"
    return "timeline", next((fault for plan in made if (fault := _plan_fault(plan))), "")


def _plans(raw: bytes) -> Iterator[Plan]:
    """The file as a later session, without its front and with it; `make_plan` asks the audit."""
    registry = load_registry()
    words = vocabulary(registry)
    routine = read_text(decode(raw, FILE), FILE, words)
    raise_if_any([*lint(routine, words), *problems(routine, registry)])
    for front in sorted({False, any(step.gate is not None for step in routine.steps)}):
        script = make_script(routine, Asked(), Answers(front=front), first=False)
        yield make_plan(script, Asked(), SilentLibrary())


def _plan_fault(plan: Plan) -> str:
    moves = [secured.index for secured in plan.script.steps if "to-prone" in secured.step.flags]
    person = Person(str(plan.script.routine.position), plan.script.flags, moves[0] + 1 if moves else None)
    found = unsafe(plan.whole(), person)
    return f"the oracle: {_same(found[0])}" if found else ""


def _same(fault: str) -> str:
    """A fault without what differs from file to file."""
    return re.sub(r"[0-9.]+", "n", re.sub(r"\(\S+\)|exercise \S+", "x", fault))


def complaint_fault(message: str, raw: bytes) -> str:
    """What is wrong with a complaint about `raw`; an empty string when nothing is."""
    if len(message) > MOST_MESSAGE:
        return "a message without end"
    if not _printable(message):
        return "a message that steers"
    *lines, last = message.split("\n")
    if not lines or not _COUNT.fullmatch(last):  # a step that is too tight comes alone
        lines = [message]
    last_line = len(re.findall(rb"\r\n|\r|\n", raw)) + 1
    for line in lines:
        place = _LINE.fullmatch(line)
        if not place:
            return "a problem without place or words"
        if not 1 <= int(place[1]) <= last_line or int(place[2]) < 1:
            return "a place outside the file"
    return ""


def _printable(message: str) -> bool:
    return bool(message) and all(line.isprintable() for line in message.split("\n"))


def _where(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "massage_voice" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "the tests"


@contextmanager
def _alarm() -> Iterator[None]:
    """Raise TooSlow after `MOST_S` of work, where the system has such an alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, MOST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _peak_mb() -> float:
    """The most memory this process ever had, in MB; 0 where it cannot be asked."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
