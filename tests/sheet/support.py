"""Pages for tests: of real routines, and of one whose author means harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import soundfile

from massage_voice.commands.asked import Asked
from massage_voice.commands.assembly import Answers, make_plan, make_script, parsed, speeches
from massage_voice.routine.store import Source, Store
from massage_voice.safety.registry import load_registry
from massage_voice.safety.screening import load_screening
from massage_voice.sheet.model import Sheet, Sounds, sheet_of
from massage_voice.sheet.page import page
from massage_voice.sheet.questions import form, read_aloud
from massage_voice.timeline.joined import joined
from massage_voice.timeline.plan import spoken
from massage_voice.voices.library import SilentLibrary

REGISTRY, SCREENING = load_registry(), load_screening()
EMPTY = {"meta", "path", "rect", "circle", "line", "use", "br", "input"}
NASTY = "</p></script><script>window.hacked = 1</script><img src=x onerror=window.hacked=1> & \" ' \u2028 <!-- -->"
"""What the linter would not let through, in case it ever does."""


def sheet(name: str, *, sound: bytes = b"", read: bytes = b"no sound", front: bool = False) -> Sheet:
    """The sheet of a routine that comes with the program, as a page that plays or one that does not."""
    return sheet_from(Store(Path("/nonexistent")).find(name), sound=sound, read=read, front=front)


def sheet_from(source: Source, *, sound: bytes = b"", read: bytes = b"no sound", front: bool = False) -> Sheet:
    """The same of any routine; what it plays is as long as its words need, and silent."""
    asked = Asked(first=False, front=front)
    script = make_script(parsed(source), asked, Answers(front=front), first=False)
    questions = read_aloud(form(SCREENING, REGISTRY, front=script.front, live=""), SCREENING)
    made = make_plan(script, asked, SilentLibrary(), speeches([cue.text for cue in questions], asked.wpm, caution=True))
    if not sound:
        return sheet_of(script, made.whole(), REGISTRY, SCREENING)
    sounds = Sounds(sound, read, spoken(questions, made.sounds))
    return sheet_of(script, joined([made.preparation(), made.whole()]), REGISTRY, SCREENING, sounds)


@cache
def html(name: str, *, sound: bool = False, front: bool = False) -> str:
    """The page; its sound, where it has one, is none that plays."""
    return page(sheet(name, sound=b"no sound" if sound else b"", front=front), REGISTRY)


def hostile_sheet(*, sound: bytes = b"") -> Sheet:
    """A page every text of which tries to break out of it."""
    honest = sheet("neck", sound=sound)
    parts = tuple(replace(part, name=f"{part.name} {NASTY}", lines=(NASTY,)) for part in honest.parts)
    placements = tuple(
        place if place.cue.hazard else replace(place, cue=replace(place.cue, text=f"{place.cue.text} {NASTY}"))
        for place in honest.placements
    )
    two = (NASTY, NASTY)
    broken = replace(honest, title=f"Neck {NASTY}", facts=two, parts=parts, placements=placements)
    asked = tuple(replace(question, ask=NASTY, why_not={**question.why_not, "yes": NASTY}) for question in honest.form)
    broken = replace(broken, form=asked)
    return replace(broken, questions=two, gate=two, preparation=two, emergency=two, closing=two)


def silence(seconds: float) -> bytes:
    """A small MP3 of so many seconds in which nothing sounds."""
    made = io.BytesIO()
    settings = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "CONSTANT", "compression_level": 0.95}
    with soundfile.SoundFile(made, "w", 16_000, 1, **settings) as out:
        out.write(np.zeros(round(seconds * 16_000), np.int16))
    return made.getvalue()


ANSWERED = """
for (const box of document.querySelectorAll("#ask input[value=no], #ask input[value=include]")) {
  if (!box.closest("[hidden]")) box.click();
}
document.querySelector("#ask [data-answer='we agree']").click();
"""
"""Every question answered so that the page plays."""


@dataclass
class Element:
    """A part of a page as a browser would see it."""

    name: str
    attributes: dict[str, str | None]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, name: str = "") -> Iterator[Element]:
        """Every element below it, or every one of that name."""
        for child in self.inside:
            if isinstance(child, Element):
                if not name or child.name == name:
                    yield child
                yield from child.all(name)

    @property
    def text(self) -> str:
        """The words in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.inside)

    def by_id(self, name: str) -> Element:
        """The one of that id."""
        (found,) = (element for element in self.all() if element.attributes.get("id") == name)
        return found


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.open[-1].inside.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in EMPTY, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop().name
        assert closed == tag, f"</{tag}> closes <{closed}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def tree(text: str) -> Element:
    """The page, parsed; every element must be closed where it should be."""
    parser = _Tree()
    parser.feed(text)
    parser.close()
    assert len(parser.open) == 1, [element.name for element in parser.open]
    return parser.open[0]
