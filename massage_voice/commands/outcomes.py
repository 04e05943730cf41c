"""What a process that writes files says of them; a file of its own, so that both sides give it one name."""

from __future__ import annotations

from dataclasses import dataclass

from massage_voice.errors import ExitCode, MassageVoiceError


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the file is written."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Written:
    """It is there; `summary` says what."""

    summary: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not there, and why."""

    message: str
    hint: str
    code: ExitCode


Outcome = Written | Failed


def failed(error: Exception) -> Failed:
    """What to tell of an error; one that nobody expected is a fault of the program."""
    if isinstance(error, MassageVoiceError):
        return Failed(error.message, error.hint, error.exit_code)
    return Failed(f"a fault of the program: {type(error).__name__}: {error}", "please report it", ExitCode.ENDED_EARLY)
