"""An engine in a process of its own: it may hang, crash or print, and no session notices.

The wire is a pipe each way. To the worker: `{"sentence": str, "speed": float}`, one JSON line each. From
it: `{"frames": int, "rate": int}` and that many float32 little-endian, or `{"error": str, "hint": str}`; the
first line, `{"frames": 0, "rate": 0}`, says that the engine is loaded. A worker ends when its stdin closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from typing import IO, Any, BinaryIO

import numpy as np

from massage_voice import child
from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices import engine

HINT = "Try another voice with --voice heart, system or none."
LIMIT_S = 20.0
"""How long a sentence may take; the slowest measured took 0.2 s."""
LOAD_LIMIT_S = 60.0
"""How long an engine may take to load: about a second, more from a cold disk."""
MOST_FRAMES = 192_000 * 600
"""Ten minutes for one sentence: a larger number on the wire is a broken wire."""


class WorkerVoice:
    """An engine behind a pipe: the Voice of the parent process. Nothing is started before it is needed.

    Raises:
        VoiceError: the engine's package is not installed.
    """

    def __init__(self, where: str, limit_s: float = LIMIT_S) -> None:
        self._where = where
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._closed = False
        shadow = engine.make(where)
        self.name, self.fingerprint = shadow.name, shadow.fingerprint
        self.curve, self.spelling = shadow.curve, shadow.spelling
        self.hands = 1

    def start(self) -> None:
        """Let the engine load while the caller does other things; returns at once."""
        with self._lock:
            self._ensure()

    load = start

    @property
    def pid(self) -> int | None:
        """The process of the worker, None while there is none."""
        running = self._running
        return running.process.pid if running else None

    def synthesise(self, sentence: str, speed: float) -> Take:
        """One sentence, within the time limit.

        Raises:
            VoiceError: the engine failed, died or hung; a hung one is killed and started anew when needed.
        """
        with self._lock:
            running = self._ensure()
            try:
                return self._ask(running, sentence, speed)
            except VoiceError:
                if not running.loaded:
                    self._drop()
                raise
            except (OSError, queue.Empty, EOFError) as error:
                raise self._gone(running, sentence, error) from error
            except BaseException:  # Ctrl-C: the answer under way would be taken for the next one
                self._drop()
                raise

    def close(self) -> None:
        """Kill the worker; a sentence under way ends with VoiceError."""
        self._closed = True
        while not self._lock.acquire(timeout=0.05):  # whoever holds it may just be starting the worker
            running = self._running
            if running:
                running.kill()
        try:
            self._drop()
        finally:
            self._lock.release()

    def _ensure(self) -> _Running:
        if self._closed:
            raise VoiceError(f"The voice {self.name} is closed")
        if not self._running:
            self._running = _Running(self._where)
        return self._running

    def _ask(self, running: _Running, sentence: str, speed: float) -> Take:
        running.wait_loaded()
        running.send({"sentence": sentence, "speed": speed})
        return running.receive(self._limit_s)

    def _gone(self, running: _Running, sentence: str, error: Exception) -> VoiceError:
        hung = isinstance(error, queue.Empty)
        how = f"hung for {self._limit_s:g} s" if hung else f"died {running.last_words()}"
        self._drop()
        return VoiceError(f"The voice {self.name} {how} at “{sentence}”", HINT)

    def _drop(self) -> None:
        if self._running:
            self._running.kill()
            self._running.release()
        self._running = None


class _Running:
    """One worker process, and a thread that reads what it sends: pipes have no time limits on Windows."""

    def __init__(self, where: str) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = child.started(__name__, where, stderr=self._stderr)
        self._answers: queue.Queue[Take | VoiceError | EOFError] = queue.Queue()
        self.loaded = False
        self._reader = threading.Thread(target=self._read, name="voice-reader", daemon=True)
        self._reader.start()

    def wait_loaded(self) -> None:
        """Return when the engine has said that it is ready."""
        if not self.loaded:
            self.receive(LOAD_LIMIT_S)
            self.loaded = True

    def send(self, message: dict[str, object]) -> None:
        assert self.process.stdin  # noqa: S101 - it was opened as a pipe
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self, limit_s: float) -> Take:
        answer = self._answers.get(timeout=limit_s)
        if isinstance(answer, Take):
            return answer
        raise answer

    def kill(self) -> None:
        self.process.kill()

    def last_words(self) -> str:
        """How the process ended, and the last line it left on stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        self._stderr.seek(0)
        lines = self._stderr.read()[-4096:].decode(errors="replace").strip().splitlines()
        return f"(exit {self.process.returncode}{': ' + lines[-1] if lines else ''})"

    def release(self) -> None:
        self.process.wait()
        self._reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self._stderr):
            with contextlib.suppress(OSError):  # a dead reader makes the flush fail
                pipe.close()  # type: ignore[union-attr]  # both were opened as pipes

    def _read(self) -> None:
        assert self.process.stdout  # noqa: S101 - it was opened as a pipe
        try:
            while True:
                self._answers.put(_answer(self.process.stdout))
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            self._answers.put(EOFError("the wire broke"))


def _answer(wire: IO[bytes]) -> Take | VoiceError:
    line = wire.readline()
    if not line:
        raise EOFError
    head = json.loads(line)
    if "error" in head:
        return VoiceError(str(head["error"]), str(head["hint"]))
    frames = int(head["frames"])
    if not 0 <= frames <= MOST_FRAMES:
        raise ValueError(frames)
    data = wire.read(frames * 4)
    if len(data) < frames * 4:
        raise EOFError
    return Take(np.frombuffer(data, dtype="<f4").astype(np.float32), int(head["rate"]))


def main(where: str) -> None:
    """Serve one engine until stdin closes. The body of the worker process."""
    wire = child.private_stdout()
    requests = _requests()
    try:
        served = engine.make(where)
        served.load()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
        _tell(wire, _as_voice_error(where, error))
        os._exit(1)  # the thread that reads stdin would hold up an orderly end
    _send(wire, Take(np.zeros(0, np.float32), 0))
    for request in iter(requests.get, None):
        _serve(served, request, wire)


def _serve(served: engine.Engine, request: dict[str, Any], wire: BinaryIO) -> None:
    try:
        take = served.synthesise(request["sentence"], request["speed"])
    except Exception as error:  # noqa: BLE001 - engines raise anything; the parent is told
        _tell(wire, _as_voice_error(served.name, error))
    else:
        _send(wire, take)


def _as_voice_error(name: str, error: Exception) -> VoiceError:
    if isinstance(error, VoiceError):
        return error
    return VoiceError(f"The voice {name} failed: {type(error).__name__}: {error}", HINT)


def _requests() -> queue.Queue[dict[str, Any] | None]:
    """Requests as they come; at the end of stdin the process ends at once, however busy the engine is."""
    requests: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin.buffer:
            requests.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return requests


def _send(wire: BinaryIO, take: Take) -> None:
    head = {"frames": len(take.samples), "rate": take.rate}
    wire.write(json.dumps(head).encode() + b"\n" + take.samples.astype("<f4").tobytes())
    wire.flush()


def _tell(wire: BinaryIO, error: VoiceError) -> None:
    wire.write(json.dumps({"error": error.message, "hint": error.hint}).encode() + b"\n")
    wire.flush()


if __name__ == "__main__":
    main(sys.argv[1])
