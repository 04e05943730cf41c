"""What nobody means as a command: talk, confusable words, counting; and the narrator's own sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from massage_voice.data.files import parse_yaml, read_data
from massage_voice.routine.store import Store
from massage_voice.safety.screening import load_screening


def unmeant() -> Mapping[str, Sequence[str]]:
    """Kind of sound → what is said in it."""
    return {
        **parse_yaml(Path(__file__).with_name("unmeant.yaml").read_text("utf-8")),
        "narration": tuple(narration()),
    }


def narration() -> Iterator[str]:
    """Sentences that the program itself speaks."""
    yield from load_screening().texts()
    for name in Store().names():
        routine = parse_yaml(read_data(f"routines/{name}.yaml"))
        yield from routine["prepare"]
        for step in routine["steps"]:
            yield from step["say"]
            yield from (reminder["say"] for reminder in step.get("remind", ()))
