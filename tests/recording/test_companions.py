"""What lies beside the sound, read by rules of its own."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from massage_voice.clip import RATE
from massage_voice.recording.companions import COMPANIONS, Heard
from massage_voice.recording.marks import marks
from massage_voice.recording.model import About, Mark
from massage_voice.safety.script import Cue, Kind
from massage_voice.timeline.model import Placement
from tests.live.support import FRONT, stage

HEARD = Heard(
    (
        Placement(Cue("1.bell.step", Kind.BELL, "step", 1), 0, 100),
        Placement(Cue("1.say.1", Kind.INSTRUCTION, "One\n\nline --> <b>only</b>.", 1), RATE, 2 * RATE),
        Placement(Cue("2.say.1", Kind.INSTRUCTION, "Zwei.\x1b[2J", 2), 3661 * RATE + 24, 3662 * RATE),
    ),
    About("Title", "en", (Mark("First", 0, 2 * RATE), Mark("Second", 2 * RATE, 3700 * RATE)), b"", "A note."),
    RATE,
)


def test_srt_is_numbered_and_timed() -> None:
    """One line of text a caption, and no arrow in it that a reader could take for a time."""
    blocks = COMPANIONS["srt"].text(HEARD).strip().split("\n\n")
    assert [block.split("\n") for block in blocks] == [
        ["1", "00:00:01,000 --> 00:00:02,000", "One line → <b>only</b>."],
        ["2", "01:01:01,000 --> 01:01:02,000", "Zwei. [2J"],
    ]


def test_json_chapters_have_the_keys_of_the_format() -> None:
    """Version 1.2.0: seconds as numbers, in order."""
    told = json.loads(COMPANIONS["chapters"].text(HEARD))
    assert told == {
        "version": "1.2.0",
        "title": "Title",
        "chapters": [
            {"startTime": 0.0, "endTime": 2.0, "title": "First"},
            {"startTime": 2.0, "endTime": 3700.0, "title": "Second"},
        ],
    }


def test_the_transcript_is_for_reading() -> None:
    """Title, note, then every word below its chapter; no bells."""
    assert COMPANIONS["transcript"].text(HEARD) == (
        "Title\nA note.\n\nFirst (00:00:00)\n\n[00:00:01] One line --> <b>only</b>.\n"
        "\nSecond (00:00:02)\n\n[01:01:01] Zwei. [2J\n"
    )


def test_vtt_says_when_the_session_begins() -> None:
    """In its note, as always."""
    assert COMPANIONS["vtt"].text(HEARD).startswith("WEBVTT\n\nNOTE Title; the session begins at 1.000 s\n")


def test_a_session_has_a_chapter_a_step() -> None:
    """Cautions alone belong to the step after them; the closing begins when the hands are done."""
    plan = stage("neck", FRONT).plan
    whole = plan.whole()
    found = marks(whole)
    steps = [c.secured.step.name.replace("-", " ").capitalize() for c in whole.chapters if not c.secured.hands_off]
    assert [mark.title for mark in found] == [*steps, "Closing"]
    assert (found[0].start, found[-1].end) == (0, whole.length)
    assert all(one.end == other.start for one, other in pairwise(found))
    assert found[-1].start == whole.chapters[-1].practice_end
    alone = next(c for c in whole.chapters if c.secured.hands_off)
    assert any(mark.start == alone.start and re.match("Front strokes", mark.title) for mark in found)
