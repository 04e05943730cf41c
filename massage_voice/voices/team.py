"""Several workers as one voice: clips are made on every core, while the session has one voice."""

from __future__ import annotations

import os
import queue
from typing import Final

from massage_voice.clip import Take
from massage_voice.voices.worker import WorkerVoice

MOST: Final = 2
"""Beyond two, the parent's own share of the work (trimming, loudness) is what one waits for."""


class TeamVoice:
    """Workers of one engine, each started when it is first needed.

    Raises:
        VoiceError: the engine's package is not installed.
    """

    def __init__(self, where: str, hands: int | None = None) -> None:
        self.hands = min(hands or os.cpu_count() or 1, MOST)
        self._workers = [WorkerVoice(where) for _ in range(self.hands)]
        self._free: queue.LifoQueue[WorkerVoice] = queue.LifoQueue()
        for worker in self._workers:
            self._free.put(worker)
        shadow = self._workers[0]
        self.name, self.fingerprint = shadow.name, shadow.fingerprint
        self.curve, self.spelling = shadow.curve, shadow.spelling

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def load(self) -> None:
        """See `engine.Engine`."""
        self._workers[-1].load()

    def synthesise(self, sentence: str, speed: float) -> Take:
        """See `ports.Voice`; waits for a free worker, and takes the one that was used last."""
        worker = self._free.get()
        try:
            return worker.synthesise(sentence, speed)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """See `ports.Voice`."""
        for worker in self._workers:
            worker.close()
