"""Captions and chapters against the sound, in the real voice: every cue is looked for in the decoded file."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.recorder import Job, Prepared, prepare, write
from massage_voice.recording.formats import FORMATS
from massage_voice.sound.bells import bell
from massage_voice.sound.samples import Samples
from tests.live.listening import find
from tests.live.support import home_in, real_library
from tests.recording.reading import decoded, ffprobe
from tests.support.absent import absent

NEAR = RATE // 20
"""50 ms."""
_CAPTION = re.compile(r"^(\d+):(\d+):(\d+)[.,](\d+) --> .*\n(.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Two steps with their cautions, the questions, the preparation and the closing, spoken."""
    if shutil.which("ffmpeg") is None:
        absent("ffmpeg reads recordings, and writes .m4b: apt install ffmpeg")
    if real_library().voice != "heart":
        absent(f"the heart voice does not work here: {'; '.join(real_library().notes)}")
    folder = tmp_path_factory.mktemp("in-time")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MASSAGE_VOICE_HOME", str(home_in(folder)))
        job = Job("neck", Asked(first=True), folder / "a.mp3", ("vtt", "srt"), only=("settle", "ear-to-ear"))
        return prepare(job, lambda _ready, _asked: None)


def captions(path: Path) -> list[tuple[int, str]]:
    """`(frame, text)` of each caption of a .vtt or .srt file."""
    found = _CAPTION.findall(path.read_text("utf-8"))
    return [((int(h) * 3600 + int(m) * 60 + int(s)) * RATE + int(t) * RATE // 1000, x) for h, m, s, t, x in found]


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_every_cue_is_where_its_caption_is(made: Prepared, tmp_path: Path, suffix: str) -> None:
    """Within 50 ms, after decoding by another program; whole, from its first sound to its last."""
    out = tmp_path / f"a{suffix}"
    write(replace(made, job=replace(made.job, output=out)), lambda _done, _total: None)
    recording = decoded(out)
    words = {p.cue.text: p for p in made.recording.whole.placements if p.cue.is_spoken}
    told = captions(tmp_path / "a.vtt")
    assert captions(tmp_path / "a.srt") == told
    assert len(told) > 30
    for frame, text in told:
        place = words[text]
        clip = made.program.fill(place.start, place.end - place.start)
        found = find(recording, clip, frame)
        assert abs(found.frame - frame) <= NEAR, text
        assert min(found.whole, found.head, found.tail) > 0.8, (text, found)
    if suffix != ".wav":
        _chapters_are_where_steps_begin(made, out, recording)


def _chapters_are_where_steps_begin(made: Prepared, out: Path, recording: Samples) -> None:
    """By another reader; the bell of a step sounds at once."""
    found = {chapter.title: round(chapter.start_s * RATE) for chapter in ffprobe(out).chapters}
    assert list(found) == ["Before you begin", "Preparation", "Settle", "Ear to ear", "Closing"]
    for chapter in made.recording.whole.chapters:
        start = found[chapter.secured.step.name.replace("-", " ").capitalize()]
        assert abs(start - chapter.start) <= NEAR
        assert 0 <= find(recording, bell("step"), start, RATE // 2).frame - start <= RATE // 10 + NEAR
