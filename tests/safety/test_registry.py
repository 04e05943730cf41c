"""The registry and its texts: complete, sourced, short, and by the house rules."""

from __future__ import annotations

import dataclasses

import pytest

from massage_voice.routine.lint import (
    Spoken,
    no_claims,
    no_commands,
    plain,
    pronounceable,
    sentences,
    short_sentences,
    sides_have_owners,
    speaks_to_giver,
)
from massage_voice.routine.words import builtin_words
from massage_voice.safety.registry import AreaKind, Hazard, Scope, Severity, cited
from tests.support.builders import REGISTRY, SCREENING
from tests.support.oracle import RAW

HAZARDS = sorted(REGISTRY.hazards.values(), key=lambda hazard: hazard.id)
TEXTS = sorted({text for hazard in HAZARDS for text in (hazard.enter, *hazard.repeats)})
HOUSE = (short_sentences, pronounceable, sides_have_owners, no_claims, speaks_to_giver)


def words(text: str) -> int:
    """How many words are spoken."""
    return len(text.split())


def test_it_is_complete() -> None:
    """27 areas, 15 places where hands never work, 34 hazards, and nothing is both."""
    assert (len(REGISTRY.areas), len(REGISTRY.no_go), len(REGISTRY.hazards)) == (27, 15, 34)
    assert not REGISTRY.no_go & set(REGISTRY.areas)


def test_gated_areas_are_the_front_and_side_of_the_neck() -> None:
    """What is locked behind answers is exactly the front and the side of the neck, feather at most in front."""
    gated = {name for name, area in REGISTRY.areas.items() if area.kind is AreaKind.GATED}
    assert gated == {"neck-front", "neck-side"}
    assert RAW["areas"]["neck-front"]["cap"] == [1, 1]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_cautions_are_short(hazard: Hazard) -> None:
    """A full caution has at most 18 words, a short form at most 12; one that repeats has a short form."""
    assert 0 < words(hazard.enter) <= 18
    assert all(0 < words(text) <= 12 for text in hazard.repeats)
    assert (hazard.repeat_s is None) == (not hazard.repeats)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_cautions_have_reasons(hazard: Hazard) -> None:
    """Every hazard says why and cites sources that are listed."""
    assert hazard.why
    assert cited(hazard.sources)
    assert set(cited(hazard.sources)) <= set(REGISTRY.sources)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
def test_hazards_point_at_things_that_exist(hazard: Hazard) -> None:
    """Levels exist, areas and positions of a scope exist, and something makes every hazard fire."""
    assert hazard.max_level is None or 0 < hazard.max_level < len(REGISTRY.levels)
    if hazard.scope is Scope.ROUTINE_AREA:
        assert hazard.within <= set(REGISTRY.areas)
    if hazard.scope in {Scope.POSITION, Scope.MOVING, Scope.CLOSING}:
        assert hazard.within <= {"seated", "prone", "side-lying", "standing"}
    listed = any(hazard.id in area.hazards for area in REGISTRY.areas.values())
    assert listed or hazard.scope is not Scope.AREA


@pytest.mark.parametrize("name", sorted(REGISTRY.areas))
def test_areas_point_at_things_that_exist(name: str) -> None:
    """An area's hazards, techniques and levels exist; nobody works without a technique."""
    area = REGISTRY.areas[name]
    assert set(area.hazards) <= set(REGISTRY.hazards)
    assert area.techniques <= set(REGISTRY.techniques) - {"none", "static"}
    assert 0 < area.cap < len(REGISTRY.levels)
    assert (area.kind is AreaKind.WORK) or area.hazards


def test_what_is_known_is_what_the_file_says() -> None:
    """The names of areas and techniques, and every word about a hazard; nothing is lost or changed by reading."""
    assert {name: area.say for name, area in REGISTRY.areas.items()} == {n: a["say"] for n, a in RAW["areas"].items()}
    assert REGISTRY.techniques == {name: fact["say"] for name, fact in RAW["techniques"].items()}
    assert REGISTRY.sources == RAW["sources"]
    for name, fact in RAW["hazards"].items():
        hazard = REGISTRY.hazards[name]
        assert (hazard.id, hazard.enter, list(hazard.repeats)) == (name, fact["enter"], fact["repeats"])
        assert (hazard.why, hazard.avoid, hazard.sources) == (fact["why"], fact["avoid"], fact["sources"])
        assert (hazard.repeat_s, hazard.always_full) == (fact["repeat_s"], fact.get("always_full", False))
        assert (hazard.max_level, hazard.forbid) == (fact.get("max_level"), frozenset(fact.get("forbid", [])))


def test_limits_are_values() -> None:
    """They can be compared and remembered; a pair is the least and the most."""
    limits = REGISTRY.limits
    assert hash(limits) == hash(dataclasses.replace(limits))
    assert (limits.exercise, limits.speech_wpm) == (
        tuple(RAW["limits"]["exercise"]),
        tuple(RAW["limits"]["speech_wpm"]),
    )


@pytest.mark.parametrize("text", [*TEXTS, *SCREENING.aftercare, *SCREENING.emergency("stop-now", "faint", "pain")])
def test_cautions_keep_the_house_rules(text: str) -> None:
    """Words alone, one breath a sentence, sides owned, no promise, spoken to the giver, no command but "stop"."""
    spoken = Spoken(plain(text), text, "prepare", frozenset(), builtin_words())
    findings = [finding.found for rule in HOUSE for finding in rule(spoken)]
    assert findings == []
    assert {finding.found for finding in no_commands(spoken)} <= {"'stop'"}


def test_the_emergency_line_fits_into_two_breaths() -> None:
    """The longest emergency text has sentences of at most 20 words."""
    assert all(words(sentence) <= 20 for text in SCREENING.texts() for sentence in sentences(text))


def test_the_carotid_caution_stands_first_among_all() -> None:
    """The carotid caution is critical, said in full each time, at most 30 s apart, feather alone, in rotation."""
    carotid = REGISTRY.hazards["carotid-jugular"]
    assert (carotid.severity, carotid.always_full, carotid.repeat_s, carotid.max_level) == (
        Severity.CRITICAL,
        True,
        30,
        1,
    )
    assert len(set(carotid.repeats)) == 3


def test_low_back_and_flanks_are_stroked_only() -> None:
    """[8] No patter, kneading or circles below the lowest ribs, by the area and by its hazard."""
    for name in ("low-back", "flanks"):
        assert not REGISTRY.areas[name].techniques & {"patter", "knead", "circles", "pat", "static"}
    assert {"patter", "knead", "circles"} <= REGISTRY.hazards["kidneys-ribs"].forbid


def test_the_digest_is_of_the_very_text() -> None:
    """[2] The digest that sessions record changes with any change of the registry."""
    assert len(REGISTRY.digest) == 64
    assert dataclasses.replace(REGISTRY, digest="").digest != REGISTRY.digest
