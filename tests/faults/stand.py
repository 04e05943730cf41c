"""One session of the real command on a stand: its home, its output, its hands, and what it left behind."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from massage_voice.clip import Speech
from massage_voice.errors import ExitCode
from massage_voice.ports import Library
from massage_voice.sound.samples import Samples
from massage_voice.voices.library import open_library
from tests.faults import reader
from tests.faults.hearing import texts_of, unheard
from tests.faults.reader import Kill, Life
from tests.live.processes import COMMAND, Piped, Terminal, environment, piped, short_routine, terminal
from tests.live.support import warm_clips
from tests.live.theatre import begin
from tests.virtual_sound.device import SINK, VirtualSound

Hands = Piped | Terminal


class RefusedError(Exception):
    """The machine was so busy that a caution broke off three times: the session ended with code 6, hands off."""


@dataclass
class Verdict:
    """What one scene has shown."""

    against_a: list[str] = field(default_factory=list)
    """Safety cues, and what the scene itself expects to be heard and seen."""
    against_b: list[str] = field(default_factory=list)
    figure: float | None = None
    """The scene's own figure; see `scenes.FIGURES`."""
    note: str = ""
    """What was drawn by lot."""


@dataclass
class Stand:
    """Where a scene plays."""

    home: Path
    sound: VirtualSound
    dice: random.Random
    env: dict[str, str] = field(default_factory=dict)
    takes: list[Samples] = field(default_factory=list)
    kills: list[tuple[int, datetime]] = field(default_factory=list)
    """Lines of the ledger at each kill, and when that was."""
    verdict: Verdict = field(default_factory=Verdict)
    told: list[dict[str, Any]] | None = None
    """The ledger as stdout told it, where the disk takes none."""

    # --- what is on the disk ---

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """The journal or the ledger so far."""
        folder = self.home / "data" / "sessions"
        return [line for path in sorted(folder.glob(f"*.{kind}.jsonl")) for line in reader.whole_lines(path)]

    def delivered(self, cue: str, since: int = 0) -> Callable[[], bool]:
        """Whether `cue` was delivered after `since` lines of the ledger."""
        return lambda: any(
            reader.base(line["cue"]) == cue and line["outcome"] in reader.WHOLE for line in self.lines("ledger")[since:]
        )

    def happened(self, event: str, since: int = 0) -> Callable[[], bool]:
        """Whether `event` is in the journal after `since` entries."""
        return lambda: any(entry["event"] == event for entry in self.lines("journal")[since:])

    def expect(self, true: object, otherwise: str) -> None:
        """Something that must be so, besides the two claims' own texts."""
        if not true:
            self.verdict.against_a.append(otherwise)

    # --- sound and hands ---

    @contextmanager
    def recorded(self, sink: str = SINK) -> Iterator[Any]:
        """Record an output; the samples are one of `takes`."""
        with self.sound.record(sink) as recording:
            yield recording
        self.takes.append(recording.samples[:, 0])

    @contextmanager
    def session(self, *arguments: str) -> Iterator[Piped]:
        """`run` without a terminal: nothing waits."""
        routine = short_routine(self.home)
        with piped(self.home, "run", routine, "--screened", "--plain", *arguments, env=self._env) as command:
            yield command

    @contextmanager
    def at_keys(self, *arguments: str) -> Iterator[Terminal]:
        """`run` at a terminal, the preparation skipped."""
        routine = short_routine(self.home)
        with terminal(self.home, "run", routine, "--screened", "--plain", *arguments, env=self._env) as command:
            begin(command)
            yield command

    @contextmanager
    def again(self, *arguments: str, keys: bool) -> Iterator[Hands]:
        """`resume`, at a terminal or without."""
        start = terminal if keys else piped
        with start(self.home, "resume", "--plain", *arguments, env=self._env) as command:
            yield command

    @property
    def _env(self) -> Mapping[str, str]:
        return {**self.sound.env, **self.env}

    def until(self, command: Hands, true: Callable[[], bool], what: str, limit_s: float = 180.0) -> None:
        """Wait; what a terminal says is read meanwhile."""
        end = time.monotonic() + limit_s
        while not true():
            if command.process.poll() == ExitCode.SAFETY_NOT_DELIVERED:
                raise RefusedError
            if time.monotonic() > end or command.process.poll() is not None:
                raise AssertionError(f"{what}: not in {limit_s:g} s; {ended_how(command)}")
            self.rest(command, 0.04)

    def rest(self, command: Hands, seconds: float) -> None:
        """Let time pass."""
        if isinstance(command, Terminal):
            command.pause(seconds)
        else:
            time.sleep(seconds)

    def in_caution(self, command: Hands) -> None:
        """Wait for an instant drawn by lot in one of the first step's cautions."""
        before = self.dice.choice(["1.bell.step", "1.full.warning-signs", "1.full.seated-faint"])
        wait_s = self.dice.uniform(0.7, 4.0)
        self.verdict.note += f"{wait_s:.2f} s after {before} "
        self.until(command, self.delivered(before), before)
        self.rest(command, wait_s)

    def in_practice(self, command: Hands) -> None:
        """Wait for an instant drawn by lot in the first step's practice, in which nothing is said."""
        wait_s = self.dice.uniform(0.3, 7.0)
        self.verdict.note += f"{wait_s:.2f} s into practice "
        self.until(command, self.delivered("1.say.4"), "practice")
        self.rest(command, wait_s)

    def kill(self, command: Hands) -> None:
        """SIGKILL, and remember what was on the disk."""
        command.process.kill()
        self.kills.append((0, datetime.now().astimezone()))
        command.process.wait()
        self.kills[-1] = len(self.lines("ledger")), self.kills[-1][1]

    def held_ms(self, since: datetime) -> float:
        """Milliseconds from a fault to the journal's `device-lost`."""
        at = next(entry["at"] for entry in reversed(self.lines("journal")) if entry["event"] == "device-lost")
        return (datetime.fromisoformat(at) - since).total_seconds() * 1000

    def guided(self, command: Hands, since: int) -> None:
        """Wait until the hands of the first step are guided again: its next line after `since` of the ledger."""
        self.until(command, lambda: any(_guides(line) for line in self.lines("ledger")[since:]), "it goes on")

    # --- judgement ---

    def judge(self, *, voice: str | None = None, wpm: int = 130, clips: Path | None = None) -> Verdict:
        """Ask the reader. The recording is asked for the life before a kill, or for all when there was none."""
        journal, ledger = self.lines("journal"), self.lines("ledger") if self.told is None else self.told
        plan, verdict = planned(self.home), self.verdict
        lives = self._lives(journal, ledger)
        for life in lives:
            verdict.against_a += [*(reader.cautions(life, plan) if life.journal else []), *reader.clocks(life.journal)]
        for (_, at), one, other in zip(self.kills, lives, lives[1:], strict=False):
            verdict.against_b += reader.goes_on(Kill(one, at), other.journal, repaced=wpm != 130 or voice is not None)
        words = {cue["id"]: cue["text"] for cue in plan["cues"]} | PREPARED
        if self.takes:
            own = open_library(voice, clips or warm_clips())
            try:
                verdict.against_a += unheard(
                    lives[0].ledger, self.takes, _clips(lives[0].ledger, words, own, wpm), words
                )
            finally:
                own.close()
        return verdict

    def _lives(self, journal: list[dict[str, Any]], ledger: list[dict[str, Any]]) -> list[Life]:
        ends = [0, *(count for count, _ in self.kills), len(ledger)]
        parts = [ledger[one:other] for one, other in pairwise(ends)]
        journals = reader.journal_lives(journal)
        journals += [[] for _ in range(len(parts) - len(journals))]
        return [Life(entries, lines) for entries, lines in zip(journals, parts, strict=False)]


