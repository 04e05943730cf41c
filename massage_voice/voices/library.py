"""Every text of a session as a clip. This file owns which voice made what, and when it is ready.

Threads make clips in the order asked for; callers wait for the text they need. A voice that fails is
replaced for every text whose length has not been promised yet, so one session has one voice.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from massage_voice.clip import RATE, Clip, Speech
from massage_voice.errors import VoiceError
from massage_voice.voices.cache import ClipCache, clip_key
from massage_voice.voices.chain import NONE, Chain
from massage_voice.voices.engine import Engine
from massage_voice.voices.lexicon import Lexicon, packaged
from massage_voice.voices.sentences import split, words

Progress = Callable[[int, int], None]
"""Called with (ready, asked for), from whichever thread made the difference; it must not wait for clips."""


class ClipLibrary:
    """The Library with a voice. With everything cached no engine is loaded and no process started.

    Raises:
        VoiceError: the chain has no voice at all.
    """

    def __init__(
        self,
        chain: Chain,
        cache: ClipCache | None = None,
        lexicon: Lexicon | None = None,
        progress: Progress = lambda _ready, _asked: None,
    ) -> None:
        self._chain, self._cache = chain, cache or ClipCache()
        self._lexicon, self._progress = lexicon or packaged(), progress
        self._voice = _some(chain.next())
        self._changed = threading.Condition()
        self._speech: dict[str, Speech] = {}
        self._ready: dict[str, tuple[str, int]] = {}  # text → (key, frames)
        self._promised: set[str] = set()
        self._waiting: deque[str] = deque()
        self._making: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._warm = False
        self._failure: VoiceError | None = None
        self._closed = False

    @property
    def voice(self) -> str:
        """The name of the voice that speaks now."""
        return self._voice.name

    @property
    def aloud(self) -> list[str]:
        """Those of `notes` that are spoken as well."""
        return list(self._chain.notes)

    @property
    def notes(self) -> list[str]:
        """Sentences to print and to speak: another voice took over, or clips cannot be kept."""
        return self._chain.notes + ([self._cache.note] if self._cache.note else [])

    def prepare(self, texts: Mapping[str, Speech]) -> Mapping[str, int]:
        """See that each text has a clip, in the order given; return each one's length in frames.

        Raises:
            VoiceError: a text that no voice can say; it names the text.
            ValueError: a text asked for in two ways.
        """
        self._warm = True  # all of them are needed: no text waits for the machine alone
        self.begin(texts)
        with self._changed:
            self._wait_for(texts)
            self._promised.update(texts)
            return {text: self._ready[text][1] for text in texts}

    def begin(self, texts: Mapping[str, Speech]) -> None:
        """Start to prepare, in the order given, and return at once; `clip` waits for its own text.

        Raises:
            ValueError: a text asked for in two ways.
        """
        with self._changed:
            self._accept(texts)
            known = self._ready.keys() | self._making | set(self._waiting)
            new = [text for text in texts if text not in known]
            self._waiting.extend(self._not_cached(new))
            self._wake()
        self._report()

    def clip(self, text: str) -> Clip:
        """The samples of a text that `prepare` or `begin` has seen; waits until they are there.

        Raises:
            VoiceError: no voice can say it.
            ValueError: it was never asked for.
        """
        if text not in self._speech:
            raise ValueError(f"never asked for: {text!r}")
        for _ in range(2):  # a file that vanished or was changed meanwhile is made once more
            with self._changed:
                self._hurry(text)
                self._wait_for([text])
                key = self._ready[text][0]
            found = self._cache.load(key, text)
            if found:
                return found
            self._forget(text)
        raise VoiceError(f"The clip of “{text}” does not stay in {self._cache.folder}", "Is the disk full?")

    def close(self) -> None:
        """Stop making clips and end the worker; what is ready can still be had."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            threads = list(self._threads)
        self._voice.close()
        for thread in threads:
            thread.join()

    def _accept(self, texts: Mapping[str, Speech]) -> None:
        for text, speech in texts.items():
            if self._speech.setdefault(text, speech) != speech:
                raise ValueError(f"{text!r} is asked for as {self._speech[text]} and as {speech}")

    def _not_cached(self, texts: Iterable[str]) -> list[str]:
        return [text for text in texts if not self._found(text)]

    def _found(self, text: str) -> bool:
        key = self._key(text)
        frames = self._cache.frames(key, text)
        if frames is not None:
            self._ready[text] = key, frames
        return frames is not None

    def _key(self, text: str) -> str:
        made_by = f"{self._voice.fingerprint} {self._voice.curve}"  # set anew, an engine sounds different
        return clip_key(made_by, text, self._speech[text], self._lexicon.digest)

    def _wake(self) -> None:
        if self._closed or self._failure:
            return
        # Begun and not waited for whole, the first clip has the machine to itself: somebody waits to hear it.
        hands = self._voice.hands if self._warm else 1
        for _ in range(min(hands, len(self._waiting)) - len(self._threads)):
            thread = threading.Thread(target=self._work, name="voice-library", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _hurry(self, text: str) -> None:
        if text in self._waiting:
            self._waiting.remove(text)
            self._waiting.appendleft(text)

    def _wait_for(self, texts: Iterable[str]) -> None:
        while not all(text in self._ready for text in texts):
            if self._failure or self._closed:
                raise self._failure or VoiceError("The voice is closed")
            self._changed.wait(0.5)  # in turns, so that Ctrl-C is heard on Windows too

    def _forget(self, text: str) -> None:
        with self._changed:
            self._ready.pop(text, None)
            self._again(text)
            self._wake()

    def _work(self) -> None:
        while text := self._next():
            voice = self._voice
            try:
                clip = self._made(text, voice)
            except VoiceError as error:
                self._replace_voice(text, voice, error)
            else:
                self._keep(text, voice, clip)
            self._report()

    def _next(self) -> str:
        with self._changed:
            if not self._waiting:
                self._threads.remove(threading.current_thread())
                return ""
            text = self._waiting.popleft()
            self._making.add(text)
            return text

    def _made(self, text: str, voice: Engine) -> Clip:
        from massage_voice.voices.shape import make_clip

        return make_clip(text, self._speech[text], voice, self._lexicon)

    def _keep(self, text: str, voice: Engine, clip: Clip) -> None:
        """Keep what `voice` made, unless another voice took over meanwhile."""
        with self._changed:
            self._making.discard(text)
            if voice is self._voice:
                key = self._key(text)
                self._cache.store(key, clip)
                self._ready[text] = key, clip.frames
                self._warm = True
            else:
                self._again(text)
            self._wake()
            self._changed.notify_all()

    def _again(self, text: str) -> None:
        if text not in self._ready and text not in self._waiting and not (self._closed or self._failure):
            self._waiting.appendleft(text)

    def _replace_voice(self, text: str, failed: Engine, error: VoiceError) -> None:
        with self._changed:
            self._making.discard(text)
            if self._closed:  # the worker was ended on purpose: that is no failure of the voice
                self._changed.notify_all()
                return
            if failed is not self._voice:
                self._again(text)
                return
            self._voice.close()
            voice = self._chain.next(error)
            self._waiting.clear()
            if voice:
                self._voice = voice
                self._start_over()
            else:
                self._failure = VoiceError(f"No voice can say “{text}”: {error.message}", error.hint)
            self._changed.notify_all()

    def _start_over(self) -> None:
        kept = self._promised & self._ready.keys()
        again = [text for text in self._speech if text not in kept]
        for text in again:
            self._ready.pop(text, None)
        self._waiting.extend(self._not_cached(again))

    def _report(self) -> None:
        with self._changed:  # so that two threads never report out of order
            self._progress(len(self._ready), len(self._speech))


class SilentLibrary:
    """The Library without a voice: every text takes its time, and nothing is heard."""

    voice = NONE

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self.notes = list(notes)
        self.aloud: list[str] = []
        self._frames: dict[str, int] = {}

    def prepare(self, texts: Mapping[str, Speech]) -> Mapping[str, int]:
        """The length each text would have: its words at its pace, and half a second between sentences."""
        found = {text: _silent_frames(text, speech) for text, speech in texts.items()}
        self._frames.update(found)
        return found

    def begin(self, texts: Mapping[str, Speech]) -> None:
        """The same, without an answer."""
        self.prepare(texts)

    def clip(self, text: str) -> Clip:
        """Silence of that length."""
        return Clip(text, np.zeros(self._frames[text], np.int16))

    def close(self) -> None:
        """Nothing to release."""


def open_library(
    name: str | None = None, folder: Path | None = None, progress: Progress = lambda _ready, _asked: None
) -> ClipLibrary | SilentLibrary:
    """The library of the voice called `name`, of who replaces it, or of nobody. Its `notes` say which.

    `pair.open_voices` has one more for the cautions.

    Raises:
        UsageError: no voice has that name.
    """
    chain = Chain(name)
    try:
        return ClipLibrary(chain, ClipCache(folder), progress=progress)
    except VoiceError:
        return SilentLibrary(chain.notes)


def _some(voice: Engine | None) -> Engine:
    if voice is None:
        raise VoiceError("No voice works here", "--voice none goes on with bells and captions")
    return voice


def _silent_frames(text: str, speech: Speech) -> int:
    inner = max(len(split(text)) - 1, 0)
    return round(words(text) * 60 / speech.wpm * RATE) + inner * RATE // 2
