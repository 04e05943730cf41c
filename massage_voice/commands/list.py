"""`list`: the routines there are."""

from __future__ import annotations

import json
from dataclasses import dataclass

from massage_voice.commands.assembly import read_routine
from massage_voice.commands.places import Places, places
from massage_voice.errors import ExitCode, RoutineError, UsageError
from massage_voice.routine.store import Store
from massage_voice.screen.talk import data
from massage_voice.screen.views import clock


@dataclass(frozen=True, slots=True)
class Row:
    """One routine."""

    name: str
    title: str
    position: str
    seconds: float
    """As written, before cautions stretch it; 0 when it has problems."""
    own: bool


def list_routines(*, as_json: bool) -> ExitCode:
    """Print every routine, built in and the user's own."""
    home = places()
    store = Store(home.routines)
    rows = [_row(name, store, home) for name in store.names()]
    if as_json:
        for row in rows:
            data(json.dumps({name: getattr(row, name) for name in Row.__slots__}, ensure_ascii=False))
        return ExitCode.FINISHED
    for row in rows:
        about = f"{clock(row.seconds)}  {row.position:10}" if row.seconds else f"{'':7}{'broken':10}"
        data(f"{row.name:20} {about} {row.title}{'  (yours)' if row.own else ''}")
    return ExitCode.FINISHED


def _row(name: str, store: Store, home: Places) -> Row:
    own = store.is_own(name)
    try:
        routine = read_routine(name, home)
    except (RoutineError, UsageError):
        return Row(name, f"has problems: massage-voice check {name}", "", 0.0, own)
    played = (step.duration_ms for step in routine.steps if step.gate is None)
    return Row(name, routine.title, routine.position.value, sum(played) / 1000, own)
