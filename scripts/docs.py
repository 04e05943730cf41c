"""`python scripts/docs.py` prints into the documents what the code knows; with `--check` it only says what is stale.

Run it with the Python of `.venv`. A block stands between `<!-- generated: NAME -->` and `<!-- end -->`; `BLOCKS`
says which function prints it. What stands outside the markers is written by hand and never touched.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from massage_voice.cli import EPILOG, cli
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, vocabulary
from massage_voice.commands.plan import document
from massage_voice.controls.bindings import BINDINGS
from massage_voice.data.files import parse_yaml, read_data
from massage_voice.errors import ExitCode
from massage_voice.routine import keys, rules
from massage_voice.routine.durations import spelled
from massage_voice.routine.keys import Boolean, Choice, Length, Levels, Many, Record, Shape, Slug, Text, When
from massage_voice.routine.lint import RULES
from massage_voice.routine.options import options
from massage_voice.routine.reader import read_file
from massage_voice.safety.registry import Hazard, Registry, Scope, load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.session.events import Signal
from massage_voice.session.table import TABLE, State, mermaid
from massage_voice.voices.library import SilentLibrary

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 90
"""Columns of the printed help."""
BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LARGEST_COUNT = 1000
"""Above this a limit is there to keep the reader quick, not to be told."""

EFFECTS = {
    Signal.TOGGLE: "Pause. The same again goes on, the cautions of the area first.",
    Signal.NEXT: "Next step, its cautions first. A caution that is being said is heard out before the jump.",
    Signal.BACK: "The step before, its cautions first.",
    Signal.REPEAT: "This step's cautions and instructions again; the time already worked stays worked.",
    Signal.STOP: "Silence at once, then what to do now. Nothing goes on until a question is answered.",
    Signal.TIME_LEFT: "The time left in the step and in all, spoken.",
    Signal.SLOWER: "What is left takes longer, each step within its limits.",
    Signal.FASTER: "What is left goes faster, each step within its limits.",
    Signal.ADD_TIME: "One more minute in this step, where its limits allow.",
    Signal.FINISH: "Asks once. The same key again finishes with the closing.",
    Signal.LOUDER: "Louder.",
    Signal.QUIETER: "Quieter, never silent.",
    Signal.READY: "Ready: begins after the preparation, and goes on after a step that waits.",
    Signal.YES: "Yes, where something is asked.",
}
"""What a key does, in the listener's words; the keys themselves come from the code."""

LIMITS = {
    "first_session": "a first session, from the first word of the opening to the last of the closing",
    "later_session": "a later session, counted the same way",
    "exercise": "the steps of one exercise together",
    "front_exercise": "the gated exercise as a whole",
    "gated_step": "one gated step",
    "head_turn_step": "a step with the head turned",
    "head_turn_side": "the head turned to one side",
    "practice": "the least time in which the hands work after a lead-in",
    "side_balance": "the most by which one side may get longer than the other",
    "full_cautions": "full cautions of areas in one step; with more, a part of cautions alone comes first",
    "speech_share": "the most of a step that may be speech",
    "gated_speech_share": "the same in a gated step",
    "silence_share": "the least of a whole session that is silent; below it the notices are left out",
    "pause": "silence between two sentences",
    "standing_exercise": "all work while the receiver stands, the back of the neck alone",
    "speech_wpm": "words a minute; a caution is never faster than the upper one",
}
COUNTS = {"full_cautions": "", "speech_wpm": " words a minute"}
SHARES = {"speech_share", "gated_speech_share", "silence_share"}

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


def main(arguments: list[str]) -> int:
    """Write every block anew, or with `--check` only say which documents are stale."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python scripts/docs.py [--check]\n")
        return 2
    found = stale()
    for path, text in found.items():
        print(path.relative_to(ROOT))
        if not arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if found and arguments else 0


def stale() -> dict[Path, str]:
    """Documents whose blocks are not what the code prints, each with the text it should have."""
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    texts = {path: path.read_text(encoding="utf-8") for path in documents}
    return {path: renewed(text) for path, text in texts.items() if renewed(text) != text}


def renewed(text: str) -> str:
    """`text` with every block printed anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found['name']]()}\n{found[3]}", text)


# --- the command line ---


def commands() -> str:
    """Every command and what it does."""
    rows = ((f"`massage-voice {name}`", purpose(command)) for name, command in cli.commands.items())
    return table(("command", "what it does"), rows)


def purpose(command: click.Command) -> str:
    """The first paragraph of a command's help."""
    return " ".join((command.help or "").split("\n\n")[0].split())


def helps() -> str:
    """What `--help` prints, for the program and each command."""
    size: dict[str, Any] = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    group = click.Context(cli, info_name="massage-voice", **size, **cli.context_settings)
    parts = [details("massage-voice", cli.get_help(group))]
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=name, parent=group, **size)
        parts.append(details(f"massage-voice {name}", command.get_help(context)))
    return "\n\n".join(parts)


