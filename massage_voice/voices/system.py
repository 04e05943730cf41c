"""The voice of the user's own machine: SAPI5 on Windows, `say` on macOS, espeak-ng elsewhere.

It saves files and never plays. pyttsx3 2.99 has four traps, each met where it is marked: the first save of
an engine writes nothing, one text a save, a rate is lost while the last sentence ends, errors are swallowed.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.engine import Curve
from massage_voice.voices.heart import installed

NATURAL_RATE = 175
"""The engine's own "words a minute" at speed 1.0."""
SAVES = 5
"""Attempts at one sentence: the first save writes no file, and about one in 300 an empty one."""
HINT = "Add an English voice in the settings." if sys.platform == "win32" else "sudo apt install espeak-ng"
_LIBRARIES = (
    "usr/lib*/*/libespeak-ng.so.1",
    "usr/lib*/libespeak-ng.so.1",
    "usr/local/lib/libespeak-ng.so.1",
)


class SystemVoice:
    """The installed voice of this machine, saved to files and read back.

    Raises:
        VoiceError: pyttsx3 is missing where it is needed.
    """

    name = "system"
    hands = 1
    spelling = "system"
    # Measured with espeak-ng 1.51, trimmed, over the neck routine.
    curve = Curve(
        ((0.46, 100.0), (0.6, 124.0), (0.8, 165.0), (1.0, 206.0), (1.6, 331.0)),
        aims=((110.0, 114.5), (120.0, 125.0), (130.0, 138.5), (140.0, 155.5)),
    )

    def __init__(self) -> None:
        self.fingerprint = f"system {_engine_version()}"
        self._save: Callable[[str, int, Path], None] | None = None

    def load(self) -> None:
        """Find the engine and say one word.

        Raises:
            VoiceError: there is none.
        """
        if self._save is not None:
            return
        self._save = _say if sys.platform == "darwin" else _Pyttsx3().save
        self.synthesise("Ready.", 1.0)

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence at the rate of the installed engine.

        Raises:
            VoiceError: no file came, also after some attempts.
        """
        self.load()
        for _ in range(SAVES):
            take = self._saved(sentence, round(NATURAL_RATE * speed))
            if len(take.samples):
                return take
        raise VoiceError(f"The system voice gave no sound for “{sentence}”", HINT)

    def _saved(self, sentence: str, rate: int) -> Take:
        assert self._save  # noqa: S101 - load() has set it or raised
        handle, name = tempfile.mkstemp(suffix=".wav")
        os.close(handle)
        try:
            self._save(sentence, rate, Path(name))
            return _read(Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let the engine go."""
        self._save = None


class _Pyttsx3:
    """pyttsx3's engine, for files alone."""

    def __init__(self) -> None:
        try:
            import pyttsx3

            self._engine: Any = pyttsx3.init()
        except Exception as error:  # its drivers raise whatever their platform raises
            raise VoiceError(f"The system voice cannot be loaded: {error}", HINT) from error
        self._speak_english()

    def save(self, sentence: str, rate: int, path: Path) -> None:
        """Write one sentence; the first call of an engine returns before there is a file."""
        self._engine.setProperty("rate", rate)
        self._settle()
        self._engine.save_to_file(sentence, str(path))
        self._engine.runAndWait()

    def _settle(self) -> None:
        """Wait until espeak-ng has taken the rate: set while a sentence ends, it is lost half the time."""
        if sys.platform not in ("win32", "darwin"):
            from pyttsx3.drivers import _espeak

            _espeak.Synchronize()

    def _speak_english(self) -> None:
        if sys.platform != "win32" or _english(self._engine.getProperty("voice") or ""):
            return
        for voice in self._engine.getProperty("voices"):
            if _english(f"{voice.id} {voice.name}"):
                self._engine.setProperty("voice", voice.id)
                return


def _english(name: str) -> bool:
    return any(mark in name.lower() for mark in ("en-", "en_", "english"))


def _say(sentence: str, rate: int, path: Path) -> None:
    command = ["/usr/bin/say", "-r", str(rate), "-o", str(path), "--data-format=LEI16@22050", "-f", "-"]
    subprocess.run(command, input=sentence.encode(), check=False)  # noqa: S603 - a fixed program; the text is on stdin


def _read(path: Path) -> Take:
    try:
        with wave.open(str(path), "rb") as file:
            rate, channels = file.getframerate(), file.getnchannels()
            frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    except (OSError, EOFError, wave.Error):
        return Take(np.zeros(0, np.float32), 22_050)
    mono = frames.reshape(-1, channels).mean(axis=1) / 32768
    return Take(mono.astype(np.float32), rate)


def _engine_version() -> str:
    if sys.platform == "darwin":
        return f"say macOS {platform.mac_ver()[0]}"
    return f"pyttsx3 {installed('pyttsx3')} {_platform_voice()}"


def _platform_voice() -> str:
    if sys.platform == "win32":
        return f"SAPI5 {platform.version()}"
    found = [path.resolve() for pattern in _LIBRARIES for path in Path("/").glob(pattern)]
    return found[0].name if found else "espeak"
