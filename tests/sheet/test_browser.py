"""The page as people meet it: in a real Chromium, played, resized, printed, by keys and by a screen reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from massage_voice.sheet.model import Sheet
from massage_voice.sheet.page import page
from tests.sheet.support import ANSWERED, REGISTRY, hostile_sheet, html, sheet, silence
from tests.support.absent import absent
from tests.support.chromium import INSTALL, Browser, browser, missing

pytestmark = pytest.mark.real_time

AUDIO = "document.querySelector('audio')"
NOW = f"{AUDIO}.currentTime"
PART = {"preparation": 0, "settle": 1, "back strokes": 2, "edge strokes": 3, "collarbone strokes": 4}


@pytest.fixture(scope="module")
def shared() -> Iterator[Browser]:
    """One browser for the module."""
    if missing():
        absent(f"needs Chromium: {INSTALL}")
    with browser() as opened:
        yield opened


@pytest.fixture
def window(shared: Browser) -> Browser:
    """The browser as it came: a window of usual size, nothing emulated."""
    shared.size(1280, 800)
    shared.media()
    return shared


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page that plays, one that does not, and the two of an author who means harm."""
    folder = tmp_path_factory.mktemp("pages")
    sound = silence(sheet("neck", sound=b"x").length)
    texts = {
        "still": html("neck"),
        "playing": page(sheet("neck", sound=sound), REGISTRY),
        "hostile": page(hostile_sheet(), REGISTRY),
        "hostile-playing": page(hostile_sheet(sound=sound), REGISTRY),
    }
    found = {name: folder / f"{name}.html" for name in texts}
    for name, text in texts.items():
        found[name].write_text(text, "utf-8")
    return found


@pytest.fixture
def player(window: Browser, pages: dict[str, Path]) -> Browser:
    """The page that plays, ready."""
    return ready(window, pages["playing"])


@pytest.fixture(scope="module")
def told() -> Sheet:
    """What the page that plays was made from."""
    return sheet("neck", sound=b"x")


def ready(window: Browser, path: Path) -> Browser:
    """Open a page, answer its questions, and wait until its sound can be played."""
    window.open(path)
    window.run(ANSWERED)
    window.until(f"{AUDIO}.duration > 100 && !document.getElementById('dock').hidden")
    return window


def text(window: Browser, name: str) -> str:
    """The words of the element of that id."""
    return str(window.run(f"document.getElementById('{name}').textContent"))


def at(window: Browser) -> float:
    """Where the sound is, in seconds."""
    return float(window.run(NOW))


def click(window: Browser, selector: str) -> None:
    """As a finger does."""
    window.run(f"document.querySelector({selector!r}).click()")


def faster(window: Browser, times: int = 8) -> None:
    """A session of minutes in seconds."""
    window.run(f"{AUDIO}.playbackRate = {times}")


def landed(window: Browser, part: str, times: int = 16) -> list[str]:
    """Go to a part by its number; what was shown until it begins, each once."""
    click(window, f"[data-go='{PART[part]}']")
    faster(window, times)
    watch(window)
    window.until("window.begun !== null")
    window.run("clearInterval(window.watch)")
    faster(window, 1)
    seen: list[str] = window.run("window.seen")
    return seen


WATCH = """
window.seen = [];
window.begun = null;
window.landing = false;
window.watch = setInterval(() => {
  const [text, state] = ["caption", "now-state"].map((id) => document.getElementById(id).textContent);
  if (window.seen.at(-1) !== text) window.seen.push(text);
  if (window.landing && state !== "Cautions first") window.begun ??= document.querySelector("audio").currentTime;
  window.landing ||= state === "Cautions first";
}, 20)
"""


def watch(window: Browser) -> None:
    """From now on the page itself keeps what its captions say and where it landed: a busy machine may look too late."""
    window.run(WATCH)


def text_of(name: str) -> str:
    """The same as an expression."""
    return f"document.getElementById('{name}').textContent"


# --- what it loads ---


