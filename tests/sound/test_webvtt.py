from __future__ import annotations

from massage_voice.clip import RATE
from massage_voice.safety.script import Cue, Kind
from massage_voice.sound.webvtt import webvtt
from massage_voice.timeline.model import Placement


def place(name: str, text: str, start_s: float, end_s: float, kind: Kind = Kind.INSTRUCTION) -> Placement:
    cue = Cue(id=name, kind=kind, text=text, step=1)
    return Placement(cue, round(start_s * RATE), round(end_s * RATE))


def test_spoken_cues_are_captions_and_bells_are_not() -> None:
    """Ids, times and words, in order, under the title."""
    places = [
        place("2.say", "Press\n\nlightly.", 3_661.5, 3_663.25),
        place("1.bell", "step", 0, 1, Kind.BELL),
        place("1.say", "Breathe.", 1.0004, 2),
    ]
    assert webvtt(places, "Neck") == (
        "WEBVTT\n\nNOTE Neck\n\n"
        "1.say\n00:00:01.000 --> 00:00:02.000\nBreathe.\n\n"
        "2.say\n01:01:01.500 --> 01:01:03.250\nPress lightly.\n"
    )


def test_what_has_a_meaning_in_webvtt_is_escaped() -> None:
    """No text can end its caption or start a tag."""
    captions = webvtt([place("a-->b", "1 < 2 & 3 --> 4", 0, 1)], "x --> y")
    assert "1 &lt; 2 &amp; 3 --&gt; 4" in captions
    assert "NOTE x --&gt; y" in captions
    assert captions.count("-->") == 1


def test_an_offset_moves_all_captions() -> None:
    """For a file that has something before the timeline."""
    assert "00:00:11.000 --> 00:00:12.000" in webvtt([place("a", "b", 1, 2)], "t", offset_s=10)


def test_a_caption_is_never_empty_in_time() -> None:
    """Players drop captions whose end is not after their start."""
    assert "00:00:01.000 --> 00:00:01.001" in webvtt([place("a", "b", 1, 1.0001)], "t")


def test_no_cues_is_a_valid_file() -> None:
    """The header stands alone."""
    assert webvtt([], "t") == "WEBVTT\n\nNOTE t\n"
