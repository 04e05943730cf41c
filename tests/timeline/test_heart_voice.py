"""The built-in routines with the voice that speaks them: audited, at every pace of speech."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from massage_voice.errors import RoutineError
from massage_voice.timeline import wording
from massage_voice.timeline.audit import audit
from massage_voice.timeline.fit import Shape, fit
from massage_voice.timeline.layout import Sounds
from massage_voice.voices.library import ClipLibrary, SilentLibrary, open_library
from tests.support.absent import absent
from tests.support.builders import BELL_LENGTHS, REGISTRY, ROUTINES, builtin, script
from tests.support.oracle import Person, unsafe


@pytest.fixture(params=[110, 130, 140])
def spoken(request: pytest.FixtureRequest) -> Iterator[tuple[int, ClipLibrary | SilentLibrary]]:
    """The library of the heart voice and a pace; clips are kept between test runs."""
    library = open_library("heart")
    if library.voice != "heart":
        absent(f"the heart voice does not work here: {'; '.join(library.notes)}")
    yield request.param, library
    library.close()


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("front", [False, True])
def test_built_in_routines_in_the_heart_voice(
    name: str, front: bool, spoken: tuple[int, ClipLibrary | SilentLibrary]
) -> None:
    """Every built-in routine is safe in the real voice; the front at a slow pace may be refused, and says so."""
    wpm, library = spoken
    made = script(builtin(name), front=front)
    sounds = Sounds(library.prepare(wording.texts(made, wpm)), BELL_LENGTHS)
    try:
        plan = fit(made, sounds, Shape(), REGISTRY.limits)
    except RoutineError as refusal:
        if front and wpm < 130 and "do not fit" in refusal.message:
            return
        raise
    timeline = plan.timeline()
    assert audit(timeline, made, REGISTRY) == []
    moves = [s.index for s in made.steps if "to-prone" in s.step.flags]
    person = Person(str(made.routine.position), lies_from=moves[0] + 1 if moves else None)
    assert unsafe(timeline, person) == []
    for placement in timeline.placements:
        if placement.cue.is_caution:
            assert placement.end - placement.start == library.clip(placement.cue.text).frames
