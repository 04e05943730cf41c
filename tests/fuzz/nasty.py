"""What a stranger, a faulty editor or a faulty disk puts into a file."""

from __future__ import annotations

from random import Random
from typing import Final

from massage_voice.routine.keys import REMINDER, ROUTINE, STEP
from massage_voice.routine.model import Position, Side
from massage_voice.safety.registry import load_registry
from tests.fuzz.trees import Map, Raw, Tree

ESC: Final = "\x1b"
STEERING: Final = (
    f"{ESC}[31mred{ESC}[0m",
    f"{ESC}[2J{ESC}[H",
    f"{ESC}]0;title\a",
    f"{ESC}]8;;https://example.org{ESC}\\link{ESC}]8;;{ESC}\\",
    f"{ESC}]52;c;aGVsbG8=\a",
    f"{ESC}P+q544e{ESC}\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "a\rb",
    "a\bb",
    "a\x7fb",
    "a\0b",
    "\u202egniltrams\u202c",
    "\u2066isolated\u2069",
    "\u200bzero\u200dwidth\ufeff",
    "a\u2028b\u2029c\x85d",
    "\U000e0041\U000e0042",
    "\ud800",
    "\udcff\udc80",
    "\ufff9a\ufffab\ufffb",
    "\ue000\U0010ffff",
)
"""Text that a terminal, an editor or a reader could obey or be misled by."""
ODD: Final = (
    "",
    " ",
    "\t",
    "\n",
    "a\nb",
    "a" + "\u0301" * 200,
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627",
    "[red]Neck[/red]",
    "[link=https://example.org]Neck[/link]",
    "[/]",
    ":skull:",
    "{0.__class__}",
    "%s%n",
    "$(touch x)",
    "`id`",
    "'; DROP TABLE steps; --",
    "../../x",
    "/etc/passwd",
    "~",
    "con",
    "nul",
    "--help",
    "-rf",
    "a/b",
    "x" * 299,
    "x" * 300,
    "x" * 301,
    "Glide. " * 42,
    "a " * 149,
    "\U0001f486 massage",
    "\ufb01ne \u212b \u2126",
    "Don't press # the carotid",
    "massage stop",
    "Press hard on the throat.",
)
NUMBERS: Final = (
    "0", "-0", "-1", "1", "0.001", "1e309", "-1e309", "9" * 30, "9" * 5000, "0x10", "0o17", "1_000", ".inf", ".nan",
    "0s", "1s", "59m59s", "60m", "61m", "999m", "99999s", "99999.999s", "1:60", "1:40", "-13s", "-0s", "0%", "100%",
    "99.9%", "100.1%", "\u0663", "\uff11\uff10", "1\u00b2", "2001-01-01",
)  # fmt: skip
WORDS: Final = ("true", "false", "yes", "no", "null", "~", "NaN", "switch", "else", "from", "to", "<<", "=", "*", "&a")
DEEP: Final = (
    Raw("[" * 30 + "]" * 30),
    Raw("{a: " * 30 + "}" * 30),
    Raw("[" * 5000),
    Raw("- " * 3000 + "a"),
    Raw("? " * 300 + "a"),
)
TAGGED: Final = (
    Raw("!!python/object/apply:os.system ['touch x']"),
    Raw("!!python/name:os.system"),
    Raw("!!python/object:massage_voice.routine.model.Step {}"),
    Raw("!!binary aGVsbG8="),
    Raw("!!set {a, b}"),
    Raw("!!str 90"),
    Raw("!!null ''"),
    Raw("!local a"),
    Raw("! a"),
    Raw("!<tag:yaml.org,2002:int> 5"),
    Raw("!e%1b%5b31m a"),
    Raw("&a a"),
    Raw("*a"),
    Raw("&a [*a]"),
    Raw("&a [&b [&c [x, x], *c, *c], *b, *b]"),
    Raw("{<<: {name: a}}"),
    Raw("{<<: [{name: a}, {name: b}]}"),
    Raw("|\n  block\n  text"),
    Raw(">+\n  folded\n\n\n"),
    Raw("|9\n a"),
    Raw("a: b: c"),
    Raw("# comment"),
    Raw("- a\n-b"),
    Raw("'never closed"),
    Raw('"\\U99999999 \\x1b \\N \\_ \\L"'),
    Raw('"\\ud83d\\ude00 \\ud800"'),
    Raw("---\na: b"),
    Raw("...\n"),
    Raw("%YAML 9.9\n---"),
    Raw("@a"),
    Raw("? a\n: b"),
)
KEYS: Final = tuple({key.name for record in (ROUTINE, STEP, REMINDER) for key in record.keys})
_REGISTRY: Final = load_registry()
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "areas": tuple(_REGISTRY.areas),
    "technique": tuple(_REGISTRY.techniques),
    "pressure": tuple(_REGISTRY.levels),
    "side": tuple(Side),
    "position": tuple(Position),
    "duration": ("20s", "40s", "1m", "75", "90s", "1:40", "2m", "2m30s", "4m", "5m", "8m"),
    "tempo": ("1s", "0.25s", "10s", "1m"),
    "at": ("0%", "1%", "32%", "50%", "99%", "100%", "switch", "-1s", "-13s", "-59s"),
    "wait": ("true", "false"),
    "gate": ("front",),
    "flags": ("head-turn", "to-prone"),
}
"""What may stand behind a key: some of it makes a routine that is sound."""


def scalar(random: Random) -> str:
    """One hostile word."""
    return random.choice(random.choice((STEERING, ODD, NUMBERS, WORDS, KEYS, tuple(_REGISTRY.no_go))))


def tree(random: Random) -> Tree:
    """Anything that could stand where something else should."""
    made = random.randrange(10)
    if made < 5:
        return scalar(random)
    if made < 7:
        return random.choice((*TAGGED, *DEEP))
    if made == 7:
        return [scalar(random) for _ in range(random.choice((0, 1, 2, 40)))]
    if made == 8:
        return Map([(scalar(random), scalar(random)) for _ in range(random.choice((0, 1, 3, 40)))])
    return Raw(scalar(random) * random.choice((1, 3, 2000)))
