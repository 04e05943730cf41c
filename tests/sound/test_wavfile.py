from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.errors import OutputError
from massage_voice.sound.program import Pieces
from massage_voice.sound.wavfile import write_wav
from tests.sound.programs import Broken, Counting


def test_the_file_is_the_program(tmp_path: Path) -> None:
    """Mono, 16 bits, 48 kHz, every sample, also the last part of a second."""
    program = Counting(2 * RATE + 123)
    write_wav(tmp_path / "a.wav", program)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getparams()[:4] == (1, 2, RATE, program.length)
        samples = np.frombuffer(file.readframes(program.length), "<i2")
    assert np.array_equal(samples, program.fill(0, program.length))


def test_an_empty_program_is_an_empty_file(tmp_path: Path) -> None:
    """No frames, but a header that players read."""
    write_wav(tmp_path / "a.wav", Counting(0))
    assert (tmp_path / "a.wav").stat().st_size == 44


def test_progress_counts_to_the_whole(tmp_path: Path) -> None:
    """Frames done and frames in all, once a second of sound."""
    told: list[tuple[int, int]] = []
    write_wav(tmp_path / "a.wav", Counting(RATE + 10), lambda done, total: told.append((done, total)))
    assert told == [(RATE, RATE + 10), (RATE + 10, RATE + 10)]


def test_a_failing_program_leaves_no_file(tmp_path: Path) -> None:
    """An error in the middle: no file, no part of one."""
    with pytest.raises(RuntimeError):
        write_wav(tmp_path / "a.wav", Broken(breaks_at=3 * RATE))
    assert list(tmp_path.iterdir()) == []


def test_more_than_a_header_can_count_is_refused(tmp_path: Path) -> None:
    """Thirteen hours are an error before the first byte."""
    with pytest.raises(OutputError, match="twelve hours"):
        write_wav(tmp_path / "a.wav", Pieces([], 13 * 3_600 * RATE))
    assert list(tmp_path.iterdir()) == []
