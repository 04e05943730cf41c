"""No road leads past the questions of a page that plays: tried in a real Chromium, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from massage_voice.safety.screening import UNSURE, YES
from massage_voice.sheet.model import Sheet
from massage_voice.sheet.page import page
from tests.sheet.support import ANSWERED, REGISTRY, sheet, silence
from tests.support.absent import absent
from tests.support.chromium import INSTALL, Browser, browser, missing

pytestmark = pytest.mark.real_time

AUDIO: Final = "document.querySelector('audio')"
VERDICT: Final = "document.getElementById('verdict').textContent"
CHOSEN: Final = "document.querySelectorAll('#ask :checked').length"
DOCK: Final = "document.getElementById('dock').hidden"
AGREE: Final = "document.querySelector(\"[data-answer='we agree']\").click()"
CAUGHT: Final = """
window.media = {};
navigator.mediaSession.setActionHandler = (name, answer) => { window.media[name] = answer; };
const made = window.Audio;
window.Audio = function () { return (window.reading = new made()); };
window.played = 0;
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (this.isConnected) window.played += 1;
  return play.call(this);
};
"""
"""What a headset calls, the voice that reads, and how often the session was told to play."""
TOLD: Final = sheet("neck", sound=b"x")
REFUSING: Final = [
    (question.id, answer, further)
    for question in TOLD.form[:-1]
    for answer in (YES, UNSURE)
    for further in (question.follow_up.why_not if question.follow_up else [""])
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Browser]:
    """One browser for the module."""
    if missing():
        absent(f"needs Chromium: {INSTALL}")
    with browser() as opened:
        opened.send("Page.addScriptToEvaluateOnNewDocument", source=CAUGHT)
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The neck routine as a page that plays, silently."""
    path = tmp_path_factory.mktemp("pages") / "neck.html"
    path.write_text(page(made(), REGISTRY), "utf-8")
    return path


def made(*, front: bool = False) -> Sheet:
    """With sounds as long as their words need."""
    told = sheet("neck", sound=b"x", front=front)
    assert told.sounds is not None
    read = silence(told.sounds.reading.length / 48_000)
    return sheet("neck", sound=silence(told.length), read=read, front=front)


@pytest.fixture
def window(shared: Browser, file: Path) -> Browser:
    """The page as it opens."""
    shared.size(1280, 800)
    shared.media()
    shared.open(file)
    return shared


def choose(window: Browser, name: str, answer: str) -> None:
    """As a finger does."""
    window.run(f'document.querySelector(\'input[name="{name}"][value="{answer}"]\').click()')


def verdict(window: Browser) -> str:
    """What the page says about the answers."""
    return str(window.run(VERDICT))


def assert_silent(window: Browser) -> None:
    """The player has no sound that it could play, and was not asked to play one."""
    assert window.run(f"{AUDIO}.hasAttribute('src')") is False
    assert window.run(f"[{AUDIO}.paused, {AUDIO}.currentTime, {AUDIO}.readyState]") == [True, 0, 0]
    assert window.run("window.played") == 0
    assert window.run(DOCK) is True


def opened(window: Browser) -> Browser:
    """Everything answered."""
    window.run(ANSWERED)
    window.until(f"{AUDIO}.readyState > 0 && !{DOCK}")
    return window


def playing(window: Browser) -> Browser:
    """The session has begun; from here on it is counted whether it is told to play."""
    opened(window).press(" ")
    window.until(f"{AUDIO}.currentTime > 0.3 && window.played > 0")
    window.run("window.played = 0")
    return window


# --- roads past them ---


def test_answered_it_plays(window: Browser) -> None:
    """So that the tests below mean something: nothing plays by itself, then the preparation does."""
    assert opened(window).run(f"{AUDIO}.paused") is True
    assert window.run("document.querySelectorAll('[data-go]:disabled').length") == 0
    playing(window)
    assert window.run("document.getElementById('now-part').textContent") == "Preparation"


