"""`say_as`: an author's words said otherwise than they are written, and no caution among them."""

from __future__ import annotations

import pytest

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_script, parsed, session_texts
from massage_voice.errors import RoutineError
from massage_voice.routine.model import Routine
from massage_voice.routine.respelling import as_said, respelt, used
from massage_voice.routine.store import Source
from massage_voice.safety.registry import load_registry
from massage_voice.voices.lexicon import packaged
from massage_voice.voices.shape import make_clip
from tests.voices.test_voice_pair import Counted

FILE = """
title: Effleurage
language: en
position: seated
prepare: ["Begin with Effleurage, on dry skin."]
say_as:
{respellings}
steps:
  - name: strokes
    areas: [upper-back]
    technique: stroke
    pressure: light
    side: both
    duration: 2m30s
    between: [2m, 4m]
    say: ["{line}"]
    remind: [{{at: 50%, say: "Effleurage, slow and light."}}]
"""
LINE = "Slow effleurage down the back."


def routine(*respellings: tuple[str, str], line: str = LINE) -> Routine:
    pairs = "".join(f"  - {{word: {word}, as: {said}}}\n" for word, said in respellings)
    text = FILE.format(respellings=pairs or "  []", line=line)
    return parsed(Source(text, "mine.yaml", None))


def texts(made: Routine, partner: str = "partner") -> dict[str, tuple[tuple[str, str], ...]]:
    asked = Asked(partner=partner)
    script = make_script(made, asked, Answers(), first=True)
    return {text: speech.say_as for text, speech in session_texts(script, asked).items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Effleurage.", "eff loo rahzh."),
        ("Slow effleurage, effleurages.", "Slow eff loo rahzh, effleurages."),
        ("Tui Na, then na.", "twee nah, then na."),
    ],
)
def test_whole_words_are_respelt(text: str, said: str) -> None:
    """However they are capitalised; the longest wins, and what was put in is not looked at again."""
    assert respelt(text, (("effleurage", "eff loo rahzh"), ("tui na", "twee nah"), ("tui", "no"))) == said


def test_a_line_has_only_what_it_needs() -> None:
    """So that another respelling makes no clip of it anew."""
    pairs = (("effleurage", "eff loo rahzh"), ("tui na", "twee nah"))
    assert used(pairs, LINE) == pairs[:1]


def test_the_author_s_lines_are_respelt_wherever_they_stand() -> None:
    """Instructions, reminders, the preparation; also where the partner has a name."""
    found = texts(routine(("effleurage", "eff loo rahzh")))
    pairs = (("effleurage", "eff loo rahzh"),)
    assert found[LINE] == found["Effleurage, slow and light."] == found["Begin with Effleurage, on dry skin."] == pairs
    named = texts(routine(("partner", "part nah"), line="Ask your partner to breathe out."), "Mum")
    assert named["Ask Mum to breathe out."] == ()


def test_no_caution_is_respelt() -> None:
    """An author who respells every word of the registry changes none of its sentences, and none of the program's."""
    registry = load_registry()
    made = routine(("spine", "bones"), ("work", "rest"), ("sharp", "light"), ("never", "always"), ("next", "now"))
    script = make_script(made, Asked(), Answers(), first=True)
    spoken = session_texts(script, Asked())
    cautions = {text for text, speech in spoken.items() if speech.caution}
    assert registry.hazards["warning-signs"].enter in cautions
    assert not any(spoken[text].say_as for text in spoken if text not in {LINE, "Effleurage, slow and light."})


@pytest.mark.parametrize(
    ("word", "said", "complaint"),
    [
        ("slow", "press harder", "pressure"),
        ("effleurage", "stop", "no 'stop' in a step"),
        ("effleurage", "cracking", "what hands may do"),
        ("effleurage", "left", "whose side"),
        ("effleurage", "massage next", "spoken command"),
        ("effleurage", "a @ b", "words alone"),
    ],
)
def test_what_is_said_is_judged_as_what_is_written(word: str, said: str, complaint: str) -> None:
    """The linter and the safety rules look at both."""
    with pytest.raises(RoutineError, match=complaint):
        routine((word, f'"{said}"'))


def test_the_engine_is_told_and_the_caption_stays() -> None:
    """What reaches the voice is the respelling; the caption is what the author wrote."""
    made = routine(("effleurage", "eff loo rahzh"))
    asked = Asked()
    speech = session_texts(make_script(made, asked, Answers(), first=True), asked)[LINE]
    voice = Counted("voice")
    clip = make_clip(LINE, speech, voice, packaged())
    assert clip.text == LINE
    assert voice.said == {"Slow eff loo rahzh down the back."}


def test_without_respellings_nothing_changes() -> None:
    """Not even the object."""
    made = routine()
    assert as_said(made) is made
