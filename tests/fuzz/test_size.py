"""Files within the size limit that once took minutes, half a gigabyte or a message of megabytes."""

from __future__ import annotations

import pytest

from massage_voice.routine.problem import MOST_PROBLEMS
from tests.fuzz.judge import judge
from tests.routine.samples import HEAD, STEP, changed, complaint

BOMBS = {
    "one area 590,000 times": lambda: changed("areas", f"[{','.join(['jaw'] * 590_000)}]"),
    "400,000 lines in one": lambda: changed("say", f"[{','.join(f'g{n}' for n in range(400_000))}]"),
    "280,000 unknown keys": lambda: "\n".join(f"a{n}: " for n in range(280_000)),
    "280,000 pressures": lambda: changed(
        "pressure", f"{{from: light, {', '.join(f'k{n}: x' for n in range(280_000))}}}"
    ),
    "13,000 long lines": lambda: changed("say", f"[{','.join('the neck ' * 32 + str(n) for n in range(13_000))}]"),
    "signs without end": lambda: changed(
        "say", f"[{','.join(''.join(chr(0x2200 + (n * 7 + i) % 999) for i in range(290)) for n in range(4_000))}]"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_large_file_is_answered_soon_and_shortly(name: str) -> None:
    """Seconds, some hundred megabytes, and a message that can be read: the judge allows no more."""
    verdict = judge(BOMBS[name]().encode())
    assert (verdict.kind, verdict.fault) == ("problems", ""), verdict.detail


def test_only_so_many_problems_are_listed() -> None:
    """The first five hundred in the order of the file, and a word about the others."""
    *listed, last = complaint("\n".join(f"a{n}: x" for n in range(3_000))).split("\n")
    assert len(listed) == MOST_PROBLEMS
    assert listed[0].startswith("neck.yaml:1:1: ")
    assert listed[-1].startswith("neck.yaml:")
    assert last == "500 problems in the routine, and more that are not listed"


def test_all_problems_are_listed_up_to_there() -> None:
    """A hundred mistakes are a hundred lines and a count."""
    *listed, last = complaint(HEAD + STEP + "".join(f"a{n}: x\n" for n in range(100))).split("\n")
    assert (len(listed), last) == (100, "100 problems in the routine")


def test_more_lines_than_any_session_has_room_for() -> None:
    """They are counted before each is looked at; as many as there is room for are fine."""
    assert "at most 40000 lines" in complaint(changed("say", f"[{', '.join(['Glide'] * 40_001)}]"))
    assert complaint(changed("say", f"[{', '.join(['Glide'] * 40_000)}]")) == ""


def test_reminders_and_preparation_count_as_lines() -> None:
    """Every line that is looked at counts, wherever it stands."""
    reminders = changed("remind", f"[{', '.join(['{at: 5%, say: Slow}'] * 20_001)}]")
    assert complaint(reminders) == ""
    assert "at most 40000 lines" in complaint(f"prepare: [{', '.join(['Slow'] * 20_000)}]\n" + reminders)


def test_a_sign_that_stands_for_a_sentence() -> None:
    """One Arabic ligature is read as eighteen letters: what counts is what is spoken."""
    assert "at most 300 characters, found 306" in complaint(changed("say", f"['{chr(0xFDFA) * 17}']"))
    assert complaint(changed("say", f"['{chr(0xFDFA) * 16}']")) == ""


def test_a_place_is_inside_the_file() -> None:
    """Where the last line has no end the parser counts one more; an editor does not."""
    assert complaint("r: y\ns:\n  - n: \n    t").startswith("neck.yaml:4:6: ")


def test_one_area_twice_is_one_mistake() -> None:
    """The second and the third time are named; no other rule adds to it."""
    message = complaint(changed("areas", "[jaw, jaw, low-back, jaw]"))
    assert message.count("each word once") == 2
    assert message.endswith("\n2 problems in the routine")


def test_keys_of_a_pressure_are_named_as_far_as_that_helps() -> None:
    """Five of them."""
    message = complaint(changed("pressure", "{from: light, a: x, b: x, c: x, d: x, e: x, f: x}"))
    assert "found the keys from, a, b, c, d, …" in message