@pytest.mark.parametrize("key", ["n", "b", "ArrowRight", "ArrowLeft", "PageDown", "PageUp", " "])
def test_keys_do_not(window: Browser, key: str) -> None:
    """Space reads the questions aloud and stops, the others lead to them, a pedal scrolls."""
    for shift in (False, True):
        window.press(key, shift=shift)
    assert_silent(window)
    assert verdict(window) == ("" if key in {" ", "PageDown", "PageUp"} else "First the questions.")


def test_numbers_of_parts_do_not(window: Browser) -> None:
    """They are off; and those that somebody turns on lead to the questions."""
    assert window.run("[...document.querySelectorAll('[data-go]')].every((button) => button.disabled)") is True
    window.run("document.querySelectorAll('[data-go]').forEach((one) => { one.disabled = false; one.click(); })")
    assert_silent(window)
    assert verdict(window) == "First the questions."


@pytest.mark.parametrize("name", ["play", "next", "back", "forward", "rewind"])
def test_buttons_that_are_not_shown_do_not(window: Browser, name: str) -> None:
    """Not even when they are pressed by a script."""
    window.run(f"document.getElementById('{name}').click()")
    assert_silent(window)
    assert verdict(window) == "First the questions."


def test_a_headset_does_not(window: Browser) -> None:
    """Its play and pause read the questions and stop; next, previous and a place lead to them."""
    names = ["nexttrack", "previoustrack", "seekforward", "seekbackward"]
    assert {*names, "play", "pause", "seekto"} <= set(window.run("Object.keys(window.media)"))
    for name in names:
        window.run(f"window.media.{name}({{}})")
    window.run("window.media.seekto({ seekTime: 600 })")
    assert verdict(window) == "First the questions."
    window.run("window.media.play()")
    window.until("!window.reading.paused")
    window.run("window.media.pause()")
    window.until("window.reading.paused")
    assert_silent(window)


def test_a_place_that_is_set_from_outside_does_not(window: Browser) -> None:
    """There is no sound behind it, whoever tells it to play."""
    late = "new Promise((_, no) => setTimeout(no, 400))"
    window.run(f"{AUDIO}.currentTime = 600")
    assert window.run(f"Promise.race([{AUDIO}.play(), {late}]).then(() => 'plays', () => 'silent')") == "silent"
    assert window.run(f"{AUDIO}.readyState") == 0


def test_consent_alone_does_not(window: Browser) -> None:
    """It tells how many are left, marks them, and leads to the first."""
    window.run(AGREE)
    assert verdict(window) == "First the questions."
    choose(window, "emergency", "no")
    choose(window, "ill", "no")
    window.run(AGREE)
    assert_silent(window)
    assert verdict(window) == "First the questions: 6 of 8 are left."
    assert window.run("document.activeElement.name") == "injury"
    assert window.run("document.querySelectorAll('.missing').length") == 6


@pytest.mark.parametrize("left", [question.id for question in TOLD.form[:-1]])
def test_all_but_one_do_not(window: Browser, left: str) -> None:
    """Whichever it is."""
    for question in TOLD.form[:-1]:
        if question.id != left:
            choose(window, question.id, "no")
    window.run(AGREE)
    assert_silent(window)
    assert verdict(window) == "First the questions: 1 of 8 are left."


@pytest.mark.parametrize(("question", "answer", "further"), REFUSING)
def test_another_answer_does_not_and_says_why(window: Browser, question: str, answer: str, further: str) -> None:
    """Everything else is a no; the words stand beside the question, and again where one agrees."""
    for other in TOLD.form[:-1]:
        choose(window, other.id, "no" if other.id != question else answer)
    (asked,) = (one for one in TOLD.form if one.id == question)
    why = asked.why_not[answer]
    if asked.follow_up is not None:
        window.run(AGREE)
        assert verdict(window) == "First the questions: 1 of 8 are left."
        assert window.run("document.activeElement.name") == asked.follow_up.id
        choose(window, asked.follow_up.id, further)
        why = asked.follow_up.why_not[further]
    assert window.run(f"document.querySelector('[data-question=\"{question}\"] > .why').textContent") == why
    window.run(AGREE)
    assert_silent(window)
    assert verdict(window) == f"It does not play. {why}"


