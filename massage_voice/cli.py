"""The command line: it parses, calls one function, and turns every error into a message and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from massage_voice.commands.asked import (
    BESIDE,
    FORMATS,
    VOLUME,
    WPM,
    Asked,
    Pace,
    Until,
    manner_options,
    option,
    session_options,
)
from massage_voice.errors import ExitCode, MassageVoiceError
from massage_voice.reminders import EVERY
from massage_voice.screen.talk import talk

EPILOG = """\b
Exit codes: 0 finished, 2 wrong usage, 3 routine invalid, 4 no voice or no sound device, 5 ended before the
end, 6 a safety cue could not be delivered, 7 not suitable today, 130 Ctrl-C.
"""


class Verbs(click.Group):
    """Lists the commands in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The order of their definition."""
        return list(self.commands)


@click.group(cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="massage-voice", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Guides a massage by ear: a spoken routine, on time, with safety cues that cannot be skipped.

    It is for comfort and does not replace care from a doctor.
    """
    from massage_voice.commands.config import defaults

    ctx.default_map = defaults(cli)


@cli.command("run", epilog=EPILOG)
@click.argument("routine")
@session_options
@click.option("--until", "until_s", type=Until(), help="End by this time, as 15:30; pauses shorten what is left.")
@click.option("--screened", is_flag=True, help="The questions were asked today; pressure and area rules still hold.")
@manner_options
def run_command(routine: str, asked: Asked, as_json: bool, **manner: Any) -> None:
    """Guide a live session of ROUTINE, a built-in name or a file."""
    from massage_voice.commands.run import Manner, run

    sys.exit(run(routine, asked, Manner(json=as_json, **manner)))


@cli.command("resume", epilog=EPILOG)
@click.option("--voice", help="Another voice than before: heart, system or none.")
@click.option("--pace", type=Pace(), help="Another pace for the steps to come.")
@click.option("--wpm", type=WPM, help="Words a minute.")
@click.option("--volume", type=VOLUME, help="Percent of full loudness.")
@manner_options
def resume_command(as_json: bool, voice: str | None, pace: float | None, wpm: int | None, volume: int | None,
                   **manner: Any) -> None:  # fmt: skip
    """Go on with the session that was interrupted today, where it was, cautions first."""
    from massage_voice.commands.resume import Changes, resume
    from massage_voice.commands.run import Manner

    sys.exit(resume(Changes(voice, pace, wpm, volume), Manner(json=as_json, **manner)))


@cli.command("render", epilog=EPILOG)
@click.argument("routines", nargs=-1, required=True, metavar="ROUTINE...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="A file that ends in .wav, .flac, .mp3, .opus or .m4b; for several routines a folder.",
)
@click.option("--format", type=click.Choice(FORMATS), help="Of the files in a folder. [default: mp3]")
@click.option(
    "--with",
    "beside",
    multiple=True,
    type=click.Choice(BESIDE),
    help="Also write .srt captions, .chapters.json, a .txt of all words; may be repeated.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="STEP",
    help="Only this step, by name or number, its cautions in full; may be repeated.",
)
@click.option(
    "--gap",
    type=click.Choice(["full", "none"]),
    default="full",
    show_default=True,
    help="none: the words alone, to learn them; there is no time to work.",
)
@click.option("--ledger", type=click.Path(path_type=Path), help="Also write what the file holds, cue by cue.")
@session_options
def render_command(routines: tuple[str, ...], asked: Asked, gap: str, **wanted: Any) -> None:
    """Write the session of ROUTINE as a sound file with chapters, and its captions beside it.

    ROUTINE is a built-in name, a file, or a folder of files. Several are written at the same time, one a core.
    """
    from massage_voice.commands.render import Wanted, render

    sys.exit(render(routines, asked, Wanted(words_only=gap == "none", **wanted)))


@cli.command("plan", epilog=EPILOG)
@click.argument("routine")
@click.option("--json", "as_json", is_flag=True, help="The timeline as one JSON object.")
@session_options
def plan_command(routine: str, asked: Asked, as_json: bool) -> None:
    """Print every cue of ROUTINE with its time."""
    from massage_voice.commands.plan import plan

    sys.exit(plan(routine, asked, as_json=as_json))


@cli.command("show", epilog=EPILOG)
@click.argument("routine")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page for a browser or a printer."
)
@click.option("--with-sound", is_flag=True, help="The page also plays the session, with captions and large buttons.")
@option("--plain", is_flag=True, help="In the terminal: sentences instead, for a screen reader.")
@session_options
def show_command(routine: str, asked: Asked, **wanted: Any) -> None:
    """Draw ROUTINE: steps to scale, a map of the body, pressure, cautions; in the terminal or as a page."""
    from massage_voice.commands.show import Wanted, show

    sys.exit(show(routine, asked, Wanted(**wanted)))


