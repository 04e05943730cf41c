"""Engines that do what engines must not do; the worker loads them by dotted path."""

import os
import socket
import sys
import time

import numpy as np

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.heart import HeartVoice


class Good(FakeVoice):
    """Behaves."""


class Hangs(FakeVoice):
    """Never answers."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Sleep for an hour."""
        time.sleep(3600)
        return super().synthesise(sentence, speed)


class HangsOnSecond(FakeVoice):
    """Says one sentence, then never answers."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Sleep for an hour after the first sentence."""
        if self.asked:
            time.sleep(3600)
        return super().synthesise(sentence, speed)


class Dies(FakeVoice):
    """Ends its process, as the C library of espeak-ng does."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Leave words on stderr and exit."""
        sys.stderr.write(f"no data here for {sentence} at {speed}\n")
        sys.stderr.flush()
        os._exit(1)


class CannotLoad(FakeVoice):
    """Is installed and does not load."""

    def load(self) -> None:
        """Say why."""
        raise VoiceError("no engine here", "install one")


class Raises(FakeVoice):
    """Raises something of its own on one sentence."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Fail on one word."""
        if sentence == "Bad.":
            raise RuntimeError("engine trouble")
        return super().synthesise(sentence, speed)


class Prints(FakeVoice):
    """Prints to stdout, from Python and below it."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Print, then speak."""
        sys.stdout.write("Audio saved to x.wav\n")
        sys.stdout.flush()
        os.write(1, b"raw noise\n")
        return super().synthesise(sentence, speed)


class Silent(FakeVoice):
    """Gives silence of the right length."""

    def synthesise(self, sentence: str, speed: float) -> Take:
        """Silence."""
        take = super().synthesise(sentence, speed)
        return Take(np.zeros_like(take.samples), take.rate)


def _refuse(*_args: object, **_kwargs: object) -> None:
    raise AssertionError("the network was touched")


class OfflineHeart(HeartVoice):
    """The real engine where every use of the network fails."""

    def load(self) -> None:
        """Close every road to the network in this process, then load."""
        for name in ("create_connection", "getaddrinfo", "gethostbyname"):
            setattr(socket, name, _refuse)
        setattr(socket.socket, "__init__", _refuse)  # noqa: B010 - mypy knows the true signature
        super().load()
