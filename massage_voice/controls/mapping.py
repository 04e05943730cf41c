"""Somebody's own keys, as they stand in a file: what is wrong with them, all at once, and what they come to.

Whatever is wished for, a key for stop stays, and a key that answers a question never stops or ends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from massage_voice.controls.bindings import Bindings
from massage_voice.controls.effects import EFFECTS
from massage_voice.controls.keys import NAMES, is_name
from massage_voice.routine.problem import Place, Problem, suggestion
from massage_voice.routine.shown import shown
from massage_voice.session.events import Signal

ACTIONS: Final = {signal.value: signal for signal in EFFECTS}
"""What a key can be told to do."""
ANSWERS: Final = frozenset("ynuail123456789")
"""Keys that answer questions, whatever else they do: yes, no, not sure, agree, include, leave out, and a choice."""
_KEEPS: Final = frozenset({Signal.STOP, Signal.FINISH})
"""What an answer must not be taken for."""
_ALIASES: Final = {
    "esc": "Escape", "return": "Enter", "spacebar": "Space", " ": "Space", "del": "Delete", "ins": "Insert",
    "pgup": "PageUp", "pgdn": "PageDown", "prior": "PageUp", "page up": "PageUp", "page down": "PageDown",
    "page-up": "PageUp", "page-down": "PageDown", "plus": "+", "minus": "-", "dot": ".", "period": ".",
}  # fmt: skip
_FOLDED: Final = {name.lower(): name for name in NAMES}


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a mapping."""

    key: str
    key_place: Place
    action: str
    place: Place
    """Of the action."""
    key_is_word: bool = True
    is_word: bool = True
    """False for a list, a mapping, nothing or something with a tag, which `action` then describes."""


def read_wishes(wishes: Sequence[Wish], place: Place) -> tuple[Bindings, list[Problem]]:
    """What `wishes` come to, those with mistakes left out, and their mistakes; `place` is that of them all."""
    problems = [problem for wish in wishes for problem in _mistakes(wish)]
    problems += _twice(wishes)
    wrong = {problem.place for problem in problems}
    sound = [wish for wish in wishes if not {wish.key_place, wish.place} & wrong]
    bindings = Bindings({wish.key: ACTIONS[wish.action] for wish in sound})
    meant = any(wish.action == Signal.STOP for wish in wishes if wish not in sound)
    if not bindings.keys(Signal.STOP) and not meant:
        hint = "give stop a key of its own first, such as `Escape: stop`"
        problems.append(Problem(place, "keys", "a key for stop", "none that is left", hint))
    return bindings, problems


def _mistakes(wish: Wish) -> Iterator[Problem]:
    if not wish.key_is_word or not is_name(wish.key):
        expected = "a key such as F5, PageDown, Escape or the character it types"
        found, hint = (shown(wish.key), _nearest(wish.key)) if wish.key_is_word else (wish.key, "")
        yield Problem(wish.key_place, "keys", expected, found, hint)
        return
    path = f"keys.{shown(wish.key)[1:-1]}"
    if not wish.is_word or wish.action not in ACTIONS:
        found = shown(wish.action) if wish.is_word else wish.action
        hint = (wish.is_word and suggestion(wish.action[:40], ACTIONS)) or f"known: {', '.join(ACTIONS)}"
        yield Problem(wish.place, path, "what the key does", found, hint)
    elif wish.key in ANSWERS and ACTIONS[wish.action] in _KEEPS:
        expected = "something else than stop or finish"
        yield Problem(wish.place, path, expected, shown(wish.action), "this key answers questions: take another one")


def _twice(wishes: Iterable[Wish]) -> Iterator[Problem]:
    seen: set[str] = set()
    for wish in wishes:
        if wish.key in seen:
            yield Problem(wish.key_place, "keys", "each key once", f"{shown(wish.key)} again")
        seen.add(wish.key)


def _nearest(name: str) -> str:
    """What was probably meant."""
    folded = name[:40].lower()
    meant = _ALIASES.get(folded) or _FOLDED.get(folded) or (folded if is_name(folded) else "")
    return f"did you mean {meant!r}?" if meant else suggestion(name[:40], NAMES)