@pytest.mark.parametrize("name", ["still", "playing", "hostile", "hostile-playing"])
def test_nothing_is_loaded_and_nothing_complains(window: Browser, pages: dict[str, Path], name: str) -> None:
    """The file itself and its own sound; no line in the console, no breach of the policy, no script of an author's."""
    window.open(pages[name])
    if "playing" in name:
        ready(window, pages[name]).press(" ")
        window.until(f"{NOW} > 0.3")
    asked = [
        event["params"]["request"]["url"] for event in window.events if event.get("method", "").endswith("WillBeSent")
    ]
    assert {address.split(":")[0] for address in asked} <= {"file", "blob"}
    complaints = [e for e in window.events if e.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}]
    assert complaints == []
    assert window.run("window.hacked === undefined") is True


def test_the_policy_holds_against_what_is_put_in_later(window: Browser, pages: dict[str, Path]) -> None:
    """A script, a style, a picture or a request that somebody smuggles in does nothing."""
    window.open(pages["still"])
    window.run(
        "{ const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s);"
        "const i = new Image(); i.src = 'http://127.0.0.1:9/x'; document.body.append(i); }"
    )
    assert window.run("window.hacked === undefined") is True
    assert window.run("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')") == "refused"
    assert not [e for e in window.events if "http:" in str(e.get("params", {}).get("response", {}).get("url", ""))]


def test_without_scripts_everything_stands_there(window: Browser, pages: dict[str, Path]) -> None:
    """Steps, map and cautions; no dead buttons, and a word on why it does not play."""
    window.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        window.open(pages["playing"])
        seen = {name for _, name in window.named()}
    finally:
        window.send("Emulation.setScriptExecutionDisabled", value=False)
    assert any("this page needs JavaScript" in name for name in seen)
    assert any("Sharp pain" in name for name in seen)
    assert "Pause" not in seen
    assert "Next part" not in seen


# --- playing ---


def test_space_plays_and_pauses_and_the_captions_go_on(player: Browser, told: Sheet) -> None:
    """The first line is shown while it is said, then the second."""
    watch(player)
    player.press(" ")
    player.until(f"window.seen.includes({told.preparation[0]!r})")
    faster(player, 8)
    player.until(f"window.seen.includes({told.preparation[1]!r})")
    player.press(" ")
    player.until(f"{AUDIO}.paused")
    assert text(player, "now-state") == "Paused"
    stood = at(player)
    assert player.run("document.getElementById('play').getAttribute('aria-label')") == "Play"
    assert at(player) == stood


def test_a_step_is_played_from_its_number_its_cautions_first(player: Browser, told: Sheet) -> None:
    """All that hold there and were not heard, then the step from its beginning."""
    seen = landed(player, "edge strokes")
    words = {row.hazard: row.text for row in told.warned}
    edge = told.parts[PART["edge strokes"]]
    wanted = [f"Caution {words[name]}" for name in (*edge.owed, *edge.hazards)]
    assert [line for line in seen if line in wanted] == wanted
    assert "Keep off the carotid artery" in " ".join(seen)  # said once, four minutes earlier, and never again
    assert player.run("document.querySelector('[aria-current=step]').dataset.part") == f"{PART['edge strokes']}"
    assert player.run("window.begun") == pytest.approx(edge.start, abs=6)


def test_what_was_heard_once_is_not_owed_again(player: Browser, told: Sheet) -> None:
    """On landing, or while it played: those of the session. Those of the area are said whenever one lands there."""
    landed(player, "settle")
    faster(player, 16)
    player.until(f"{text_of('now-state')} === 'Hands at work'")
    again = landed(player, "edge strokes")
    words = {row.hazard: row.text for row in told.warned}
    assert not any(words["carotid-keep-off"] in line or words["skin"] in line for line in again)
    assert any(words["spine-bones"] in line for line in again)


