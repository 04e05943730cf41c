"""espeak-ng from its own pip package, by ctypes: instant, small, unmistakably a machine. The extra `[espeak]`; GPL.

Read in espeak-ng's `speak_lib.h` (1.52): synchronous mode hands samples to a callback in the calling thread.
"""

from __future__ import annotations

import ctypes
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.heart import installed
from massage_voice.voices.system import NATURAL_RATE, SystemVoice

PACKAGE: Final = "espeakng-loader"
LANGUAGE: Final = b"en"
LONGEST_PATH: Final = 140
"""Characters; with a longer path to its data the library gives up."""
_SYNCHRONOUS, _DO_NOT_EXIT, _RATE, _CHARACTERS, _UTF8 = 2, 0x8000, 1, 1, 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakVoice:
    """espeak-ng, British English, which it calls "en".

    Raises:
        VoiceError: its package is not installed.
    """

    name = "espeak"
    hands = 1
    spelling = "system"
    curve = SystemVoice.curve  # the same engine as on Linux; measured again, it differs by less than 1 %

    def __init__(self) -> None:
        self.fingerprint = f"{PACKAGE} {installed(PACKAGE)} {LANGUAGE.decode()}"
        self._library: Any = None
        self._rate = 0
        self._parts: list[bytes] = []
        self._heard = _CALLBACK(self._hear)  # must live as long as the library may call it

    def load(self) -> None:
        """Open the library; a few milliseconds.

        Raises:
            VoiceError: it does not open.
        """
        if self._library is not None:
            return
        import espeakng_loader

        try:
            library = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
        except OSError as error:
            raise VoiceError(
                f"espeak-ng cannot be opened: {error}", f"pip install --force-reinstall {PACKAGE}"
            ) from error
        data = _short(Path(espeakng_loader.get_data_path()))
        self._rate = library.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), _DO_NOT_EXIT)
        if self._rate <= 0 or library.espeak_SetVoiceByName(LANGUAGE) != 0:
            raise VoiceError("espeak-ng does not find its data", f"pip install --force-reinstall {PACKAGE}")
        library.espeak_SetSynthCallback(self._heard)
        self._library = library

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence at the library's rate.

        Raises:
            VoiceError: it gave an error.
        """
        self.load()
        self._parts = []
        text = sentence.encode()
        self._library.espeak_SetParameter(_RATE, round(NATURAL_RATE * speed), 0)
        size = ctypes.c_size_t(len(text) + 1)
        failed = self._library.espeak_Synth(text, size, 0, _CHARACTERS, 0, _UTF8, None, None)
        if failed or self._library.espeak_Synchronize():
            raise VoiceError(f"espeak-ng could not say “{sentence}”", "Try another voice with --voice.")
        samples = np.frombuffer(b"".join(self._parts), np.int16)
        return Take(samples.astype(np.float32) / np.float32(32768), self._rate)

    def close(self) -> None:
        """Forget the library; it ends with its process."""
        self._library = None

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._parts.append(ctypes.string_at(samples, count * 2))
        return 0


def _short(data: Path) -> Path:
    """A path to the data that the library can hold."""
    if len(str(data)) <= LONGEST_PATH:
        return data
    link = Path(tempfile.mkdtemp(prefix="espeak")) / "data"
    link.symlink_to(data, target_is_directory=True)
    return link
