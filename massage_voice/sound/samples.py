"""What samples are here, and how they become sixteen bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_LIMITS = np.iinfo(np.int16)

Samples = npt.NDArray[np.int16]
"""Mono, shape (frames,), at `RATE`."""
Wave = npt.NDArray[np.float64]
"""The same while it is being made, nominally within -1..1 or -32768..32767."""


def saturate(values: npt.NDArray[np.float64] | npt.NDArray[np.int32]) -> Samples:
    """Round to int16; what lies beyond the range stays at its edge, never wraps round."""
    return np.clip(np.rint(values), _LIMITS.min, _LIMITS.max).astype(np.int16)


def mix_into(target: Samples, addition: Samples) -> None:
    """Add in place, saturating; both have the same length."""
    target[:] = saturate(target.astype(np.int32) + addition)