@cli.command("voices", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; nothing is played.")
@click.option("--play/--no-play", "aloud", default=True, help="Let each voice say a sentence.")
def voices_command(as_json: bool, aloud: bool) -> None:
    """List the voices, each with a spoken sample, and why the others do not speak here.

    heart comes with the program, system is the computer's own. espeak and piper are extras under the GPL. A Piper voice
    is a file of yours: --voice piper:FILE.onnx.
    """
    from massage_voice.commands.voices import voices

    sys.exit(voices(as_json=as_json, aloud=aloud))


@cli.command("history", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def history_command(as_json: bool) -> None:
    """List past sessions: date, routine, length, how they ended, cues delivered."""
    from massage_voice.commands.history import history

    sys.exit(history(as_json=as_json))


@cli.command("forget", epilog=EPILOG)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(yes: bool) -> None:
    """Remove everything that sessions have left: answers, journals, ledgers, spoken clips."""
    from massage_voice.commands.forget import forget

    sys.exit(forget(sure=yes))


@cli.command("list", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_command(as_json: bool) -> None:
    """List the routines there are, built in and your own."""
    from massage_voice.commands.list import list_routines

    sys.exit(list_routines(as_json=as_json))


@cli.command("check", epilog=EPILOG)
@click.argument("files", nargs=-1, required=True)
def check_command(files: tuple[str, ...]) -> None:
    """Say everything that is wrong with routine FILES, as `file:line:column: path: expected X, found Y`."""
    from massage_voice.commands.check import check

    sys.exit(check(files))


@cli.command("remind", epilog=EPILOG)
@click.argument("routine")
@click.option(
    "--every",
    multiple=True,
    type=click.Choice(EVERY),
    default=["day"],
    show_default=True,
    help="The days; may be repeated.",
)
@click.option("--at", multiple=True, metavar="TIME", help="20:30 or 8:30pm; may be repeated.")
@click.option("--once", is_flag=True, help="End after the first reminder.")
@click.option("--test", is_flag=True, help="Remind at once, to hear it, and then end.")
@session_options
def remind_command(routine: str, asked: Asked, **when: Any) -> None:
    """Say when it is time for ROUTINE, and ask whether to begin; Ctrl-C ends it.

    It never begins by itself, and asks the questions of `run` before every session. It runs in this window,
    while the computer is awake; a reminder missed by up to half an hour is made up for.
    """
    from massage_voice.commands.remind import When, remind

    sys.exit(remind(routine, asked, When(**when)))


@cli.command("keys", epilog=EPILOG)
@click.option("--learn", is_flag=True, help="Press a pedal or a key, and say what it should do.")
def keys_command(learn: bool) -> None:
    """List what each key does in a session, or learn what a pedal sends.

    A foot pedal or a presenter's remote is a keyboard. What it sends can do anything that a key does: --learn writes
    it below `keys:` in config.yaml, after asking.
    """
    from massage_voice.commands.keys import keys

    sys.exit(keys(learning=learn))


@cli.command("doctor", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; nothing is asked.")
def doctor_command(as_json: bool) -> None:
    """Check voice, sound, microphone, keys, sleep, disk, terminal; say what mends what fails.

    It plays a bell and a sentence. At a terminal it asks whether you heard them, and for a key. Where the system
    can record what it plays itself, it looks for the bell there. Where spoken commands are installed it listens to the
    microphone for three seconds, and keeps nothing of it.

    It ends with "ready" (exit code 0, also with warnings) or with the one thing to do first (4 when it is the voice
    or the sound, 5 when it is something else).
    """
    from massage_voice.commands.doctor import doctor

    sys.exit(doctor(as_json=as_json))


def main() -> None:
    """The console script."""
    try:
        _run()
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                let_go(stream)


def let_go(stream: TextIO) -> None:
    """Write what is still to be written; a terminal that has gone swallows it, which is no exit code of its own."""
    try:
        stream.flush()
    except OSError as error:
        if error.errno == errno.EIO:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _run() -> None:
    try:
        cli.main(prog_name="massage-voice", standalone_mode=False)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)  # a usage error knows where it came up
        usage = f"{context.get_usage()}\n" if context else ""
        talk(f"{usage}massage-voice: {error.format_message()}")
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has left; there is nobody to tell
        sys.exit(ExitCode.ENDED_EARLY)
    except MassageVoiceError as error:
        talk(f"massage-voice: {error.message}")
        if error.hint:
            talk(f"  {error.hint}")
        sys.exit(error.exit_code)
    except Exception as error:  # the last line of defence: a fault of the program, told without a traceback
        if os.environ.get("MASSAGE_VOICE_DEBUG"):
            raise
        talk(f"massage-voice: a fault of the program: {type(error).__name__}: {error}")
        talk("  please report it, with what MASSAGE_VOICE_DEBUG=1 prints")
        sys.exit(ExitCode.ENDED_EARLY)


if __name__ == "__main__":
    main()
