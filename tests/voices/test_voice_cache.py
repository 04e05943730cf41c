import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from massage_voice.clip import Clip, Speech
from massage_voice.voices.cache import FORMAT, ClipCache, clip_key

TEXT = "Rest both hands."
KEY = clip_key("fake 1", TEXT, Speech(130), "lexicon")
CLIP = Clip(TEXT, np.arange(-500, 500, dtype=np.int16))


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    found = ClipCache(tmp_path / "clips")
    found.store(KEY, CLIP)
    return found


def header_with(**changes: object) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        head, _, samples = data.partition(b"\n")
        return json.dumps({**json.loads(head), **changes}).encode() + b"\n" + samples

    return change


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _data: b"",
    "cut": lambda data: data[:-7],
    "grown": lambda data: data + b"\0\0",
    "no header": lambda data: data.partition(b"\n")[2],
    "not even text": lambda _data: b"\xff\xfe\n\0\0",
    "a list": lambda _data: b"[]\n",
    "newer": header_with(format=FORMAT + 1),
    "another text": header_with(text="Something else."),
    "another rate": header_with(rate=44100),
    "no length": header_with(frames="many"),
    "a negative length": header_with(frames=-1),
}


def test_what_is_stored_comes_back(cache: ClipCache) -> None:
    """The same samples under the same key, also for another process, and the length without them."""
    again = ClipCache(cache.folder)
    found = again.load(KEY, TEXT)
    assert found is not None
    assert np.array_equal(found.samples, CLIP.samples)
    assert again.frames(KEY, TEXT) == 1000


def test_an_unknown_clip_is_missing(tmp_path: Path) -> None:
    """No folder, no clip, no error, and nothing is created by looking."""
    cache = ClipCache(tmp_path / "nowhere")
    assert cache.frames(KEY, TEXT) is None
    assert cache.load(KEY, TEXT) is None
    assert not cache.folder.exists()


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_missing(cache: ClipCache, how: str) -> None:
    """A file that is not a whole clip of that text counts as missing, and can be replaced."""
    path = next(cache.folder.glob("*.clip"))
    path.write_bytes(BROKEN[how](path.read_bytes()))
    assert cache.frames(KEY, TEXT) is None
    assert cache.load(KEY, TEXT) is None
    cache.store(KEY, CLIP)
    assert cache.frames(KEY, TEXT) == 1000


def test_changed_samples_are_noticed(cache: ClipCache) -> None:
    """One changed byte of sound makes the clip missing when it is loaded."""
    path = next(cache.folder.glob("*.clip"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert cache.load(KEY, TEXT) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_user_can_read(cache: ClipCache) -> None:
    """The folder is 0700, its files 0600, and nothing half-written is left."""
    assert cache.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in cache.folder.iterdir()] == [0o600]


def test_without_a_folder_it_remembers(tmp_path: Path) -> None:
    """Where nothing can be written, clips stay in memory and a note says so."""
    (tmp_path / "file").write_text("in the way")
    cache = ClipCache(tmp_path / "file" / "clips")
    cache.store(KEY, CLIP)
    assert cache.load(KEY, TEXT) is CLIP
    assert cache.frames(KEY, TEXT) == 1000
    assert "cannot be kept" in cache.note


def test_what_was_unused_longest_goes_first(cache: ClipCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the size limit the oldest clips are removed when the next session stores one."""
    monkeypatch.setattr("massage_voice.voices.cache.MOST_BYTES", 3000)
    other = clip_key("fake 1", "Lift off.", Speech(130), "lexicon")
    cache.store(other, Clip("Lift off.", CLIP.samples))
    os.utime(cache.folder / f"{KEY}.clip", (0, 0))
    ClipCache(cache.folder).store(other, Clip("Lift off.", CLIP.samples))
    assert cache.frames(KEY, TEXT) is None
    assert cache.frames(other, "Lift off.") == 1000


@pytest.mark.parametrize(
    "other",
    [
        ("fake 2", TEXT, Speech(130), "lexicon"),
        ("fake 1", "Rest.", Speech(130), "lexicon"),
        ("fake 1", TEXT, Speech(120), "lexicon"),
        ("fake 1", TEXT, Speech(130, caution=True), "lexicon"),
        ("fake 1", TEXT, Speech(130), "changed"),
    ],
)
def test_all_that_shapes_a_clip_is_in_its_key(other: tuple[str, str, Speech, str]) -> None:
    """Another engine, text, pace, caution or lexicon never finds this clip."""
    assert clip_key(*other) != KEY