def details(title: str, text: str) -> str:
    """A block that is folded until someone opens it."""
    return f"<details><summary><code>{title} --help</code></summary>\n\n```text\n{text}\n```\n\n</details>"


def exit_codes() -> str:
    """Every exit code, in the words of `--help`."""
    words = dict(re.findall(r"(\d+) ([^,.]+)", " ".join(EPILOG.split())))
    return table(("code", "meaning"), ((str(int(code)), words[str(int(code))]) for code in ExitCode))


def controls() -> str:
    """Every key and what it does."""
    by_signal: dict[Signal, list[str]] = {}
    for key, signal in BINDINGS.items():
        by_signal.setdefault(signal, []).append(f"`{key}`")
    by_signal[Signal.TOGGLE].append("any other key")
    return table(("keys", "effect"), ((", ".join(names), EFFECTS[signal]) for signal, names in by_signal.items()))


# --- the live session ---


def state_diagram() -> str:
    """The table as a picture."""
    return f"```mermaid\n{mermaid()}\n```"


def state_table() -> str:
    """Every signal in every state: the action, and nothing where the signal changes nothing."""
    rows = ([f"`{signal}`", *(action(state, signal) for state in State)] for signal in Signal)
    return table(("signal", *State), rows)


def action(state: State, signal: Signal) -> str:
    """A cell of the table."""
    transition = TABLE[state].get(signal)
    return transition.action.replace("_", " ") if transition else ""


# --- safety ---


def limits() -> str:
    """The registry's limits."""
    known = load_registry().limits
    rows = ((LIMITS[name], limit(name, getattr(known, name))) for name in known.__slots__)
    return table(("limit", "value"), rows)


def limit(name: str, value: Any) -> str:
    """A limit with its unit."""
    if name in SHARES:
        return f"{value:.0%}"
    values = value if isinstance(value, tuple) else (value,)
    return " to ".join(f"{one:g}" for one in values) + COUNTS.get(name, " s")


def hazards() -> str:
    """Every hazard, the worst first."""
    registry = load_registry()
    order = sorted(registry.hazards.values(), key=lambda fact: -fact.severity)
    return "\n\n".join("\n".join(hazard(one, registry)) for one in order)


def hazard(fact: Hazard, registry: Registry) -> Iterator[str]:
    """One hazard as a section."""
    yield f"### `{fact.id}`: {fact.severity.name.lower()}\n"
    yield f"> {fact.enter}\n"
    yield f"- **When:** {when(fact, registry)}."
    yield f"- **Again:** {again(fact)}."
    if fact.max_level is not None:
        yield f"- **Highest pressure:** {registry.levels[fact.max_level]}."
    if fact.forbid:
        yield f"- **Never there:** {listed(sorted(fact.forbid))}."
    yield f"- **Why:** {fact.why}"
    if fact.avoid:
        yield f"- **Do not:** {fact.avoid}"
    yield f"- **Sources:** {fact.sources}"


def when(fact: Hazard, registry: Registry) -> str:
    """What makes a hazard fire."""
    within = listed(sorted(fact.within), "or")
    scoped = {
        Scope.AREA: "",
        Scope.SESSION: "in every session, from its first words on",
        Scope.PREPARATION: "in the preparation, before the first step",
        Scope.POSITION: f"while the receiver is {within}",
        Scope.MOVING: f"while the receiver is {within}, from the first step in which the hands move",
        Scope.CLOSING: f"before the receiver rises from {within}",
        Scope.ROUTINE_AREA: f"in the opening of every session that touches {within}",
        Scope.STEP_FLAG: f"in a step with the flag {within}",
        Scope.PARTNER_FLAG: f"when today's answers say {within}",
    }[fact.scope]
    areas = [name for name, area in registry.areas.items() if fact.id in area.hazards]
    entering = f"when the hands enter {listed(areas, 'or')}" if areas else ""
    joint = ", " if fact.scope is Scope.PARTNER_FLAG else "; "
    return joint.join(part for part in (scoped, entering) if part) or "never by itself"


def again(fact: Hazard) -> str:
    """When a hazard is said again."""
    parts = []
    if fact.always_full:
        parts.append("in full in every step that has it, not only on entering")
    if fact.repeat_s is not None:
        texts = " ".join(f"“{text}”" for text in fact.repeats)
        turns = ", in turn" if len(fact.repeats) > 1 else ""
        parts.append(f"within {fact.repeat_s} s while it is in play{turns}: {texts.rstrip('.')}")
    return "; ".join(parts) or "no repeat"


