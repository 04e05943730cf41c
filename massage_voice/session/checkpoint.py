"""What a journal's entry tells of where a session stands: steps and seconds, never frames of one voice's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from massage_voice.clip import RATE


class Phase(StrEnum):
    """Which part of the session a run belongs to."""

    PRELUDE = "preparation"
    STEPS = "steps"
    ASIDE = "aside"
    """An answer or question outside the session's own time."""
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Enough to go on from: with another voice, pace or device as well. Times are frames at `RATE`."""

    phase: Phase = Phase.PRELUDE
    """Never ASIDE: what is said besides has no place of its own."""
    step: int = 1
    """Index of the step, from 1."""
    name: str = ""
    """Its name, so that a reader of the journal needs no routine."""
    practised: int = 0
    left: int | None = None
    """Frames of practice that remain, or None for the whole step."""
    clock: int = 0
    """Session time."""
    front: bool = False
    """The front of the neck is still in the plan."""
    worked: bool = False
    """Hands were on the front of the neck: once a day is enough."""
    stopped: bool = False
    """Somebody said stop, and nobody has said since that no sign bars going on."""
    barred: bool = False
    """There was such a sign: nothing goes on."""
    durations: tuple[int, ...] = ()
    """Frames, one a step, as pace and added minutes have left them."""

    def entry(self) -> dict[str, object]:
        """As it stands in the journal, in seconds."""
        return {
            "phase": self.phase.value,
            "step": self.step,
            "name": self.name,
            "practised": _seconds(self.practised),
            "left": None if self.left is None else _seconds(self.left),
            "clock": _seconds(self.clock),
            "front": self.front,
            "worked": self.worked,
            "stopped": self.stopped,
            "barred": self.barred,
        }

    @staticmethod
    def read(entry: Mapping[str, Any], durations: tuple[int, ...]) -> Checkpoint:
        """The checkpoint of a journal's entry.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        left = entry["left"]
        return Checkpoint(
            phase=Phase(entry["phase"]),
            step=_index(entry["step"]),
            name=str(entry["name"]),
            practised=_frames(entry["practised"]),
            left=None if left is None else _frames(left),
            clock=round(float(entry["clock"]) * RATE),
            front=entry["front"] is True,
            worked=entry["worked"] is True,
            stopped=entry["stopped"] is not False,
            barred=entry["barred"] is not False,
            durations=durations,
        )


def spelled(durations: tuple[int, ...]) -> list[float]:
    """Durations as they stand in the journal."""
    return [_seconds(frames) for frames in durations]


def durations_of(entry: Mapping[str, Any]) -> tuple[int, ...]:
    """The durations of a journal's entry.

    Raises:
        ValueError, KeyError, TypeError: it has none.
    """
    return tuple(_frames(seconds) for seconds in entry["durations"])


def _seconds(frames: int) -> float:
    return round(frames / RATE, 6)  # exact to the frame


def _frames(seconds: Any) -> int:
    frames = round(float(seconds) * RATE)
    if not 0 <= frames <= 24 * 3600 * RATE:
        raise ValueError("a time of a session lies between 0 and a day")
    return frames


def _index(step: Any) -> int:
    if not isinstance(step, int) or step < 0:
        raise ValueError("steps are counted from 1")
    return step
