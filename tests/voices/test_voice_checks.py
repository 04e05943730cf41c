from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from massage_voice.clip import Take
from massage_voice.errors import VoiceError
from massage_voice.voices.checks import check
from massage_voice.voices.fake import FakeVoice

SENTENCE = "Glide down the neck, down the back, to the waist."
GOOD = FakeVoice().synthesise(SENTENCE, 0.7)
Samples = npt.NDArray[np.float32]


def noise(samples: Samples) -> Samples:
    return np.random.default_rng(1).normal(0, 0.1, len(samples)).astype(np.float32)


def with_a_hole(samples: Samples) -> Samples:
    broken = samples.copy()
    broken[1000] = np.nan
    return broken


BROKEN: dict[str, tuple[Callable[[Samples], Samples], float]] = {
    "no samples": (lambda x: x[:0], 1.0),
    "no numbers": (with_a_hole, 1.0),
    "silence": (np.zeros_like, 1.0),
    "too short": (lambda x: x[: len(x) // 2], 1.0),
    "too long": (lambda x: np.tile(x, 5), 1.0),
    "no rate": (lambda x: x, 0.01),
    "clipped": (lambda x: np.clip(x * 50, -1, 1), 1.0),
    "noise": (noise, 1.0),
}


def test_a_sound_take_passes_as_it_is() -> None:
    """A plausible take comes back unchanged."""
    assert check(GOOD, SENTENCE, 140) is GOOD


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_take_is_named(wrong: str) -> None:
    """Each way in which an engine fails without saying so is an error that names the sentence and the failure."""
    spoil, rate = BROKEN[wrong]
    with pytest.raises(VoiceError, match=f"{SENTENCE}.*{wrong}"):
        check(Take(spoil(GOOD.samples), round(GOOD.rate * rate)), SENTENCE, 140)


def test_a_wrong_rate_is_a_wrong_length() -> None:
    """Samples that claim twice their rate are too short for their words."""
    with pytest.raises(VoiceError, match="too short"):
        check(Take(GOOD.samples, GOOD.rate * 2), SENTENCE, 140)


def test_one_steady_tone_is_not_speech() -> None:
    """A hum of the right length is refused."""
    hum = 0.3 * np.sin(np.arange(len(GOOD.samples)) / 24_000 * 2 * np.pi * 150)
    with pytest.raises(VoiceError, match="steady"):
        check(Take(hum.astype(np.float32), GOOD.rate), SENTENCE, 140)
