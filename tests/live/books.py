"""Journal and ledger of one life, held against what was heard."""

from __future__ import annotations

from collections.abc import Iterator

from massage_voice.safety.script import Kind
from massage_voice.session.checkpoint import Checkpoint
from massage_voice.sound.ramp import RAMP
from tests.live.life import Life, Listener
from tests.live.whereabouts import TURN


class Books:
    """Looks at every new line; `entries` lines of the journal are of lives before."""

    def __init__(self, ears: Listener, entries: int) -> None:
        self.ears = ears
        self._claimed: set[int] = set()
        self._cut: list[tuple[set[str], int]] = []
        """What was cut before its end, and when."""
        self._lines, self._entries = 0, entries  # looked at

    def wrong(self, life: Life) -> Iterator[str]:
        """What the new lines say, and is not so."""
        yield from self._of_ledger(life)
        yield from self._of_journal(life)

    def _of_ledger(self, life: Life) -> Iterator[str]:
        """A text counts as delivered if, and only if, it was heard whole."""
        lines = life.ledger.durable
        for line in lines[self._lines :]:
            texts = texts_of(life, str(line["cue"]))
            if line["kind"] == Kind.BELL.value or not texts:
                continue
            heard = [n for n, (text, _, _) in enumerate(self.ears.whole) if text in texts and n not in self._claimed]
            if line["outcome"] in {"delivered", "late"}:
                if not heard:
                    yield f"{line['outcome']}, but not heard whole: {line['cue']} {texts}"
            elif not heard:
                self._cut.append((texts, self.ears.frame))
            elif not self._just_now(heard[0]):
                yield f"{line['outcome']}, but heard whole: {line['cue']}"
            self._claimed.update(heard[:1])
        self._lines = len(lines)
        for n, (text, _, end) in enumerate(self.ears.whole):
            if n not in self._claimed and self.ears.frame - end > 2 * TURN:
                self._claimed.add(n)
                if any(text in texts and abs(end - at) <= RAMP for texts, at in self._cut):
                    continue  # its last samples were heard in the ramp that cut it
                yield f"heard whole, but not in the ledger: {text!r}"

    def _just_now(self, number: int) -> bool:
        """It ended since the session last heard from the device: a stop waits for no news."""
        return self.ears.frame - self.ears.whole[number][2] <= TURN

    def _of_journal(self, life: Life) -> Iterator[str]:
        """Every entry can be gone on from."""
        for entry in life.disk.durable[self._entries :]:
            if "phase" in entry:
                read = Checkpoint.read(entry, ())
                if any(entry[name] != value for name, value in read.entry().items()):
                    yield f"{read} is not what {entry} says"
        self._entries = len(life.disk.durable)


def texts_of(life: Life, name: str) -> set[str]:
    """What the cue of a ledger's line says; bells, and what was said before this life, say nothing."""
    cue, _, run = name.partition("@")
    timelines = [life.timelines[int(run)]] if run and int(run) in life.timelines else life.timelines.values()
    return {p.cue.text for t in timelines for p in t.placements if p.cue.id == cue and p.cue.is_spoken}
