"""The one family of errors, and the exit codes they lead to.

Libraries below `cli.py` raise; only `cli.py` prints and leaves the process.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; listed in `massage-voice --help`."""

    FINISHED = 0
    USAGE = 2
    ROUTINE_INVALID = 3
    NO_SOUND = 4
    ENDED_EARLY = 5
    SAFETY_NOT_DELIVERED = 6
    NOT_SUITABLE = 7
    INTERRUPTED = 130


class MassageVoiceError(Exception):
    """An expected failure: `message` says what is wrong, `hint` what to do about it."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MassageVoiceError):
    """A flag, a name or a path that cannot be what was meant."""


class OutputError(MassageVoiceError):
    """A file that cannot be written; nothing stands under its final name."""

    exit_code = ExitCode.ENDED_EARLY


class RecordError(MassageVoiceError):
    """The record of a past session cannot be read, or somebody else is writing it."""


class RoutineError(MassageVoiceError):
    """A routine that cannot be played; the message lists every problem, one a line."""

    exit_code = ExitCode.ROUTINE_INVALID


class VoiceError(MassageVoiceError):
    """A voice that is missing, or that did not say what it was asked to say."""

    exit_code = ExitCode.NO_SOUND


class SoundError(MassageVoiceError):
    """No sound device, or one that does not play."""

    exit_code = ExitCode.NO_SOUND


class HearingError(MassageVoiceError):
    """Spoken commands cannot be heard here; keys and pedals do everything."""


class SafetyError(MassageVoiceError):
    """A safety cue that cannot be delivered: the hands are not sent there."""

    exit_code = ExitCode.SAFETY_NOT_DELIVERED


class LeftError(MassageVoiceError):
    """Somebody left before the session began."""

    exit_code = ExitCode.ENDED_EARLY


class NotSuitableError(MassageVoiceError):
    """The screening says: no massage today."""

    exit_code = ExitCode.NOT_SUITABLE
