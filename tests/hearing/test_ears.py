"""The microphone and what is made of it, inside the process that hears; real sound, words told by their loudness."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from massage_voice.clip import RATE as PLAYED_RATE
from massage_voice.hearing.capture import TROUBLES, Capture, Trouble
from massage_voice.hearing.echo import Echo
from massage_voice.hearing.gate import CHUNK, Gate, Utterance
from massage_voice.hearing.listener import Expected, Heard, Listener
from massage_voice.hearing.mel import RATE
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.hearing.recogniser import Decision, Recogniser, Verdict
from massage_voice.hearing.worker import Ears, obey, told
from tests.hearing.fakes import Levels, loud
from tests.hearing.sounds import rms_db
from tests.rooms.acoustics import Acoustics
from tests.rooms.room import Room
from tests.virtual_sound.device import wait_until

PHRASES = builtin_phrases()
MODEL = Levels("Stop.", "Pause.", "Massage.", "Yes.")
NOISE_DB = -60.0
SOON_S = 1.0


def ears(*, echo: bool = False) -> Ears:
    """Which take loudness for speech, and expect a session's commands."""
    made = Ears(Listener(Gate(loud), Recogniser(MODEL, PHRASES), PHRASES), Echo() if echo else None)
    obey({"expect": Expected().sent(), "since": 0.0}, made)
    return made


@pytest.fixture(scope="module")
def shared_room() -> Iterator[Room]:
    with Room(Acoustics(echo_db=None, noise_db=NOISE_DB)) as made:
        yield made


@pytest.fixture
def room(shared_room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    for name, value in shared_room.env.items():
        monkeypatch.setenv(name, value)
    return shared_room


class Telling:
    """What is told, turn by turn."""

    def __init__(self, of: Ears) -> None:
        self._of = of
        self.lines: list[dict[str, Any]] = []

    def until(self, *kinds: str) -> list[dict[str, Any]]:
        """Turn until a line of each kind has come since the last time; these lines."""
        since = len(self.lines)

        def come() -> bool:
            self.lines += list(self._of.turn())
            return [kind for line in self.lines[since:] for kind in line if kind in kinds] == [*kinds]

        wait_until(come, f"{kinds} after {self.lines}", 15)
        return self.lines[since:]


def told_of(verdict: Verdict, **more: Any) -> dict[str, Any]:
    nothing = Utterance(np.zeros(0, np.float32), 0, 0, 0)
    return told(Heard(Decision(verdict, **more), nothing, 11.0, 12.5))


def test_what_is_told_of_a_decision() -> None:
    """The meaning of what was accepted, and when it was said; of everything else that it was, and never a word."""
    (stop,) = (phrase for phrase in PHRASES.commands if phrase.say == "stop")
    when = {"from": 11.0, "end": 12.5}
    assert told_of(Verdict.ACCEPTED, phrase=stop) == {"heard": "accepted", "signal": "stop", "answer": "", **when}
    assert told_of(Verdict.UNSURE, phrase=stop) == {"heard": "unsure", **when}
    assert told_of(Verdict.NOTHING, phrase=stop) == {"heard": "nothing", **when}
    assert told_of(Verdict.NOTHING, wake=True) == {"heard": "wake", **when}


def test_sound_of_any_block_size_is_timed_by_its_last_frame() -> None:
    """What a device brings fits no chunk; when a word was said is known to a few milliseconds all the same."""
    sound = np.concatenate([np.zeros(RATE, np.float32), MODEL.said("Stop."), np.zeros(RATE, np.float32)])
    ended_s = 1.0 + len(MODEL.said("Stop.")) / RATE
    for block in (320, 500, 1600):
        made, found = ears(), []
        for at in range(0, len(sound), block):
            part = sound[at : at + block]
            found += list(made.hear(part, 50.0 + (at + len(part)) / RATE))
        (heard,) = found
        assert heard.end_s == pytest.approx(50.0 + ended_s, abs=1.5 * CHUNK / RATE)
        assert heard.end_s - heard.start_s == pytest.approx(ended_s - 1.0, abs=1.5 * CHUNK / RATE)


def test_what_the_parent_says_is_done() -> None:
    """What is expected, what is narrated, what is played; with a headset the last is nothing."""
    made, deaf = ears(echo=True), ears()
    samples = np.ones(PLAYED_RATE // 25, "<i2")
    for one in (made, deaf):
        obey({"played": samples.nbytes, "at": 1.0, "samples": samples.tobytes()}, one)
        obey({"say": "Now pause.", "from": 50.0, "to": 53.0}, one)
    sound = np.concatenate([np.zeros(2 * RATE, np.float32), MODEL.said("Pause."), np.zeros(RATE, np.float32)])

    def verdicts() -> list[Verdict]:
        return [heard.decision.verdict for heard in deaf.hear(sound, 50.0 + len(sound) / RATE)]

    assert verdicts() == [Verdict.NOTHING]
    obey({"expect": None, "since": 0.0}, deaf)
    assert verdicts() == []


@pytest.mark.sound
@pytest.mark.usefixtures("room")
def test_a_microphone_brings_what_is_in_the_room() -> None:
    """As loud as it is, without gaps, soon, and each block with its time."""
    microphone = Capture()
    try:
        frames, until_s, parts = 0, time.monotonic() + 1.5, []
        begun_s = time.monotonic()
        while time.monotonic() < until_s:
            for samples, at_s in microphone.read():
                assert 0 <= time.monotonic() - at_s < 0.5
                frames += len(samples)
                parts.append(samples)
            time.sleep(0.01)
        assert frames / RATE == pytest.approx(time.monotonic() - begun_s, abs=0.4)
        assert rms_db(np.concatenate(parts)[RATE // 2 :]) == pytest.approx(NOISE_DB, abs=3)
        assert (microphone.name, microphone.trouble) == ("Table microphone", Trouble.NONE)
    finally:
        microphone.close()


@pytest.mark.sound
def test_it_is_told_what_becomes_of_the_microphone(room: Room) -> None:
    """Heard, unplugged (soon, though PulseAudio goes on with what the output plays), plugged in again, muted, well."""
    telling = Telling(ears())
    assert telling.until("listening") == [{"listening": "Table microphone"}]
    room.unplug()
    unplugged_s = time.monotonic()
    first = telling.until("trouble")[0]
    assert first["trouble"] == Trouble.MISSING
    assert time.monotonic() - unplugged_s < SOON_S
    room.plug()
    assert telling.until("listening")[-1] == {"listening": "Table microphone"}
    room.mute()
    try:
        assert telling.until("trouble") == [{"trouble": "muted", "why": TROUBLES[Trouble.MUTED]}]
    finally:
        room.mute(muted=False)
    assert telling.until("listening") == [{"listening": "Table microphone"}]


@pytest.mark.sound
def test_a_word_in_the_room_is_told_soon(room: Room) -> None:
    """When it ended, less than a second after that; that its words are understood is tried elsewhere."""
    telling = Telling(ears())
    telling.until("listening")
    room.change(noise_db=None)  # loudness is all there is to tell words by
    try:
        sounding = room.play(MODEL.said("Pause."), RATE)
        (line,) = telling.until("heard")
    finally:
        room.change(noise_db=NOISE_DB)
    assert abs(line["end"] - sounding.ended_s()) < 0.2
    assert time.monotonic() - line["end"] < SOON_S
