import pytest

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
        ("Effleurage.", "heart", "Effleurage."),
        ("Effleurage.", "system", "efflerahzh."),
        ("Half a turn, ½ a turn & rest.", "heart", "Half a turn, a half a turn and rest."),
        ("Rest both hands.", "system", "Rest both hands."),
        ("Hands, sand, 30 strokes.", "system", "Hands, sand, 30 strokes."),
    ],
)
def test_what_an_engine_is_told(sentence: str, spelling: str, told: str) -> None:
    """Units, abbreviations and trade words are respelt whole, for the engine that needs it alone."""
    assert packaged().spell(sentence, spelling) == told


def test_the_digest_names_the_file() -> None:
    """The lexicon has a sum that goes into every cache key."""
    assert len(packaged().digest) == 64
