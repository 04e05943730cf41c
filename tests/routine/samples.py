"""The real vocabulary, and small routine texts to bend."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from massage_voice.errors import RoutineError
from massage_voice.routine.model import Routine
from massage_voice.routine.reader import read_text
from massage_voice.routine.vocabulary import Vocabulary

STEP = """\
  - name: back-strokes
    areas: [neck-back, low-back]
    technique: stroke
    pressure: light
    side: both
    duration: 2m
    say: ["Glide down the neck."]
"""
HEAD = "title: Neck\nlanguage: en\nposition: seated\nsteps:\n"
SMALL = HEAD + STEP


def registry_vocabulary() -> Vocabulary:
    """The words of the safety registry, read as plain data."""
    registry: dict[str, Any] = yaml.safe_load(
        files("massage_voice").joinpath("data/safety/registry.yaml").read_text("utf-8")
    )
    return Vocabulary(
        areas=frozenset(registry["areas"]),
        no_go=frozenset(registry["no_go"]),
        techniques=frozenset(registry["techniques"]),
        pressures=tuple(registry["pressure"]),
    )


VOCABULARY = registry_vocabulary()


def read(text: str) -> Routine:
    """A routine from `text`, in a file called neck.yaml."""
    return read_text(text, "neck.yaml", VOCABULARY)


def changed(key: str, value: str) -> str:
    """The small routine with one line of its step replaced, or added."""
    lines = [line for line in STEP.splitlines() if not line.strip().startswith(f"{key}:")]
    if key == "name":
        lines[0] = f"  - name: {value}"
        return HEAD + "\n".join([lines[0], *lines[1:]]) + "\n"
    return HEAD + "\n".join([*lines, f"    {key}: {value}"]) + "\n"


def complaint(text: str) -> str:
    """What is said about a broken routine; an empty string when nothing is."""
    try:
        read(text)
    except RoutineError as error:
        return error.message
    return ""
