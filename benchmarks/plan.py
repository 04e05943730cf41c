"""(e) Planning against the number of steps, stage by stage, with every clip cached.

No real routine is that long: sessions end after 45 minutes. So the limit of the registry is raised, and the
clips are those of the tests' instant voice, kept and found by the real library.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.program import cold_home
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import bell_lengths, vocabulary
from massage_voice.routine.lint import lint
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.reader import read_text
from massage_voice.routine.tree import collector_paused
from massage_voice.safety.registry import Registry, load_registry
from massage_voice.safety.rules import problems
from massage_voice.safety.screening import load_screening
from massage_voice.safety.secure import secure
from massage_voice.safety.wishes import Wishes
from massage_voice.timeline import wording
from massage_voice.timeline.audit import audit
from massage_voice.timeline.fit import Shape, fit
from massage_voice.timeline.layout import Sounds
from massage_voice.voices.cache import ClipCache
from massage_voice.voices.chain import Chain
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.library import ClipLibrary

COUNTS = (10, 100, 1_000, 10_000)
AIM_S = 3.0
PATIENCE_S = 1.0
"""When planning takes longer than this, more steps are not tried: ten times as many would take minutes."""
_WORDS = ("slow", "soft", "warm", "even", "calm", "easy", "long", "wide", "near", "light")
_HEAD = "title: Long\nlanguage: en\nposition: seated\nsteps:\n"
_STEP = """\
  - name: {name}
    areas: [{area}]
    technique: stroke
    pressure: light
    side: both
    duration: 2m
    between: [1m, 3m]
    say: ["Glide down slowly, with flat hands.", "Lift off, and go back to the start."]
    remind:
      - {{at: 40%, say: "Slow and even."}}
      - {{at: -13s, say: "Last stroke, and lift away."}}
"""


class Stages:
    """Seconds by the name of the stage."""

    def __init__(self) -> None:
        self.took_s: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the block as the stage `name`."""
        began = time.perf_counter()
        yield
        self.took_s[name] = self.took_s.get(name, 0.0) + time.perf_counter() - began

    @property
    def whole_s(self) -> float:
        """All stages together."""
        return sum(self.took_s.values())


def measure(*, quick: bool) -> list[Figure]:
    """Each number of steps some times; the clips are made before."""
    turns = 1 if quick else 3
    registry = load_registry()
    limits = dataclasses.replace(registry.limits, later_session=10**7)
    wide = dataclasses.replace(registry, limits=limits)
    load_screening()
    runs: dict[int, list[Stages]] = {}
    with cold_home() as home:
        _planned(written(min(COUNTS)), wide, home)  # what is read and compiled once a process
        for count in COUNTS:
            text = written(count)
            _make_clips(text, wide, home)
            runs[count] = [_planned(text, wide, home) for _ in range(turns)]
            if runs[count][0].whole_s > PATIENCE_S:
                break
    return [*_wholes(runs), *_shares(runs[max(runs)])]


def written(count: int) -> str:
    """A routine of `count` steps with names of their own, alternating between two areas."""
    return _HEAD + "".join(
        _STEP.format(name=_name(number), area=("upper-back", "shoulders")[number // 5 % 2]) for number in range(count)
    )


def _name(number: int) -> str:
    return "-".join(_WORDS[int(digit)] for digit in f"{number:05d}") + "-stroke"


def _library(home: Path) -> ClipLibrary:
    return ClipLibrary(Chain("fake", {"fake": FakeVoice}), ClipCache(home))


def _make_clips(text: str, registry: Registry, home: Path) -> None:
    routine = read_text(text, "long.yaml", vocabulary(registry))
    script = secure(routine, registry, load_screening(), Wishes(first=False))
    library = _library(home)
    library.prepare(wording.texts(script, Asked().wpm))
    library.close()


def _planned(text: str, registry: Registry, home: Path) -> Stages:
    """All that `plan` does between the file and the table."""
    stage, asked = Stages(), Asked(first=False)
    words = vocabulary(registry)
    library = _library(home)
    with stage("read"):
        routine = read_text(text, "long.yaml", words)
    with stage("lint"):
        raise_if_any(lint(routine, words))
    with stage("rules"):
        raise_if_any(problems(routine, registry))
    with collector_paused(), stage("secure"):  # as the commands do
        script = secure(routine, registry, load_screening(), Wishes(first=False))
    with stage("lengths of clips"):
        sounds = Sounds(library.prepare(wording.texts(script, asked.wpm)), bell_lengths(asked))
    with collector_paused():
        with stage("fit and lay out"):
            plan = fit(script, sounds, Shape(), registry.limits)
        with stage("audit"):
            wrong = audit(plan.whole(), script, registry)
    library.close()
    if wrong:
        raise RuntimeError(wrong[0])
    return stage


def _wholes(runs: dict[int, list[Stages]]) -> Iterator[Figure]:
    base = COUNTS[1]
    base_s = statistics.median(stages.whole_s for stages in runs[base])
    for count, many in runs.items():
        took = [stages.whole_s for stages in many]
        aim = AIM_S if count == max(COUNTS) else None
        linear = f"{count / base:g} times {base} steps"
        value = statistics.median(took)
        yield Figure(f"plan {count:,} steps", value, "s", took, linear, base_s * count / base, aim)


def _shares(many: list[Stages]) -> Iterator[Figure]:
    whole = statistics.median(stages.whole_s for stages in many)
    for name in many[0].took_s:
        took = [stages.took_s[name] for stages in many]
        yield Figure(f"  of these: {name}", statistics.median(took), "s", took, "the whole", whole)
