"""Clip files that a fault or a stranger changed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_voice.clip import RATE, Clip, Speech
from massage_voice.voices.cache import FORMAT, ClipCache, clip_key

TEXT = "Lift off now, and look at the skin of your partner, slowly."
KEY = clip_key("fake 1", TEXT, Speech(130), "lexicon")
OTHER = "Rest."
OTHER_KEY = clip_key("fake 1", OTHER, Speech(130), "lexicon")
SHORT = (np.sin(np.arange(RATE // 2) / 20) * 9000).astype(np.int16)
LONG = (np.sin(np.arange(RATE * 3) / 20) * 9000).astype(np.int16)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files or modes")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clip of `TEXT`."""
    folder = tmp_path_factory.mktemp("clips")
    ClipCache(folder).store(KEY, Clip(TEXT, LONG))
    return folder


def clip_file(folder: Path, key: str = KEY) -> Path:
    """The file of that key."""
    return folder / f"{key}.clip"


@contextmanager
def changed_to(path: Path, data: bytes) -> Iterator[None]:
    """Other bytes in a file for a while."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def assert_missing(folder: Path) -> None:
    """No clip of `TEXT` is found."""
    assert ClipCache(folder).load(KEY, TEXT) is None


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_one_changed_byte_is_noticed(stored: Path, data: st.DataObject) -> None:
    """Anywhere: in the header's words, its spaces, its sum, or the samples."""
    path = clip_file(stored)
    raw = bytearray(path.read_bytes())
    header = raw.index(b"\n") + 1
    place = data.draw(st.one_of(st.integers(0, header + 20), st.integers(0, len(raw) - 1)))
    raw[place] ^= data.draw(st.integers(1, 255))
    with changed_to(path, bytes(raw)):
        assert_missing(stored)


def test_every_bit_of_the_header_counts(stored: Path) -> None:
    """All of them, one after the other; and the untouched file is still a clip."""
    path = clip_file(stored)
    raw = path.read_bytes()
    for place in range(raw.index(b"\n") + 1):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            path.write_bytes(flipped)
            assert_missing(stored)
    path.write_bytes(raw)
    assert ClipCache(stored).load(KEY, TEXT) is not None


@settings(max_examples=100, deadline=None)
@given(length=st.integers(0, 2 * RATE * 3))
def test_a_cut_file_is_missing(stored: Path, length: int) -> None:
    """At any length, for its length as well as for its samples."""
    path = clip_file(stored)
    with changed_to(path, path.read_bytes()[:length]):
        assert_missing(stored)
        assert ClipCache(stored).frames(KEY, TEXT) is None


def test_another_clip_under_this_name(tmp_path: Path) -> None:
    """A sound clip of another text, pace or voice is not taken, whatever its text says."""
    cache = ClipCache(tmp_path)
    for key, text in ((OTHER_KEY, OTHER), (clip_key("fake 1", TEXT, Speech(110), "lexicon"), TEXT)):
        cache.store(key, Clip(text, LONG))
        clip_file(tmp_path, key).replace(clip_file(tmp_path))
        assert cache.frames(KEY, TEXT) is None
        assert_missing(tmp_path)


def forged(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> bytes:
    """A file that says it is `TEXT`, with a right sum over other samples."""
    data = samples.astype("<i2").tobytes()
    digest = hashlib.sha256(data).hexdigest()
    head = {"format": FORMAT, "frames": len(samples), "key": KEY, "rate": RATE, "sha256": digest, "text": TEXT}
    return json.dumps(head).encode() + b"\n" + data


def test_a_forged_clip_must_sound_and_last(stored: Path) -> None:
    """Silence and what is far too short or too long for the text are refused; more cannot be known from a file."""
    path = clip_file(stored)
    with changed_to(path, forged(LONG)):
        assert ClipCache(stored).load(KEY, TEXT) is not None
    for samples in (LONG * 0, SHORT, np.tile(LONG, 20)):
        with changed_to(path, forged(samples)):
            assert_missing(stored)


@pytest.mark.parametrize(
    "header", [b"[" * 60_000, b'{"frames": ' + b"9" * 5000 + b"}", b"null", b"1e999", b"\xff" * 70_000]
)
def test_a_header_that_is_none(stored: Path, header: bytes) -> None:
    """Brackets without end, numbers without end, nothing: missing, and no error."""
    with changed_to(clip_file(stored), header + b"\n" + b"\0" * 100):
        assert_missing(stored)
        assert ClipCache(stored).frames(KEY, TEXT) is None


@posix
@pytest.mark.parametrize("what", ["pipe", "folder", "link", "link in a circle"])
def test_no_plain_file_is_no_clip(tmp_path: Path, what: str) -> None:
    """A pipe is not waited for, a link is not followed; a new clip takes the place of all but a folder."""
    cache = ClipCache(tmp_path / "clips")
    cache.store(OTHER_KEY, Clip(OTHER, SHORT))
    path = clip_file(cache.folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(forged(LONG))
    made: dict[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "link": lambda: path.symlink_to(elsewhere),
        "link in a circle": lambda: path.symlink_to(path),
    }
    made[what]()
    assert cache.frames(KEY, TEXT) is None
    assert cache.load(KEY, TEXT) is None
    cache.store(KEY, Clip(TEXT, LONG))
    assert cache.load(KEY, TEXT) is not None
    assert elsewhere.read_bytes() == forged(LONG)
    assert ("cannot be kept" in cache.note) == (what == "folder")


@posix
@pytest.mark.parametrize("use", ["store", "load"])
def test_an_open_folder_is_closed(tmp_path: Path, use: str) -> None:
    """Made by somebody else for everybody, or under a mask that hides nothing: the first use makes it private."""
    before = os.umask(0)
    try:
        folder = tmp_path / "clips"
        folder.mkdir()
        cache = ClipCache(folder)
        if use == "load":
            cache.load(KEY, TEXT)
        else:
            cache.store(KEY, Clip(TEXT, LONG))
            assert clip_file(folder).stat().st_mode & 0o777 == 0o600
        ClipCache(tmp_path / "new" / "clips").store(KEY, Clip(TEXT, LONG))
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "clips").stat().st_mode & 0o777 == 0o700
