"""What a page that plays asks before it does, and why it does not play after another answer than the safe one.

Nothing here decides what an answer means: it is read off the dialogue of a live session (`Screening.ask`). A
recording holds for one way through that dialogue, the one in which nothing was taken away. After any other the page
says what a live session would say, or that this recording is for others, and stays silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from massage_voice.safety.registry import Registry
from massage_voice.safety.screening import NO, Outcome, Prompt, Screening
from massage_voice.safety.script import Cue, Kind

CONSENT: Final = "consent"
"""The last of the questions: its answers are what starts the page, or ends it."""
_FOLLOW_UP, _CLINICIAN = "-follow-up", "-clinician"


@dataclass(frozen=True, slots=True)
class Question:
    """One of them."""

    id: str
    ask: str
    why_not: Mapping[str, str]
    """Each answer, in the order of saying, and why the recording does not play after it; empty: it does."""
    follow_up: Question | None = None
    """Asked after an answer that does not let it play; what it says then takes the place of `why_not`."""


def form(screening: Screening, registry: Registry, *, front: bool, live: str) -> tuple[Question, ...]:
    """The questions of a recording, the consent last; `live` is the command that asks and adapts."""
    others = f"This recording is not for you: it was made for other answers. Use “{live}”, which asks and adapts."
    walk = _Walk(screening, registry, front, others)
    prompts, _ = walk.through({})
    return tuple(walk.question(prompt) for prompt in prompts)


def read_aloud(questions: tuple[Question, ...], screening: Screening) -> tuple[Cue, ...]:
    """The questions as lines, and before the consent what a yes means."""
    lines = [(question.id, question.ask) for question in questions]
    lines.insert(-1, ("meaning", screening.unattended_lines()[-1]))
    return tuple(Cue(f"0.screening.{name}", Kind.OPENING, line, 0) for name, line in lines)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the dialogue with given answers; whatever else is asked gets its safe one."""

    screening: Screening
    registry: Registry
    front: bool
    others: str
    """Said where a session could follow, but not the recorded one."""

    def through(self, given: Mapping[str, str]) -> tuple[tuple[Prompt, ...], Outcome]:
        """What was asked, and how it ended."""
        dialogue = self.screening.ask(self.registry, has_front=self.front, wants_front=self.front)
        prompts: list[Prompt] = []
        try:
            prompt = next(dialogue)
            while True:
                prompts.append(prompt)
                prompt = dialogue.send(given.get(prompt.id, prompt.opening[0]))
        except StopIteration as stop:
            return tuple(prompts), stop.value

    def question(self, prompt: Prompt) -> Question:
        """The question of `prompt`, with the one that follows where it has one."""
        why_not = {answer: self._why_not({prompt.id: answer}) for answer in prompt.answers}
        return Question(prompt.id, prompt.ask, why_not, self._follow_up(prompt))

    def _follow_up(self, prompt: Prompt) -> Question | None:
        for answer in prompt.answers:
            given = {prompt.id: answer}
            for asked in self.through(given)[0]:
                if asked.id == f"{prompt.id}{_FOLLOW_UP}":
                    why_not = {further: self._why_not({**given, asked.id: further}) for further in asked.answers}
                    return Question(asked.id, asked.ask, why_not)
        return None

    def _why_not(self, given: Mapping[str, str]) -> str:
        """Empty only where the session would be the very one that was recorded."""
        asked, outcome = self.through(given)
        if not outcome.suitable:
            return " ".join(outcome.say)
        if outcome == Outcome(suitable=True, front=self.front):
            return ""
        declined = {prompt.id: NO for prompt in asked if prompt.id.endswith(_CLINICIAN)}
        say = self.through({**given, **declined})[1].say if declined else ()
        return " ".join([*say, self.others])