def test_a_step_that_says_its_cautions_itself_is_entered_at_once(player: Browser, told: Sheet) -> None:
    """Nothing is said twice: by keys, part after part."""
    player.press(" ")
    player.until(f"{NOW} > 0.5")
    assert text(player, "now-part") == "Preparation"
    player.press("ArrowRight", shift=True)
    player.until(f"{text_of('now-part')} === 'Step 1: Settle'")
    faster(player, 16)  # the caution of the preparation, which was jumped over, and nothing else
    player.until(f"Math.abs({NOW} - {told.parts[1].start}) < 1")
    faster(player, 1)
    player.press("b")
    player.until(f"{text_of('now-state')} === 'The caution first, then on.' || {text_of('now-part')} === 'Preparation'")


def test_ten_seconds_on_never_pass_a_caution(player: Browser, told: Sheet) -> None:
    """Pressed again and again: behind where it lands lies no caution that was not said."""
    cautions = [(p.start / 48_000, p.end / 48_000) for p in told.placements if p.cue.hazard]
    landed(player, "back strokes")
    player.press(" ")
    player.until(f"{AUDIO}.paused")
    stood = [at(player)]
    for _ in range(12):
        player.press("ArrowRight")
        stood.append(at(player))
    for before, after in pairwise(stood):
        assert after - before <= 10.2
        assert [span for span in cautions if before < span[0] and span[1] < after] == []
    assert stood[-1] < told.parts[PART["edge strokes"]].start + 60


def test_ten_seconds_back_stay_in_the_part(player: Browser, told: Sheet) -> None:
    """And at its beginning there is no further back."""
    player.press(" ")
    faster(player, 16)
    player.until(f"{NOW} > 30")
    player.press(" ")
    player.until(f"{AUDIO}.paused")
    stood = at(player)
    player.press("ArrowLeft")
    assert stood - at(player) == pytest.approx(10, abs=0.5)
    for _ in range(6):
        player.press("ArrowLeft")
    assert at(player) == pytest.approx(0, abs=0.3)
    assert told.parts[0].end > 40


def test_nobody_else_can_seek(player: Browser) -> None:
    """What sets the time from outside is undone."""
    player.press(" ")
    player.until(f"{NOW} > 0.5")
    player.run(f"{AUDIO}.currentTime = 600")
    player.until(f"{NOW} < 20")


def test_after_a_pause_at_work_the_cautions_come_first(player: Browser, told: Sheet) -> None:
    """As in a live session; then it goes on where it was."""
    begins, ends = told.parts[PART["back strokes"]].work or (0, 0)
    landed(player, "back strokes")
    faster(player, 16)
    player.until(f"{NOW} > {begins} && {text_of('now-state')} === 'Hands at work'")
    player.press(" ")
    player.until(f"{AUDIO}.paused")
    stood = at(player)
    player.press(" ")
    player.until(f"{text_of('now-state')} === 'Cautions first'")
    faster(player, 16)
    player.until(f"{text_of('now-state')} === 'Hands at work'")
    assert begins <= at(player) < min(stood + 12, ends + 12)


def test_the_area_at_work_stands_out(player: Browser, told: Sheet) -> None:
    """While its cautions are said it is marked as coming, while the hands work as being worked; nothing else is."""
    landed(player, "collarbone strokes")
    player.until("document.querySelector('.area.soon')")
    marked = "['soon', 'now'].map((how) => [...document.querySelectorAll(`.area.${how}`)].map((e) => e.dataset.area))"
    assert player.run(marked) == [["collarbone"], []]
    faster(player, 16)
    player.until(f"{text_of('now-state')} === 'Hands at work'")
    assert player.run(marked) == [[], ["collarbone"]]
    width = "parseFloat(getComputedStyle(document.querySelector('.area.now .fill')).strokeWidth)"
    player.media(prefers_reduced_motion="reduce")
    assert player.run(width) > 1
    assert player.run("getComputedStyle(document.querySelector('.area.now .fill')).animationName") == "none"
    assert told.parts[PART["collarbone strokes"]].name == "Collarbone strokes"


def test_keys_are_left_to_a_button_that_has_them(player: Browser) -> None:
    """Space on the number of a part plays that part; arrows and letters with Ctrl are the browser's."""
    player.run("document.querySelector(\"[data-go='0']\").focus({preventScroll: true})")
    player.press(" ")
    player.until(f"{text_of('now-part')} === 'Preparation' && !{AUDIO}.paused")
    player.run("document.activeElement.blur()")
    scrolled = player.run("scrollY")
    player.press("PageDown")
    player.until(f"{text_of('now-part')} === 'Step 1: Settle'")
    assert player.run("scrollY") == scrolled


