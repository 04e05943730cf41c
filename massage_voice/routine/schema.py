"""The JSON Schema of a routine, printed from the reader's own table: for editors that complete and underline.

What no schema can express, and the reader checks alone: anchors, tags, equal keys, comments inside text, size
and depth; the notation of numbers; the size of a length written as text; characters outside ASCII that cannot be
shown; and every comparison of two values (`between` around `duration`, unique names, `instead` naming a step,
areas of `pressure` in `areas`, a reminder within its step).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from massage_voice.routine import keys
from massage_voice.routine.durations import FORMS, LENGTH_PATTERN
from massage_voice.routine.keys import Boolean, Choice, Length, Levels, Many, Shape, Slug, Text, When
from massage_voice.routine.options import options
from massage_voice.routine.pressure import ELSE, RISE
from massage_voice.routine.values import PERCENT_PATTERN
from massage_voice.routine.vocabulary import NO_TECHNIQUE, TO_PRONE, Vocabulary

Schema = dict[str, Any]
_Lists = Mapping[str, tuple[str, ...]]


def routine_schema(vocabulary: Vocabulary) -> Schema:
    """The schema of a whole routine file, draft 2020-12."""
    schema = _shape(keys.ROUTINE, options(vocabulary))
    schema["properties"]["steps"]["items"]["allOf"] = _STEP_RULES
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "massage-voice routine, version 1",
        **schema,
    }


def schema_text(vocabulary: Vocabulary) -> str:
    """The content of `data/routine.schema.json`."""
    return json.dumps(routine_schema(vocabulary), indent=1, ensure_ascii=False) + "\n"


def _shape(shape: Shape, lists: _Lists) -> Schema:
    return _SHAPES[type(shape)](shape, lists)


def _text(shape: Text, _lists: _Lists) -> Schema:
    control = {"pattern": "[\\u0000-\\u001f\\u007f-\\u009f]"}
    return {"type": "string", "pattern": "[^ ]", "maxLength": shape.most, "not": control}


def _slug(shape: Slug, _lists: _Lists) -> Schema:
    return {"type": "string", "pattern": shape.pattern, "maxLength": shape.most}


def _choice(shape: Choice, lists: _Lists) -> Schema:
    return {"enum": list(lists[shape.options])}


def _length(shape: Length, _lists: _Lists) -> Schema:
    number = {"type": "number", "minimum": shape.least_ms / 1000, "maximum": shape.most_ms / 1000}
    return {"description": FORMS, "anyOf": [number, {"type": "string", "pattern": LENGTH_PATTERN}]}


def _boolean(_shape: Boolean, _lists: _Lists) -> Schema:
    return {"type": "boolean"}


def _levels(_shape: Levels, lists: _Lists) -> Schema:
    level = {"enum": list(lists["pressures"])}
    rise = _closed(dict.fromkeys(RISE, level), RISE)
    areas = dict.fromkeys(lists["areas"], level)
    return {"anyOf": [level, rise, _closed({**areas, ELSE: {"anyOf": [level, rise]}}, (ELSE,))]}


def _when(_shape: When, _lists: _Lists) -> Schema:
    before_end = "^-" + LENGTH_PATTERN.removeprefix("^")
    return {
        "anyOf": [
            {"const": "switch"},
            {"type": "string", "pattern": PERCENT_PATTERN},
            {"type": "string", "pattern": before_end},
            {"type": "number", "exclusiveMaximum": 0},
        ]
    }


def _many(shape: Many, lists: _Lists) -> Schema:
    schema: Schema = {"type": "array", "items": _shape(shape.item, lists), "minItems": shape.least}
    if shape.most is not None:
        schema["maxItems"] = shape.most
    if shape.unique:
        schema["uniqueItems"] = True
    return schema


def _record(shape: keys.Record, lists: _Lists) -> Schema:
    properties = {key.name: _described(_shape(key.shape, lists), key) for key in shape.keys}
    return _closed(properties, tuple(key.name for key in shape.keys if key.required))


def _described(schema: Schema, key: keys.Key) -> Schema:
    return {**schema, "description": key.description}


def _closed(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_SHAPES: Final[dict[type, Callable[[Any, _Lists], Schema]]] = {
    Text: _text,
    Slug: _slug,
    Choice: _choice,
    Length: _length,
    Boolean: _boolean,
    Levels: _levels,
    When: _when,
    Many: _many,
    keys.Record: _record,
}

_SWITCH: Final = {"required": ["at"], "properties": {"at": {"const": "switch"}}}
_NO_HANDS: Final = {"properties": {"technique": {"const": NO_TECHNIQUE}}}

_STEP_RULES: Final = [
    {"dependentRequired": {"gate": ["instead"], "instead": ["gate"]}},
    {
        "if": _NO_HANDS,
        "then": {"properties": {"areas": {"maxItems": 0}}},
        "else": {"properties": {"areas": {"minItems": 1}}},
    },
    {
        "if": {"required": ["flags"], "properties": {"flags": {"contains": {"const": TO_PRONE}}}},
        "then": _NO_HANDS,
    },
    {
        "if": {"properties": {"side": {"const": "sequential"}}},
        "then": {
            "required": ["remind"],
            "properties": {"remind": {"contains": _SWITCH, "minContains": 1, "maxContains": 1}},
        },
        "else": {"properties": {"remind": {"not": {"contains": _SWITCH}}}},
    },
]
"""The rules of `rules.py` that a schema can hold."""
