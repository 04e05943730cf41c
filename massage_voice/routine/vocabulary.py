"""The words a routine may use for places, strokes and pressures. The safety registry hands them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NO_TECHNIQUE: Final = "none"
"""The hands rest away from the body: the step has no areas."""
TO_PRONE: Final = "to-prone"
"""From this step on the receiver lies face down; the step itself touches nobody."""
HEAD_TURN: Final = "head-turn"
"""The receiver turns the head a little during this step."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the reader and the linter know about bodies: names, and nothing else."""

    areas: frozenset[str]
    """Where hands may work."""
    no_go: frozenset[str]
    """Places that cautions name and that no step may have as its area."""
    techniques: frozenset[str]
    """What hands may do, `none` included."""
    pressures: tuple[str, ...]
    """Levels from the lightest to the firmest."""
    flags: frozenset[str] = frozenset({HEAD_TURN, TO_PRONE})
    gates: frozenset[str] = frozenset({"front"})