# --- for everybody ---


def test_a_screen_reader_finds_names(player: Browser) -> None:
    """Landmarks, headings, buttons, pictures, the live captions."""
    names = player.named()
    buttons = {name for role, name in names if role == "button"}
    assert {"Play", "Part before", "Next part", "10 seconds back"} <= buttons
    assert "Play step 2, Back strokes" in buttons
    assert {"banner", "main", "contentinfo", "progressbar", "timer"} <= {role for role, _ in names}
    regions = {name for role, name in names if role == "region"}
    assert {"Now", "Where the hands work", "The session", "Cautions", "Before you begin"} <= regions
    pictures = [name for role, name in names if role in {"image", "img", "graphics-document"} and "Worked" in name]
    assert len(pictures) == 2
    assert [name for role, name in names if role in {"button", "link"} and not name] == []
    assert player.run("document.getElementById('caption').getAttribute('aria-live')") == "polite"


SEEN = """
[...document.querySelectorAll("svg.body text")].map((text) => text.getBoundingClientRect())
  .every((box) => box.width === 0 || (box.left >= -1 && box.right <= innerWidth + 1))
"""
SIZES = """
[...document.querySelectorAll("button, label")].map((button) => button.getBoundingClientRect())
  .map((box) => Math.min(box.width, box.height))
"""


@pytest.mark.parametrize("width", [360, 768, 1280, 3840])
@pytest.mark.parametrize("name", ["still", "playing", "hostile-playing"])
def test_nothing_sticks_out_at_any_width(window: Browser, pages: dict[str, Path], name: str, width: int) -> None:
    """No scrolling sideways; what must be hit is large enough for a thumb."""
    window.size(width, 900)
    window.open(pages[name])
    assert window.run("document.documentElement.scrollWidth") <= width
    assert window.run(SEEN) is True
    assert all(size >= 44 for size in window.run(SIZES) if size)  # what is not shown has none


CONTRAST = """
(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = (element) => { for (let e = element; e; e = e.parentElement) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour; } return [255, 255, 255]; };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!words || !box.width || ["SCRIPT", "NOSCRIPT"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none") continue;
    const front = parse(element.namespaceURI.includes("svg") ? style.fill : style.color);
    const [a, b] = [light(front), light(ground(element))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), element.tagName + "." + element.className, element.textContent.slice(0, 30)]);
  }
  const faint = found.filter(([ratio]) => ratio < 4.5).map((row) => row.join(" "));
  return found.length > 50 ? faint : ["too few letters"];
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["still", "playing"])
def test_letters_stand_out_from_their_ground(window: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """4.5 to 1 everywhere (WCAG 2.2, AA), also while a caution is shown."""
    window.media(prefers_color_scheme=scheme)
    window.open(pages[name])
    if name == "playing":
        assert window.run(CONTRAST) == []  # the questions
        ready(window, pages[name])
        click(window, "[data-go='3']")
        window.until("document.querySelector('#caption.caution')")
    assert window.run(CONTRAST) == []
    dark = window.run("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(23, 22, 27)") is (scheme == "dark")


def test_it_prints_on_a_few_pages_with_every_word_and_no_player(window: Browser, pages: dict[str, Path]) -> None:
    """A4, dark letters on white; what is said in each step stands there, folded out."""
    for name in ("still", "playing"):
        window.open(pages[name])
        paper = window.paper()
        assert paper.startswith(b"%PDF")
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 5
        assert b"/Font" in paper
        window.media("print", prefers_color_scheme="dark")
        assert window.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        folded = "document.querySelector('.part details ul').getBoundingClientRect().height"
        assert window.run(folded) > 10
        dock: Any = window.run("document.getElementById('dock')?.getBoundingClientRect().height ?? 0")
        assert dock == 0
        window.media()
