"""Every routine that comes with the program, with the voice that speaks it: sound, safe, in time, whatever is answered.

`tests/timeline/test_heart_voice.py` looks at them as later sessions, with the front of the neck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from massage_voice.clip import RATE
from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script
from massage_voice.data.files import read_data
from massage_voice.errors import NotSuitableError
from massage_voice.ports import Library
from massage_voice.routine.lint import lint
from massage_voice.routine.model import Moment, Position, Side
from massage_voice.safety.registry import cited
from massage_voice.safety.restrictions import NO_RESTRICTIONS, Restrictions, parse_restrictions
from massage_voice.safety.rules import is_resting, problems
from massage_voice.safety.script import Kind
from massage_voice.safety.wishes import Verbosity
from massage_voice.timeline.audit import audit
from massage_voice.timeline.model import Timeline
from massage_voice.timeline.plan import Plan
from massage_voice.voices.library import open_library
from tests.routine.samples import VOCABULARY
from tests.support.absent import absent
from tests.support.builders import REGISTRY, ROUTINES, SCREENING, builtin
from tests.support.builders import plan as counted
from tests.support.oracle import Person, unsafe

NEW = ("quick-neck", "shoulders", "chair", "hands", "feet", "scalp-and-face")
FIRST = tuple(name for name in ROUTINES if name != "neck-and-back")
"""Those that may be a first session."""
NECK = frozenset({"skull-base", "neck-back", "neck-side", "neck-front", "collarbone"})


def _cleared(risk: dict[str, Any], name: str) -> Iterator[tuple[str, Restrictions]]:
    if "if_cleared" in risk or "restrict" in risk:
        yield name, parse_restrictions(risk.get("if_cleared") or risk["restrict"])
    for answer, then in risk.get("answers", {}).items():
        yield from _cleared(then, f"{name} {answer}")


ANSWERS = {
    "none": NO_RESTRICTIONS,
    **dict(pair for question in SCREENING.data["questions"] for pair in _cleared(question["risk"], question["id"])),
    "nobody": SCREENING.unattended(),
}
"""What each answer that does not end the session leaves of it."""
REFUSED = {
    ("feet", "clot-bleed yes"),
    ("feet", "pregnant-bp-feet pregnant"),
    ("quick-neck", "fragile"),
    ("back", "pregnant-bp-feet pregnant"),
    ("neck-and-back", "pregnant-bp-feet pregnant"),
}


@dataclass(frozen=True)
class Voice:
    """The heart voice at a pace."""

    wpm: int
    library: Library

    def plan(self, name: str, *, first: bool = True, of: str = "none", **wishes: Any) -> Plan:
        """The plan as `massage-voice plan` makes it, after these answers."""
        asked = Asked(first=first, wpm=self.wpm, **wishes)
        made = make_script(builtin(name), asked, Answers(restrictions=ANSWERS[of]), first=first)
        return make_plan(made, asked, self.library)


@pytest.fixture(scope="module", params=[110, 130, 140])
def voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    """The voice that users hear; its clips are kept between test runs."""
    library = open_library("heart")
    if library.voice != "heart":
        absent(f"the heart voice does not work here: {'; '.join(library.notes)}")
    yield Voice(request.param, library)
    library.close()


def faults(made: Plan) -> list[str]:
    """What the audit and the oracle, which share no code, find wrong."""
    timeline = made.whole()
    moves = [s.index for s in made.script.steps if "to-prone" in s.step.flags]
    position = str(made.script.routine.position)
    person = Person(position, made.script.flags, lies_from=moves[0] + 1 if moves else None)
    return [*audit(timeline, made.script, REGISTRY), *unsafe(timeline, person)]


def silence(timeline: Timeline) -> float:
    """The share in which nobody speaks."""
    return 1 - sum(p.end - p.start for p in timeline.placements if p.cue.is_spoken) / timeline.length


def uneven(timeline: Timeline) -> list[str]:
    """Steps in which one side gets more than three seconds more than the other."""
    return [
        chapter.secured.step.name
        for chapter in timeline.chapters
        if chapter.secured.step.side is Side.SEQUENTIAL
        and (
            chapter.switch is None
            or abs((chapter.switch[0] - chapter.practice_start) - (chapter.practice_end - chapter.switch[1])) > 3 * RATE
        )
    ]


@pytest.mark.parametrize("name", ROUTINES)
def test_linter_and_rules_have_nothing_to_say(name: str) -> None:
    """No line, area, technique, pressure or length that an author would be told about."""
    assert lint(builtin(name), VOCABULARY) == []
    assert problems(builtin(name), REGISTRY) == []


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("verbosity", Verbosity)
def test_a_first_session_fits_its_time(name: str, verbosity: Verbosity, voice: Voice) -> None:
    """Safe, within fifteen minutes, two fifths of it silent, both sides alike; the new ones say all they have."""
    made = voice.plan(name, verbosity=verbosity)
    timeline = made.whole()
    assert faults(made) == []
    assert timeline.length <= 900 * RATE
    assert silence(timeline) >= 0.4
    assert uneven(timeline) == []
    if name in NEW:
        assert (timeline.dropped, made.notices, made.reminders) == ((), True, True)
        assert timeline.length <= 880 * RATE  # room for a voice that is a little slower


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("verbosity", [Verbosity.BRIEF, Verbosity.BELLS])
def test_a_later_session_is_safe_with_fewer_words(name: str, verbosity: Verbosity, voice: Voice) -> None:
    """The same cautions, more silence."""
    made = voice.plan(name, first=False, verbosity=verbosity)
    assert faults(made) == []
    assert silence(made.whole()) >= 0.4
    assert uneven(made.whole()) == []


def test_the_quick_neck_takes_ten_minutes(voice: Voice) -> None:
    """Opening and closing included: half a minute more or less, at the slowest voice one more."""
    seconds = voice.plan("quick-neck").whole().length / RATE
    assert 570 <= seconds <= (630 if voice.wpm == 130 else 660)


@pytest.mark.parametrize("name", ROUTINES)
@pytest.mark.parametrize("of", ANSWERS)
def test_whatever_is_answered_it_fits_or_is_refused(name: str, of: str, voice: Voice) -> None:
    """Each answer leaves a session that is safe and in time, without what it takes away, or a plain refusal."""
    first = name in FIRST
    if (name, of) in REFUSED:
        with pytest.raises(NotSuitableError, match="today"):
            voice.plan(name, first=first, of=of)
        return
    made = voice.plan(name, first=first, of=of)
    assert faults(made) == []
    assert made.whole().length <= made.script.limit_ms * RATE // 1000
    assert silence(made.whole()) >= 0.4
    assert uneven(made.whole()) == []
    worked = [secured.step for secured in made.script.steps if not secured.hands_off]
    assert not any(ANSWERS[of].block & set(step.areas) for step in worked)
    assert not any(step.technique in ANSWERS[of].forbid for step in worked)
    assert sum(not is_resting(step) for step in worked) >= (2 if name in NEW else 1)


@pytest.mark.parametrize("name", ROUTINES)
def test_several_answers_at_once(name: str) -> None:
    """Two answers together leave a safe session or none; where one refuses, both do."""
    for one, other in combinations(ANSWERS, 2):
        limits = ANSWERS[one].joined(ANSWERS[other], REGISTRY.levels)
        try:
            made = counted(builtin(name), first=name in FIRST, restrictions=limits)
        except NotSuitableError:
            continue
        assert not {(name, one), (name, other)} & REFUSED
        assert faults(made) == []


@pytest.mark.parametrize("name", ROUTINES)
def test_every_neck_has_its_carotid_caution(name: str) -> None:
    """Said in the opening, before the first touch, by each routine that touches a neck, and by no other."""
    timeline = counted(builtin(name), first=name in FIRST).whole()
    opening = {
        p.cue.hazard
        for p in timeline.placements
        if p.cue.kind is Kind.OPENING and p.end <= timeline.chapters[0].practice_start
    }
    touched = {area for step in builtin(name).steps for area in step.areas}
    assert ("carotid-keep-off" in opening) == bool(touched & NECK)
    assert "warning-signs" in opening


@pytest.mark.parametrize("name", NEW)
def test_the_front_of_the_neck_stays_with_two_routines(name: str) -> None:
    """The newer ones have neither the front of the neck nor a gate, and nobody lies or stands."""
    routine = builtin(name)
    assert routine.position is Position.SEATED
    assert not any(step.gate or step.flags for step in routine.steps)
    assert not any(REGISTRY.gated(step.areas) for step in routine.steps)


def test_feet_hear_of_clots_before_the_first_touch() -> None:
    """[S28] Legs are looked at first; each step names the ankles, so whoever must keep off legs gets no foot rub."""
    routine = builtin("feet")
    assert all("ankles" in step.areas for step in routine.steps)
    assert any("both legs" in line.text and "see a doctor" in line.text for line in routine.prepare)
    timeline = counted(routine, first=True).whole()
    (said,) = [p for p in timeline.placements if p.cue.hazard == "leg-clot"]
    assert said.end <= timeline.chapters[0].practice_start
    assert not {"calves", "thigh"} & {area for step in routine.steps for area in step.areas}


def test_poor_feeling_makes_feet_feather_light() -> None:
    """[S56] Nothing on feet or toes is pressed then, and no line asks for more."""
    made = counted(builtin("feet"), first=True, restrictions=ANSWERS["pregnant-bp-feet feet"])
    for secured in made.script.steps:
        for area in {"feet", "toes"} & set(secured.step.areas):
            assert max(map(REGISTRY.level, secured.step.pressure.range_in(area))) <= REGISTRY.level("feather")


def test_a_face_is_worked_without_oil() -> None:
    """[S58] Oil stings in the eyes; all other routines spread some."""
    for name in ROUTINES:
        words = " ".join(line.text for line in builtin(name).prepare)
        assert ("olive oil or plain cream" in words) == (name != "scalp-and-face")
        assert "warm your hands" in words
        assert "No oil" in words or name != "scalp-and-face"
        if builtin(name).position is Position.SEATED:
            assert "right angle" in words


@pytest.mark.parametrize("name", NEW)
def test_sequential_steps_name_both_sides(name: str) -> None:
    """Where one side follows the other, the instructions name the first and the change names the other."""
    for step in builtin(name).steps:
        if step.side is Side.SEQUENTIAL:
            said = " ".join(line.text for line in step.say)
            (change,) = [one.line.text for one in step.remind if one.at.moment is Moment.SWITCH]
            sides = [set(re.findall(r"(?:their|partner's) (left|right)\b", text)) for text in (said, change)]
            assert sorted(map(sorted, sides)) == [["left"], ["right"]]


@pytest.mark.parametrize("name", NEW)
def test_the_file_names_its_sources(name: str) -> None:
    """The comment at its head cites the registry's sources, each of which there is."""
    head = read_data(f"routines/{name}.yaml").split("title:")[0]
    marks = cited(head)
    assert len(marks) >= 3
    assert set(marks) <= REGISTRY.sources.keys()
    assert "makes no promise" in head


@pytest.mark.parametrize("name", NEW)
def test_no_step_leans_on_the_one_before(name: str) -> None:
    """Any step may be the first after a jump or an answer: none says "same" or "as before"."""
    for step in builtin(name).steps:
        words = " ".join(line.text for line in step.say).lower()
        assert not re.search(r"\b(?:same|as before|other hand again|previous)\b", words)
