"""What can happen to a session, whatever it came from: a key, a word, a button, the sound device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Signal(StrEnum):
    """The events of a live session."""

    START = "start"
    READY = "ready"
    TOGGLE = "toggle"
    """Pause while playing, go on while paused: the space bar, and any key without a meaning."""
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    BACK = "back"
    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    ADD_TIME = "add-time"
    WAIT = "wait"
    """Stay in this step, hands at work, until somebody says to go on."""
    TIME_LEFT = "time-left"
    LOUDER = "louder"
    QUIETER = "quieter"
    STOP = "stop"
    FINISH = "finish"
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    INTERRUPT = "interrupt"
    """Ctrl-C, SIGTERM."""
    PLAYED = "played"
    """The device has consumed run `run` up to `frame`."""
    GAP = "gap"
    """The device ran dry: after frame `frame` of run `run` it put in `frames` frames of silence."""
    DEVICE_LOST = "device-lost"
    DEVICE_BACK = "device-back"
    DEAF = "deaf"
    """The microphone hears nothing any more; keys and buttons still do."""
    HEARING = "hearing"
    """It hears again."""
    ASLEEP = "asleep"
    """The process did not run for a while: the lid was closed, or somebody stopped it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One signal, with what belongs to it."""

    signal: Signal
    run: int = 0
    frame: int = 0
    frames: int = 0
    key: str = ""
    """The key that was pressed, when it was one: questions look at this."""
    answer: str = ""
    """What was said to a question before the session, as `safety.screening` names it."""
