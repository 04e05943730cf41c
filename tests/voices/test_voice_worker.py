import os
import subprocess
import sys
import time

import numpy as np
import pytest

from massage_voice.errors import VoiceError
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.worker import WorkerVoice


def worker(name: str, limit_s: float = 20.0) -> WorkerVoice:
    return WorkerVoice(f"tests.voices.misbehaving_engine:{name}", limit_s)


def test_what_crosses_the_pipe_is_what_the_engine_gave() -> None:
    """The samples of a worker are bit for bit those of its engine."""
    voice = worker("Good")
    here = FakeVoice().synthesise("Rest both hands.", 0.7)
    there = voice.synthesise("Rest both hands.", 0.7)
    voice.close()
    assert there.rate == here.rate
    assert np.array_equal(there.samples, here.samples)


def test_nothing_starts_before_it_is_needed() -> None:
    """A worker that was only made has no process, and still has a name and a fingerprint."""
    voice = worker("Good")
    assert voice.pid is None
    assert (voice.name, voice.fingerprint) == ("fake", "fake 1")


def test_start_does_not_wait() -> None:
    """start() returns long before an engine can have loaded."""
    voice = WorkerVoice("heart")
    before = time.perf_counter()
    voice.start()
    assert time.perf_counter() - before < 0.3
    assert voice.pid
    voice.close()


def test_a_hang_is_cut_at_the_limit() -> None:
    """A sentence that never comes is an error that names it, and its process is gone."""
    voice = worker("Hangs", limit_s=0.2)
    voice.start()
    pid = voice.pid
    with pytest.raises(VoiceError, match=r"hung for 0\.2 s at “Rest.”"):
        voice.synthesise("Rest.", 1.0)
    assert pid
    assert voice.pid is None
    if sys.platform != "win32":  # there, signal 0 is a signal
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_death_is_told_with_its_last_words() -> None:
    """An engine that ends its process is an error with what it left on stderr, and the next call starts anew."""
    voice = worker("Dies")
    for _ in range(2):
        with pytest.raises(VoiceError, match="no data here"):
            voice.synthesise("Rest.", 1.0)
    voice.close()


def test_an_engine_that_cannot_load_says_why() -> None:
    """The reason and the hint of the engine come through, every time."""
    voice = worker("CannotLoad")
    for _ in range(2):
        with pytest.raises(VoiceError, match="no engine here") as found:
            voice.synthesise("Rest.", 1.0)
        assert found.value.hint == "install one"


def test_one_bad_sentence_does_not_end_the_worker() -> None:
    """After an engine's own error the same process says the next sentence."""
    voice = worker("Raises")
    with pytest.raises(VoiceError, match="engine trouble"):
        voice.synthesise("Bad.", 1.0)
    pid = voice.pid
    assert len(voice.synthesise("Good.", 1.0).samples)
    assert voice.pid == pid
    voice.close()


def test_what_an_engine_prints_is_not_sound() -> None:
    """Printing to stdout, from Python or C, does not reach the wire."""
    voice = worker("Prints")
    for _ in range(3):
        take = voice.synthesise("Rest both hands.", 1.0)
        assert np.array_equal(take.samples, FakeVoice().synthesise("Rest both hands.", 1.0).samples)
    voice.close()


def test_closed_means_closed() -> None:
    """After close() a sentence is an error; closing twice is none."""
    voice = worker("Good")
    voice.close()
    voice.close()
    with pytest.raises(VoiceError, match="closed"):
        voice.synthesise("Rest.", 1.0)


def test_a_busy_worker_ends_with_its_stdin() -> None:
    """A worker whose parent is gone ends at once, also in the middle of a sentence that hangs."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "massage_voice.voices.worker", "tests.voices.misbehaving_engine:Hangs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin
        process.stdin.write(b'{"sentence": "Rest.", "speed": 1.0}\n')
        process.stdin.close()
        assert process.wait(10) == 0


def test_no_network() -> None:
    """The default voice loads and speaks in a process where every use of a socket fails."""
    voice = worker("OfflineHeart")
    assert len(voice.synthesise("Keep off the carotid artery.", 0.7).samples)
    voice.close()
