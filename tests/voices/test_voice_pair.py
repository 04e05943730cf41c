"""A voice of their own for the cautions."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from massage_voice.clip import Speech, Take
from massage_voice.errors import UsageError, VoiceError
from massage_voice.voices.cache import ClipCache
from massage_voice.voices.chain import MAKERS, Chain
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.library import ClipLibrary
from massage_voice.voices.pair import PairedLibrary, open_voices

CAUTION, WORDS = "Never press on the bones.", "Rest both hands on their shoulders."
TEXTS = {WORDS: Speech(130), CAUTION: Speech(130, caution=True)}


class Counted(FakeVoice):
    """Tells what it was asked to say."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"{name} 1")
        self.said: set[str] = set()

    def synthesise(self, sentence: str, speed: float) -> Take:
        """The sentence, noted."""
        self.said.add(sentence)
        return super().synthesise(sentence, speed)


def paired(folder: Path) -> tuple[PairedLibrary, Counted, Counted]:
    usual, safe = Counted("usual"), Counted("safe")
    cache = ClipCache(folder)
    one, other = (ClipLibrary(Chain(None, {voice.name: partial(_same, voice)}), cache) for voice in (usual, safe))
    return PairedLibrary(one, other), usual, safe


def _same(voice: FakeVoice) -> FakeVoice:
    return voice


def test_each_says_its_own(tmp_path: Path) -> None:
    """No caution comes from the usual voice, and nothing else from the other."""
    library, usual, safe = paired(tmp_path)
    frames = library.prepare(TEXTS)
    assert list(frames) == list(TEXTS)
    assert (usual.said, safe.said) == ({WORDS}, {CAUTION})
    assert {text: library.clip(text).frames for text in TEXTS} == frames
    assert library.voice == "usual"
    library.close()


def test_begun_and_prepared_later(tmp_path: Path) -> None:
    """As a session does: greeting and questions first, the plan after them."""
    library, _, safe = paired(tmp_path)
    library.begin({CAUTION: TEXTS[CAUTION]})
    assert library.clip(CAUTION).frames > 0
    library.prepare(TEXTS)
    assert safe.said == {CAUTION}
    library.close()


def test_notes_of_both_are_told(tmp_path: Path) -> None:
    """When one of them is replaced, aloud and on stderr."""
    good, made = FakeVoice(), []
    for broken in ("first", "second"):
        chain = Chain(broken, {broken: _missing, "fake": lambda: good})
        made.append(ClipLibrary(chain, ClipCache(tmp_path)))
    library = PairedLibrary(*made)
    assert len(library.notes) == 2
    assert library.aloud == library.notes


def _missing() -> FakeVoice:
    raise VoiceError("not there")


def test_the_progress_is_that_of_both(tmp_path: Path) -> None:
    """It counts up to all texts."""
    seen: list[tuple[int, int]] = []
    library = open_voices("none", "espeak", tmp_path, lambda *now: seen.append(now))
    library.prepare(TEXTS)
    assert seen[-1][0] == seen[-1][1] == 1  # the voice "none" makes nothing
    assert library.clip(CAUTION).samples.any()
    assert not library.clip(WORDS).samples.any()
    library.close()


def test_the_cautions_cannot_be_made_silent(tmp_path: Path) -> None:
    """Beside a voice that speaks; with no voice at all there are bells and captions, as without the option."""
    for usual in (None, "heart", "espeak"):
        with pytest.raises(UsageError, match="cautions are always spoken"):
            open_voices(usual, "none", tmp_path)
    assert open_voices("none", "none", tmp_path).voice == "none"


def test_cautions_that_nobody_can_say_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The voice for them is not there, nor who would replace it: not even then do they become silence."""
    for name in ("heart", "system", "piper"):
        monkeypatch.setitem(MAKERS, name, _missing)
    with pytest.raises(VoiceError, match="piper cannot say the cautions here"):
        open_voices("espeak", "piper", tmp_path)


def test_one_voice_twice_is_one(tmp_path: Path) -> None:
    """And a name that is none is refused."""
    assert not isinstance(open_voices("heart", "heart", tmp_path), PairedLibrary)
    with pytest.raises(UsageError, match="There is no voice 'hart'"):
        open_voices("heart", "hart", tmp_path)
