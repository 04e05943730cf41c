"""`secure()`: the only way from a Routine to a Script.

It decides which cautions each step has and in which order; it knows no lengths and no clock. The rules are in
docs/safety.md; `timeline.audit` reads the finished timeline and checks them again without using this file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from massage_voice.routine.model import Line, Moment, Position, Pressure, Reminder, Routine, Side, Step
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.respelling import as_said
from massage_voice.safety.registry import Hazard, Registry, Scope, Severity
from massage_voice.safety.rules import HEAD_TURN, NO_TOUCH, STILL, TO_PRONE, is_resting, longest_ms, problems
from massage_voice.safety.screening import Screening
from massage_voice.safety.script import SEAL, Caution, Cue, Kind, Saying, Script, SecuredStep, Timed
from massage_voice.safety.select import front_plays, select
from massage_voice.safety.wishes import Verbosity, Wishes

CAROTID = frozenset({"carotid-jugular", "carotid-keep-off"})
KEEP_OFF, JUGULAR = "carotid-keep-off", "carotid-jugular"


def secure(routine: Routine, registry: Registry, screening: Screening, wishes: Wishes) -> Script:
    """Make the script of `routine`.

    Raises:
        RoutineError: the routine asks for something the registry forbids; every problem at once.
        NotSuitableError: today's restrictions leave nothing to do.
    """
    raise_if_any(sorted({*problems(routine, registry), *problems(as_said(routine), registry)}))
    steps = select(routine, registry, wishes.restrictions, front=wishes.front)
    walk = _Walk(routine.position, registry, wishes, screening, steps)
    secured = tuple(part for step in steps for part in walk.enter(step))
    limits = registry.limits
    return Script(
        routine=routine,
        front=front_plays(routine, wishes.restrictions, front=wishes.front),
        first=wishes.first,
        preparation=tuple(_preparation(routine, registry, screening, wishes)),
        steps=secured,
        closing=tuple(_closing(registry, screening, walk.position)),
        limit_ms=(limits.first_session if wishes.first else limits.later_session) * 1000,
        registry_digest=registry.digest,
        flags=wishes.restrictions.flags,
        seal=SEAL,
    )


@dataclass(slots=True)
class _Walk:
    """Where the hands have been: which hazards were heard in full since each area was entered."""

    position: Position
    registry: Registry
    wishes: Wishes
    screening: Screening
    steps: tuple[Step, ...]
    heard: set[tuple[str, str]] = field(default_factory=set)
    """`(area, hazard)` heard in full since the area was entered."""
    said: set[str] = field(default_factory=set)
    """Session-wide hazards said so far."""
    count: int = 0
    names: set[str] = field(default_factory=set)
    """Of all steps and of the parts that were added."""

    def __post_init__(self) -> None:
        self.names.update(step.name for step in self.steps)

    def enter(self, step: Step) -> Iterator[SecuredStep]:
        """The step as it plays: itself, after a part of cautions alone where they would be too many."""
        opening = self.count == 0
        area = self._area_cautions(step)
        wide = list(self._wide_cautions(step))
        both = {caution.hazard for caution in area} & {caution.hazard for caution in wide}
        if opening:  # what the opening says, the first step need not say again
            area = [caution for caution in area if caution.hazard not in both]
        else:
            wide = [caution for caution in wide if caution.hazard not in both]
        most = self.registry.limits.full_cautions
        full = [caution for caution in area if caution.saying is Saying.FULL]
        if len(full) > most:  # the hands leave meanwhile, so everything is entered anew
            full = area = [replace(caution, saying=Saying.FULL) for caution in area]
        early = full[: max(0, len(full) - most)]
        for start in range(0, len(early), most):
            refreshed = [_refreshed(caution) for caution in wide] if step.gate else wide
            said = [replace(caution, saying=Saying.HEARD) for caution in early[:start]]
            yield self._cautions_alone(step, refreshed, [*said, *early[start : start + most]], first=start == 0)
            wide = [replace(caution, saying=Saying.HEARD) for caution in wide]
        told = {caution.hazard for caution in early}
        rest = [replace(c, saying=Saying.HEARD) if c.hazard in told else c for c in area]
        yield self._secured(step, wide, rest)
        if TO_PRONE in step.flags:
            self.position = Position.PRONE
            self.heard.clear()
            lying = (Scope.POSITION, Scope.MOVING)
            self.said -= {hazard.id for scope in lying for hazard in self.registry.scoped(scope, Position.PRONE)}

    def _wide_cautions(self, step: Step) -> Iterator[Caution]:
        """Cautions of the session and the position: new ones in full, earlier ones kept in play."""
        opening = self.count == 0
        for hazard in list(self._wide_hazards(step)):
            new = hazard.id not in self.said
            self.said.add(hazard.id)
            kind = Kind.OPENING if opening and new else Kind.SAFETY
            saying = Saying.FULL if new else Saying.HEARD
            yield replace(_caution(hazard, saying), kind=kind, session_wide=True)
        if TO_PRONE in step.flags:
            for hazard in self.registry.scoped(Scope.CLOSING, self.position):
                yield replace(_caution(hazard, Saying.FULL), session_wide=True)

    def _wide_hazards(self, step: Step) -> Iterator[Hazard]:
        registry = self.registry
        yield from registry.scoped(Scope.SESSION)
        if TO_PRONE not in step.flags or self.count == 0:
            yield from registry.scoped(Scope.POSITION, self.position)
        for hazard in registry.scoped(Scope.MOVING, self.position):
            if not is_resting(step) or hazard.id in self.said:
                yield hazard
        if self.count == 0:
            touched = {area for any_step in self.steps for area in any_step.areas}
            yield from registry.scoped(Scope.ROUTINE_AREA, *touched)

    def _area_cautions(self, step: Step) -> list[Caution]:
        fired = self._fired(step)
        cautions = [_caution(hazard, self._saying(hazard, areas)) for hazard, areas in fired]
        self.heard = {(area, hazard.id) for hazard, areas in fired for area in areas}
        return sorted(cautions, key=self._rank)

    def _rank(self, caution: Caution) -> tuple[bool, Severity]:
        """The order of saying: least severe first, the carotid artery last."""
        return caution.hazard in CAROTID, self.registry.hazards[caution.hazard].severity

    def _fired(self, step: Step) -> list[tuple[Hazard, frozenset[str]]]:
        """The hazards of the step, each with the areas that list it."""
        areas: dict[str, set[str]] = defaultdict(set)
        resting = is_resting(step)
        for area in step.areas:
            for hazard in self.registry.fired_by(area):
                if not (resting and hazard.severity < Severity.CRITICAL) and self._applies(hazard):
                    areas[hazard.id].add(area)
        for flag in step.flags:
            for hazard in self.registry.hazards.values():
                if hazard.scope is Scope.STEP_FLAG and flag in hazard.within:
                    areas[hazard.id].update(step.areas)
        if JUGULAR in areas:
            areas.pop(KEEP_OFF, None)
        return [(self.registry.hazards[name], frozenset(places)) for name, places in areas.items()]

    def _applies(self, hazard: Hazard) -> bool:
        if hazard.scope is Scope.PARTNER_FLAG:
            return bool(hazard.within & self.wishes.restrictions.flags)
        return True

    def _saying(self, hazard: Hazard, areas: frozenset[str]) -> Saying:
        if hazard.always_full or not {(area, hazard.id) for area in areas} <= self.heard:
            return Saying.FULL
        return Saying.SHORT if hazard.repeats else Saying.HEARD

    def _cautions_alone(self, step: Step, wide: list[Caution], cautions: list[Caution], *, first: bool) -> SecuredStep:
        """A part before `step` in which the hands wait: the cautions that are too many for one step."""
        rest = replace(
            step,
            name=self._free_name(f"{step.name}-cautions"),
            technique=NO_TOUCH,
            pressure=Pressure(STILL, STILL),
            side=Side.NONE,
            duration_ms=1000,
            between_ms=(1000, 60_000),
            say=(Line(self.screening.front_next, step.place),) if step.gate and first else (),
            remind=(),
            exercise=None,
            tempo_ms=None,
            flags=frozenset(),
        )
        return replace(self._secured(rest, wide, cautions), hands_off=True)

    def _free_name(self, wanted: str) -> str:
        """`wanted`, numbered where the author or an earlier part has it."""
        name = wanted
        while name in self.names:
            name += "-more"
        self.names.add(name)
        return name

    def _secured(self, step: Step, wide: list[Caution], area: list[Caution]) -> SecuredStep:
        self.count += 1
        limits = self.registry.limits
        gated = step.gate is not None
        turned = HEAD_TURN in step.flags
        return SecuredStep(
            index=self.count,
            step=step,
            cautions=(*_opening(wide), *sorted([*_later(wide), *area], key=self._rank)),
            say=tuple(_say(step, self.count, self.wishes)),
            remind=tuple(_remind(step, self.count, self.wishes)),
            bounds_ms=(step.between_ms[0], longest_ms(step, self.position, self.registry)),
            speech_share=limits.gated_speech_share if gated else limits.speech_share,
            side_limit_ms=limits.head_turn_side * 1000 if turned else None,
        )


def _opening(cautions: list[Caution]) -> list[Caution]:
    return [caution for caution in cautions if caution.kind is Kind.OPENING]


def _later(cautions: list[Caution]) -> list[Caution]:
    return [caution for caution in cautions if caution.kind is not Kind.OPENING]


def _caution(hazard: Hazard, saying: Saying) -> Caution:
    return Caution(
        hazard=hazard.id,
        full=hazard.enter,
        shorts=hazard.repeats,
        repeat_ms=None if hazard.repeat_s is None else hazard.repeat_s * 1000,
        saying=saying,
    )


def _refreshed(caution: Caution) -> Caution:
    """Said again now, so that it does not fall due inside the gated part that follows."""
    due = caution.saying is Saying.HEARD and caution.shorts
    return replace(caution, saying=Saying.SHORT) if due else caution


def _say(step: Step, index: int, wishes: Wishes) -> Iterator[Cue]:
    if wishes.verbosity is Verbosity.BELLS and step.gate is None:
        return
    for number, line in enumerate(step.say, 1):
        yield Cue(f"{index}.say.{number}", Kind.INSTRUCTION, addressed(line.text, wishes.partner), index)


def _remind(step: Step, index: int, wishes: Wishes) -> Iterator[Timed]:
    for number, reminder in enumerate(step.remind, 1):
        if _is_spoken(reminder, step, wishes):
            switch = reminder.at.moment is Moment.SWITCH
            kind = Kind.SWITCH if switch else Kind.REMINDER
            text = addressed(reminder.line.text, wishes.partner)
            yield Timed(reminder.at, Cue(f"{index}.{kind}.{number}", kind, text, index))


def _is_spoken(reminder: Reminder, step: Step, wishes: Wishes) -> bool:
    always = step.gate is not None or reminder.at.moment is Moment.SWITCH
    return always or wishes.verbosity is Verbosity.FULL


def addressed(text: str, partner: str) -> str:
    """`text` with the receiver called `partner`: "your client", or "Mum" for a name."""
    if partner == "partner":
        return text
    name = partner if partner[:1].isupper() else f"your {partner}"
    return text.replace("your partner", name).replace("Your partner", name[:1].upper() + name[1:])


def _preparation(routine: Routine, registry: Registry, screening: Screening, wishes: Wishes) -> Iterator[Cue]:
    """The author's lines, with the cautions that belong there and the lines of the position."""
    cautions = {hazard.enter: hazard.id for hazard in registry.scoped(Scope.PREPARATION)}
    lines = [line.text for line in routine.prepare]
    restrictions = wishes.restrictions
    added = screening.added_preparation(
        routine.position,
        capped=restrictions.cap is not None,
        front=front_plays(routine, restrictions, front=wishes.front),
    )
    missing = [text for text in cautions if text not in lines]
    for number, text in enumerate((*lines, *added, *missing), 1):
        hazard = cautions.get(text)
        kind = Kind.SAFETY if hazard else Kind.INSTRUCTION
        words = text if hazard else addressed(text, wishes.partner)
        yield Cue(f"0.prepare.{number}", kind, words, 0, hazard)


def _closing(registry: Registry, screening: Screening, position: Position) -> Iterator[Cue]:
    for hazard in registry.scoped(Scope.CLOSING, position):
        yield Cue(f"closing.{hazard.id}", Kind.CLOSING, hazard.enter, 0, hazard.id)
    for number, text in enumerate(screening.aftercare, 1):
        yield Cue(f"closing.{number}", Kind.CLOSING, text, 0)
