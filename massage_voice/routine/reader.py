"""From text to a `Routine`, strictly: every mistake at once, each with its line and column.

The reader walks the node tree along the table in `keys.py`; `rules.py` then compares values with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any, Final, TypeVar, cast

import yaml

from massage_voice.routine import keys, rules
from massage_voice.routine.keys import Boolean, Choice, Key, Length, Levels, Many, Shape, Slug, Text, When
from massage_voice.routine.model import At, Line, Position, Pressure, Reminder, Respelling, Routine, Side, Step
from massage_voice.routine.nodes import Reading, Record, Way, kind, safe_key
from massage_voice.routine.pressure import pairs_of, read_levels
from massage_voice.routine.problem import raise_if_any
from massage_voice.routine.shown import label, shown
from massage_voice.routine.source import load
from massage_voice.routine.tree import collector_paused, compose
from massage_voice.routine.values import (
    read_boolean,
    read_choice,
    read_length,
    read_line,
    read_slug,
    read_when,
)
from massage_voice.routine.vocabulary import Vocabulary

_T = TypeVar("_T")


def read_file(path: Path, vocabulary: Vocabulary) -> Routine:
    """The routine in the file at `path`.

    Raises:
        UsageError: there is no such file.
        RoutineError: the file is not a sound routine; the message lists every problem.
    """
    return read_text(load(path), str(path), vocabulary)


def read_text(text: str, file: str, vocabulary: Vocabulary) -> Routine:
    """The routine in `text`; `file` stands in front of every problem and gives the routine its name.

    Raises:
        RoutineError: the text is not a sound routine; the message lists every problem.
    """
    with collector_paused():
        return _read(text, label(file), vocabulary)


def _read(text: str, file: str, vocabulary: Vocabulary) -> Routine:
    root = compose(text, file)
    reading = Reading.of(text, file, vocabulary)
    record = _record(reading, root, None, keys.ROUTINE)
    found = record or Record(reading, root, None, {})
    raise_if_any([*reading.problems, *rules.problems(found)])
    return _routine(found, file)


def _value(reading: Reading, node: yaml.Node, way: Way, shape: Shape) -> object:
    if node.tag:
        reading.wrong(node, way, "a plain value", f"the tag {shown(node.tag)}", "delete the word after the !")
        return None
    read = _READERS[type(shape)]
    return read(reading, node, way, shape)


def _record(reading: Reading, node: yaml.Node, way: Way | None, shape: keys.Record) -> Record | None:
    if kind(node) != "mapping":
        reading.wrong(node, way, f"{shape.what}: lines of 'key: value'")
        return None
    pairs = pairs_of(reading, node, way)
    record = Record(reading, node, way, pairs)
    known = _KEYS[shape.what]
    for name, (key_node, value_node) in pairs.items():
        key = known.get(name)
        if key is None:
            _unknown_key(reading, key_node, way, known)
            continue
        value = _value(reading, value_node, (way, name), key.shape)
        if value is not None:
            record.values[name] = value
    _miss(record, known)
    return record


def _miss(record: Record, known: dict[str, Key]) -> None:
    for name in known.keys() - record.pairs.keys():
        if known[name].required:
            way = (record.way, name)
            record.reading.wrong(record.node, way, "this key", "no such key", known[name].description)


_RECORDS: Final = (keys.ROUTINE, keys.STEP, keys.REMINDER, keys.RESPELLING)
_KEYS: Final = {shape.what: {key.name: key for key in shape.keys} for shape in _RECORDS}


def _unknown_key(reading: Reading, node: yaml.Node, way: Way | None, known: dict[str, Key]) -> None:
    hint = reading.near(node.value, known) or f"known: {', '.join(known)}"
    reading.wrong(node, (way, safe_key(node.value)), "a known key", hint=hint)


def _many(reading: Reading, node: yaml.Node, way: Way, shape: Many) -> list[object] | None:
    if not isinstance(node, yaml.SequenceNode):
        reading.wrong(node, way, f"a list of {shape.what}", hint="[…, …], or lines that begin with '- '")
        return None
    if not _fits(reading, node, way, shape):
        return None
    values = [_value(reading, item, (way, index), shape.item) for index, item in enumerate(node.value)]
    twice = shape.unique and _twice(reading, node, way, values)
    sound = isinstance(shape.item, keys.Record) or not (twice or None in values)
    return [value for value in values if value is not None] if sound else None


def _fits(reading: Reading, node: yaml.SequenceNode, way: Way, shape: Many) -> bool:
    count = len(node.value)
    if count < shape.least:
        reading.wrong(node, way, f"at least {shape.least} {shape.what}", str(count))
    elif shape.most is not None and count > shape.most:
        reading.wrong(node, way, f"at most {shape.most} {shape.what}", str(count))
    else:
        return True
    return False


def _twice(reading: Reading, node: yaml.SequenceNode, way: Way, values: list[object]) -> bool:
    first: dict[object, int] = {}
    again = [
        index for index, value in enumerate(values) if first.setdefault(value, index) != index and value is not None
    ]
    for index in again:
        reading.wrong(node.value[index], (way, index), "each word once", hint="it stands already in the list")
    return bool(again)


_READERS: Final[dict[type, Callable[[Reading, yaml.Node, Way, Any], object]]] = {
    Text: read_line,
    Slug: read_slug,
    Choice: read_choice,
    Length: read_length,
    Boolean: read_boolean,
    Levels: read_levels,
    When: read_when,
    Many: _many,
    keys.Record: _record,
}


def _get(record: Record, key: str, _type: type[_T]) -> _T:
    return cast(_T, record.values[key])  # the table gave the key its shape, so its value has this type


def _find(record: Record, key: str, _type: type[_T]) -> _T | None:
    return cast("_T | None", record.values.get(key))


def _routine(record: Record, file: str) -> Routine:
    return Routine(
        title=_get(record, "title", Line).text,
        title_place=record.place("title"),
        language=_get(record, "language", str),
        position=Position(_get(record, "position", str)),
        steps=tuple(map(_step, _get(record, "steps", list[Record]))),
        prepare=tuple(_find(record, "prepare", list[Line]) or ()),
        say_as=tuple(
            Respelling(_get(one, "word", Line), _get(one, "as", Line))
            for one in _find(record, "say_as", list[Record]) or ()
        ),
        source=file,
        name=PurePath(file).stem,
    )


def _step(record: Record) -> Step:
    duration_ms = _get(record, "duration", int)
    between = _find(record, "between", list[int]) or default_between(duration_ms)
    return Step(
        name=_get(record, "name", str),
        areas=tuple(_get(record, "areas", list[str])),
        technique=_get(record, "technique", str),
        pressure=_get(record, "pressure", Pressure),
        side=Side(_get(record, "side", str)),
        duration_ms=duration_ms,
        between_ms=(between[0], between[1]),
        say=tuple(_get(record, "say", list[Line])),
        remind=tuple(_reminders(record)),
        exercise=_find(record, "exercise", str),
        tempo_ms=_find(record, "tempo", int),
        wait=_find(record, "wait", bool) or False,
        gate=_find(record, "gate", str),
        instead=_find(record, "instead", str),
        flags=frozenset(_find(record, "flags", list[str]) or ()),
        place=record.place(),
        places=record.places(),
    )


def default_between(duration_ms: int) -> tuple[int, int]:
    """The limits of a step whose author gave none: three quarters of its duration to one and a half of it."""
    return duration_ms * 3 // 4, duration_ms * 3 // 2


def _reminders(record: Record) -> Iterator[Reminder]:
    for reminder in _find(record, "remind", list[Record]) or ():
        yield Reminder(_get(reminder, "at", At), _get(reminder, "say", Line))
