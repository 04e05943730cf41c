"""Two voices in one session: one for the cautions, one for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from massage_voice.clip import Clip, Speech
from massage_voice.errors import UsageError, VoiceError
from massage_voice.ports import Library
from massage_voice.voices.chain import NONE
from massage_voice.voices.library import Progress, SilentLibrary, open_library


class PairedLibrary:
    """The Library of two: what is asked for as a caution has one voice, all other texts have the other.

    A text that was asked for as a caution once stays with that voice.
    """

    def __init__(self, usual: Library, cautions: Library) -> None:
        self._usual = usual
        self._cautions = cautions
        self._caution_texts: set[str] = set()

    @property
    def voice(self) -> str:
        """Who says all that is no caution."""
        return self._usual.voice

    @property
    def notes(self) -> list[str]:
        """Of both, each once."""
        return list(dict.fromkeys([*self._usual.notes, *self._cautions.notes]))

    @property
    def aloud(self) -> list[str]:
        """Of both, each once."""
        return list(dict.fromkeys([*self._usual.aloud, *self._cautions.aloud]))

    def prepare(self, texts: Mapping[str, Speech]) -> Mapping[str, int]:
        """See `ports.Library`."""
        usual, cautions = self._parted(texts)
        self._cautions.begin(cautions)
        frames = {**self._usual.prepare(usual), **self._cautions.prepare(cautions)}
        return {text: frames[text] for text in texts}

    def begin(self, texts: Mapping[str, Speech]) -> None:
        """See `ports.Library`."""
        usual, cautions = self._parted(texts)
        self._cautions.begin(cautions)
        self._usual.begin(usual)

    def clip(self, text: str) -> Clip:
        """See `ports.Library`."""
        return (self._cautions if text in self._caution_texts else self._usual).clip(text)

    def close(self) -> None:
        """See `ports.Library`."""
        self._usual.close()
        self._cautions.close()

    def _parted(self, texts: Mapping[str, Speech]) -> tuple[dict[str, Speech], dict[str, Speech]]:
        self._caution_texts |= {text for text, speech in texts.items() if speech.caution}
        cautions = {text: speech for text, speech in texts.items() if text in self._caution_texts}
        return {text: speech for text, speech in texts.items() if text not in cautions}, cautions


def open_voices(
    name: str | None,
    cautions: str | None,
    folder: Path | None = None,
    progress: Progress = lambda _ready, _asked: None,
) -> Library:
    """The library of the voice called `name`, with another voice for the cautions where one is asked for.

    Cautions are never silent while anything else is spoken.

    Raises:
        UsageError: no voice has that name; or the cautions were to have none.
        VoiceError: no voice can say the cautions, while another one says the rest.
    """
    if cautions is None or cautions == name:
        return open_library(name, folder, progress)
    if cautions == NONE:
        raise UsageError("the cautions are always spoken: --safety-voice cannot be none", "--voice none silences all")
    seen: dict[str, tuple[int, int]] = {}

    def part(which: str) -> Progress:
        def told(ready: int, asked: int) -> None:
            seen[which] = ready, asked
            progress(sum(ready for ready, _ in seen.values()), sum(asked for _, asked in seen.values()))

        return told

    usual, safe = open_library(name, folder, part("usual")), open_library(cautions, folder, part("cautions"))
    if isinstance(safe, SilentLibrary) and not isinstance(usual, SilentLibrary):
        usual.close()
        raise VoiceError(f"The voice {cautions} cannot say the cautions here, and none replaces it", "Leave it out.")
    return PairedLibrary(usual, safe)
