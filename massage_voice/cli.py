"""The command line: it parses, calls one function, and turns every error into a message and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from massage_voice.commands.asked import Asked, option, session_options
from massage_voice.errors import ExitCode, MassageVoiceError
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
@click.option("--screened", is_flag=True, help="The questions were asked today; pressure and area rules still hold.")
@option("--plain", is_flag=True, help="Plain lines instead of the live view.")
@click.option("--json", "as_json", is_flag=True, help="The ledger on stdout, one JSON object a line.")
@option("--captions-only", is_flag=True, help="No sound: captions and their times.")
@option("--require-sound", is_flag=True, help="Without a sound device, end with exit code 4.")
def run_command(routine: str, asked: Asked, as_json: bool, **manner: Any) -> None:
    """Guide a live session of ROUTINE, a built-in name or a file."""
    from massage_voice.commands.run import Manner, run

    sys.exit(run(routine, asked, Manner(json=as_json, **manner)))


@cli.command("render", epilog=EPILOG)
@click.argument("routine")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The .wav file to write.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Also write what the file holds, cue by cue.")
@session_options
def render_command(routine: str, asked: Asked, output: Path, ledger: Path | None) -> None:
    """Write the session of ROUTINE as a sound file, and its captions beside it."""
    from massage_voice.commands.render import render

    sys.exit(render(routine, asked, output, ledger))


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
@session_options
def show_command(routine: str, asked: Asked) -> None:
    """Draw ROUTINE: steps to scale, areas, pressure, cautions."""
    from massage_voice.commands.show import show

    sys.exit(show(routine, asked))


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


def main() -> None:
    """The console script."""
    try:
        cli.main(prog_name="massage-voice", standalone_mode=False)
    except click.ClickException as error:
        error.show()
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
