"""The questions before a session, as a dialogue without a terminal: it gives a prompt, takes an answer.

Default deny: whatever is not an explicit safe answer counts as the risk answer. `data/safety/screening.yaml`
owns the words and what each answer leads to.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from massage_voice.data.files import parse_yaml, read_data
from massage_voice.safety.registry import Registry
from massage_voice.safety.restrictions import NO_RESTRICTIONS, Restrictions, parse_restrictions

YES, NO, UNSURE = "yes", "no", "unsure"
AGREE, INCLUDE, LEAVE_OUT = "we agree", "include", "leave out"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question, and the answers that mean something; any other answer counts as not sure."""

    id: str
    ask: str
    answers: tuple[str, ...]
    opening: tuple[str, ...]
    """Those of `answers` that take less away than the others do: whoever hears them must be sure."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the questions ended."""

    suitable: bool
    say: tuple[str, ...] = ()
    """Spoken and shown before the session starts, or before it is refused."""
    restrictions: Restrictions = NO_RESTRICTIONS
    front: bool = False
    """The gate is open and the front was asked for."""


Dialogue = Generator[Prompt, str, Outcome]
_Risk = Generator[Prompt, str, "Outcome | Restrictions"]


@dataclass(frozen=True, slots=True)
class Screening:
    """The screening data, read."""

    data: Mapping[str, Any] = field(repr=False)

    def text(self, section: str, name: str) -> str:
        """One of the fixed texts, as `text("emergency", "stop-now")`."""
        return str(self.data[section][name])

    @property
    def front_next(self) -> str:
        """Said right before the gated part."""
        return str(self.data["front_next"])

    @property
    def front_once(self) -> str:
        """Said where the front of the neck was worked earlier today."""
        return str(self.data["front_once"])

    @property
    def aftercare(self) -> tuple[str, ...]:
        """Said at the end of every session, the goodbye last."""
        return (*self.data["aftercare"], self.data["goodbye"])

    def added_preparation(self, position: str, *, capped: bool, front: bool) -> tuple[str, ...]:
        """Lines that such a preparation has, whatever its author wrote and whoever vouched for the answers."""
        lines = list(self.data["standing"]) if position == "standing" else []
        lines += [self.data["capped"]] if capped else []
        lines += [self.data["front_age"]] if front else []
        return tuple(lines)

    def emergency(self, *names: str) -> tuple[str, ...]:
        """Texts of the emergency section."""
        return tuple(self.text("emergency", name) for name in names)

    def unattended_lines(self) -> tuple[str, ...]:
        """The questions and what follows from them, when nobody can answer."""
        asked = (question["ask"] for question in self.data["questions"])
        return (*asked, self.data["unattended"]["say"])

    def unattended(self) -> Restrictions:
        """What is taken away when nobody can answer."""
        return parse_restrictions(self.data["unattended"]["restrict"])

    def texts(self) -> tuple[str, ...]:
        """Everything that may have to be said around the script, so that it can be made beforehand."""
        questions = self.data["questions"]
        follow = [q["risk"]["follow_up"] for q in questions if "follow_up" in q["risk"]]
        return (
            *self.unattended_lines(),
            *follow,
            *self.data["front_gate"],
            *(self.data[name] for name in ("front_opt_in", "front_once", "consent", "clinician")),
            *self.data["outcomes"].values(),
            *self.data["emergency"].values(),
        )

    def ask(self, registry: Registry, *, has_front: bool, wants_front: bool | None = None) -> Dialogue:
        """The dialogue: eight questions, the gate where the routine has a gated part, consent.

        `wants_front`: False leaves the front out without asking, None and True ask gate and opt-in.
        """
        restrictions = NO_RESTRICTIONS
        for question in self.data["questions"]:
            answer = yield Prompt(question["id"], question["ask"], (YES, NO, UNSURE), opening=(NO,))
            if answer != NO:
                judged = yield from self._risk(question)
                if isinstance(judged, Outcome):
                    return judged
                restrictions = restrictions.joined(judged, registry.levels)
        front = False
        if has_front and wants_front is not False and "neck-front" not in restrictions.block:
            front = yield from self._gate()
        left_out = has_front and not front
        if not (yield from self._consent()):
            return Outcome(suitable=False, say=(self.text("outcomes", "no-consent"),))
        say = (self.text("outcomes", "front-left-out"),) if left_out else ()
        return Outcome(suitable=True, say=say, restrictions=restrictions, front=front)

    def _risk(self, question: Mapping[str, Any]) -> _Risk:
        step = question["risk"]
        if "follow_up" in step:
            answers = tuple(step["answers"])
            opening = tuple(name for name in answers if name != step["unsure"])
            answer = yield Prompt(f"{question['id']}-follow-up", step["follow_up"], (*answers, UNSURE), opening)
            step = step["answers"].get(answer) or step["answers"][step["unsure"]]
        if step["do"] == "continue":
            return parse_restrictions(step["restrict"])
        if step["do"] != "ask-clinician":
            return self._refusal(step["do"])
        cleared = yield Prompt(f"{question['id']}-clinician", self.data["clinician"], (YES, NO, UNSURE), opening=(YES,))
        if cleared != YES:
            return self._refusal("declined")
        return parse_restrictions(step["if_cleared"])

    def _refusal(self, what: str) -> Outcome:
        say = self.emergency("call") if what == "emergency" else (self.text("outcomes", what),)
        return Outcome(suitable=False, say=say)

    def _gate(self) -> Generator[Prompt, str, bool]:
        for number, question in enumerate(self.data["front_gate"], 1):
            if (yield Prompt(f"front-gate-{number}", question, (YES, NO, UNSURE), opening=(NO,))) != NO:
                return False
        answer = yield Prompt("front-opt-in", self.data["front_opt_in"], (INCLUDE, LEAVE_OUT), opening=(INCLUDE,))
        return answer == INCLUDE

    def _consent(self) -> Generator[Prompt, str, bool]:
        answer = yield Prompt("consent", self.data["consent"], (AGREE, NO), opening=(AGREE,))
        return answer == AGREE


@cache
def load_screening() -> Screening:
    """The screening in the package."""
    return Screening(parse_yaml(read_data("safety/screening.yaml")))
