import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from massage_voice.clip import RATE, Speech, Take
from massage_voice.errors import UsageError, VoiceError
from massage_voice.voices.cache import ClipCache
from massage_voice.voices.chain import Chain
from massage_voice.voices.engine import Engine
from massage_voice.voices.fake import FakeVoice
from massage_voice.voices.library import ClipLibrary, SilentLibrary, open_library
from massage_voice.voices.worker import WorkerVoice

TEXTS = {
    "Rest both hands on their shoulders.": Speech(130),
    "Never press on the bones.": Speech(130, caution=True),
    "Lift off. Go back to the hairline. Repeat.": Speech(130),
}


class Fails(FakeVoice):
    """Fails at one sentence."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name, f"{name} 1")
        self._sentence = sentence

    def synthesise(self, sentence: str, speed: float) -> Take:
        """The sentence, or an error."""
        if sentence == self._sentence:
            raise VoiceError("it broke")
        return super().synthesise(sentence, speed)


class Held(FakeVoice):
    """Waits before every sentence until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Semaphore(0)

    def synthesise(self, sentence: str, speed: float) -> Take:
        """The sentence, when it may."""
        self.go.acquire()
        return super().synthesise(sentence, speed)


def missing() -> Engine:
    raise VoiceError("not installed")


def _same(voice: Engine) -> Engine:
    return voice


def library(folder: Path, *voices: Engine) -> ClipLibrary:
    makers: dict[str, Callable[[], Engine]] = {voice.name: partial(_same, voice) for voice in voices}
    return ClipLibrary(Chain(None, makers), ClipCache(folder))


def test_lengths_are_those_of_the_clips(tmp_path: Path) -> None:
    """Preparing tells the exact frames of every clip, in the order given."""
    made = library(tmp_path, FakeVoice())
    lengths = made.prepare(TEXTS)
    assert list(lengths) == list(TEXTS)
    assert all(made.clip(text).frames == frames for text, frames in lengths.items())


def test_warm_means_no_engine(tmp_path: Path) -> None:
    """With everything cached the engine is neither loaded nor asked, and the bytes are the same."""
    cold, voice = library(tmp_path, FakeVoice()), FakeVoice()
    cold.prepare(TEXTS)
    warm = library(tmp_path, voice)
    assert warm.prepare(TEXTS) == cold.prepare(TEXTS)
    assert all(np.array_equal(warm.clip(text).samples, cold.clip(text).samples) for text in TEXTS)
    assert (voice.loaded, voice.asked) == (False, [])


def test_only_what_is_missing_is_made(tmp_path: Path) -> None:
    """A text that was added costs that text alone."""
    library(tmp_path, FakeVoice()).prepare(TEXTS)
    voice = FakeVoice()
    library(tmp_path, voice).prepare({**TEXTS, "And rest.": Speech(130)})
    assert {sentence for sentence, _ in voice.asked} == {"And rest."}


def test_texts_are_made_in_order(tmp_path: Path) -> None:
    """The first text asked for is the first one made, so that a session can begin with it."""
    voice = FakeVoice()
    library(tmp_path, voice).prepare(TEXTS)
    order = list(dict.fromkeys(sentence for sentence, _ in voice.asked))
    assert order[0] == "Rest both hands on their shoulders."
    assert order[-1] == "Repeat."


def test_the_first_clip_does_not_wait_for_the_last(tmp_path: Path) -> None:
    """After begin, a clip is there as soon as it is made; one that is needed now goes before those in order."""
    voice = Held()
    made = library(tmp_path, voice)
    made.begin(TEXTS)
    voice.go.release(100)
    assert made.clip(next(iter(TEXTS))).frames
    assert made.clip(list(TEXTS)[2]).frames
    assert list(made.prepare(TEXTS)) == list(TEXTS)
    made.close()


def test_one_text_has_one_way_of_speaking(tmp_path: Path) -> None:
    """The same text at two paces in one session is a programming error, told at once."""
    made = library(tmp_path, FakeVoice())
    made.prepare({"Rest.": Speech(130)})
    with pytest.raises(ValueError, match="Rest"):
        made.prepare({"Rest.": Speech(120)})


def test_a_text_never_asked_for(tmp_path: Path) -> None:
    """The library knows only what prepare or begin has seen."""
    with pytest.raises(ValueError, match="never asked"):
        library(tmp_path, FakeVoice()).clip("Rest.")


def test_a_clip_that_was_spoilt_is_made_again(tmp_path: Path) -> None:
    """A cache file that is changed or removed after prepare is replaced, not played."""
    made = library(tmp_path, FakeVoice())
    made.prepare(TEXTS)
    before = {text: made.clip(text).samples for text in TEXTS}
    for number, path in enumerate(sorted(tmp_path.glob("*.clip"))):
        path.write_bytes(path.read_bytes()[:-2] + b"xx") if number else path.unlink()
    assert all(np.array_equal(made.clip(text).samples, before[text]) for text in TEXTS)


def test_the_next_voice_takes_the_whole_session(tmp_path: Path) -> None:
    """A voice that fails in the middle is replaced for every text, with a sentence that says so."""
    second = FakeVoice("second", "second 1")
    made = library(tmp_path, Fails("first", "Never press on the bones."), second)
    made.prepare(TEXTS)
    assert "Rest both hands on their shoulders." in [sentence for sentence, _ in second.asked]
    assert made.notes == ["The voice first did not answer; second speaks instead."]
    assert made.voice == "second"


