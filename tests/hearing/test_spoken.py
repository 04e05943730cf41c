"""`run --mic` in a room: the narrator sounds from a loudspeaker into the same microphone, and somebody speaks.

The program is the real one, in a process of its own, and is told neither how long the sound takes nor how loud it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from massage_voice.errors import HearingError
from massage_voice.hearing.microphone import Wishes, check
from massage_voice.timeline import wording
from tests.live.processes import Piped, leave, piped, short_routine
from tests.rooms.acoustics import Acoustics, level_db
from tests.rooms.room import Room, words
from tests.support.absent import absent
from tests.virtual_sound.device import RATE, Recording, wait_until

pytestmark = pytest.mark.sound

VOICE = "heart deep"
LOUD = Acoustics(delay_s=0.09, echo_db=0.0, noise_db=-66)
"""A voice of `SPOKEN_DB`, as loud as the narrator at the microphone."""
HEADSET = Acoustics(echo_db=None, noise_db=-66)
MUSIC_DB = (-60.0, -30.0)
"""Louder than the first and softer than the second is music; words are some 10 dB louder."""
ANSWER_S = 8.0
"""Within this a word has its effect, on a busy machine too; benchmarks/hearing measures how long it takes."""


class Person:
    """Somebody at the table, and what the program has said to them so far."""

    def __init__(self, room: Room, command: Piped, recording: Recording) -> None:
        self._room = room
        self._command = command
        self._recording = recording
        self.lines: list[str] = []
        self._seen = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, text: str) -> int:
        """Speak; the frame of the recording in which the last word ended."""
        self._room.say(text, VOICE)
        return self._recording.frames

    def waits_for(self, text: str, limit_s: float = 90.0) -> None:
        """Until the program has shown `text`, after what was last waited for."""
        wait_until(lambda: self._has(text) or self._command.process.poll() is not None, f"{text!r}", limit_s)
        assert self._has(text), self.lines
        self._seen += 1 + next(n for n, line in enumerate(self.lines[self._seen :]) if text in line)

    def asks(self, text: str, effect: str, within_s: float = ANSWER_S) -> int:
        """Say `text` until it has its `effect`, as people do; on which try it had."""
        for turn in range(1, 5):
            self.say(text)
            end = time.monotonic() + within_s
            while time.monotonic() < end:
                if self._has(effect):
                    self.waits_for(effect)
                    return turn
                time.sleep(0.02)
        raise AssertionError(f"{text!r} did not lead to {effect!r}: {self.lines[self._seen :]}")

    def _has(self, text: str) -> bool:
        return any(text in line for line in self.lines[self._seen :])

    def _listen(self) -> None:
        assert self._command.process.stdout is not None
        for line in self._command.process.stdout:
            self.lines.append(line)


@contextmanager
def visit(home: Path, acoustics: Acoustics, *arguments: str) -> Iterator[tuple[Person, Piped, Recording, Room]]:
    """A session that has begun to listen."""
    try:
        check(Wishes())
    except HearingError as error:
        absent(error.hint)
    with (
        Room(acoustics) as room,
        piped(home, "run", *arguments, "--mic", "--plain", env=room.env, together=True) as command,
        room.record() as recording,
    ):
        person = Person(room, command, recording)
        yield person, command, recording, room


def silent(recording: Recording, start: int, seconds: float) -> bool:
    part = recording.samples[start : start + round(seconds * RATE)]
    return len(part) == round(seconds * RATE) and not part.any()


def test_a_whole_visit_without_hands(tmp_path: Path) -> None:
    """From the first question to the goodbye, over the narrator's own voice, in the loudspeaker's own room."""
    for text in ("Massage, no.", "Massage, we agree."):
        words(text, VOICE)
    tries = {}
    with visit(tmp_path, LOUD, short_routine(tmp_path), "--no-front") as (person, command, recording, _):
        person.waits_for("Listening: Table microphone")
        person.waits_for("chest pain")
        following = (
            "fever",
            "whiplash",
            "stroke",
            "blood clot",
            "numbness",
            "bone thinning",
            "pregnant",
            "Do you both",
        )
        for nth, question in enumerate(following):
            tries[f"no {nth}"] = person.asks("Massage, no.", question)
        tries["agree"] = person.asks("Massage, we agree.", "[-")
        tries["ready"] = person.asks("Massage, ready.", "Ready?")
        tries["begin"] = person.asks("Massage, ready.", "== 1 of")
        tries["how long"] = person.asks("Massage, how long?", "left in all", within_s=50)  # the cautions come first
        tries["pause"] = person.asks("Pause.", "Paused")
        paused = recording.frames
        time.sleep(1.5)
        tries["continue"] = person.asks("Massage, continue.", "Going on")
        tries["next"] = person.asks("Massage, next.", "== 2 of")
        tries["stop"] = person.asks("Stop.", "STOPPED")
        tries["look"] = person.asks("Massage, continue.", "Any faintness")
        tries["cleared"] = person.asks("Massage, no.", "Paused")
        tries["finish"] = person.asks("Massage, finish.", wording.FINISH)
        tries["yes"] = person.asks("Massage, yes.", "Closing")
        assert command.process.wait(90) == 5
    assert silent(recording, paused + RATE // 2, 0.9)
    assert sum(tries.values()) <= len(tries) * 1.5, tries


def test_a_microphone_that_goes_and_comes_back(tmp_path: Path) -> None:
    """Said once, aloud and on the screen; the session goes on; and words are obeyed again when it is back."""
    with visit(tmp_path, HEADSET, short_routine(tmp_path), "--no-front", "--screened") as (person, command, _, room):
        person.waits_for("Listening: Table microphone")
        person.waits_for("[-")
        person.asks("Massage, next.", wording.READY)
        person.asks("Massage, ready.", "== 1 of")
        room.unplug()
        person.waits_for("There is no microphone")
        person.waits_for(wording.DEAF)
        room.plug()
        person.waits_for("Listening: Table microphone")
        person.waits_for(wording.HEARING)
        person.asks("Pause.", "Paused")
        leave(command.process)
        assert command.process.wait(30) == 130
    assert sum("no microphone" in line for line in person.lines) == 1


@pytest.mark.parametrize("music", ["rain", "drone"])
def test_pause_and_stop_over_music(tmp_path: Path, music: str) -> None:
    """In the middle of the narrator's words, and where nothing else sounds."""
    wanted = (short_routine(tmp_path), "--no-front", "--screened", "--music", music)
    with visit(tmp_path, LOUD, *wanted) as (person, command, recording, _):
        person.waits_for("Listening: Table microphone")
        person.asks("Massage, next.", wording.READY)
        person.asks("Massage, ready.", "== 1 of")
        tries = person.asks("Pause.", "Paused")
        paused = recording.frames
        time.sleep(1.5)
        person.asks("Massage, continue.", "Going on")
        wait_until(lambda: music_alone(recording), "music and no words", 60)
        tries += person.asks("Stop.", "STOPPED")
        leave(command.process)
        assert command.process.wait(30) == 130
    assert silent(recording, paused + RATE // 2, 0.9)
    assert tries <= 3


def music_alone(recording: Recording) -> bool:
    """For two seconds something sounded, and nobody spoke."""
    seconds = (recording.samples[-2 * RATE :] / np.float32(32768)).reshape(-1, RATE // 4)
    return all(MUSIC_DB[0] < level_db(part) < MUSIC_DB[1] for part in seconds)
