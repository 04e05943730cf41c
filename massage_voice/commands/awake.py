"""Keeps the machine from sleeping or dimming while a session runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def awake(say: Callable[[str], None]) -> Iterator[None]:
    """No sleep and no dark screen inside the block, where the system allows; one line says where it does not."""
    from wakepy import keep

    with keep.presenting(on_fail="pass") as mode:
        if not mode.active:
            say("This system does not let the program keep it awake: see that it does not sleep meanwhile.")
        yield