def test_promised_lengths_stand(tmp_path: Path) -> None:
    """A voice that fails after prepare has returned does not change the clips of the running session."""
    made = library(tmp_path, Fails("first", "Now rest."), FakeVoice("second", "second 1"))
    lengths = made.prepare(TEXTS)
    made.prepare({"Now rest.": Speech(130)})
    assert made.voice == "second"
    assert made.prepare(TEXTS) == lengths


def test_a_text_that_nobody_can_say(tmp_path: Path) -> None:
    """When the last voice fails too, the error names the text."""
    bad = "Never press on the bones."
    made = library(tmp_path, Fails("first", bad), Fails("second", bad))
    with pytest.raises(VoiceError, match=f"No voice can say “{bad}”"):
        made.prepare(TEXTS)


def test_silence_is_not_accepted(tmp_path: Path) -> None:
    """A real worker that gives silence is replaced by the next voice."""
    silent = WorkerVoice("tests.voices.misbehaving_engine:Silent")
    silent.name = "silent"
    made = library(tmp_path, silent, FakeVoice("second", "second 1"))
    made.prepare(TEXTS)
    assert made.voice == "second"


def test_a_hang_in_the_middle(tmp_path: Path) -> None:
    """A worker that hangs at its second sentence is killed, and the next voice says everything."""
    hanging = WorkerVoice("tests.voices.misbehaving_engine:HangsOnSecond", limit_s=0.2)
    hanging.name = "hanging"
    made = library(tmp_path, hanging, FakeVoice("second", "second 1"))
    assert len(made.prepare(TEXTS)) == 3
    assert hanging.pid is None


def test_close_ends_what_is_under_way(tmp_path: Path) -> None:
    """Closing in the middle ends the worker, and nobody takes over."""
    hanging, second = WorkerVoice("tests.voices.misbehaving_engine:Hangs"), FakeVoice("second", "second 1")
    made = library(tmp_path, hanging, second)
    made.begin(TEXTS)
    made.close()
    assert second.asked == []
    with pytest.raises(VoiceError, match="closed"):
        made.clip("Never press on the bones.")


def test_without_a_cache_folder_it_works(tmp_path: Path) -> None:
    """Where nothing can be written the session has all its clips, and one note."""
    (tmp_path / "file").write_text("in the way")
    made = library(tmp_path / "file" / "clips", FakeVoice())
    lengths = made.prepare(TEXTS)
    assert {text: made.clip(text).frames for text in TEXTS} == lengths
    assert len(made.notes) == 1


def test_progress_counts_up(tmp_path: Path) -> None:
    """Progress ends with everything ready, and never goes back."""
    seen: list[tuple[int, int]] = []
    voice = FakeVoice()
    made = ClipLibrary(
        Chain(None, {"fake": lambda: voice}), ClipCache(tmp_path), progress=lambda *now: seen.append(now)
    )
    made.prepare(TEXTS)
    made.close()
    assert seen == sorted(seen)
    assert seen[-1] == (3, 3)


def test_an_unknown_voice_is_a_usage_error() -> None:
    """The message lists the voices there are, the hint the nearest one."""
    with pytest.raises(UsageError, match=r"heart, system, espeak, piper:FILE\.onnx, none") as found:
        Chain("hart")
    assert found.value.hint == "Did you mean heart?"


def test_no_voice_is_a_choice() -> None:
    """`none` gives no voice and nothing to apologise for."""
    chain = Chain("none")
    assert (chain.next(), chain.notes) == (None, [])


def test_a_missing_voice_is_replaced_at_the_start() -> None:
    """A voice that is not installed is passed over with a sentence that says who speaks."""
    voice = FakeVoice("second")
    chain = Chain("first", {"first": missing, "second": lambda: voice})
    assert chain.next() is voice
    assert chain.notes == ["The voice first did not answer; second speaks instead."]


def test_without_any_voice_captions_are_left() -> None:
    """When nothing is installed there is no voice, and the notes say what is left."""
    chain = Chain(None, {"first": missing})
    assert chain.next() is None
    assert chain.notes == ["The voice first did not answer; bells and captions guide you instead."]


def test_the_chosen_voice_comes_first() -> None:
    """Choosing the last voice tries it first, and the others after it in their order."""
    a, b = FakeVoice("a"), FakeVoice("b")
    chain = Chain("b", {"a": lambda: a, "b": lambda: b})
    assert [chain.next(), chain.next(VoiceError("gone")), chain.next(VoiceError("gone"))] == [b, a, None]
    assert chain.reasons == ["gone", "gone"]


def test_silence_takes_its_time() -> None:
    """Without a voice a text lasts as long as its words at its pace, and half a second between sentences."""
    silent = SilentLibrary()
    assert silent.prepare({"Lift off. Repeat.": Speech(120)}) == {"Lift off. Repeat.": 2 * RATE}
    clip = silent.clip("Lift off. Repeat.")
    assert clip.frames == 2 * RATE
    assert not clip.samples.any()


def test_the_library_of_no_voice(tmp_path: Path) -> None:
    """Asking for no voice opens a library of silence, with nothing to apologise for."""
    silent = open_library("none", tmp_path)
    silent.begin(TEXTS)
    assert (silent.voice, silent.notes) == ("none", [])
    silent.close()


WARM = """
import sys, pathlib
from massage_voice.clip import Speech
from massage_voice.voices.library import open_library
made = open_library("heart", pathlib.Path(sys.argv[1]))
made.prepare({"Rest both hands.": Speech(130)})
made.clip("Rest both hands.")
print(bool(made._voice.pids), *[name for name in ("onnxruntime", "hibari") if name in sys.modules])
made.close()
"""


def test_the_session_never_imports_the_model(tmp_path: Path) -> None:
    """Cold, a worker runs and this process imports no engine; warm, no worker is started either."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", WARM, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert runs == [["True"], ["False"]]
