"""The voices: each says a sentence in its worker process, and the sentence is checked as a session checks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from massage_voice.checkup.finding import Check, Finding, Probe, Verdict
from massage_voice.checkup.remedies import Remedies
from massage_voice.clip import RATE, Clip, Speech
from massage_voice.errors import VoiceError
from massage_voice.voices.chain import MAKERS
from massage_voice.voices.engine import CHOSEN_ONLY, Engine
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.shape import make_clip

SENTENCE: Final = "Do you hear me well?"
LIMIT_S: Final = 10.0
SLOW: Final = 3.0
"""Times real time; below this, preparing a routine takes minutes."""
WPM: Final = 130


class VoiceCheck:
    """Looks at one voice; `clip` is what it said."""

    def __init__(self, name: str, make: Callable[[], Engine], remedies: Remedies, sentence: str = SENTENCE) -> None:
        self.name = name
        self._sentence = sentence
        self._make = make
        self._remedies = remedies
        self._voice: Engine | None = None
        self.clip: Clip | None = None

    def probe(self, limit_s: float = LIMIT_S) -> Probe:
        """The check, as something to look at; when time is up its worker is ended."""
        return Probe(f"voice {self.name}", self._look, limit_s, self._remedies("voice-stuck"), self._close)

    def _look(self) -> Finding:
        try:
            self._voice = self._make()
        except VoiceError as error:
            return Finding(Verdict.FAILING, f"{error.message}.", self._remedy(error, package=True))
        try:
            return self._said(self._voice)
        except VoiceError as error:
            return Finding(Verdict.FAILING, f"{error.message}.", self._remedy(error))
        finally:
            self._close()

    def _said(self, voice: Engine) -> Finding:
        lexicon = packaged()
        began = time.monotonic()
        voice.synthesise("Ready.", 1.0)
        loaded = time.monotonic()
        clip = make_clip(self._sentence, Speech(WPM), voice, lexicon)
        speed = clip.frames / RATE / (time.monotonic() - loaded)
        self.clip = clip
        about = f"speaks {speed:.0f} times as fast as it is heard, ready after {loaded - began:.1f} s."
        if speed < SLOW:
            return Finding(Verdict.WARNING, f"slow: {about}", self._remedies("voice-slow"))
        return Finding(Verdict.OK, about)

    def _remedy(self, error: VoiceError, *, package: bool = False) -> str:
        if self.name in CHOSEN_ONLY:
            return error.hint
        return self._remedies("voice-heart" if self.name == "heart" else f"voice-{'package' if package else 'system'}")

    def _close(self) -> None:
        if self._voice is not None:
            self._voice.close()


def voice_checks(remedies: Remedies, makers: Mapping[str, Callable[[], Engine]] = MAKERS) -> list[VoiceCheck]:
    """One for each voice that speaks without being asked for, in the order in which one replaces another."""
    return [VoiceCheck(name, make, remedies) for name, make in makers.items() if name not in CHOSEN_ONLY]


def judged(checks: Sequence[Check]) -> list[Check]:
    """One voice is enough: where one works, another that does not is only a warning."""
    if all(check.failing for check in checks):
        return list(checks)
    return [
        replace(check, finding=replace(check.finding, verdict=Verdict.WARNING)) if check.failing else check
        for check in checks
    ]
