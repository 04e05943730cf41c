import re

import pytest

from massage_voice.routine.lint import Spoken, plain, pronounceable
from massage_voice.routine.words import builtin_words
from massage_voice.voices.heart import HeartVoice
from massage_voice.voices.lexicon import packaged

PHONEMES = packaged().terms["suboccipital"]["heart"]


@pytest.mark.parametrize(
    ("sentence", "spelling", "told"),
    [
        ("Hold for 90 s.", "heart", "Hold for 90 seconds."),
        ("Hold for 1 s, then 2.5 min.", "system", "Hold for 1 second, then 2.5 minutes."),
        ("It's 2 tbsp of oil.", "heart", "It's 2 tablespoons of oil."),
        ("Suboccipital muscles.", "heart", f"[Suboccipital](/{PHONEMES}/) muscles."),
        ("Suboccipital muscles.", "system", "sub ock sippital muscles."),
        ("Effleurage.", "system", "efflerahzh."),
        ("Half a turn, ½ a turn & rest.", "heart", "Half a turn, a half a turn and rest."),
        ("Then a ½ turn.", "heart", "Then a half turn."),
        ("2\u20133 min a side, or 2-3 minutes.", "heart", "2 to 3 minutes a side, or 2 to 3 minutes."),
        ("0.5\u20131.5 cm, 5 - 10%.", "heart", "0.5 to 1.5 centimetres, 5 to 10 percent."),
        ("From L4 to S1, past T12.", "heart", "From L 4 to S 1, past T 12."),
        ("Hold 1:30, then 0:45.", "heart", "Hold 1 minute 30, then 0 minutes 45."),
        (
            "½ tsp, 1½ min, 2 1/2 min, ¾ h.",
            "heart",
            "half a teaspoon, 1 and a half minutes, 2 and a half minutes, three quarters of an hour.",
        ),
        ("3x, 10\u00d7, 1 x.", "system", "3 times, 10 times, 1 time."),
        ("Turn 20°, w/ oil, at 60 bpm.", "heart", "Turn 20 degrees, with oil, at 60 beats a minute."),
        ("Count 1-2-3, then 10:30:15.", "heart", "Count 1-2-3, then 10:30:15."),
        ("Rest both hands.", "system", "Rest both hands."),
        ("Hands, sand, 30 strokes.", "system", "Hands, sand, 30 strokes."),
    ],
)
def test_what_an_engine_is_told(sentence: str, spelling: str, told: str) -> None:
    """Units, abbreviations and trade words are respelt whole, for the engine that needs it alone."""
    assert packaged().respelt(packaged().in_words(sentence), spelling) == told


def test_the_digest_names_the_file() -> None:
    """The lexicon has a sum that goes into every cache key."""
    assert len(packaged().digest) == 64


SIGNS = ["2-3 min", "2 \u2013 3 min", "50 %", "50%", "20°", "10\u00d7", "1/2 tsp", "3/4 h", "½ min", "1½ min"]


@pytest.mark.parametrize("written", SIGNS)
def test_signs_that_authors_may_write_are_read_aloud(written: str) -> None:
    """What the linter lets pass becomes words and numbers; no sign is left for an engine to guess at."""
    line = Spoken(plain(f"For {written}."), f"For {written}.", "step", frozenset(), builtin_words())
    assert list(pronounceable(line)) == []
    assert re.fullmatch(r"For [a-z0-9 ]+\.", packaged().in_words(f"For {written}."))


@pytest.mark.parametrize("written", ["2/3", "1-2-", "a % b", "- 3", "5 / 2"])
def test_other_signs_are_still_refused(written: str) -> None:
    """Every engine reads them in its own way."""
    line = Spoken(plain(f"For {written}."), f"For {written}.", "step", frozenset(), builtin_words())
    assert list(pronounceable(line))


TERMS = sorted(packaged().terms)


@pytest.mark.parametrize("term", TERMS)
def test_the_voice_is_told_its_sounds(term: str) -> None:
    """Every term reaches the default voice's model as the phonemes that a dictionary gives it."""
    voice = HeartVoice()
    voice.load()
    told = packaged().respelt(packaged().in_words(f"the {term}"), voice.spelling)
    heard = "".join(voice._engine.phonemize(told))  # noqa: SLF001 - what the engine's front end gives
    assert packaged().terms[term]["heart"] in heard
