"""From what was asked to a plan: the one road that `plan`, `render` and `run` share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from massage_voice.clip import RATE, Speech
from massage_voice.commands.asked import Asked
from massage_voice.commands.places import Places
from massage_voice.errors import SafetyError
from massage_voice.ports import Library
from massage_voice.routine.lint import lint
from massage_voice.routine.model import Routine
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.reader import read_text
from massage_voice.routine.respelling import as_said, pairs_of, used
from massage_voice.routine.store import Source, Store
from massage_voice.routine.tree import collector_paused
from massage_voice.routine.vocabulary import Vocabulary
from massage_voice.safety.registry import Registry, load_registry
from massage_voice.safety.restrictions import NO_RESTRICTIONS, Restrictions, read_restrictions
from massage_voice.safety.rules import problems
from massage_voice.safety.screening import Screening, load_screening
from massage_voice.safety.script import Cue, Kind, Script
from massage_voice.safety.secure import addressed, secure
from massage_voice.safety.wishes import Wishes
from massage_voice.session.past import finished_before
from massage_voice.sound.bells import BELLS, bell
from massage_voice.timeline import wording
from massage_voice.timeline.audit import audit
from massage_voice.timeline.fit import Shape, fit
from massage_voice.timeline.layout import Sounds
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan, spoken


@dataclass(frozen=True, slots=True)
class Answers:
    """What the screening left of the session."""

    front: bool = False
    restrictions: Restrictions = NO_RESTRICTIONS

    def kept(self) -> dict[str, object]:
        """As JSON, for today."""
        return {"front": self.front, "restrictions": self.restrictions.kept()}

    @staticmethod
    def read(kept: Mapping[str, Any]) -> Answers:
        """What `kept` gave.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: it is not that.
        """
        return Answers(kept["front"] is True, read_restrictions(kept["restrictions"]))


def vocabulary(registry: Registry) -> Vocabulary:
    """The registry's names, for the reader."""
    return Vocabulary(
        areas=frozenset(registry.areas),
        no_go=registry.no_go,
        techniques=frozenset(registry.techniques),
        pressures=registry.levels,
    )


def read_routine(name: str, places: Places) -> Routine:
    """The routine of that name or path, with every problem of it at once.

    Raises:
        UsageError: there is none.
        RoutineError: it has problems.
    """
    return parsed(Store(places.routines).find(name))


def parsed(source: Source) -> Routine:
    """The routine in `source`, with every problem of it at once.

    Raises:
        RoutineError: it has problems.
    """
    registry = load_registry()
    words = vocabulary(registry)
    routine = read_text(source.text, source.file, words)
    versions = dict.fromkeys([routine, as_said(routine)])  # equal, where nothing is respelt
    raise_if_any(sorted({p for one in versions for p in (*lint(one, words), *problems(one, registry))}))
    return routine


def is_first(asked: Asked, places: Places) -> bool:
    """Whether the limits of a first session hold."""
    return asked.first if asked.first is not None else not finished_before(places.sessions)


def make_script(routine: Routine, asked: Asked, answers: Answers, *, first: bool) -> Script:
    """Secure the routine as asked and answered."""
    wishes = Wishes(answers.front, first, asked.partner, asked.verbosity, answers.restrictions)
    with collector_paused():
        return secure(routine, load_registry(), load_screening(), wishes)


def make_plan(
    script: Script,
    asked: Asked,
    library: Library,
    extra: Mapping[str, Speech] | None = None,
    *,
    latest_s: float | None = None,
) -> Plan:
    """Measure every text and fit the script; what the audit finds wrong with it is never played.

    `extra` are texts that are not on the timeline and must be ready as well. `latest_s` is how many seconds the
    preparation and the session may take together.

    Raises:
        UsageError, RoutineError: it does not fit.
        SafetyError: the finished timeline breaks a safety rule.
    """
    texts = {**session_texts(script, asked), **(extra or {})}
    sounds = Sounds(library.prepare(texts), bell_lengths(asked))
    with collector_paused():
        shape = Shape(asked.pace, asked.length_s)
        if latest_s is not None:
            prelude_s = spoken(script.preparation, sounds).length / RATE
            shape = Shape(asked.pace, latest_s - prelude_s, latest=True)
        plan = fit(script, sounds, shape, load_registry().limits)
        checked(plan.whole(), script)
    return plan


def session_texts(script: Script, asked: Asked) -> dict[str, Speech]:
    """Every text that a timeline of `script` may need; the author's respellings for the author's lines alone."""
    texts, routine = wording.texts(script, asked.wpm), script.routine
    pairs = pairs_of(routine)
    lines = [
        *routine.prepare,
        *(line for step in routine.steps for line in (*step.say, *(r.line for r in step.remind))),
    ]
    for text in {addressed(line.text, asked.partner) for line in lines} if pairs else ():
        if text in texts and not texts[text].caution:
            texts[text] = replace(texts[text], say_as=used(pairs, text))
    return texts


def checked(timeline: Timeline, script: Script, *, whole: bool = True) -> Timeline:
    """`timeline`, when the audit has nothing against it; a live session's are parts of the `whole` that was fitted.

    Raises:
        SafetyError: it has.
    """
    wrong = audit(timeline, script, load_registry(), whole=whole)
    if wrong:
        raise SafetyError("\n".join(["this session is not safe to play:", *wrong]), "please report this routine")
    return timeline


def bell_lengths(asked: Asked) -> dict[str, int]:
    """Frames of every bell; empty without bells."""
    return {name: len(bell(name)) for name in BELLS} if asked.bells else {}


def unattended_cues(screening: Screening) -> tuple[Cue, ...]:
    """The questions as lines, for a session in which nobody can answer."""
    lines = screening.unattended_lines()
    return tuple(Cue(f"0.screening.{n}", Kind.OPENING, line, 0) for n, line in enumerate(lines, 1))


def speeches(texts: Iterable[str], wpm: int, *, caution: bool = False) -> dict[str, Speech]:
    """`texts`, to be spoken at `wpm`."""
    return {text: Speech(wpm, caution=caution) for text in texts}
