"""`render`: sessions as sound files, with captions beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from massage_voice.commands.asked import Asked
from massage_voice.commands.places import places
from massage_voice.commands.recorder import Job, prepare, write
from massage_voice.commands.signals import held_back
from massage_voice.errors import ExitCode, UsageError
from massage_voice.recording.companions import COMPANIONS
from massage_voice.recording.formats import FORMATS
from massage_voice.routine.store import SUFFIXES, Store
from massage_voice.screen.progress import Progress
from massage_voice.screen.talk import talk

IN_FOLDERS = "mp3"
"""The format of files in a folder, unless another one is asked for: every player reads it, chapters and all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `render` was asked for, besides the session."""

    output: Path
    """A file, or a folder."""
    format: str | None = None
    """A suffix without its dot; None: that of `output`, or `IN_FOLDERS`."""
    beside: tuple[str, ...] = ()
    """Names in `COMPANIONS`, besides vtt, or `all`."""
    only: tuple[str, ...] = ()
    words_only: bool = False
    ledger: Path | None = None


def render(names: tuple[str, ...], asked: Asked, wanted: Wanted) -> ExitCode:
    """Write the sessions of all routines called `names`, or lying in folders of these names."""
    routines = [routine for name in names for routine in _routines(name)]
    many = len(routines) > 1 or (bool(routines) and routines[0] != names[0])
    outputs = _outputs(routines, wanted, many=many)
    beside = tuple(name for name in COMPANIONS if name == "vtt" or {name, "all"} & set(wanted.beside))
    jobs = [
        Job(routine, asked, output, beside, wanted.only, wanted.words_only, wanted.ledger)
        for routine, output in zip(routines, outputs, strict=True)
    ]
    _refuse_clashes(jobs)
    for suffix in {output.suffix.lower() for output in outputs}:
        FORMATS[suffix].ready()
    if many:
        from massage_voice.commands.folder import render_all

        return render_all(jobs)
    return _one(jobs[0])


def _one(job: Job) -> ExitCode:
    with Progress("Preparing the voice").shown() as told:
        made = prepare(job, told)
    for note in made.notes:
        talk(note)
    with held_back() as interrupted, Progress(f"Writing {job.output.name}", percent=True).shown() as told:

        def written(done: int, total: int) -> None:
            interrupted()
            told(done, total)

        summary = write(made, written)
    talk(summary)
    return ExitCode.FINISHED


def _routines(name: str) -> Iterator[str]:
    """The routine itself, or every routine file in the folder of that name.

    Raises:
        UsageError: the folder holds none.
    """
    folder = Path(name)
    if not _is_folder(folder) or name in Store(places().routines).names():
        yield name
        return
    found = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    if not found:
        raise UsageError(f"there is no routine in {name}: expected files that end in {' or '.join(SUFFIXES)}")
    yield from map(str, found)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False  # too long, or a zero byte: no path at all


def _outputs(routines: list[str], wanted: Wanted, *, many: bool) -> list[Path]:
    """A file for each routine.

    Raises:
        UsageError: the format is not known, or several routines would go into one file.
    """
    output, suffix = wanted.output, wanted.output.suffix.lower()
    known = suffix in FORMATS
    if many and known and not _is_folder(output):
        raise UsageError(f"cannot render several routines into one file: {output}", "Give -o the name of a folder.")
    if many or (wanted.format and (_is_folder(output) or not suffix)):
        return _in_folder(routines, output, wanted.format or IN_FOLDERS)
    if not known:
        raise UsageError(
            f"cannot render {str(output)!r}: expected a name that ends in {', '.join(FORMATS)}",
            "or a folder, with --format",
        )
    if wanted.format and suffix != f".{wanted.format}":
        raise UsageError(f"{output} is not the name of a .{wanted.format} file")
    return [output]


def _in_folder(routines: list[str], folder: Path, kind: str) -> list[Path]:
    """Files in `folder`, named like the routines; two of the same name would be one file.

    Raises:
        UsageError: two routines have the same name.
    """
    names = [Path(routine).stem if routine.endswith(SUFFIXES) else Path(routine).name for routine in routines]
    folded = [name.casefold() for name in names]
    double = next((name for name, same in zip(names, folded, strict=True) if folded.count(same) > 1), None)
    if double is not None:
        raise UsageError(f"two routines would be written to {double}.{kind}", "Render them into different folders.")
    return [folder / f"{name}.{kind}" for name in names]


def _refuse_clashes(jobs: list[Job]) -> None:
    """Raises UsageError where one file would be written over another of the same run."""
    ledger = jobs[0].ledger
    if ledger is None:
        return
    if len(jobs) > 1:
        raise UsageError("--ledger is for one routine at a time")
    others = {path.absolute() for path in jobs[0].files()[:-1]}
    if ledger.absolute() in others:
        raise UsageError(f"the ledger cannot have the name of the sound or its captions: {ledger}")
