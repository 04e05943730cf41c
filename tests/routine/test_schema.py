from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from massage_voice.routine.model import Moment
from massage_voice.routine.schema import routine_schema, schema_text
from massage_voice.routine.store import Store
from tests.routine.samples import VOCABULARY, complaint

VALIDATOR = Draft202012Validator(routine_schema(VOCABULARY))

COMPARED = (
    "the shorter length first",
    "as `between` says",
    "areas of this step",
    "less than the duration",
    "a name of its own",
    "the name of a step without a gate",
)
"""What the reader says when two values do not fit each other: no schema can."""


def test_committed_schema_is_up_to_date() -> None:
    """`data/routine.schema.json` is what the table of keys gives today."""
    committed = files("massage_voice").joinpath("data/routine.schema.json").read_text("utf-8")
    assert committed == schema_text(VOCABULARY)


def test_schema_is_a_schema() -> None:
    """It keeps the rules of its own draft."""
    Draft202012Validator.check_schema(routine_schema(VOCABULARY))


@pytest.mark.parametrize("name", Store().names())
def test_built_in_routines_fit(name: str) -> None:
    """An editor that knows YAML 1.2 underlines nothing in our own files."""
    document = yaml.load(Store().find(name).text, Loader=yaml.BaseLoader)  # noqa: S506 - all values as text
    for step in document["steps"]:
        if "wait" in step:
            step["wait"] = step["wait"] == "true"
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def _lengths() -> st.SearchStrategy[Any]:
    return st.one_of(st.integers(60, 90), st.sampled_from(["75s", "1:20", "1m15s", "1m"]))


def _steps(number: int) -> st.SearchStrategy[dict[str, Any]]:
    sequential = [{"at": "switch", "say": "Now the other side."}]
    return st.fixed_dictionaries(
        {
            "name": st.just(f"step-{number}"),
            "areas": st.sampled_from([["neck-back"], ["neck-back", "low-back"]]),
            "technique": st.sampled_from(["stroke", "hold"]),
            "pressure": st.sampled_from(
                [
                    "light",
                    {"from": "light", "to": "moderate"},
                    {"neck-back": "light", "else": "feather"},
                    {"neck-back": "light", "else": {"from": "light", "to": "feather"}},
                ]
            ),
            "side": st.just("sequential"),
            "remind": st.sampled_from([sequential, [*sequential, {"at": "32%", "say": "x"}, {"at": -5, "say": "x"}]]),
            "duration": _lengths(),
            "say": st.just(["Glide."]),
        },
        optional={
            "exercise": st.just("exercise"),
            "between": st.just(["1m", "2m"]),
            "tempo": st.sampled_from([2, "2.5s"]),
            "wait": st.booleans(),
            "flags": st.sampled_from([[], ["head-turn"]]),
        },
    )


DOCUMENTS = st.fixed_dictionaries(
    {
        "title": st.just("Neck"),
        "language": st.just("en"),
        "position": st.sampled_from(["seated", "prone", "side-lying", "standing"]),
        "steps": st.integers(1, 3).flatmap(lambda count: st.tuples(*map(_steps, range(count))).map(list)),
    },
    optional={"prepare": st.just(["Hello."])},
)
JUNK: list[Any] = [
    None,
    True,
    0,
    -5,
    90,
    2.5,
    1e9,
    "",
    " ",
    "light",
    "switch",
    "32%",
    "-13s",
    "100.5%",
    "90s",
    "5h",
    "none",
    "neck-back",
    "throat",
    "Step One",
    "front",
    "to-prone",
    "both",
    "a\nb",
    "x" * 301,
    [],
    ["to-prone"],
    ["neck-back", "neck-back"],
    [90, 90],
    [1],
    {},
    {"else": "light"},
    {"from": "light"},
    {"neck-back": "light"},
    {"from": "light", "else": "light"},
    [{"at": "switch", "say": "x"}, {"at": "switch", "say": "x"}],
    [{"at": "32%"}],
]
KEYS = ["title", "nonsense", "gate", "instead", "flags", "remind", "areas", "technique", "side", "pressure"]


def _containers(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(found for item in inner for found in _containers(item))] if isinstance(value, dict | list) else []


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(DOCUMENTS))
    for _ in range(draw(st.integers(1, 2))):
        container = draw(st.sampled_from(_containers(document)))
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if isinstance(container, list):
            container.insert(draw(st.integers(0, len(container))), junk)
        else:
            key = draw(st.sampled_from([*container, *KEYS]))
            if draw(st.booleans()):
                container[key] = junk
            else:
                container.pop(key, None)
    return document


def _says(document: Any) -> str:
    return complaint(json.dumps(document, ensure_ascii=False, indent=1))


@settings(max_examples=100, deadline=None)
@given(DOCUMENTS)
def test_both_take_sound_documents(document: dict[str, Any]) -> None:
    """What is built by the format's words is sound for reader and schema."""
    assert VALIDATOR.is_valid(document)
    assert _says(document) == ""


@settings(max_examples=600, deadline=None)
@given(_mutated())
def test_both_refuse_the_same(document: Any) -> None:
    """A damaged document is refused by both or by neither, but for comparisons of two values."""
    message = _says(document)
    assume(not any(words in message for words in COMPARED))
    assert VALIDATOR.is_valid(document) == (message == ""), message


def test_switch_has_one_name() -> None:
    """The schema's word for the change of sides is the model's."""
    assert str(Moment.SWITCH) == "switch"
