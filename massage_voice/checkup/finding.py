"""What a look at something found, and looking no longer than a time limit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from massage_voice.errors import MassageVoiceError

SLICE_S: Final = 0.2
"""Waiting is done in slices, so that Ctrl-C is heard on Windows too."""


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """A session can be held all the same."""
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for a layperson, and what to type or do about it."""

    verdict: Verdict
    found: str
    remedy: str = ""
    """A command for this system, or a sentence; empty when there is nothing to mend."""


@dataclass(frozen=True, slots=True)
class Check:
    """A finding under its name."""

    name: str
    finding: Finding
    seconds: float
    """How long the look took."""

    @property
    def failing(self) -> bool:
        """It must be mended first."""
        return self.finding.verdict is Verdict.FAILING


@dataclass(frozen=True, slots=True)
class Probe:
    """Something to look at."""

    name: str
    look: Callable[[], Finding]
    limit_s: float = 5.0
    """After so many seconds without an answer it counts as failing, and the next one has its turn."""
    stuck: str = ""
    """The remedy when no answer comes."""
    give_up: Callable[[], None] = field(default=lambda: None)
    """Ends what `look` is still busy with; called when no answer came."""


def examine(probe: Probe) -> Check:
    """Look, within the limit; whatever goes wrong in it is a finding, never an exception."""
    began = time.monotonic()
    answers: queue.SimpleQueue[Finding] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_look(probe)), name=probe.name, daemon=True).start()
    while time.monotonic() - began < probe.limit_s:
        try:
            found = answers.get(timeout=min(SLICE_S, probe.limit_s))
        except queue.Empty:
            continue
        return Check(probe.name, found, time.monotonic() - began)
    probe.give_up()
    found = Finding(Verdict.FAILING, f"no answer within {probe.limit_s:g} s.", probe.stuck)
    return Check(probe.name, found, time.monotonic() - began)


def _look(probe: Probe) -> Finding:
    try:
        return probe.look()
    except MassageVoiceError as error:
        return Finding(Verdict.FAILING, f"{error.message}.", error.hint or probe.stuck)
    except Exception as error:  # noqa: BLE001 - the other probes have their turn whatever this one met
        return Finding(Verdict.FAILING, f"{type(error).__name__}: {error}.", probe.stuck)
