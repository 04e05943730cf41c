"""What a user asks of a session: the options that `run`, `render` and `plan` share, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from functools import update_wrapper
from pathlib import Path
from typing import Any, TypeVar

import click

from massage_voice.errors import UsageError
from massage_voice.reminders.words import clock_time
from massage_voice.routine.durations import milliseconds
from massage_voice.safety.wishes import Verbosity

FARTHEST = timedelta(hours=3)
BEDS = ("rain", "sea", "drone")
"""See sound/made_beds.py, which is not imported here because it takes time."""
FORMATS = ("wav", "flac", "mp3", "opus", "m4b")
"""See recording/formats.py, for the same reason."""
BESIDE = ("srt", "chapters", "transcript", "all")
"""See recording/companions.py."""
PACES = {"slow": 0.85, "normal": 1.0, "brisk": 1.15}
_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """The shared options, as values."""

    pace: float = 1.0
    length_s: float | None = None
    first: bool | None = None
    """None: first unless the history holds a finished session."""
    front: bool | None = None
    partner: str = "partner"
    voice: str | None = None
    safety_voice: str | None = None
    """Another voice for the cautions."""
    wpm: int = 130
    verbosity: Verbosity = Verbosity.FULL
    volume: int = 100
    """Percent of full loudness."""
    bells: bool = True
    bell_volume: int = 100
    tick_volume: int = 100
    music: str | None = None
    """A bed that the program makes, a file or a folder."""
    music_volume: int = 100

    def kept(self) -> dict[str, object]:
        """As it stands in a journal."""
        return asdict(self)

    @staticmethod
    def read(kept: Mapping[str, Any]) -> Asked:
        """What `kept` gave, checked as if it had been typed.

        Raises:
            ValueError, KeyError, TypeError: it is not that.
        """
        try:
            asked = Asked(
                pace=Pace()(str(kept["pace"])) or 1.0,
                length_s=None if kept["length_s"] is None else Length()(float(kept["length_s"])),
                first=_flag(kept["first"]),
                front=_flag(kept["front"]),
                partner=Partner()(kept["partner"]) or "",
                voice=None if kept["voice"] is None else str(kept["voice"]),
                safety_voice=None if kept.get("safety_voice") is None else str(kept["safety_voice"]),
                wpm=WPM(kept["wpm"]) or 0,
                verbosity=Verbosity(kept["verbosity"]),
                volume=VOLUME(kept["volume"]) or 0,
                bells=bool(_flag(kept["bells"])),
                bell_volume=VOLUME(kept.get("bell_volume", 100)) or 0,
                tick_volume=VOLUME(kept.get("tick_volume", 100)) or 0,
                music=None if kept.get("music") is None else Bed()(kept["music"]),
                music_volume=VOLUME(kept.get("music_volume", 100)) or 0,
            )
        except click.UsageError as error:
            raise ValueError(error.message) from error
        return asked


def _flag(value: Any) -> bool | None:
    if value not in {True, False, None}:
        raise ValueError("expected true, false or null")
    return None if value is None else bool(value)


class Pace(click.ParamType[float]):
    """slow, normal, brisk, or a number from 0.7 to 1.3."""

    name = "pace"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The pace as a factor."""
        if value in PACES:
            return PACES[value]
        try:
            pace = float(value)
        except ValueError:
            pace = 0.0
        if not 0.7 <= pace <= 1.3:
            self.fail(f"{value!r} is not slow, normal, brisk or a number from 0.7 to 1.3", param, ctx)
        return pace


class Length(click.ParamType[float]):
    """20m, 12:30, 900s or 1m40s, in seconds."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The length in seconds."""
        if isinstance(value, int | float):
            return float(value)
        length_ms = milliseconds(str(value))
        if not length_ms:
            self.fail(f"{value!r} is not a length such as 20m, 12:30 or 900s", param, ctx)
        return length_ms / 1000


class Until(click.ParamType[float]):
    """15:30 or 3:30pm, within the next three hours; in seconds of the epoch."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The next time the clock shows it."""
        if isinstance(value, float):
            return value
        try:
            when = time.fromisoformat(clock_time(str(value)))
        except UsageError:
            self.fail(f"{value!r} is not a time such as 15:30 or 3:30pm", param, ctx)
        now = datetime.now().astimezone()
        end = datetime.combine(now.date(), when).astimezone()
        if end <= now:
            end = datetime.combine(now.date() + timedelta(days=1), when).astimezone()
        if end - now > FARTHEST:
            self.fail(f"{value!r} is more than three hours away", param, ctx)
        return end.timestamp()