def test_no_consent_does_not_and_forgets_the_answers(window: Browser) -> None:
    """In the registry's words."""
    window.run(ANSWERED.replace("we agree", "no"))
    assert_silent(window)
    assert verdict(window) == "That is fine. No massage now."
    assert window.run(CHOSEN) == 0


def test_a_slip_can_be_mended_and_its_follow_up_is_forgotten(window: Browser) -> None:
    """A yes that was none; after the next yes the follow-up is asked afresh."""
    choose(window, "nerve", "yes")
    choose(window, "nerve-follow-up", "yes")
    choose(window, "nerve", "no")
    hidden = "document.querySelector('[data-question=\"nerve-follow-up\"]').hidden"
    assert window.run(f"[{hidden}, {CHOSEN}]") == [True, 1]
    choose(window, "nerve", "yes")
    assert window.run(f"[{hidden}, {CHOSEN}]") == [False, 1]
    choose(window, "nerve", "no")
    playing(window)


def test_the_front_of_the_neck_has_its_gate(shared: Browser, tmp_path: Path) -> None:
    """Its questions and the wish for it; without the wish this recording is for others."""
    path = tmp_path / "front.html"
    path.write_text(page(made(front=True), REGISTRY), "utf-8")
    shared.open(path)
    for question in TOLD.form[:-1]:
        choose(shared, question.id, "no")
    shared.run(AGREE)
    assert_silent(shared)
    assert verdict(shared) == "First the questions: 5 of 13 are left."
    shared.run(ANSWERED.replace("[value=include]", "[value='leave out']"))
    assert_silent(shared)
    assert "This recording is not for you" in verdict(shared)
    opened(shared)


# --- roads back to them ---


def test_answering_again_stops_it_at_once(window: Browser) -> None:
    """The sound is gone, not only paused, and with it the answers."""
    playing(window).run("document.getElementById('again').click()")
    assert_silent(window)
    assert window.run("document.activeElement.id") == "ask-heading"
    assert window.run(CHOSEN) == 0


def test_an_answer_that_changes_under_way_stops_it(window: Browser) -> None:
    """Whoever changes it, and however."""
    choose(playing(window), "ill", "yes")
    assert_silent(window)


@pytest.mark.parametrize("way", ["keys", "outside"])
def test_after_its_end_the_next_session_is_asked_for(window: Browser, way: str) -> None:
    """It says that it is finished; whatever plays it again meets the questions."""
    playing(window).run(f"{AUDIO}.pause(); {AUDIO}.dispatchEvent(new Event('ended'))")
    window.until("document.getElementById('now-state').textContent === 'Finished'")
    if way == "keys":
        window.press("n")
        assert_silent(window)
    else:
        window.run(f"{AUDIO}.play().catch(() => 0)")
        window.until(f"!{AUDIO}.hasAttribute('src') && {AUDIO}.paused")
    assert window.run(CHOSEN) == 0
    assert verdict(window) == "Before the next session, the questions again."


@pytest.mark.parametrize("key", [" ", "n", "b", "from outside"])
def test_another_day_asks_again(window: Browser, key: str) -> None:
    """Today's answers are today's; a tablet may keep its page open for a week."""
    playing(window).press(" ")
    window.until(f"{AUDIO}.paused")
    window.run("Date.prototype.toDateString = () => 'tomorrow'")
    if key == "from outside":
        window.run(f"{AUDIO}.play().catch(() => 0)")
        window.until(f"!{AUDIO}.hasAttribute('src') && {AUDIO}.paused")
    else:
        window.press(key)
        assert_silent(window)
    assert verdict(window) == "Another day: first the questions."


COME_BACK: Final = "location.protocol === 'file:' && document.readyState === 'complete' && window.marked === {marked}"


