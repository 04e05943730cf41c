"""Lengths moved together: steps within their bounds, the steps of one exercise within the exercise's limits."""

from __future__ import annotations

from collections.abc import Sequence

from massage_voice.safety.script import Script

Ends = tuple[int, int]
"""The least and the most, in frames."""


class Exercises:
    """The steps of a script in groups: those of one exercise together, the others alone."""

    def __init__(self, script: Script, limits: tuple[int, int, int]) -> None:
        self.limits = limits
        """The least and the most that one exercise may last, and the most of a gated one; frames."""
        self._script = script
        self._groups = _groups(script)

    def ends(self, ends: Sequence[Ends]) -> Ends:
        """The least and the most of all steps together, when each has its own ends."""
        found = [self._group_ends(group, ends) for group in self._groups]
        return sum(low for low, _ in found), sum(high for _, high in found)

    def spread(self, durations: list[int], ends: Sequence[Ends], target: int) -> None:
        """Move `durations` in place so that they add up to `target`, group by group."""
        sums = [sum(durations[n] for n in group) for group in self._groups]
        limits = [self._group_ends(group, ends) for group in self._groups]
        for group, total in zip(self._groups, spread(sums, limits, target), strict=True):
            _share(group, durations, ends, total)

    def hold(self, durations: list[int], ends: Sequence[Ends]) -> None:
        """Move `durations` in place so that every exercise keeps its limits."""
        for group in self._groups:
            low, high = self._group_ends(group, ends)
            _share(group, durations, ends, min(max(sum(durations[n] for n in group), low), high))

    def _group_ends(self, group: Sequence[int], ends: Sequence[Ends]) -> Ends:
        low, high = sum(ends[n][0] for n in group), sum(ends[n][1] for n in group)
        step = self._script.steps[group[0]].step
        if step.exercise is None:
            return low, high
        least, most, gated = self.limits
        most = gated if step.gate is not None else most
        return min(max(low, least), high), max(min(high, most), low)


def _share(group: Sequence[int], durations: list[int], ends: Sequence[Ends], total: int) -> None:
    shares = spread([durations[n] for n in group], [ends[n] for n in group], total)
    for n, share in zip(group, shares, strict=True):
        durations[n] = share


def spread(values: Sequence[int], ends: Sequence[Ends], target: int) -> list[int]:
    """`values` moved towards their ends in proportion, so that they add up to `target`.

    Each `(low, high)` holds; a target outside their sums gives the nearest sum.
    """
    held = [min(max(v, low), high) for v, (low, high) in zip(values, ends, strict=True)]
    missing = target - sum(held)
    room = [(high - v) if missing > 0 else (v - low) for v, (low, high) in zip(held, ends, strict=True)]
    total = sum(room)
    if total == 0 or missing == 0:
        return held
    share = min(abs(missing), total)
    sign = 1 if missing > 0 else -1
    moved = [v + sign * (share * r // total) for v, r in zip(held, room, strict=True)]
    return _top_up(moved, ends, sum(held) + sign * share)


def _top_up(values: list[int], ends: Sequence[Ends], target: int) -> list[int]:
    """Give the few frames that integer division lost to the first values that have room."""
    missing = target - sum(values)
    for n, (low, high) in enumerate(ends):
        if missing == 0:
            break
        step = max(low, min(high, values[n] + missing)) - values[n]
        values[n] += step
        missing -= step
    return values


def _groups(script: Script) -> list[list[int]]:
    """Steps of one exercise together, the others alone; in the order of their first step."""
    groups: dict[object, list[int]] = {}
    for number, secured in enumerate(script.steps):
        step = secured.step
        key = number if step.exercise is None else (step.exercise, step.gate is not None)
        groups.setdefault(key, []).append(number)
    return list(groups.values())
