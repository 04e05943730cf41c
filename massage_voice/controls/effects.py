"""What a key can be told to do, in the listener's words: `massage-voice keys` and the documents print it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from massage_voice.session.events import Signal

EFFECTS: Final[Mapping[Signal, str]] = {
    Signal.TOGGLE: "Pause. The same again goes on, the cautions of the area first.",
    Signal.PAUSE: "Pause, and only that: another key goes on.",
    Signal.RESUME: "Go on after a pause, the cautions of the area first, and only that.",
    Signal.NEXT: "Next step, its cautions first. A caution that is being said is heard out before the jump.",
    Signal.BACK: "The step before, its cautions first.",
    Signal.REPEAT: "This step's cautions and instructions again; the time already worked stays worked.",
    Signal.STOP: "Silence at once, then what to do now. Nothing goes on until a question is answered.",
    Signal.TIME_LEFT: "The time left in the step and in all, spoken.",
    Signal.SLOWER: "What is left takes longer, each step within its limits.",
    Signal.FASTER: "What is left goes faster, each step within its limits.",
    Signal.ADD_TIME: "One more minute in this step, where its limits allow.",
    Signal.WAIT: "Stay in this step, as long as it may last; Enter goes on.",
    Signal.FINISH: "Asks once. The same again finishes with the closing.",
    Signal.LOUDER: "Louder.",
    Signal.QUIETER: "Quieter, never silent.",
    Signal.READY: "Ready: begins after the preparation, and goes on after a step that waits.",
    Signal.YES: "Yes, where something is asked.",
}
"""Only these: what a device reports is no key, and answers to questions have keys of their own."""
