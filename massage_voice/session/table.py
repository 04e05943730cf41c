"""The legal transitions of a live session. This table is the truth; the diagram in docs/ is printed from it.

A signal that a state does not list changes nothing. `STOP` outranks everything: it is listed in every state in
which hands may be on the body, and its action never waits for anything. While the device is gone a session is
`LOST` and in no other state. What the device reports, `PLAYED` and `GAP`, is taken in every state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from massage_voice.session.events import Signal


class State(StrEnum):
    """Where a session stands."""

    IDLE = "idle"
    PREPARING = "preparing"
    """The preparation is being spoken."""
    AWAITING = "awaiting"
    """Everything is said; it waits for "ready"."""
    PLAYING = "playing"
    HEARING_OUT = "hearing-out"
    """A jump was asked for while a caution is being said: the caution first."""
    PAUSED = "paused"
    WAITING = "waiting"
    """At the end of a step that holds until somebody says "ready"."""
    STOPPED = "stopped"
    """After "stop": the stop-now words, then silence."""
    CHECKING = "checking"
    """Asked, after a stop, whether there was any sign that bars going on."""
    CONFIRMING = "confirming"
    """Asked whether to finish."""
    LOST = "lost"
    """The sound device is gone; nothing is said, so nothing is done."""
    CLOSING = "closing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Transition:
    """What a signal does, and the states it may lead to."""

    action: str
    """A method of `machine.Session`."""
    targets: tuple[State, ...]


S, G = State, Signal


def _go(action: str, *targets: State) -> Transition:
    return Transition(action, targets)


_LOUDNESS: Final = {G.LOUDER: _go("louder"), G.QUIETER: _go("quieter")}
_INTERRUPT: Final = {G.INTERRUPT: _go("interrupt", S.CLOSING)}
_STOP: Final = {G.STOP: _go("stop", S.STOPPED), G.DEVICE_LOST: _go("lose", S.LOST)}
_ANYTIME: Final = {**_LOUDNESS, **_INTERRUPT, **_STOP}
_ASLEEP: Final = {G.ASLEEP: _go("sleep", S.PAUSED, S.PREPARING, S.PLAYING, S.CLOSING)}
"""Nobody heard anything while nothing ran: held; where nobody can go on, it goes on by itself."""
_UNUSED: Final = (G.SLOWER, G.FASTER, G.ADD_TIME, G.TIME_LEFT, G.WAIT)
"""Where any key goes on, these do as well."""
_ONWARD: Final = (S.PLAYING, S.PREPARING, S.CLOSING)

TABLE: Final[dict[State, dict[Signal, Transition]]] = {
    S.IDLE: {
        G.START: _go("start", S.PREPARING, S.PLAYING, S.AWAITING, S.CHECKING, S.CLOSING),
        G.INTERRUPT: _go("leave", S.ENDED),
    },
    S.PREPARING: {
        **_ANYTIME,
        **_ASLEEP,
        G.PLAYED: _go("prepared", S.PREPARING, S.AWAITING, S.PLAYING),
        G.READY: _go("skip_line", S.PREPARING),
        G.NEXT: _go("skip_line", S.PREPARING),
        G.TOGGLE: _go("pause", S.PAUSED),
        G.PAUSE: _go("pause", S.PAUSED),
        G.BACK: _go("prepare_again", S.PREPARING),
        G.REPEAT: _go("prepare_again", S.PREPARING),
        G.FINISH: _go("ask_finish", S.CONFIRMING),
    },
    S.AWAITING: {
        **_ANYTIME,
        G.PLAYED: _go("note"),
        G.READY: _go("begin", S.PLAYING),
        G.TOGGLE: _go("begin", S.PLAYING),
        G.RESUME: _go("begin", S.PLAYING),
        G.NEXT: _go("begin", S.PLAYING),
        G.YES: _go("begin", S.PLAYING),
        **{signal: _go("begin", S.PLAYING) for signal in _UNUSED},
        G.BACK: _go("prepare_again", S.PREPARING),
        G.REPEAT: _go("prepare_again", S.PREPARING),
        G.FINISH: _go("ask_finish", S.CONFIRMING),
    },
    S.PLAYING: {
        **_ANYTIME,
        **_ASLEEP,
        G.PLAYED: _go("advance", S.PLAYING, S.WAITING, S.ENDED),
        G.TOGGLE: _go("toggle", S.PAUSED, S.PLAYING, S.HEARING_OUT),
        G.PAUSE: _go("pause", S.PAUSED),
        G.NEXT: _go("jump", S.PLAYING, S.HEARING_OUT, S.CLOSING),
        G.BACK: _go("jump", S.PLAYING, S.HEARING_OUT),
        G.REPEAT: _go("jump", S.PLAYING, S.HEARING_OUT),
        G.SLOWER: _go("answer", S.PLAYING, S.HEARING_OUT),
        G.FASTER: _go("answer", S.PLAYING, S.HEARING_OUT),
        G.ADD_TIME: _go("answer", S.PLAYING, S.HEARING_OUT),
        G.TIME_LEFT: _go("answer", S.PLAYING, S.HEARING_OUT),
        G.WAIT: _go("answer", S.PLAYING, S.HEARING_OUT),
        G.DEAF: _go("tell", S.PLAYING),
        G.HEARING: _go("tell", S.PLAYING),
        **{signal: _go("proceed", S.PLAYING, S.HEARING_OUT) for signal in (G.READY, G.RESUME, G.YES)},
        # any key leaves the front of the neck out while it is announced
        G.LOUDER: _go("louder", S.PLAYING, S.HEARING_OUT),
        G.QUIETER: _go("quieter", S.PLAYING, S.HEARING_OUT),
        **{signal: _go("decline", S.PLAYING, S.HEARING_OUT) for signal in (G.NO, G.UNSURE)},
        G.FINISH: _go("ask_finish", S.CONFIRMING),
    },
    S.HEARING_OUT: {
        **_ANYTIME,
        **_ASLEEP,
        G.PLAYED: _go("heard_out", S.HEARING_OUT, S.PLAYING, S.CLOSING),
        G.TOGGLE: _go("pause", S.PAUSED),
        G.PAUSE: _go("pause", S.PAUSED),
    },
    S.PAUSED: {
        **_ANYTIME,
        G.TOGGLE: _go("resume", *_ONWARD),
        G.RESUME: _go("resume", *_ONWARD),
        G.READY: _go("resume", *_ONWARD),
        G.NEXT: _go("leap", *_ONWARD),
        G.BACK: _go("leap", *_ONWARD, S.PAUSED),
        G.REPEAT: _go("leap", *_ONWARD),
        G.FINISH: _go("ask_finish", S.CONFIRMING),
    },
    S.WAITING: {
        **_ANYTIME,
        G.PLAYED: _go("note"),
        G.READY: _go("go_on", S.PLAYING, S.CLOSING),
        G.TOGGLE: _go("go_on", S.PLAYING, S.CLOSING),
        G.RESUME: _go("go_on", S.PLAYING, S.CLOSING),
        G.NEXT: _go("go_on", S.PLAYING, S.CLOSING),
        G.YES: _go("go_on", S.PLAYING, S.CLOSING),
        **{signal: _go("go_on", S.PLAYING, S.CLOSING) for signal in _UNUSED},
        G.REPEAT: _go("leap", S.PLAYING, S.CLOSING),
        G.BACK: _go("leap", S.PLAYING, S.WAITING, S.CLOSING),
        G.FINISH: _go("ask_finish", S.CONFIRMING),
    },
    S.STOPPED: {
        **_LOUDNESS,
        **_INTERRUPT,
        G.PLAYED: _go("note"),
        **_STOP,
        G.ASLEEP: _go("stop", S.STOPPED),
        G.TOGGLE: _go("check", S.CHECKING, S.CLOSING),
        G.RESUME: _go("check", S.CHECKING, S.CLOSING),
        G.READY: _go("check", S.CHECKING, S.CLOSING),
        G.FINISH: _go("finish", S.CLOSING),
    },
    S.CHECKING: {
        **_LOUDNESS,
        **_INTERRUPT,
        **_STOP,
        G.PLAYED: _go("note"),
        G.ASLEEP: _go("check", S.CHECKING),
        G.NO: _go("cleared", S.PAUSED),
        G.FINISH: _go("finish", S.CLOSING),
        G.YES: _go("sign", S.CLOSING),
        G.UNSURE: _go("sign", S.CLOSING),
    },
    S.CONFIRMING: {
        **_ANYTIME,
        G.PLAYED: _go("note"),
        G.FINISH: _go("finish", S.CLOSING),
        G.YES: _go("finish", S.CLOSING),
        **{
            signal: _go("resume", *_ONWARD)
            for signal in (G.TOGGLE, G.RESUME, G.READY, G.NO, G.UNSURE, G.NEXT, G.BACK, G.REPEAT, G.PAUSE, *_UNUSED)
        },
    },
    S.LOST: {
        G.STOP: _go("stop_unheard"),
        G.INTERRUPT: _go("leave", S.ENDED),
        G.DEVICE_BACK: _go("find", *_ONWARD, S.PAUSED, S.AWAITING, S.WAITING, S.STOPPED),
        G.FINISH: _go("leave", S.ENDED),
    },
    S.CLOSING: {
        **_LOUDNESS,
        **_STOP,
        **_ASLEEP,
        G.PLAYED: _go("closed", S.CLOSING, S.ENDED),
        G.INTERRUPT: _go("leave", S.ENDED),
    },
    S.ENDED: {},
}


def mermaid() -> str:
    """The table as a Mermaid state diagram, one arrow for each pair of states."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for state, row in TABLE.items():
        for signal, transition in row.items():
            for target in transition.targets:
                if target is not state:
                    arrows.setdefault((state, target), []).append(signal)
    lines = [f"    {_node(a)} --> {_node(b)}: {', '.join(signals)}" for (a, b), signals in arrows.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {_node(S.IDLE)}", *lines, f"    {_node(S.ENDED)} --> [*]"])


def _node(state: State) -> str:
    return state.value.replace("-", "_")
