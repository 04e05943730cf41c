"""How well spoken commands are heard, by synthetic people whom no threshold was chosen on.

`python -m benchmarks hearing [--quick]` prints the tables for docs/benchmarks.md: what is heard, by whom, where;
what is obeyed that nobody meant; how long it takes and what it costs. Made sounds are kept for the next run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.figures import Figure
from benchmarks.hearing import items, narrated, tables
from benchmarks.hearing.kept import KeptWhisper
from benchmarks.hearing.rooms import CONDITIONS, heard
from benchmarks.hearing.scoring import Alarm, Result, alarms, commanded, run
from benchmarks.hearing.speakers import RATE, TEST
from massage_voice.hearing.model import Whisper, find_model
from massage_voice.hearing.phrases import Guard, builtin_phrases
from massage_voice.hearing.recogniser import Recogniser

QUICK = 6
"""A quick run takes one item of so many."""
TIMED = 40
"""So many decisions are timed."""


def measure(*, quick: bool) -> list[Figure]:
    """Print the tables; return what has an aim."""
    phrases = builtin_phrases()
    recogniser = Recogniser(KeptWhisper(), phrases)
    one_in = QUICK if quick else 1
    said = [commanded(recogniser, item, phrases.commands) for item in items.commands(TEST, phrases, one_in)]
    answered = [
        commanded(recogniser, item, (*items.question(item.phrase, phrases), *phrases.halting()))
        for item in items.answers(TEST, phrases, one_in)
    ]
    waked = [result for result in said if result.item.waked]
    halts = [result for result in said if not result.item.waked]
    _print_hits(waked, halts, answered)
    hours, found = _unmeant(recogniser, one_in)
    print(tables.false_alarms(found, hours), end="\n\n")
    figures = [*_heard(waked, said), *_over_narrator(one_in), *_unwanted(found, hours)]
    return [*figures, *_speed([result.item for result in said if result.hit])]


def _print_hits(waked: Sequence[Result], halts: Sequence[Result], answered: Sequence[Result]) -> None:
    views: tuple[tuple[str, Callable[[Result], str]], ...] = (
        ("condition", lambda result: result.item.condition.name),
        ("voice", lambda result: result.item.speaker.name),
        ("command", lambda result: result.item.phrase.say),
    )
    for title, view in views:
        print(tables.hits(waked, f"{title}, with the wake word", view), end="\n\n")
    print(tables.hits(halts, "without the wake word", lambda result: result.item.phrase.say), end="\n\n")
    print(tables.hits(halts, "stop and pause without it", lambda result: result.item.condition.name), end="\n\n")
    print(tables.hits(answered, "answer", lambda result: result.item.text), end="\n\n")


def _heard(waked: Sequence[Result], said: Sequence[Result]) -> list[Figure]:
    halting = [result for result in waked if result.item.phrase.guard is Guard.HALT]
    clean, ten = ([r for r in waked if r.item.condition.name == name] for name in ("clean", "noise 10 dB"))
    groups = (
        ("everywhere", waked, 90),
        ("clean", clean, 97),
        ("noise 10 dB", ten, 85),
        ("stop and pause", halting, 95),
    )
    figures = [
        Figure(f"heard with the wake word, {name}", _percent([r.hit for r in group]), "%", aim=aim, at_least=True)
        for name, group, aim in groups
    ]
    return [*figures, Figure("something else obeyed", _percent([r.wrong for r in said]), "%", aim=1)]


def _over_narrator(one_in: int) -> list[Figure]:
    """While the narrator talks: every table, every voice, `one_in` of so many commands."""
    phrases, figures = builtin_phrases(), []
    wanted = [(phrase, True) for phrase in phrases.commands] + 2 * [(phrase, False) for phrase in phrases.halting()]
    for table in narrated.TABLES:
        hits, wrong = [], []
        for number, speaker in enumerate(TEST):
            for said, found in narrated.scene(speaker, table, wanted[number % one_in :: one_in]):
                obeyed = [phrase.signal for phrase in narrated.obeyed(found)]
                hits.append(obeyed == [said.phrase.signal])
                wrong.append(any(signal is not said.phrase.signal for signal in obeyed))
        aim = 90 if table is narrated.TABLES[1] else None
        name = f"over the narrator, {table.name}, {len(hits)} commands"
        figures.append(Figure(f"heard {name}", _percent(hits), "%", aim=aim, at_least=True))
        figures.append(Figure(f"something else obeyed {name}", _percent(wrong), "%"))
    return figures


def _percent(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags)


def _unmeant(recogniser: Recogniser, one_in: int) -> tuple[dict[str, float], list[Alarm]]:
    """Hours by kind of sound, and what was obeyed in them."""
    hours: dict[str, float] = {}
    found: list[Alarm] = []
    for stretch in items.unmeant(TEST, one_in):
        hours[stretch.kind] = hours.get(stretch.kind, 0) + len(stretch.samples) / RATE / 3600
        found += alarms(recogniser, stretch, builtin_phrases().commands)
    return hours, found


def _unwanted(found: Sequence[Alarm], hours: dict[str, float]) -> list[Figure]:
    """Isolated words chosen to sound like commands are no session: they stand in the table alone."""
    usual = {kind: length for kind, length in hours.items() if kind != "confusable"}
    count = sum(alarm.kind in usual for alarm in found)
    length = sum(usual.values())
    return [Figure(f"obeyed an hour though nobody meant it, in {length * 60:.0f} min", count / length, "", aim=1)]


def _speed(chosen: Sequence[items.Item]) -> list[Figure]:
    """Without the memory of earlier runs: decisions, an idle minute, and a process that does nothing but hear."""
    phrases = builtin_phrases()
    recogniser = Recogniser(Whisper(find_model()), phrases)
    recogniser.prepare(phrases.commands)
    results = [commanded(recogniser, item, phrases.commands) for item in chosen[:: max(1, len(chosen) // TIMED)]]
    hits = [(event, result.end) for result in results for event in result.obeyed]
    waits = [(event.utterance.heard - end) / RATE for event, end in hits]
    latencies = [wait + event.cpu_s for wait, (event, _) in zip(waits, hits, strict=True)]
    room = heard(np.zeros(0, np.float32), CONDITIONS[2], 5, before_s=30, after_s=30)
    began = time.process_time()
    list(run(recogniser, room, phrases.commands))
    idle = (time.process_time() - began) / 60 * 100
    alone = subprocess.run([sys.executable, "-m", "benchmarks.hearing.alone"], check=True, capture_output=True)
    return [
        Figure("end of the word to decision, median, a core to itself", statistics.median(latencies), "s", aim=0.7),
        Figure("the same, nine in ten", float(np.quantile(latencies, 0.9)), "s"),
        Figure("of it until the silence is over, median", statistics.median(waits), "s"),
        Figure("processor time of a decision", statistics.median(event.cpu_s for event, _ in hits), "s"),
        Figure("a core while nobody speaks", idle, "%", aim=5),
        Figure("memory of a process that hears, highest", float(alone.stdout), "MB"),
    ]
