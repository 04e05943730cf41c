"""What the page's player knows, as JSON: parts, captions, and the cautions that come first wherever it lands.

A recording says a caution in full where its area is entered; later steps say it in short, or rely on its having been
heard. A player that jumps would skip it. So each part lists the cautions that a jump into it owes, and where in the
recording each is said in full: the player sounds those first, and only then the part from its beginning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from massage_voice.clip import RATE
from massage_voice.safety.registry import Registry
from massage_voice.screen.talk import clean
from massage_voice.sheet.model import Part, Sheet, Sounds
from massage_voice.sheet.questions import Question
from massage_voice.timeline.model import Placement

Sayings = Mapping[str, list[Placement]]
"""Where each caution is said in full, by its hazard."""


def program(sheet: Sheet, sounds: Sounds, registry: Registry) -> str:
    """The JSON, safe inside a `script` element."""
    full = _full(sheet.placements, registry)
    data = {
        "title": sheet.title,
        "length": _rounded(sheet.length),
        "parts": [_part(part, full) for part in sheet.parts],
        "cues": [_cue(place, full) for place in sheet.placements if place.cue.is_spoken],
        "form": [_question(question) for question in sheet.form],
        "reading": [[*_span(place), place.cue.id.removeprefix("0.screening.")] for place in sounds.reading.placements],
        "full": {hazard: _span(places[0]) for hazard, places in full.items()},
    }
    text = json.dumps(data, separators=(",", ":"))  # ASCII: no line separators of other alphabets
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _question(question: Question) -> dict[str, object]:
    """Why it does not play, by answer; null: the question that follows tells."""
    further = question.follow_up
    why_not = {answer: None if words and further else words for answer, words in question.why_not.items()}
    return {"id": question.id, "why": why_not, "then": _question(further) if further else None}


def _owed(part: Part, hazards: Iterable[str], full: Sayings) -> list[str]:
    """Those of `hazards` that the part does not say in full itself, before the hands work."""
    if part.work is None:
        return []
    begins, works = part.start, part.work[0]
    return [name for name in hazards if not any(begins <= place.start / RATE < works for place in full[name])]


def _full(placements: Iterable[Placement], registry: Registry) -> Sayings:
    found: dict[str, list[Placement]] = {}
    for place in placements:
        hazard = place.cue.hazard
        if hazard is not None and place.cue.text == registry.hazards[hazard].enter:
            found.setdefault(hazard, []).append(place)
    return found


def _part(part: Part, full: Sayings) -> dict[str, object]:
    return {
        "name": part.name,
        "number": part.number,
        "span": [_rounded(part.start), _rounded(part.end)],
        "work": None if part.work is None else [_rounded(second) for second in part.work],
        "areas": [area for area, _ in part.areas],
        "owed": _owed(part, part.owed, full),
        "first": _owed(part, part.hazards, full),
        "all": list(part.hazards),
    }


def _cue(place: Placement, full: Sayings) -> list[object]:
    """Start, end, words, the hazard of a caution or nothing, and 1 where it is said in full."""
    hazard = place.cue.hazard or ""
    whole = bool(hazard) and place.cue.text == full[hazard][0].cue.text
    return [*_span(place), clean(place.cue.text), hazard, int(whole)]


def _span(place: Placement) -> list[float]:
    return [_rounded(place.start / RATE), _rounded(place.end / RATE)]


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
