"""What the documents tell of the routine file and the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from _markdown import table

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, vocabulary
from massage_voice.commands.plan import document
from massage_voice.routine import keys, rules
from massage_voice.routine.durations import spelled
from massage_voice.routine.keys import Boolean, Choice, Length, Levels, Many, Record, Shape, Slug, Text, When
from massage_voice.routine.lint import RULES
from massage_voice.routine.options import options
from massage_voice.routine.reader import read_file
from massage_voice.safety.registry import load_registry
from massage_voice.voices.library import SilentLibrary

ROOT = Path(__file__).resolve().parent.parent
LARGEST_COUNT = 1000
"""Above this a limit is there to keep the reader quick, not to be told."""

PLAN_KEYS = {
    "routine": "what the user calls it: a built-in name, or the file's stem",
    "title": "from the file",
    "language": "from the file",
    "voice": "the voice that was measured: heart, system or none",
    "wpm": "words a minute asked for",
    "pace": "the factor asked for, 1.0 as written",
    "first": "whether the limits of a first session hold",
    "front": "whether the front of the neck plays",
    "length": "from the first word of the opening to the end of the last bell",
    "steps": "one object a step, parts of cautions alone included",
    "cues": "one object a cue, bells included, in the order of their starts",
}
STEP_KEYS = {
    "index": "from 1, in playing order",
    "name": "from the file; a part of cautions alone has a name of its own",
    "exercise": "from the file, or null",
    "areas": "where the hands work",
    "technique": "what they do",
    "pressure": "in words, as `light to moderate, light in low-back`",
    "side": "both, alternate, sequential or none",
    "hazards": "every caution in play during the step",
    "start": "the step's bell",
    "practice_start": "the lead-in is over, the hands work",
    "end": "the step is over; of the last one, the session",
}
CUE_KEYS = {
    "id": "unique in the timeline",
    "step": "the step it belongs to",
    "kind": "opening, safety, safety-repeat, instruction, reminder, switch, notice, closing or bell",
    "hazard": "the registry's id of a caution, or null",
    "text": "what is spoken; of a bell, its name",
    "start": "the first frame of its sound",
    "end": "the frame after its last",
}


def routine_keys() -> str:
    """The keys of the whole file."""
    return key_table(keys.ROUTINE)


def step_keys() -> str:
    """The keys of a step."""
    return key_table(keys.STEP)


def reminder_keys() -> str:
    """The keys of a reminder."""
    return key_table(keys.REMINDER)


def key_table(record: Record) -> str:
    """The keys of one mapping."""
    rows = ((f"`{key.name}`", "yes" if key.required else "", shape(key.shape), key.description) for key in record.keys)
    return table(("key", "required", "value", "meaning"), rows)


def shape(value: Shape) -> str:
    """What may stand after a key."""
    told: dict[type, Callable[[Any], str]] = {
        Text: lambda one: f"text, at most {one.most} characters",
        Slug: lambda one: f"a name such as `back-strokes`, at most {one.most} characters",
        Choice: lambda one: f"{one.what} (see below)",
        Length: lambda one: f"a length from {spelled(one.least_ms)} to {spelled(one.most_ms)}",
        Boolean: lambda _: "`true` or `false`",
        Levels: lambda _: "pressure, see below",
        When: lambda _: "a moment: `32%`, `switch` or `-13s`",
        Many: many,
        Record: lambda one: one.what,
    }
    return told[type(value)](value)


def many(value: Many) -> str:
    """A list in words."""
    if value.least == value.most:
        return f"a list of {value.what}"
    least = f", at least {value.least}" if value.least else ""
    most = f", at most {value.most}" if value.most and value.most <= LARGEST_COUNT else ""
    return f"a list of {value.what}{least}{most}"


def vocabulary_lists() -> str:
    """Every word that a choice may be."""
    known = options(vocabulary(load_registry()))
    return table(("list", "words"), ((name, ", ".join(f"`{word}`" for word in words)) for name, words in known.items()))


def value_rules() -> str:
    """The reader's rules about two values, from their docstrings."""
    return doc_list([*rules.STEP_RULES, *rules.ROUTINE_RULES])


def text_rules() -> str:
    """The linter's rules, from their docstrings."""
    return doc_list(RULES)


def doc_list(functions: Iterable[Callable[..., Any]]) -> str:
    """The names and first lines of functions."""
    named = ((one.__name__.replace("_", " "), (one.__doc__ or "").splitlines()[0]) for one in functions)
    return "\n".join(f"- **{name}**: {line}" for name, line in named)


def plan_format() -> str:
    """The keys of `plan --json`, looked up in a real one."""
    registry = load_registry()
    routine = read_file(ROOT / "examples" / "routines" / "five-minute-neck.yaml", vocabulary(registry))
    made = make_plan(make_script(routine, Asked(), Answers(), first=True), Asked(), SilentLibrary())
    plan: Any = document(made, made.timeline(), Asked(), "none")
    step, cue = plan["steps"][0], plan["cues"][0]
    parts = (("The object", PLAN_KEYS, plan), ("A step", STEP_KEYS, step), ("A cue", CUE_KEYS, cue))
    return "\n\n".join(
        f"{title}:\n\n" + table(("key", "meaning"), ((f"`{key}`", known[key]) for key in found))
        for title, known, found in parts
    )
