"""`history`: past sessions, as their journals and ledgers tell of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from massage_voice.commands.places import places
from massage_voice.commands.records import now
from massage_voice.errors import ExitCode, RecordError
from massage_voice.screen.table import columns
from massage_voice.screen.talk import data, talk
from massage_voice.screen.views import clock
from massage_voice.session.past import Past, outcomes, pasts
from massage_voice.session.record import running, sweep

_ENDINGS: Mapping[ExitCode | None, str] = {
    ExitCode.FINISHED: "finished",
    ExitCode.ENDED_EARLY: "ended early",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.NO_SOUND: "sound lost",
    ExitCode.SAFETY_NOT_DELIVERED: "a caution could not be heard",
    None: "broken off",
}


def history(*, as_json: bool) -> ExitCode:
    """List all sessions, the newest first; what is wrong with a damaged one goes to stderr."""
    home = places()
    sweep(home.sessions, now().date())
    found, damaged = [], []
    for past in pasts(home.sessions):
        if isinstance(past, RecordError):
            damaged.append(past.message)
        else:
            found.append(_facts(past))
    if as_json:
        for facts in found:
            data(json.dumps(facts, ensure_ascii=False))
    elif found:
        data("\n".join(columns([_HEAD, *map(_row, found)])))
    else:
        talk("No session yet. massage-voice run neck begins one.")
    for message in damaged:
        talk(message)
    return ExitCode.FINISHED


def _facts(past: Past) -> dict[str, Any]:
    try:
        cues = outcomes(past.stem)
    except RecordError:
        cues = {}
    return {
        "started": past.started.isoformat(timespec="seconds"),
        "routine": str(past.head.get("routine")),
        "title": str(past.head.get("title")),
        "seconds": past.seconds,
        "ended": _ending(past),
        "cues": cues,
    }


def _ending(past: Past) -> str:
    if past.barred:
        return "ended at a sign"
    if past.code is None and running(past.stem):
        return "runs now"
    return _ENDINGS.get(past.code, "ended early")


_HEAD = ("started", "routine", "length", "ended", "cues heard")


def _row(facts: dict[str, Any]) -> tuple[str, ...]:
    cues: dict[str, int] = facts["cues"]
    heard = cues.get("delivered", 0) + cues.get("late", 0)
    started = facts["started"][:16].replace("T", " ")
    return (started, facts["title"], clock(facts["seconds"]), facts["ended"], f"{heard} of {sum(cues.values())}")
