"""The session sheet as one file of HTML: it loads nothing, sends nothing, and runs from a disk.

Every word goes through `markup.tag`, which escapes it. The policy in its head allows the one style and the one script
that are in it, by their digests, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from string import Template

from massage_voice.body import View, load_body
from massage_voice.data.files import read_data
from massage_voice.safety.registry import Registry, Severity
from massage_voice.screen.overview import AFTER, BEFORE, Warned
from massage_voice.screen.views import clock, title
from massage_voice.sheet.figure import DASH, figure, numbers, patterns, swatch
from massage_voice.sheet.markup import Markup, joined, tag
from massage_voice.sheet.model import Part, Sheet, Sounds
from massage_voice.sheet.player import program
from massage_voice.sheet.questionnaire import answered, questionnaire

_SCRIPTS = ("sheet/questions.js", "sheet/player.js")
_GRAVITY = {Severity.CRITICAL: ("‼", "Could kill or disable. "), Severity.HIGH: ("!", "Lasting injury. ")}
_AROUND = {BEFORE: "before the session", AFTER: "at the end"}


def page(sheet: Sheet, registry: Registry) -> str:
    """The whole file."""
    style, script = read_data("sheet/style.css"), "".join(map(read_data, _SCRIPTS)) if sheet.sounds else ""
    body = [
        tag("a", "Skip to the steps", class_="skip", href="#steps"),
        patterns(),
        _header(sheet),
        tag("main", *_main(sheet, registry)),
        tag("footer", tag("p", _FOOT)),
        _dock() if sheet.sounds else "",
    ]
    return Template(read_data("sheet/page.html")).substitute(
        language=joined([sheet.language]),
        policy=_policy(style, script),
        title=tag("title", f"{sheet.title}: session sheet"),
        style=style,
        kind="playing" if sheet.sounds else "still",
        body=joined(body),
        data=_data(sheet, sheet.sounds, registry, script) if sheet.sounds else "",
    )


def _data(sheet: Sheet, sounds: Sounds, registry: Registry, script: str) -> str:
    """What the player knows, what it plays, and itself."""
    return (
        f'<script type="application/json" id="program">{program(sheet, sounds, registry)}</script>\n'
        f'<script type="text/plain" id="questions-sound">{base64.b64encode(sounds.questions).decode()}</script>\n'
        f'<script type="text/plain" id="sound">{base64.b64encode(sounds.session).decode()}</script>\n'
        f"<script>{script}</script>"
    )


_FOOT = (
    "For comfort. It does not treat anything and does not replace care from a doctor. "
    "This page loads nothing and sends nothing."
)


def _policy(style: str, script: str) -> str:
    """What the browser may do with this page."""
    allowed = ["default-src 'none'", f"style-src {_digest(style)}", "base-uri 'none'", "form-action 'none'"]
    if script:
        allowed += [f"script-src {_digest(script)}", "media-src blob:"]
    return "; ".join(allowed)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _header(sheet: Sheet) -> Markup:
    facts = [tag("li", fact) for fact in sheet.facts]
    return tag(
        "header", tag("p", "massage-voice", class_="maker"), tag("h1", sheet.title), tag("ul", *facts, class_="facts")
    )


def _main(sheet: Sheet, registry: Registry) -> Iterator[Markup]:
    if sheet.sounds:
        yield questionnaire(sheet.form)
        yield _stage()
    yield _section("map", "Where the hands work", *_map(sheet, registry))
    yield _section("steps", "The session", *_steps(sheet))
    yield _section("cautions", "Cautions", *_cautions(sheet))
    yield _section("before", "Before you begin", *_before(sheet))
    yield _section("unwell", "If someone feels unwell", tag("ul", *_lines(sheet.emergency)))
    yield _section("after", "At the end", tag("ul", *_lines(sheet.closing)))


def _section(name: str, heading: str, *inside: str) -> Markup:
    return tag("section", tag("h2", heading, id=f"{name}-heading"), *inside, id=name, aria_labelledby=f"{name}-heading")


# --- the player ---


def _stage() -> Markup:
    """Captions in large letters; the script fills them in."""
    now = tag("p", tag("span", id="now-part"), tag("span", id="now-state", class_="state"), class_="now")
    waiting = "Press play. Keep this page where you both can hear it."
    caption = tag("p", waiting, id="caption", aria_live="polite", aria_atomic="true")
    left = tag("span", id="left", class_="left", role="timer", aria_live="off", aria_label="Left in this part")
    coming = tag("p", left, tag("span", id="coming"), class_="coming")
    bare = tag("noscript", tag("p", "To play, this page needs JavaScript. Everything else is here without it."))
    heading = tag("h2", "Now", id="stage-heading", class_="unseen")
    return tag("section", heading, now, caption, coming, bare, id="stage", aria_labelledby="stage-heading")


def _dock() -> Markup:
    """Large buttons at the foot of the page. They are hidden until the script is there to answer them."""
    buttons = [
        _button("back", "Part before", "M6 5v14M20 5L9 12l11 7z"),
        _button("rewind", "10 seconds back", "M11 6l-7 6 7 6zM20 6l-7 6 7 6z"),
        _button("play", "Play", "M7 4l13 8-13 8z"),
        _button("forward", "10 seconds on, never past a caution", "M4 6l7 6-7 6zM13 6l7 6-7 6z"),
        _button("next", "Next part", "M18 5v14M4 5l11 7-11 7z"),
    ]
    far = {"aria_valuemin": "0", "aria_valuemax": "100", "aria_valuenow": "0", "aria_label": "How far it has come"}
    bar = tag("div", tag("div", id="bar"), id="progress", class_="track", role="progressbar", **far)
    keys = tag(
        "p", "Space plays and pauses. Left and right: 10 seconds. With Shift, or b and n: part by part.", id="keys"
    )
    row = tag("div", *buttons, class_="buttons")
    return tag("div", bar, row, keys, id="dock", role="group", aria_label="Player", hidden=True)


def _button(name: str, label: str, drawn: str) -> Markup:
    icon = tag("svg", tag("path", d=drawn), viewBox="0 0 24 24", aria_hidden="true")
    return tag("button", icon, type="button", id=name, aria_label=label, title=label)


# --- the body ---


def _map(sheet: Sheet, registry: Registry) -> Iterator[Markup]:
    body = load_body()
    figures = (
        tag("figure", figure(view, body, sheet.worked), tag("figcaption", f"{view}".capitalize())) for view in View
    )
    yield tag("div", *figures, class_="figures")
    yield tag("ul", *_legend(sheet, registry), class_="legend")
    yield tag("details", tag("summary", "The same in words"), _areas(sheet, registry), class_="words")


def _legend(sheet: Sheet, registry: Registry) -> Iterator[Markup]:
    for level in sorted({row.most for row in sheet.worked}):
        name = registry.levels[level] if level else "resting hands"
        yield tag("li", swatch(level), name)
    yield tag("li", swatch(None), "keep off")


def _areas(sheet: Sheet, registry: Registry) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", registry.areas[row.area].say.capitalize(), scope="row"),
            tag("td", numbers(row.levels)),
            tag("td", registry.levels[row.most] if row.most else "resting hands"),
        )
        for row in sheet.worked
    ]
    head = tag("tr", *(tag("th", text, scope="col") for text in ("Area", "Steps", "Most pressure")))
    never = ", ".join(sorted(title(name) for name in registry.no_go))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return joined([table, tag("p", f"Keep off, in any session: {never}.")])


# --- the steps ---


def _steps(sheet: Sheet) -> Iterator[Markup]:
    if sheet.sounds:
        hint = "When the questions are answered, the number of a part plays it, its cautions first."
        yield tag("p", hint, class_="hint", id="numbers")
    parts = [_part(n, part, sheet) for n, part in enumerate(sheet.parts)]
    yield tag("ol", *parts, class_="parts")
    yield tag("div", *_axis(sheet.length), class_="axis", aria_hidden="true")


def _part(n: int, part: Part, sheet: Sheet) -> Markup:
    number = part.number.replace("-", DASH) or "▸"
    chip = tag("span", part.number and number, class_="number" if part.number else "number bare")
    if sheet.sounds:
        label = f"Play {f'step {part.number}, ' if part.number else ''}{part.name}"
        chip = tag("button", number, type="button", class_="number", data_go=n, aria_label=label, disabled=True)
    how = " · ".join(word for word in (part.technique, part.pressure) if word)
    about = [tag("h3", part.name)]
    if part.work:
        where = ", ".join(title(area) for area, _ in part.areas)
        about += [tag("p", where, class_="where"), tag("p", how, class_="how")]
    when = tag("p", tag("time", clock(part.start), datetime=f"PT{part.start:.0f}S"), " ",
               tag("span", _long(part.length), class_="length"), class_="when")  # fmt: skip
    inside = [chip, tag("div", *about, class_="about"), when, _bar(part, sheet.length)]
    if part.lines:
        lines = tag("ul", *_lines(part.lines))
        inside.append(
            tag("details", tag("summary", "What is said", tag("span", f" in {part.name}", class_="unseen")), lines)
        )
    return tag("li", *inside, class_="part", data_part=n)


def _long(seconds: float) -> str:
    """`45 s`, `1 min 40 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return " ".join([*([f"{minutes} min"] if minutes else []), *([f"{rest} s"] if rest or not minutes else [])])


def _bar(part: Part, length: float) -> Markup:
    """To scale: a thin line while it is explained, then the pressure while the hands work."""

    def across(start: float, end: float, kind: str, y: str = "0", height: str = "100%") -> Markup:
        x, width = f"{100 * start / length:.3f}%", f"{100 * max(end - start, 0) / length:.3f}%"
        return tag("rect", class_=kind, x=x, y=y, width=width, height=height)

    begins, ends = part.work or (part.end, part.end)
    drawn = [across(part.start, begins, "told", "40%", "20%")]
    if part.work:
        first, last = part.rise
        middle = ends if first == last else (begins + ends) / 2
        drawn += [across(begins, middle, f"l{first}"), across(middle, ends, f"l{last}")]
    return tag("svg", *drawn, class_="bar", aria_hidden="true")


def _axis(length: float) -> Iterator[Markup]:
    every = max(1, round(length / 60 / 6))
    marks = [
        tag("text", f"{minute}", x=f"{6000 * minute / length:.2f}%", y=11, text_anchor="middle" if minute else "start")
        for minute in range(0, int(length / 60) + 1, every)
    ]
    yield tag("svg", *marks)
    yield tag("span", "minutes")


# --- words ---


def _cautions(sheet: Sheet) -> Iterator[Markup]:
    hint = "‼ could kill or disable · ! lasting injury. Each is spoken before the hands get there."
    yield tag("p", hint, class_="hint")
    yield tag("ul", *(_caution(row) for row in sheet.warned), class_="warned")


def _caution(row: Warned) -> Markup:
    sign, meaning = _GRAVITY.get(row.severity, ("·", ""))
    steps = f"step{'s' if len(row.steps) > 1 else ''} {numbers(row.steps)}" if row.steps else ""
    when = ", ".join(part for part in (steps, _AROUND.get(row.around, "")) if part)
    mark = tag("span", sign, class_="sign", aria_hidden="true")
    words = tag("p", tag("span", meaning, class_="unseen") if meaning else "", row.text)
    return tag(
        "li",
        mark,
        tag("div", words, tag("p", when, class_="when")),
        class_=f"s{row.severity:d}",
        data_hazard=row.hazard,
    )


def _before(sheet: Sheet) -> Iterator[Markup]:
    *questions, meaning = sheet.questions
    asked = [tag("ol", *_lines(questions)), tag("p", meaning, class_="meaning")]
    if sheet.gate:
        asked += [
            tag("h3", "For the front of the neck"),
            tag("ul", *_lines(sheet.gate)),
            tag("p", "Any yes, or not sure? Leave it out.", class_="meaning"),
        ]
    yield tag("div", *asked, class_="asked")
    if sheet.sounds:
        yield answered()
    if sheet.preparation:
        yield tag("h3", "Preparation")
        yield tag("ul", *_lines(sheet.preparation))


def _lines(lines: Iterable[str]) -> Iterator[Markup]:
    return (tag("li", line) for line in lines)
