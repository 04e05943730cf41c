"""The few sentences the program says of its own accord, and every text a session may need."""

from __future__ import annotations

from collections.abc import Iterator

from massage_voice.clip import Speech
from massage_voice.safety.script import Script, SecuredStep

_HALF_MINUTES = {
    1: "half a minute",
    2: "one minute",
    3: "one and a half minutes",
    4: "two minutes",
    5: "two and a half minutes",
    6: "three minutes",
    7: "three and a half minutes",
    8: "four minutes",
    9: "four and a half minutes",
    10: "five minutes",
}


def next_step(step: SecuredStep) -> str:
    """Names the step that begins."""
    return f"Next, {step.step.name.replace('-', ' ')}."


def how_long(seconds: float) -> str | None:
    """The time the hands work, to the half minute; None when it is too short to be worth a sentence."""
    halves = min(round(seconds / 30), max(_HALF_MINUTES))
    return f"About {_HALF_MINUTES[halves]}." if halves >= 1 and seconds >= 25 else None


SLOWER, FASTER, ADDED = "Slower.", "Faster.", "One more minute."
AT_LIMIT = "That is as far as it goes."
NO_WAY_BACK = "There is no time left to go back."
STAY, ON = "Stay as long as you like.", "Going on."
DEAF, HEARING = "I cannot hear you any more. The keys still work.", "I hear you again."
TOO_LATE = "There is more left than time."
FINISH = "Finish now? The same key again means yes. Any other key goes on."
READY = "When you are ready, press any key."
HELD = "The session was held. Any key goes on."
WAITING = "Take your time. Any key goes on."
_UNITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty")

LEARNING = "For learning the words only. Do not massage along: it leaves no time to work."


def listening(wake: str, *, bare: bool) -> str:
    """What may be said, where a microphone listens."""
    if bare:
        return "I am listening. Say what you want at any time, in one short word."
    return f"I am listening. Say stop or pause at any time. Before anything else say {wake}, as in: {wake}, next."


def left_in_step(seconds: float) -> str:
    """The time left in a step, to the half minute."""
    halves = min(round(seconds / 30), max(_HALF_MINUTES))
    return f"About {_HALF_MINUTES[halves]} left in this step." if halves else "A few seconds left in this step."


def left_in_all(seconds: float) -> str:
    """The time left in the session, to the minute."""
    minutes = min(round(seconds / 60), 59)
    if minutes < 1:
        return "Less than a minute left in all."
    return f"About {number(minutes)} minute{'s' if minutes > 1 else ''} left in all."


def number(value: int) -> str:
    """1 to 59 in words."""
    if value < len(_UNITS):
        return _UNITS[value]
    tens, units = divmod(value, 10)
    return f"{_TENS[tens]}-{_UNITS[units]}" if units else _TENS[tens]


def live_texts(minutes: int) -> tuple[str, ...]:
    """What a live session of up to `minutes` minutes may answer."""
    in_step = (left_in_step(30 * halves) for halves in range(max(_HALF_MINUTES) + 1))
    in_all = (left_in_all(60 * m) for m in range(min(minutes, 59) + 1))
    answers = (SLOWER, FASTER, ADDED, STAY, ON, AT_LIMIT, NO_WAY_BACK, *in_step, *in_all)
    return (READY, HELD, WAITING, FINISH, DEAF, HEARING, *answers)


def leave_out(step: SecuredStep) -> str:
    """What may be left out so that the session ends in time."""
    return f"To end in time, leave out {step.step.name.replace('-', ' ')}: jump on when it begins."


def late_texts(script: Script) -> tuple[str, ...]:
    """What a session that must end in time may have to say."""
    return (TOO_LATE, *(leave_out(step) for step in script.steps if not step.hands_off))


def texts(script: Script, wpm: int) -> dict[str, Speech]:
    """Every text that a timeline of `script` may need, in the order of first use, and how to say it."""
    cautions = {text for step in script.steps for text in _cautions(step)}
    cautions.update(cue.text for cue in (*script.preparation, *script.closing) if cue.is_caution)
    return {text: Speech(wpm, caution=text in cautions) for text in _in_order(script)}


def _in_order(script: Script) -> Iterator[str]:
    yield from (cue.text for cue in script.preparation)
    for step in script.steps:
        yield next_step(step)
        yield from _cautions(step)
        yield from (cue.text for cue in step.say)
        yield from (timed.cue.text for timed in step.remind)
    yield from (f"About {words}." for words in _HALF_MINUTES.values())
    yield from (cue.text for cue in script.closing)


def _cautions(step: SecuredStep) -> Iterator[str]:
    for caution in step.cautions:
        yield caution.full
        yield from caution.shorts
