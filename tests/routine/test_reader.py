from __future__ import annotations

import pytest

from massage_voice.routine.model import At, Moment, Position, Pressure, Routine, Side
from massage_voice.routine.problem import Place
from tests.routine.samples import HEAD, SMALL, STEP, changed, complaint, read

FULL = """\
title: no
language: en
position: prone
prepare: ["Hello."]
steps:
  - name: front
    exercise: front-of-neck
    areas: [neck-front, low-back]
    technique: stroke
    pressure: {low-back: light, else: {from: light, to: moderate}}
    side: sequential
    duration: 1:40
    between: [1m, 3m]
    say:
      - Lay one flat hand on the collarbone.
    remind:
      - {at: 32%, say: "Slow."}
      - {at: switch, say: "Now the other side."}
      - {at: -13s, say: "Lift off."}
    tempo: 2.5s
    wait: true
    gate: front
    instead: rest
    flags: [head-turn]
  - name: rest
    areas: []
    technique: none
    pressure: still
    side: none
    duration: 90
    say: [yes]
"""


@pytest.fixture(scope="module")
def full() -> Routine:
    """Every key once."""
    return read(FULL)


def test_reads_every_key(full: Routine) -> None:
    """Each key of the fixed format reaches the model with the author's meaning."""
    step = full.steps[0]
    assert (full.title, full.position, full.name) == ("no", Position.PRONE, "neck")
    assert step.pressure == Pressure("light", "moderate", (("low-back", "light"),))
    assert (step.side, step.duration_ms, step.between_ms) == (Side.SEQUENTIAL, 100_000, (60_000, 180_000))
    assert [reminder.at for reminder in step.remind] == [
        At(Moment.FRACTION, fraction=0.32),
        At(Moment.SWITCH),
        At(Moment.BEFORE_END, before_end_ms=13_000),
    ]
    assert (step.tempo_ms, step.wait, step.gate, step.instead) == (2500, True, "front", "rest")
    assert (step.exercise, step.flags) == ("front-of-neck", frozenset({"head-turn"}))


def test_yes_and_no_are_words(full: Routine) -> None:
    """YAML 1.1's booleans are spoken words here."""
    assert full.steps[1].say[0].text == "yes"


def test_knows_where_everything_stands(full: Routine) -> None:
    """Line and column, from 1, of every value and line."""
    assert full.steps[0].place_of("duration") == Place("neck.yaml", 12, 15)
    assert full.steps[0].say[0].place == Place("neck.yaml", 15, 9)
    assert full.steps[0].place_of("nothing") == full.steps[0].place == Place("neck.yaml", 6, 5)


def test_limits_by_default() -> None:
    """A step without `between` may shrink to three quarters and grow to one and a half."""
    assert read(SMALL).steps[0].between_ms == (90_000, 180_000)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("name", "Back Strokes", "such as back-strokes"),
        ("name", "5", "a name of lower-case words"),
        ("areas", "[neckback]", "did you mean 'neck-back'?"),
        ("areas", "[throat]", "hands never work there"),
        ("areas", "[low-back, low-back]", "each word once"),
        ("areas", "low-back", "a list of areas"),
        ("areas", "[]", "where the hands work"),
        ("technique", "none", "[] for the technique none"),
        ("technique", "strok", "did you mean 'stroke'?"),
        ("pressure", "deep", "still, feather, light, moderate, firm"),
        ("pressure", "{from: light}", "{from: …, to: …}, found the keys from"),
        ("pressure", "{low-back: light}", "else: the pressure in the other areas"),
        ("pressure", "{feet: light, else: light}", "add feet to areas"),
        ("pressure", "{throat: light, else: light}", "hands never work there"),
        ("pressure", "{low-back: light, else: [light]}", "found a list"),
        ("side", "left", "both, alternate, sequential, none"),
        ("side", "sequential", "one reminder at switch"),
        ("remind", '[{at: switch, say: "Now."}]', "only sequential sides change"),
        ("remind", '[{at: -3m, say: "Now."}]', "less than the duration, 2m"),
        ("remind", '[{at: 101%, say: "Now."}]', "a moment such as"),
        ("remind", "[{at: 10%}]", "steps[0].remind[0].say: expected this key"),
        ("duration", "0", "1s to 60m"),
        ("duration", "-5", "a length such as"),
        ("duration", "soon", "a length such as"),
        ("between", "[3m, 1m]", "the shorter length first"),
        ("between", "[3m, 4m]", "3m to 4m, as `between` says"),
        ("between", "[3m]", "at least 2 two lengths"),
        ("say", "Glide.", "a list of lines"),
        ("say", "[]", "at least 1 lines"),
        ("say", "[5]", "found the number 5 (put the text in quotes)"),
        ("say", "[true]", "found the boolean true"),
        ("say", "[{a: b}]", "found a mapping"),
        ("say", "[~]", "found nothing"),
        ("say", '["  "]', "expected text"),
        ("say", f'["{"a" * 301}"]', "at most 300 characters, found 301"),
        ("say", r'["\e[31mred"]', r"'\x1b[31mred'"),
        ("say", r'["two\nlines"]', "make it two lines"),
        ("say", '["right\u202eleft"]', r"\u202e"),
        ("say", "[!!python/object:os.system x]", "the tag 'tag:yaml.org,2002:python/object"),
        ("tempo", "0", "0.25s to 1m"),
        ("wait", "yes", "true or false, found 'yes'"),
        ("wait", '"true"', "true or false"),
        ("gate", "front", "a shut gate needs a step instead"),
        ("instead", "nowhere", "steps[0].gate: expected this key beside instead"),
        ("flags", "[turn-head]", "a flag (head-turn, to-prone)"),
        ("flags", "[to-prone]", "none in a step with the flag to-prone"),
        ("durration", "2m", "did you mean 'duration'?"),
        ("? [a, b]", "c", "a word before the colon"),
    ],
)
def test_says_what_is_wrong(key: str, value: str, expected: str) -> None:
    """Each mistake is named with what was expected and what was found."""
    assert expected in complaint(changed(key, value))


