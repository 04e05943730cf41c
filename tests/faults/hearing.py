"""Looks for what a ledger calls delivered in the recording of the output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from massage_voice.clip import RATE
from massage_voice.safety.registry import load_registry
from massage_voice.sound.samples import Samples
from tests.faults.reader import WHOLE, Line, base, hazard_of
from tests.live.listening import find, match

Wave = npt.NDArray[np.float64]
COARSE: Final = 6
"""Frames that are taken as one while looking for a beginning."""
HEAD: Final = RATE * 7 // 10
DRIFT: Final = RATE * 60 // 1000
"""How far a gap may shift a piece of a text: a longer one makes the ledger call it cut."""
ALIKE: Final = 0.9
PIECE: Final = RATE // 4
QUIET: Final = 1_000
GAPS: Final = 3
"""So many gaps that tear no word may lie in one text."""


class Listener:
    """Finds clips in a recording, one after the other."""

    def __init__(self, recording: Samples) -> None:
        self.recording = recording
        self._wave = _coarse(recording)
        self._energy = np.concatenate([[0.0], np.cumsum(self._wave**2)])

    def after(self, clip: Samples, frame: int) -> int | None:
        """The first place from `frame` on where the whole clip sounds; None when there is none."""
        for start in self._beginnings(clip[:HEAD], frame):
            if self._sounds(clip, start):
                return start
        return None

    def _beginnings(self, head: Samples, frame: int) -> Iterator[int]:
        """Where `head` may begin, at the latest first."""
        wave, first = _coarse(head), frame // COARSE
        part = self._wave[first:]
        if len(part) < len(wave):
            return
        size = 1 << (len(part) + len(wave)).bit_length()
        product = np.fft.rfft(part, size) * np.conj(np.fft.rfft(wave, size))
        scores = np.fft.irfft(product, size)[: len(part) - len(wave) + 1]
        energy = self._energy[first + len(wave) : first + len(wave) + len(scores)] - self._energy[first:][: len(scores)]
        alike = scores / np.sqrt(np.maximum(energy, 1.0) * float(np.dot(wave, wave)))
        places = np.flatnonzero(alike > 0.75)
        while len(places):
            near = places[places < places[0] + RATE // COARSE // 20]
            yield (first + int(near[np.argmax(alike[near])])) * COARSE
            places = places[len(near) :]

    def _near(self, part: Samples, frame: int) -> int | None:
        """Where `part` sounds: at `frame`, or a short gap away; a quiet part is no louder neighbour."""
        if match(self.recording[frame : frame + len(part)], part) >= ALIKE:
            return frame
        found = find(self.recording, part, frame, DRIFT)
        return found.frame if found.whole >= ALIKE else None

    def _sounds(self, clip: Samples, start: int) -> bool:
        """The clip is there piece by piece, to its end; of a piece that a short gap lies in, two quarters."""
        drift, spoilt = 0, 0
        for piece, at in _pieces(clip):
            frame = self._near(piece, max(0, start + at + drift))
            if frame is None:
                spoilt += 1
                frame = self._half(piece, start + at + drift)
            if frame is None:
                return False
            drift = frame - start - at
        return spoilt <= GAPS

    def _half(self, piece: Samples, frame: int) -> int | None:
        """Where `piece` lies when at least half of its quarters sound there; quiet ones tell nothing."""
        quarter, found = PIECE // 4, []
        parts = [(at, piece[at : at + quarter]) for at in range(0, PIECE, quarter)]
        loud = [(at, part) for at, part in parts if np.abs(part.astype(int)).max(initial=0) > QUIET]
        for at, part in loud:
            place = self._near(part, max(0, frame + at))
            found += [] if place is None else [place - at]
        return found[-1] if found and 2 * len(found) >= len(loud) else None


def _pieces(clip: Samples) -> Iterator[tuple[Samples, int]]:
    for at in range(0, len(clip) - PIECE, PIECE):
        piece = clip[at : at + PIECE]
        if np.abs(piece.astype(int)).max(initial=0) > QUIET:
            yield piece, at


def _place(listener: Listener, clip: Samples, since: int, late: bool) -> int | None:
    """Where `clip` sounds; at the beginning of a `late` recording, begun when the sound was back, its end will do."""
    at = listener.after(clip, since)
    if at is None and late:
        half = listener.after(clip[len(clip) // 2 :], 0)
        at = 0 if half is not None and half <= len(clip) // 2 else None
    return at


def _coarse(samples: Samples) -> Wave:
    whole = samples[: len(samples) // COARSE * COARSE].astype(np.float64)
    mean: Wave = whole.reshape(-1, COARSE).mean(axis=1)
    return mean


def texts_of(line: Line, planned: Mapping[str, str]) -> tuple[str, ...]:
    """What a cue may have said; nothing when neither the plan nor the registry tells."""
    cue = base(line["cue"])
    hazard = hazard_of(cue)
    if hazard is None:
        return (planned[cue],) if cue in planned else ()
    facts = load_registry().hazards[hazard]
    return (facts.enter,) if ".full." in cue else facts.repeats


def unheard(ledger: Sequence[Line], takes: Sequence[Samples], clips: Mapping[str, Samples],
            planned: Mapping[str, str]) -> list[str]:  # fmt: skip
    """Cues that the ledger calls delivered and that do not sound, in this order, in any of the recordings."""
    listeners, number, frame, wrong = [Listener(take) for take in takes], 0, 0, []
    for line in ledger:
        texts = [text for text in texts_of(line, planned) if text in clips]
        if line["outcome"] not in WHOLE or line["kind"] == "bell" or not texts:
            continue
        for take in range(number, len(listeners)):
            since = frame if take == number else 0
            late = take != number
            places = [
                (at, text) for text in texts if (at := _place(listeners[take], clips[text], since, late)) is not None
            ]
            if places:
                at, text = min(places)
                number, frame = take, at + len(clips[text]) // 2
                break
        else:
            wrong.append(f"{line['cue']} is called {line['outcome']}, and it is not in the recording")
    return wrong
