"""Voices that speak, fail and hang, each in its worker process."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from massage_voice.checkup.finding import Check, Finding, Verdict, examine
from massage_voice.checkup.remedies import Remedies
from massage_voice.checkup.voices import VoiceCheck, judged, voice_checks
from massage_voice.clip import RATE
from massage_voice.errors import VoiceError
from massage_voice.voices.engine import Engine
from massage_voice.voices.team import TeamVoice


def misbehaving(name: str) -> TeamVoice:
    """One of the tests' engines, in a worker."""
    return TeamVoice(f"tests.voices.misbehaving_engine:{name}", hands=1)


def looked_at(engine: str, remedies: Remedies) -> Check:
    return examine(VoiceCheck("system", partial(misbehaving, engine), remedies).probe())


def test_a_voice_that_speaks(debian: Remedies) -> None:
    """How fast it is, and the sentence it said."""
    voice = VoiceCheck("fake", partial(misbehaving, "Good"), debian)
    check = examine(voice.probe())
    assert (check.name, check.finding.verdict) == ("voice fake", Verdict.OK)
    assert "times as fast" in check.finding.found
    assert voice.clip is not None
    assert RATE // 2 < voice.clip.frames < 3 * RATE
    assert np.abs(voice.clip.samples).max() > 1_000


@pytest.mark.parametrize(
    ("engine", "reason"), [("CannotLoad", "no engine here"), ("Silent", "silence"), ("Dies", "no data here")]
)
def test_a_voice_that_does_not(engine: str, reason: str, debian: Remedies) -> None:
    """Why, and the command for this system."""
    found = looked_at(engine, debian).finding
    assert (found.verdict, found.remedy) == (Verdict.FAILING, "sudo apt install espeak-ng")
    assert reason in found.found


def test_a_voice_whose_package_is_missing(debian: Remedies) -> None:
    """The interpreter's own pip, with the version that was measured."""

    def make() -> Engine:
        raise VoiceError("pyttsx3 is not installed", "pip install pyttsx3")

    found = examine(VoiceCheck("system", make, debian).probe()).finding
    assert (found.verdict, found.found) == (Verdict.FAILING, "pyttsx3 is not installed.")
    assert found.remedy.endswith(" -m pip install pyttsx3==2.99")


def test_a_voice_that_hangs_is_ended(debian: Remedies) -> None:
    """At the limit; no worker is left."""
    made: list[TeamVoice] = []

    def make() -> TeamVoice:
        made.append(misbehaving("Hangs"))
        return made[0]

    check = examine(VoiceCheck("system", make, debian).probe(limit_s=1.0))
    assert (check.failing, check.finding.found) == (True, "no answer within 1 s.")
    assert check.seconds < 4
    assert made[0].pids == []


def verdicts(*given: Verdict) -> list[Verdict]:
    checks = [Check(f"voice {number}", Finding(verdict, "…"), 0.0) for number, verdict in enumerate(given)]
    return [check.finding.verdict for check in judged(checks)]


def test_one_voice_is_enough() -> None:
    """Where one works the others only warn; where none works all fail."""
    ok, warning, failing = Verdict.OK, Verdict.WARNING, Verdict.FAILING
    assert verdicts(failing, ok) == [warning, ok]
    assert verdicts(warning, failing) == [warning, warning]
    assert verdicts(failing, failing) == [failing, failing]


def test_every_voice_of_the_chain_is_looked_at(debian: Remedies) -> None:
    """In its order."""
    assert [voice.probe().name for voice in voice_checks(debian)] == ["voice heart", "voice system"]