def areas() -> str:
    """Every area with what is allowed there."""
    registry = load_registry()
    rows = (
        (f"`{area.id}`", area.say, area.kind, registry.levels[area.cap], listed(sorted(area.techniques)),
         ", ".join(f"`{name}`" for name in area.hazards))
        for area in registry.areas.values()
    )  # fmt: skip
    return table(("area", "place", "kind", "at most", "techniques", "cautions"), rows)


def no_go() -> str:
    """Places that are never worked."""
    return listed([f"`{name}`" for name in sorted(load_registry().no_go)]) + "."


def pressures() -> str:
    """Every pressure level in words."""
    facts = registry_file()["pressure"]
    return table(("level", "as"), ((f"`{name}`", facts[name]["say"]) for name in load_registry().levels))


def techniques() -> str:
    """Every technique in words."""
    facts = registry_file()["techniques"]
    rows = ((f"`{name}`", fact["say"], fact["how"], fact["basis"]) for name, fact in facts.items())
    return table(("technique", "in words", "how", "basis"), rows)


def sources() -> str:
    """The sources by their marks."""
    return "\n".join(f"- **{mark}** {text}" for mark, text in load_registry().sources.items())


def registry_file() -> Any:
    """The registry as it stands in the file, for words that the program itself does not need."""
    return parse_yaml(read_data("safety/registry.yaml"))


# --- screening ---


def questions() -> str:
    """The questions before a session, and what follows from each answer other than no."""
    rows = ((asked["ask"], consequence(asked["risk"])) for asked in load_screening().data["questions"])
    return table(("question", "any answer but no"), rows)


def consequence(step: Mapping[str, Any]) -> str:
    """What an answer leads to."""
    if "follow_up" in step:
        parts = [f"“{answer}”: {consequence(then)}" for answer, then in step["answers"].items()]
        return f"“{step['follow_up']}” " + " ".join(parts) + f" Not sure counts as “{step['unsure']}”."
    if step["do"] == "continue":
        return f"goes on with {taken(step['restrict'])}."
    if step["do"] == "ask-clinician":
        return f"the clinician question; with a yes it goes on with {taken(step['if_cleared'])}."
    return f"no session: “{refusal(step['do'])}”"


def refusal(what: str) -> str:
    """What is said when there is no session."""
    screening = load_screening()
    return screening.text("emergency", "call") if what == "emergency" else screening.text("outcomes", what)


def taken(data: Mapping[str, Any]) -> str:
    """What a restriction takes away, in words."""
    parts = []
    if "cap" in data:
        parts.append(f"at most {data['cap']} pressure")
    parts.extend(f"at most {level} on {area}" for area, level in data.get("cap_area", {}).items())
    if "positions" in data:
        parts.append(f"only {listed(data['positions'], 'or')}")
    if "block" in data:
        parts.append(f"without {listed(data['block'])}")
    if "forbid" in data:
        parts.append(f"no {listed(data['forbid'], 'or')}")
    if "flag" in data:
        parts.append(f"the cautions for {data['flag']}")
    return "; ".join(parts)


def gate() -> str:
    """The gate of the front of the neck."""
    data = load_screening().data
    asked = [f"{number}. {text}" for number, text in enumerate(data["front_gate"], 1)]
    return "\n".join([*asked, f"\nThen: “{data['front_opt_in']}”"])


def unattended() -> str:
    """The most careful session."""
    data = load_screening().data["unattended"]
    return f"“{data['say']}” Then {taken(data['restrict'])}."


def stop_words() -> str:
    """What is said after a stop and at the end."""
    return table(("text", "words"), ((f"`{name}`", text) for name, text in load_screening().data["emergency"].items()))


def aftercare() -> str:
    """What every session ends with."""
    return "\n".join(f"- {text}" for text in load_screening().aftercare)


# --- the routine file ---


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


# --- Markdown ---


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [line(head), line(["---"] * len(head)), *map(line, rows)]
    return "\n".join(lines)


def line(cells: Iterable[str]) -> str:
    """One row of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    known = list(words)
    return f" {joint} ".join(part for part in (", ".join(known[:-1]), known[-1] if known else "") if part)


BLOCKS = {
    "commands": commands,
    "help": helps,
    "exit-codes": exit_codes,
    "controls": controls,
    "state-diagram": state_diagram,
    "state-table": state_table,
    "limits": limits,
    "hazards": hazards,
    "areas": areas,
    "no-go": no_go,
    "pressures": pressures,
    "techniques": techniques,
    "sources": sources,
    "questions": questions,
    "gate": gate,
    "unattended": unattended,
    "stop-words": stop_words,
    "aftercare": aftercare,
    "routine-keys": routine_keys,
    "step-keys": step_keys,
    "reminder-keys": reminder_keys,
    "vocabulary": vocabulary_lists,
    "value-rules": value_rules,
    "text-rules": text_rules,
    "plan-format": plan_format,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
