"""Who speaks: the chosen voice, and who takes its place when it does not answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import partial

from massage_voice.errors import UsageError, VoiceError
from massage_voice.voices.engine import CHOSEN_ONLY, ENGINES, Engine
from massage_voice.voices.team import TeamVoice

NONE = "none"
"""The name of no voice: bells and captions."""
WITH_ARGUMENT = "piper"
"""The voice that is a file: `piper:FILE.onnx`."""
MAKERS: Mapping[str, Callable[[], Engine]] = {name: partial(TeamVoice, name) for name in ENGINES}


class Chain:
    """The voices in the order in which they are tried; each one once.

    Raises:
        UsageError: no voice has that name; the message lists those that exist.
    """

    def __init__(self, name: str | None = None, makers: Mapping[str, Callable[[], Engine]] = MAKERS) -> None:
        self._makers = dict(makers)
        if name is not None and name.startswith(f"{WITH_ARGUMENT}:"):
            self._makers[name] = partial(TeamVoice, name)
        self._left = _order(name, list(self._makers))
        self._silent: list[str] = []
        self.notes: list[str] = []
        """Sentences to print and to speak, when another voice than the expected one speaks."""
        self.reasons: list[str] = []
        """Why, for stderr alone."""

    def next(self, failure: VoiceError | None = None) -> Engine | None:
        """The next voice that can be tried, nothing of it loaded yet; None when only captions are left.

        `failure` is what the one before ended with.
        """
        if failure:
            self.reasons.append(failure.message)
        while self._left:
            name = self._left.pop(0)
            try:
                voice = self._makers[name]()
            except VoiceError as error:
                self.reasons.append(error.message)
                self._silent.append(name)
            else:
                self._note(f"{name} speaks instead.")
                self._silent.append(name)
                return voice
        self._note("bells and captions guide you instead.")
        return None

    def _note(self, instead: str) -> None:
        if self._silent:
            self.notes.append(f"The voice {self._silent[-1]} did not answer; {instead}")


def _order(name: str | None, known: list[str]) -> list[str]:
    others = [other for other in known if other.partition(":")[0] not in CHOSEN_ONLY]
    if name is None:
        return others
    if name == NONE:
        return []
    if name not in known:
        listed = [f"{one}:FILE.onnx" if one == WITH_ARGUMENT else one for one in known]
        raise UsageError(f"There is no voice {name!r}. There are: {', '.join([*listed, NONE])}", _hint(name, known))
    return [name, *(other for other in others if other != name)]


def _hint(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, [*known, NONE], n=1)
    return f"Did you mean {near[0]}?" if near else ""
