"""The lines of a script: what they are called, and that those of the registry stay word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massage_voice.routine.model import At, Moment, Position, Side
from massage_voice.safety.secure import secure
from massage_voice.safety.wishes import Wishes
from tests.support.builders import REGISTRY, ROUTINES, SCREENING, SWITCH, builtin, hold, routine, script, step
from tests.support.oracle import HAZARDS


def test_lines_are_numbered_from_one() -> None:
    """In the preparation, in each step and in the closing: ledger, plan and `show` call them so."""
    remind = (replace(SWITCH, at=At(Moment.FRACTION, 0.3)), SWITCH)
    worked = step("a", say=("Slow.", "Soft."), side=Side.SEQUENTIAL, remind=remind)
    made = script(routine(worked, hold("z"), prepare=("Hello.", "Sit down.")))
    assert [cue.id for cue in made.preparation] == ["0.prepare.1", "0.prepare.2", "0.prepare.3"]
    assert [[cue.id for cue in secured.say] for secured in made.steps] == [["1.say.1", "1.say.2"], ["2.say.1"]]
    assert [timed.cue.id for timed in made.steps[0].remind] == ["1.reminder.1", "1.switch.2"]
    aftercare = [f"closing.{number}" for number in range(1, len(SCREENING.aftercare) + 1)]
    assert [cue.id for cue in made.closing] == ["closing.rise-seated", *aftercare]


@pytest.mark.parametrize("name", ROUTINES)
def test_the_caution_of_the_closing_is_the_registrys(name: str) -> None:
    """Its words, whole: how somebody gets up who sat or lay."""
    cautions = [cue for cue in script(builtin(name)).closing if cue.hazard]
    assert len(cautions) == 1
    assert [cue.text for cue in cautions] == [HAZARDS[cue.hazard]["enter"] for cue in cautions if cue.hazard]


@pytest.mark.parametrize("partner", ["partner", "client", "Mum"])
def test_no_noun_changes_a_caution_of_preparation_or_closing(partner: str) -> None:
    """Also one that names the receiver: the author's lines are changed, the registry's are not."""
    text = "Look at your partner's skin. Your partner rests."
    hazards = {name: replace(REGISTRY.hazards[name], enter=text) for name in ("skin", "rise-lying")}
    registry = replace(REGISTRY, hazards={**REGISTRY.hazards, **hazards})
    of = routine(step("a", ("upper-back",)), hold("z"), position=Position.PRONE, prepare=("Hello.", text))
    made = secure(of, registry, SCREENING, Wishes(first=False, partner=partner))
    assert [cue.text for cue in (*made.preparation, *made.closing) if cue.hazard] == [text, text]