@pytest.mark.parametrize("way", ["reload", "back", "kept"])
def test_a_page_that_comes_back_asks_again(window: Browser, way: str) -> None:
    """Nothing was kept: not by the page, not by a browser that fills in forms or keeps the whole page alive."""
    playing(window).run("window.marked = 1")
    if way == "kept":
        window.run("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    elif way == "reload":
        window.send("Page.reload")
        window.until(COME_BACK.format(marked="undefined"))
    else:
        history = window.send("Page.getNavigationHistory")
        window.send("Page.navigate", url="about:blank")
        window.until("location.href === 'about:blank'")
        window.send("Page.navigateToHistoryEntry", entryId=history["entries"][history["currentIndex"]]["id"])
        window.until("location.protocol === 'file:' && document.readyState === 'complete'")
    assert_silent(window)
    assert window.run(CHOSEN) == 0


def test_no_answer_is_kept(window: Browser) -> None:
    """In no store of the browser, and not in the address."""
    kept = (
        "[localStorage.length, sessionStorage.length, document.cookie, location.search, location.hash, history.state]"
    )
    assert playing(window).run(kept) == [0, 0, "", "", "", None]


def test_without_scripts_there_is_nothing_to_press(window: Browser, file: Path) -> None:
    """No player, no form that nobody reads; the questions stand there as they are printed."""
    window.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.open(file)
        names = window.named()
        assert window.run("document.querySelector('audio')") is None
    finally:
        window.send("Emulation.setScriptExecutionDisabled", value=False)
    assert not {role for role, _ in names} & {"radio", "radiogroup"}
    assert not {"We agree", "Play"} & {name for _, name in names}
    assert any("chest pain" in name for _, name in names)


# --- for everybody ---


def test_an_answer_that_ends_it_ends_the_reading(window: Browser) -> None:
    """What is left to be asked does not matter any more, and nobody talks over the reason."""
    window.press(" ")
    window.until("!window.reading.paused")
    choose(window, "ill", "no")
    assert window.run("window.reading.paused") is False
    choose(window, "emergency", "yes")
    window.until("window.reading.paused")
    assert_silent(window)


def test_keys_alone_answer_and_start(window: Browser) -> None:
    """Tab to a question, an arrow to its no, Tab to the consent, Enter; Space then plays."""
    window.run("document.getElementById('read').focus()")
    for _ in TOLD.form[:-1]:
        window.press("Tab")
        window.press("ArrowRight")
    assert window.run("[...document.querySelectorAll('#ask :checked')].map((box) => box.value)") == ["no"] * 8
    window.press("Tab")
    window.press("Enter")
    window.until(f"{AUDIO}.readyState > 0 && !{DOCK}")
    assert window.run("document.activeElement.id") == "play"
    window.press(" ")
    window.until(f"{AUDIO}.currentTime > 0.3")


def test_a_screen_reader_finds_the_questions(window: Browser) -> None:
    """Each is a group with its name, its answers are radio buttons, and what comes of them is announced."""
    names = window.named()
    assert {question.ask for question in TOLD.form} <= {name for role, name in names if role in {"group", "radiogroup"}}
    assert [name for role, name in names if role == "radio"] == ["Yes", "No", "Not sure"] * 8
    assert ("region", "First, the questions") in names
    assert sum(role == "status" for role, _ in names) >= 9
    assert {"We agree", "Read them to us"} <= {name for role, name in names if role == "button"}


def test_they_are_read_aloud_and_marked(window: Browser) -> None:
    """Space reads; an answer that ends it silences the voice, and so does agreeing."""
    window.press(" ")
    window.until("document.querySelector('.read')?.dataset.question === 'emergency'")
    window.run("window.reading.playbackRate = 8")
    window.until("document.querySelector('.read')?.dataset.question === 'ill'")
    choose(window, "ill", "unsure")
    window.until("window.reading.paused && !document.querySelector('.read')")
    window.run("document.getElementById('read').click()")
    window.until("!window.reading.paused")
    choose(window, "ill", "no")
    opened(window)
    assert window.run("window.reading.paused") is True


def test_on_paper_they_are_printed_as_questions(window: Browser) -> None:
    """The list of before, once, and no form; on the screen the form, once, and no list."""
    heights = (
        "['#ask', '#before .asked'].map((one) => document.querySelector(one).getBoundingClientRect().height > 100)"
    )
    assert window.run(heights) == [True, False]
    window.media("print")
    assert window.run(heights) == [False, True]
