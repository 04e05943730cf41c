"""The results as Markdown tables, so that docs can hold them as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from benchmarks.hearing.scoring import Alarm, Result


def hits(results: Sequence[Result], title: str, by: Callable[[Result], str]) -> str:
    """How many were heard, by whatever `by` tells apart."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[by(result)].append(result)
    rows = [(name, *_shares(group)) for name, group in groups.items()]
    return table((title, "items", "heard", "something else", "no speech found"), [*rows, ("all", *_shares(results))])


def _shares(group: Sequence[Result]) -> tuple[str, ...]:
    silent = sum(not result.events for result in group)
    return (
        str(len(group)),
        percent(sum(r.hit for r in group), len(group)),
        percent(sum(r.wrong for r in group), len(group)),
        percent(silent, len(group)),
    )


def false_alarms(alarms: Sequence[Alarm], hours: dict[str, float]) -> str:
    """How often something was obeyed that nobody meant, by the kind of sound."""
    rows = []
    for kind, length in hours.items():
        found = [alarm for alarm in alarms if alarm.kind == kind]
        said = ", ".join(sorted({f"“{alarm.said}”" for alarm in found}))
        rows.append((kind, f"{length * 60:.0f}", str(len(found)), f"{len(found) / length:.1f}", said))
    return table(("sound", "minutes", "obeyed", "an hour", "what"), rows)


def percent(part: int, whole: int) -> str:
    """`part` of `whole`, to be read."""
    return f"{100 * part / whole:.0f} %" if whole else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
