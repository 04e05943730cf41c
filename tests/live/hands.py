"""An independent reader of a session: it hears samples, knows the registry, and watches where the hands work.

Every sample of the programs in these tests tells which text it belongs to (`support.identity`). The reader
takes a text as heard when all of its samples came, one after the other; whatever is cut counts as not heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from massage_voice.clip import RATE
from massage_voice.safety.script import SecuredStep
from massage_voice.sound.samples import Samples
from massage_voice.timeline.model import Chapter, Timeline
from tests.live.heeding import REGISTRY, full, hazard_of, hazards_of, repeat_s

SLACK = RATE // 10
RAMPS = RATE // 50


@dataclass
class Ears:
    """Turns samples into texts that were heard whole."""

    texts: Mapping[int, str]
    """Number → text."""
    lengths: Mapping[str, int]
    frame: int = 0
    whole: list[tuple[str, int, int]] = field(default_factory=list)
    """(text, start, end) of everything that was heard whole."""
    saying: int = 0
    """The number of the text that sounds now, 0 for silence or a ramp."""
    _since: int = 0

    def take(self, block: Samples) -> None:
        """The next samples."""
        changes = np.flatnonzero(block[1:] != block[:-1]) + 1
        for start in [0, *changes.tolist()]:
            self._now(int(block[start]), self.frame + start)
        self.frame += len(block)
        self._end(self.frame)

    def _now(self, value: int, at: int) -> None:
        number = value // 100 if value % 100 == 0 else 0
        if number == self.saying:
            return
        self._end(at)
        self.saying, self._since = number, at

    def _end(self, at: int) -> None:
        text = self.texts.get(self.saying)
        if text is not None and at - self._since == self.lengths[text]:
            self.whole.append((text, self._since, at))


@dataclass
class Hands:
    """Watches a session and says when hands work where they should not."""

    ears: Ears
    seated_until: int
    """The step from which on the receiver does not sit any more."""
    wrong: list[str] = field(default_factory=list)
    worked: int = 0
    """How often the hands were seen at work."""
    since: dict[str, int] = field(default_factory=dict)
    """Where the hands are, and when they came there."""
    _run: int = -1
    _frame: int = -1
    _looked: int = -RATE
    _visit: tuple[int, int] = (0, 0)
    """The step, and when it was entered."""
    _needs: tuple[SecuredStep | None, frozenset[str]] = (None, frozenset())
    """The step that was last checked, and the cautions it needs."""

    def look(self, played: tuple[int, int], timeline: Timeline) -> None:
        """Once after every stretch of time."""
        if self.ears.frame - self._looked < RAMPS:  # while one run fades out for the next, no frame is counted
            return
        self._looked = self.ears.frame
        run, frame = played
        moved, landed = (run, frame) != (self._run, self._frame), run != self._run
        going_on = landed and any(".answer." in placement.cue.id for placement in timeline.placements)
        self._run, self._frame = run, frame
        if not moved or not timeline.chapters:
            self.since.clear()
            self._visit = (0, 0)
            return
        if landed and not going_on:
            self.since.clear()
            self._visit = (0, 0)
        for chapter in timeline.chapters:
            if chapter.start <= frame < chapter.end or chapter is timeline.chapters[-1]:
                self._at(chapter, frame, self.ears.frame - frame + chapter.start)
                return

    def _at(self, chapter: Chapter, frame: int, began: int) -> None:
        secured = chapter.secured
        if self._visit[0] != secured.index:
            self._visit = secured.index, began
        areas = secured.step.areas
        self.since = {area: self.since.get(area, began) for area in areas}
        if chapter.practice_start < frame < chapter.practice_end and not secured.hands_off:
            self.worked += 1
            self._check(secured)

    def _check(self, secured: SecuredStep) -> None:
        if self._needs[0] is not secured:
            self._needs = secured, hazards_of(secured)
        needed = self._needs[1]
        for area, since in self.since.items():
            for name in needed.intersection(REGISTRY.areas[area].hazards):
                entered = self._visit[1] if REGISTRY.hazards[name].always_full else since
                if not self._heard(full(name), entered):
                    self.wrong.append(f"{secured.step.name}: {name} not heard since {area} was entered")
        flagged = needed - {n for a in self.since for n in REGISTRY.areas[a].hazards}
        self.wrong += [
            f"{secured.step.name}: {n} not heard" for n in flagged if not self._heard(full(n), self._visit[1])
        ]
        in_play = {
            *needed,
            "warning-signs",
            *({"seated-faint"} if secured.index < self.seated_until else ()),
        }
        self.wrong += [f"{secured.step.name}: {n} is too old" for n in sorted(in_play) if self._is_old(n)]

    def _heard(self, text: str, since: int) -> bool:
        return any(heard == text and start >= since - SLACK for heard, start, _ in reversed(self.ears.whole))

    def _is_old(self, name: str) -> bool:
        limit = repeat_s(name)
        saying = self.ears.texts.get(self.ears.saying)
        if limit is None or (saying is not None and hazard_of(saying) == name):
            return False
        last = next((end for text, _, end in reversed(self.ears.whole) if hazard_of(text) == name), None)
        return last is None or self.ears.frame - last > limit * RATE + SLACK
