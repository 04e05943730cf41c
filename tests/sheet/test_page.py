"""The page as text: its structure, its policy, and that nothing breaks out of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from massage_voice.sheet.markup import Markup, joined, tag
from massage_voice.sheet.page import page
from tests.sheet.support import NASTY, REGISTRY, hostile_sheet, html, sheet, tree
from tests.support.builders import ROUTINES

KINDS = pytest.mark.parametrize("sound", [False, True], ids=["still", "playing"])


@KINDS
@pytest.mark.parametrize("name", ROUTINES)
def test_every_element_is_closed_and_every_id_stands_once(name: str, sound: bool) -> None:
    """A page that a parser without mercy reads, and names that are found."""
    root = tree(html(name, sound=sound))
    ids = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    used = [element.attributes["aria-labelledby"] for element in root.all() if "aria-labelledby" in element.attributes]
    assert set(used) <= set(ids)
    assert [element.name for element in root.all() if element.name in {"header", "main", "footer"}] == [
        "header",
        "main",
        "footer",
    ]


@KINDS
def test_what_stands_on_it(sound: bool) -> None:
    """Title, every step with its time, every caution with its steps, the questions, and what to do in trouble."""
    root = tree(html("neck", sound=sound))
    assert [element.text for element in root.all("h1")] == ["Neck"]
    names = [element.text for element in root.by_id("steps").all("h3")]
    assert names[:2] == (["Preparation", "Settle"] if sound else ["Settle", "Back strokes"])
    cautions = root.by_id("cautions").text
    for row in sheet("neck").warned:
        assert row.text in cautions
    assert "steps 2–3, 5–6, 8" in cautions  # noqa: RUF001 - the dash of print
    assert "Sit a full minute before standing." in cautions
    assert "chest pain" in root.by_id("before").text
    assert "Lift your hands away." in root.by_id("unwell").text


def test_the_gate_of_the_front_stands_there_when_it_plays() -> None:
    """And only then."""
    assert "thyroid" in tree(html("neck", front=True)).by_id("before").text
    assert "thyroid" not in tree(html("neck")).by_id("before").text


@KINDS
def test_nothing_comes_from_elsewhere(sound: bool) -> None:
    """No address but those inside the page, no handler and no style in an attribute, no form."""
    text = html("neck", sound=sound)
    root = tree(text)
    for element in root.all():
        assert element.name not in {"link", "iframe", "form", "object", "embed", "base", "img", "audio"}
        assert "src" not in element.attributes
        assert (element.attributes.get("href") or "#").startswith("#")
        assert [name for name in element.attributes if name.startswith("on") or name == "style"] == []
    assert re.findall(r"https?:|url\((?!#)|@import", text) == []


@KINDS
def test_the_policy_allows_this_style_and_this_script_and_nothing_else(sound: bool) -> None:
    """By their digests; sound only from the page itself."""
    text = html("neck", sound=sound)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert rules.pop("style-src") == digest(style)
    assert len(scripts) == sound
    if sound:
        assert (rules.pop("script-src"), rules.pop("media-src")) == (digest(scripts[0]), "blob:")
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def digest(text: str) -> str:
    """As a policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@KINDS
def test_a_hostile_routine_is_text_and_nothing_else(sound: bool) -> None:
    """The same elements as an honest one has; what it wrote is there, as it wrote it."""
    text = page(hostile_sheet(sound=b"no sound" if sound else b""), REGISTRY)
    root = tree(text)
    assert [element.attributes.get("type") for element in root.all("script")] == (
        ["application/json", "text/plain", "text/plain", None] if sound else []
    )
    assert not {"img", "b"} & {element.name for element in root.all()}
    assert [element.text for element in root.all("h1")] == [f"Neck {NASTY}"]
    for section in ("steps", "before", "unwell", "after"):
        assert NASTY in root.by_id(section).text


def test_what_steers_is_taken_out() -> None:
    """Characters that turn the direction of writing, and others that nobody sees."""
    assert "\u202e" not in page(sheet("neck"), REGISTRY)
    assert tag("p", NASTY).count("<") == 2


def test_the_data_is_json_that_cannot_end_its_element() -> None:
    """No `<`, no line separator that old scripts stumble over; the words are whole when it is read."""
    text = page(hostile_sheet(sound=b"no sound"), REGISTRY)
    (data,) = re.findall(r'<script type="application/json" id="program">(.*?)</script>', text, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(data)
    read = json.loads(data)
    assert read["title"] == f"Neck {NASTY}"
    assert any("</script><script>window.hacked" in cue[2] for cue in read["cues"])


@pytest.mark.parametrize("front", [False, True], ids=["", "front"])
@pytest.mark.parametrize("name", ROUTINES)
def test_wherever_it_lands_every_caution_in_play_comes_first(name: str, front: bool) -> None:
    """Each is in the part's own beginning, or among those to be said before it; the recording has it in full."""
    found = sheet(name, sound=b"no sound", front=front)
    (data,) = re.findall(r'id="program">(.*?)</script>', page(found, REGISTRY))
    read = json.loads(data)
    full = [(cue[0], cue[3]) for cue in read["cues"] if cue[4]]
    told: set[str] = {"skin"}
    for part, facts in zip(read["parts"], found.parts, strict=True):
        if facts.work is None:
            assert part["owed"] == part["first"] == []
            continue
        begins, works = part["span"][0], part["work"][0]
        here = {hazard for start, hazard in full if begins <= start < works}
        assert set(facts.hazards) <= here | set(part["first"])
        assert set(part["owed"]) >= told - here
        assert set(part["all"]) == set(facts.hazards)
        assert {*part["owed"], *part["all"]} <= set(read["full"])
        once = {hazard for hazard in facts.owed if REGISTRY.hazards[hazard].repeat_s is None}
        told |= once
    for hazard, (start, end) in read["full"].items():
        assert [cue[2] for cue in read["cues"] if cue[:2] == [start, end]] == [REGISTRY.hazards[hazard].enter]


def test_every_area_is_on_the_map_with_its_steps_and_every_forbidden_place_is_marked() -> None:
    """In the drawing, and in words beside it."""
    root = tree(html("neck"))
    drawn = {e.attributes["data-area"] for e in root.all("g") if "data-area" in e.attributes}
    assert drawn == {row.area for row in sheet("neck").worked}
    assert {e.attributes["data-never"] for e in root.all("g") if "data-never" in e.attributes} == REGISTRY.no_go
    pictures = [e.attributes["aria-label"] or "" for e in root.all("svg") if e.attributes.get("role") == "img"]
    assert "neck back (step 2–3, 6, 8)" in pictures[0]  # noqa: RUF001 - the dash of print
    assert "throat" in pictures[1]
    assert "The back of the neck" in root.by_id("map").text


def test_markup_escapes_what_is_no_markup() -> None:
    """Text, and the values of attributes; what it made itself it leaves alone."""
    assert tag("p", "<i>", class_='"x"') == '<p class="&quot;x&quot;">&lt;i&gt;</p>'
    assert joined([tag("br"), "&", Markup("&amp;")]) == "<br/>&amp;&amp;"
    assert tag("b", hidden=True, title=None, x=1.50) == '<b hidden x="1.5"></b>'