def test_every_problem_at_once() -> None:
    """Mistakes in different places do not hide each other."""
    text = changed("areas", "[neckback]").replace("position: seated", "position: sitting").replace("2m", "never")
    assert complaint(text).endswith("3 problems in the routine")


def test_problems_are_in_file_order() -> None:
    """The first mistake of the file is the first line of the message."""
    lines = complaint(changed("areas", "[x]").replace("language: en", "language: xx")).splitlines()
    assert lines[0].startswith("neck.yaml:2:11: language: ")
    assert lines[1].startswith("neck.yaml:11:13: steps[0].areas[0]: ")


def test_equal_keys_are_refused() -> None:
    """The second of two equal keys is a mistake, and the first one's line is named."""
    text = SMALL + "    side: none\n    duration: never\n"
    assert "neck.yaml:12:5: steps[0].side: expected each key once" in complaint(text)
    assert "line 9" in complaint(text)


def test_step_names_are_unique() -> None:
    """Two steps of one name are a mistake."""
    assert "it stands already in line 5" in complaint(SMALL + STEP)


def test_substitute_exists_and_has_no_gate() -> None:
    """`instead` names an ungated step."""
    gated = "    gate: front\n    instead: {}\n"
    assert "which no step is called" in complaint(SMALL + gated.format("nowhere"))
    assert "which has a gate itself" in complaint(SMALL + gated.format("back-strokes"))


@pytest.mark.parametrize("place", ["title: {}", "prepare: [{}]", "prepare:\n  - {}"])
def test_comment_inside_text_is_refused(place: str) -> None:
    """` #` would cut the sentence without a word."""
    text = SMALL.replace("title: Neck\n", "") + place.format("Don't press # the carotid\n")
    assert "put the text in quotes" in complaint(text)


@pytest.mark.parametrize("line", ["- Glide # down", "- # down", "- a\n        b # c"])
def test_comment_inside_a_line_is_refused(line: str) -> None:
    """In lists of lines too, after one word, at the beginning, or over two lines."""
    assert "a comment after ' #'" in complaint(changed("say", f"\n      {line}"))


def test_comments_elsewhere_are_welcome() -> None:
    """A comment after quoted text or a plain word cuts nothing."""
    text = SMALL.replace("light", "light  # or moderate").replace('"]', '"]  # a comment')
    assert complaint(text) == ""
    assert read(changed("say", '["Press # lightly."]')).steps[0].say[0].text == "Press # lightly."


def test_ten_thousand_steps_are_read() -> None:
    """A large file has room; how long it takes is a benchmark's to say (`python -m benchmarks plan`)."""
    steps = "".join(STEP.replace("back-strokes", f"step-{number}") for number in range(10_000))
    assert len(read(HEAD + steps).steps) == 10_000


def test_pressure_by_area(full: Routine) -> None:
    """An area of its own has its own level, the others share the rise."""
    pressure = full.steps[0].pressure
    assert pressure.range_in("low-back") == ("light", "light")
    assert pressure.range_in("neck-front") == ("light", "moderate")
    assert str(pressure) == "light to moderate, light in low-back"


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
def test_line_breaks_of_other_systems(line_break: str) -> None:
    """Lines are counted alike on every system."""
    assert complaint(changed("tempo", "x").replace("\n", line_break)).startswith("neck.yaml:12:12: ")
    text = changed("say", "\n      - Press # lightly").replace("\n", line_break)
    assert "neck.yaml:12:9: steps[0].say[0]: expected text, found 'Press' and a comment" in complaint(text)
