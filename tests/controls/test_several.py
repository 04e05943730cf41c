"""Keys and buttons at once: whatever comes, from whichever, in one read."""

from __future__ import annotations

from massage_voice.controls.several import Several
from massage_voice.controls.waiting import ScriptedControls
from massage_voice.session.events import Event, Signal

TOGGLE, NEXT, STOP = (Event(signal) for signal in (Signal.TOGGLE, Signal.NEXT, Signal.STOP))


def test_all_are_heard_and_only_the_first_is_waited_for() -> None:
    """A button that was pressed is there at once, before the keys are waited for; then the keys."""
    waited: list[float] = []
    keys = ScriptedControls([(1.0, TOGGLE)], wait=waited.append)
    several = Several(keys, ScriptedControls([(0.0, NEXT)]), ScriptedControls([(0.0, STOP)]))
    assert [several.read(0.5), several.read(0.5)] == [NEXT, STOP]
    assert waited == []
    assert [several.read(0.5) for _ in range(3)].count(TOGGLE) == 1


def test_closing_closes_all() -> None:
    """The terminal, the bus, the microphone."""
    closed: list[str] = []

    class Door(ScriptedControls):
        def close(self) -> None:
            closed.append("closed")

    Several(Door([]), Door([]), Door([])).close()
    assert closed == ["closed"] * 3