class Partner(click.ParamType[str]):
    """A noun (client) or a name (Mum), short and made of letters."""

    name = "noun"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as it is spoken."""
        text = str(value).strip()
        if not re.fullmatch(r"[^\W\d_]([^\W\d_]|[ '-]){0,19}", text):
            self.fail(f"{value!r} is not a word or name of at most 20 letters", param, ctx)
        return text


class Bed(click.ParamType[str]):
    """A bed that the program makes, or where a sound file or a folder of them lies."""

    name = "music"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The name as it is, a path from the root, so that it means the same wherever a session goes on."""
        return str(value) if value in BEDS else str(Path(str(value)).expanduser().absolute())


WPM, VOLUME = click.IntRange(110, 140), click.IntRange(10, 100)


def option(*names: str, **settings: Any) -> Callable[[_F], _F]:
    """A click option that `MASSAGE_VOICE_NAME` sets as well."""
    long = next(name for name in names if name.startswith("--")).split("/")[0].removeprefix("--")
    return click.option(*names, envvar=f"MASSAGE_VOICE_{long.upper().replace('-', '_')}", **settings)


_OPTIONS = (
    option("--pace", type=Pace(), default="normal", show_default=True,
           help="slow, normal, brisk or 0.7 to 1.3: moves the steps within their limits."),
    option("--length", type=Length(), help="Fit the whole session into this, as 12m or 14:30."),
    option("--first/--again", "first", default=None,
           help="A first session lasts at most 15 minutes. [default: first, until one was finished]"),
    option("--front/--no-front", "front", default=None,
           help="The front of the neck; live it also needs its questions, or --screened."),
    option("--partner", type=Partner(), default="partner", show_default=True,
           help="What the receiver is called: client, Mum."),
    option("--voice", help="heart, system, espeak, piper:FILE.onnx or none. [default: heart]"),
    option("--safety-voice", metavar="VOICE", help="Another voice for the cautions and the questions."),
    option("--wpm", type=WPM, default=130, show_default=True, help="Words a minute."),
    option("--verbosity", type=click.Choice([v.value for v in Verbosity]), default=Verbosity.FULL.value,
           show_default=True, help="How much is said besides the cautions, which are always said."),
    option("--volume", type=VOLUME, default=100, show_default=True,
           help="Percent of full loudness."),
    option("--bells/--no-bells", default=True, show_default=True, help="Soft bells between the words."),
    option("--bell-volume", type=VOLUME, default=100, show_default=True, help="Percent of the bells' loudness."),
    option("--tick-volume", type=VOLUME, default=100, show_default=True,
           help="Percent of the loudness of stroke ticks."),
    option("--music", type=Bed(), metavar="NAME|FILE|FOLDER",
           help="Under the steps, soft under the words: rain, sea, drone, a sound file or a folder of them."),
    option("--music-volume", type=VOLUME, default=100, show_default=True, help="Percent of the music's loudness."),
)  # fmt: skip


_MANNERS = (
    option("--plain", is_flag=True, help="Plain lines instead of the live view."),
    click.option("--json", "as_json", is_flag=True, help="The ledger on stdout, one JSON object a line."),
    option("--captions-only", is_flag=True, help="No sound: captions and their times."),
    option("--require-sound", is_flag=True, help="Without a sound device, end with exit code 4."),
    option("--mic/--no-mic", "mic", default=False, help="Listen to spoken commands (needs massage-voice[mic])."),
    option("--wake", type=Partner(), metavar="WORD", help="Another wake word. [default: massage]"),
    option("--bare", is_flag=True, help="Every spoken command without the wake word too."),
    option("--headset", is_flag=True, help="Headphones are worn: the microphone does not hear the loudspeaker."),
    option(
        "--mic-model",
        type=click.Path(exists=True, file_okay=False),
        metavar="DIR",
        help="A folder with another English Whisper model.",
    ),
)


_SAME = (
    *("first", "front", "partner", "voice", "safety_voice", "wpm", "volume"),
    *("bells", "bell_volume", "tick_volume", "music", "music_volume"),
)
"""Options that are kept as they come."""


def manner_options(command: _F) -> _F:
    """Give a command the options of a live session that no other has."""
    for add in reversed(_MANNERS):
        command = add(command)
    return command


def session_options(command: _F) -> _F:
    """Give a command the shared options; it gets them as one `asked: Asked`."""

    @click.pass_context
    def wrapped(ctx: click.Context, /, **given: Any) -> Any:
        asked = Asked(
            pace=given.pop("pace"),
            length_s=given.pop("length"),
            verbosity=Verbosity(given.pop("verbosity")),
            **{name: given.pop(name) for name in _SAME},
        )
        return ctx.invoke(command, asked=asked, **given)

    decorated: Any = update_wrapper(wrapped, command)  # with the options that the command has of its own
    for add in reversed(_OPTIONS):
        decorated = add(decorated)
    return decorated  # type: ignore[no-any-return]