def _guides(line: Mapping[str, Any]) -> bool:
    return line["step"] > 0 and line["kind"] in reader.GUIDING and line["outcome"] in reader.WHOLE


PREPARED = {
    "0.prepare.1": "Hello. I am talking to you, the person giving the massage.",
    "0.prepare.2": "Skip broken skin, rashes, moles, bruises and sore lumps.",
}
_planning = Lock()
_plans: dict[str, dict[str, Any]] = {}


def planned(home: Path) -> dict[str, Any]:
    """`plan --json` of the session in `home`, asked for once for each text of a routine."""
    name = short_routine(home)
    text = (home / "config" / "routines" / f"{name}.yaml").read_text("utf-8")
    with _planning:
        if text not in _plans:
            arguments = (COMMAND, "plan", name, "--json", "--first", "--no-front", "--voice", "none")
            done = subprocess.run(arguments, env=environment(home), capture_output=True, check=True, text=True)
            _plans[text] = json.loads(done.stdout)
        return _plans[text]


def _clips(ledger: Any, words: Mapping[str, str], library: Library, wpm: int) -> dict[str, Samples]:
    """The sound of every text that the ledger may name, as the session had it made."""
    asked: dict[str, Speech] = {}
    for line in ledger:
        caution = line["kind"] in reader.CAUTIONS
        asked |= {text: Speech(wpm, caution=caution) for text in texts_of(line, words)}
    library.prepare(asked)
    return {text: library.clip(text).samples for text in asked}


def ended_how(command: Hands) -> str:
    """For a scene that went wrong: whether it still runs, and what it said."""
    code = command.process.poll()
    said = command.said[-600:] if isinstance(command, Terminal) else command.rest()[-600:]
    return f"exit {code}: {said!r}" if code is not None else f"it runs: {said!r}"


def leave(stand: Stand, command: Hands) -> str:
    """Ctrl-C twice; what a pipe got on stderr, or a terminal on both."""
    for _ in range(2):
        command.process.send_signal(signal.SIGINT)
        stand.rest(command, 0.5)
    if isinstance(command, Terminal):
        code, said = command.ended(), command.said
    else:
        code, out, error = command.ended()
        said = out + error
    stand.expect(code == 130, f"it ended with exit code {code}: {said[-300:]!r}")
    stand.expect("Traceback" not in said, f"a traceback: {said[-1500:]!r}")
    return said
